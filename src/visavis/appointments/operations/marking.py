"""What the office says of somebody who came, or did not; walk-ins; moves by telephone."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from visavis.appointments import books, listing, office_queries, queries, rules
from visavis.appointments.books import Book
from visavis.appointments.lanes import Agenda
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import changing, entering
from visavis.appointments.refusals import NothingBooked, NotOpen, NotPossible, NotYours, SlotTaken
from visavis.appointments.rules import CancelReason, Outcome, Purpose, State, Verdict
from visavis.appointments.taking import take
from visavis.foundation.actor import Actor, Kind

WALK_IN_LOOK = timedelta(hours=4)


def require_office(book: Book, *, actor: Actor) -> None:
    """Let only officers of a calendar's office and our own jobs go on.

    Raises:
        NotYours: somebody else.
    """
    is_officer = actor.kind is Kind.OFFICER and actor.has_role(
        queries.OFFICER, organisation=book.office
    )
    if not (is_officer or actor.kind is Kind.SYSTEM):
        raise NotYours


@transaction.atomic
def mark(*, booking_id: UUID, to: State, actor: Actor, now: datetime) -> Booking:
    """Mark a booking arrived, done, failed or missed; or take such a mark back.

    Failed leads to a second appointment with its deadline; missed leaves the right open for
    another one. Taking back is possible as long as nothing was built on the mark.

    Raises:
        NotYours: no officer of this office.
        NotPossible: from its present state it cannot step there, its day or minute has not come, or a
            second one is booked already.
    """
    booking, right, book = _found(booking_id, actor=actor)
    if to not in rules.MARKS | {State.BOOKED}:
        raise NotPossible
    if not office_queries.may_be_marked(booking, to, book, now=now):
        raise NotPossible
    if booking.state in (State.DONE, State.FAILED, State.MISSED):
        _take_back(right, booking, actor=actor, now=now)
    if not changing.step(booking, to, actor=actor, now=now):
        raise NotPossible
    if to is State.DONE:
        changing.close(right, Outcome.DONE, now=now)
    elif to is State.FAILED:
        _fail(right, book, actor=actor, now=now)
    elif to is State.MISSED:
        _miss(right, booking, book, actor=actor, now=now)
    changing.tell(right, booking, to.value, actor=actor, now=now)
    return booking


@transaction.atomic
def move(*, booking_id: UUID, time: Time, actor: Actor, now: datetime) -> Booking:
    """Move somebody to another time, for the office: at once, without a hold, without a fee.

    The old time is given up and the new one taken in one transaction; if the new one cannot be had
    the old one stays. Movers of the same days wait for each other in one order, so that two who
    swap places cannot lock each other out.

    Raises:
        NotYours: no officer of this office.
        NothingBooked: it does not stand any more.
        SlotTaken: the new time is not offered, or somebody was faster.
    """
    booking, right, book = _found(booking_id, actor=actor)
    if booking.state != State.BOOKED:
        raise NothingBooked
    moved = replace(booking, right, book, time, actor=actor, now=now)
    changing.tell(right, moved, "moved_by_office", actor=actor, now=now)
    changing.freed(booking, book)
    return moved


@transaction.atomic
def book(*, right_id: UUID, time: Time, actor: Actor, now: datetime) -> Booking:
    """Book a time for somebody who has none, for the office: as when they call.

    Raises:
        NotYours: no officer of this office.
        NotOpen: nothing is left to book.
        NotPossible: something stands already; that is moved instead.
        SlotTaken: the time is not offered, or somebody was faster.
    """
    right = changing.locked(right_id)
    calendar = books.by_id(right.calendar_id)
    require_office(calendar, actor=actor)
    if not right.is_open:
        raise NotOpen
    if queries.standing_of(right) is not None:
        raise NotPossible
    need = listing.need_of(right, calendar, now=now)
    booked = _take(right, calendar, need, time, channel=actor.channel, now=now)
    changing.note_first(right, booked, calendar)
    changing.tell(right, booked, "booked", actor=actor, now=now)
    return booked


def _take(
    right: Right, book: Book, need: listing.Need, time: Time, *, channel: str, now: datetime,
    **more: object,
) -> Booking:  # fmt: skip
    """Write a booked row into a free lane.

    Raises:
        SlotTaken: the time is not offered, or no lane is free.
    """
    wanted = Booking(
        id=uuid4(), right=right, state=State.BOOKED, starts_at=time.starts_at,
        ends_at=time.starts_at + timedelta(minutes=need.minutes),
        busy_until=time.starts_at + timedelta(minutes=need.busy_minutes),
        channel=channel, made_at=now, **more,
    )  # fmt: skip
    lanes = listing.lanes_at(book, need, time, now=now)
    if lanes is None or take(wanted, lanes=lanes, now=now) is None:
        raise SlotTaken
    return wanted


def replace(
    booking: Booking, right: Right, book: Book, time: Time, *, actor: Actor, now: datetime
) -> Booking:
    """Give up a booking for another time, in the current transaction.

    Raises:
        SlotTaken: the transaction must be rolled back, then the old booking stands as before.
    """
    need = listing.need_of(right, book, now=now)
    if listing.lanes_at(book, need, time, now=now) is None:
        raise SlotTaken
    changing.lock_days(book, booking, time)
    if not changing.step(booking, State.MOVED, actor=actor, now=now):
        raise NothingBooked
    only_lane = (time.starts_at, time.agenda) == (booking.starts_at, booking.lane.agenda.code)
    moved = _take(
        right, book, need, time, channel=booking.channel, now=now, moved_from=booking,
        confirmed_at=booking.confirmed_at if only_lane else None,
        # Who was moved by the office may leave again for nothing.
        why=booking.why if only_lane else CancelReason.OFFICE.value,
    )  # fmt: skip
    changing.note_first(right, moved, book)
    return moved


@transaction.atomic
def cancel(*, booking_id: UUID, actor: Actor, now: datetime) -> Booking:
    """Give an appointment back for the office, free of charge; the right stays open.

    Raises:
        NotYours, NothingBooked: as they say.
    """
    booking, right, book = _found(booking_id, actor=actor)
    if booking.state != State.BOOKED:
        raise NothingBooked
    changing.step(booking, State.CANCELLED, actor=actor, now=now, why=CancelReason.OFFICE.value)
    right.sequence += 1
    right.save(update_fields=["sequence"])
    changing.tell(right, booking, "cancelled_by_office", actor=actor, now=now)
    changing.freed(booking, book)
    return booking


@transaction.atomic
def walk_in(
    *, book: Book, agenda: str, kind: str, language: str, actor: Actor, now: datetime
) -> Booking:
    """Take somebody who is here without an appointment into the next gap of a lane.

    Raises:
        NotYours: no officer of this office.
        NoSuchKind: no such kind.
        SlotTaken: no gap is long enough in the next hours.
    """
    require_office(book, actor=actor)
    right = entering.make(
        book=book, purpose=Purpose.WALK_IN, kind=kind, given={}, language=language,
        actor=actor, now=now,
    )  # fmt: skip
    minutes = book.minutes(kind, Purpose.WALK_IN)
    need = listing.Need(
        kind=kind, weight_kg=None, purpose=Purpose.WALK_IN, minutes=minutes,
        busy_minutes=minutes + book.kind(kind).buffer_minutes,
        not_before=now - timedelta(minutes=book.agendas[agenda].entry.grid_minutes),
        not_after=now + WALK_IN_LOOK, agendas=(agenda,),
    )  # fmt: skip
    for time in listing.first_times(book, need, count=5, now=now):
        booking = Booking(
            id=uuid4(), right=right, state=State.ARRIVED, starts_at=time.starts_at,
            ends_at=time.starts_at + timedelta(minutes=minutes),
            busy_until=time.starts_at + timedelta(minutes=need.busy_minutes),
            channel=actor.channel, made_at=now, confirmed_at=now,
        )  # fmt: skip
        lanes = listing.lanes_at(book, need, time, now=now)
        if lanes and take(booking, lanes=lanes, now=now):
            booking.lane.agenda = Agenda.objects.get(code=agenda)
            changing.note_first(right, booking, book)
            changing.tell(right, booking, "walked_in", actor=actor, now=now)
            return booking
    raise SlotTaken


def _found(booking_id: UUID, *, actor: Actor) -> tuple[Booking, Right, Book]:
    right = Right.objects.select_for_update(of=("self",)).filter(bookings=booking_id).first()
    if right is None:
        raise NothingBooked
    book = books.by_id(right.calendar_id)
    require_office(book, actor=actor)
    booking = Booking.objects.select_related("lane__agenda").get(pk=booking_id)
    return booking, right, book


def _fail(right: Right, book: Book, *, actor: Actor, now: datetime) -> None:
    """End a right as failed and make the second one, where the calendar has second ones."""
    changing.close(right, Outcome.FAILED, now=now)
    if book.kind(right.kind).minutes.second is None:
        return
    latest_on = book.today(now) + timedelta(days=book.rules_now(now).second_within_days)
    second = entering.make(
        book=book, purpose=Purpose.SECOND, kind=right.kind, given=right.facts,
        language=right.language, actor=actor, now=now, weight_kg=right.weight_kg,
        owner=right.owner, contact_channel=right.contact_channel,
        contact_address=right.contact_address, latest_on=latest_on, follows=right,
    )  # fmt: skip
    entering.hand_over(right, second)


def _miss(right: Right, booking: Booking, book: Book, *, actor: Actor, now: datetime) -> None:
    """Count what was missed, ask for its price, and give time for another appointment."""
    entry = book.rules_now(now)
    booking.before = {
        "moves": right.moves,
        "first_on": right.first_on and right.first_on.isoformat(),
        "latest_on": right.latest_on and right.latest_on.isoformat(),
    }
    booking.save(update_fields=["before"])
    right.misses += 1
    right.moves, right.first_on = 0, None
    right.latest_on = book.today(now) + timedelta(days=entry.missed_again_within_days)
    right.save(update_fields=["misses", "moves", "first_on", "latest_on"])
    fee = Verdict(fee_cents=entry.missed_fee_cents)
    changing.charge(booking, fee, book, code="missed", actor=actor, now=now)


def _take_back(right: Right, booking: Booking, *, actor: Actor, now: datetime) -> None:
    """Undo what a mark has caused.

    Raises:
        NotPossible: something was built on it: a second appointment, another booking, a payment.
    """
    if Booking.objects.standing().filter(right=right).exists():
        raise NotPossible
    others = Right.objects.open().filter(
        calendar=right.calendar_id, subject_digest=right.subject_digest
    )
    if right.subject_digest and others.exclude(pk=right.pk).exclude(follows=right).exists():
        raise NotPossible
    for second in Right.objects.filter(follows=right):
        holds = second.bookings.filter(state__in=[State.HOLD, State.RELEASED])
        if holds.count() != second.bookings.count():
            raise NotPossible
        holds.delete()
        second.delete()
    if booking.state == State.MISSED:
        changing.take_fee_back(booking, actor=actor, now=now)
        right.misses -= 1
        for name in ("first_on", "latest_on"):
            day = booking.before.get(name)
            setattr(right, name, date.fromisoformat(day) if day else None)
        right.moves = booking.before.get("moves", right.moves)
    right.closed_at, right.outcome = None, ""
    right.save(update_fields=["closed_at", "outcome", "misses", "moves", "first_on", "latest_on"])
