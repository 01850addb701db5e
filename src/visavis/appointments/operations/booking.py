"""Holding a time while the citizen thinks, and booking it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from visavis.appointments import books, listing, queries, rules, statements
from visavis.appointments.books import Book
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import changing, entering
from visavis.appointments.queries import Reach
from visavis.appointments.refusals import ChangeRefused, NothingBooked, NotOpen, NotYours, SlotTaken
from visavis.appointments.rules import State, Verdict
from visavis.appointments.statements import Entrance
from visavis.appointments.taking import take
from visavis.foundation.actor import Actor


def hold(*, right: Right, time: Time, actor: Actor, now: datetime) -> Booking:
    """Keep a time for a few minutes, for one right and one holder at a time.

    Not one transaction but one statement, so that nobody waits for anybody. Not in the journal
    either: like a touch of the screen it leaves nothing behind.

    Raises:
        NotYours: the actor has not opened this right.
        NotOpen: nothing is left to book.
        ChangeRefused: what is booked may not be moved now.
        SlotTaken: somebody was faster, or this time is not offered to this right.
    """
    seen = statements.entrance(right, actor.name)
    book = entered(right, actor=actor, seen=seen)
    standing = queries.standing_of(right) if seen.has_standing else None
    changing.require(queries.verdict_on_choosing(right, standing, book, now=now))
    need = listing.need_of(right, book, now=now, standing=standing)
    lanes = listing.lanes_at(book, need, time, now=now)
    if lanes is None:
        raise SlotTaken
    wanted = Booking(
        id=uuid4(),
        right=right,
        state=State.HOLD,
        starts_at=time.starts_at,
        ends_at=time.starts_at + timedelta(minutes=need.minutes),
        busy_until=time.starts_at + timedelta(minutes=need.busy_minutes),
        hold_until=now + timedelta(minutes=book.rules_now(now).hold_minutes),
        held_by=actor.name,
        visit=actor.visit,
        channel=actor.channel,
        made_at=now,
    )
    held = take(wanted, lanes=lanes, now=now)
    if held is None:
        raise SlotTaken
    return held


@transaction.atomic
def confirm(*, hold_id: UUID, actor: Actor, now: datetime, told_by: Reach | None = None) -> Booking:
    """Book what is held; if something was booked before, this moves it, both in one step.

    Whoever taps twice gets the same booking. A hold whose minutes are over still counts as long
    as nobody else has taken its time: a slow citizen loses nothing that nobody wanted.

    Args:
        told_by: how this citizen wants to be told from now on; None changes nothing.

    Raises:
        NotYours: the actor has not opened this right.
        NotOpen: the right was closed meanwhile.
        ChangeRefused: what was booked before may not be moved now.
        SlotTaken: the hold is gone, or its time has come.
        TooMany: the address was given too often today.
    """
    found = statements.locked_by_hold(hold_id, actor.name)
    if found is None:
        raise SlotTaken
    right, seen = found
    book = entered(right, actor=actor, seen=seen)
    rows = {row.pk: book.put_in_lane(row) for row in statements.current_of(right)}
    held = rows.pop(hold_id, None)
    if held is not None and held.state in rules.STANDING:
        return held
    if held is None or held.starts_at <= now:
        raise SlotTaken
    standing = next((row for row in rows.values() if row.state in rules.STANDING), None)
    verdict = Verdict()
    if standing is not None:
        verdict = _give_up(standing, right, book, for_=held, actor=actor, now=now)
    if not changing.step(
        held, State.BOOKED, actor=actor, now=now, confirmed_at=now, moved_from=standing
    ):
        raise SlotTaken
    if told_by is not None:
        entering.allow_address(right, told_by.address, now=now)
        right.contact_channel, right.contact_address = told_by.channel, told_by.address
        right.language = told_by.language
    changing.note_first(right, held, book)
    if held.wish_id is not None:
        changing.end_wish(right, "taken", now=now)
    what = "booked" if standing is None else "moved"
    changing.tell(right, held, what, actor=actor, now=now)
    if standing is not None:
        changing.charge(standing, verdict, book, code="late", actor=actor, now=now)
        changing.freed(standing, book)
    return held


def _give_up(
    standing: Booking, right: Right, book: Book, *, for_: Booking, actor: Actor, now: datetime
) -> Verdict:
    """Leave a booked time for a held one; an offer of the waiting list costs nothing and does not
    count as a move."""
    if standing.state != State.BOOKED or standing.starts_at <= now:
        raise ChangeRefused(Verdict(refusal=rules.Why.OVER))
    verdict = Verdict()
    if for_.wish_id is None:
        verdict = queries.verdict_on_move(right, standing, book, now=now)
        changing.require(verdict)
        right.moves += not standing.was_set_by_office
    changing.step(standing, State.MOVED, actor=actor, now=now)
    return verdict


@transaction.atomic
def confirm_standing(*, right_id: UUID, actor: Actor, now: datetime) -> Booking:
    """Say that one comes at the time that the office has set; saying it again changes nothing.

    Raises:
        NotYours: the actor has not opened this right.
        NothingBooked: nothing stands, or it has begun.
    """
    right = changing.locked(right_id)
    entered(right, actor=actor)
    standing = queries.standing_of(right)
    if standing is None or standing.starts_at <= now:
        raise NothingBooked
    if standing.confirmed_at is None:
        standing.confirmed_at = now
        standing.save(update_fields=["confirmed_at"])
        changing.tell(right, standing, "confirmed", actor=actor, now=now)
    return standing


@transaction.atomic
def cancel(*, right_id: UUID, reason: rules.CancelReason, actor: Actor, now: datetime) -> Booking:
    """Give an appointment back.

    The right stays open for another time, unless it is no longer due or was free from the start.
    To choose another time later counts as a move.

    Raises:
        NotYours: the actor has not opened this right.
        NothingBooked: nothing stands.
        ChangeRefused: it is too late.
    """
    right = changing.locked(right_id)
    book = entered(right, actor=actor)
    standing = queries.standing_of(right)
    if standing is None:
        raise NothingBooked
    verdict = queries.verdict_on_cancelling(standing, book, now=now)
    changing.require(verdict)
    right.moves += queries.giving_back_counts(right, standing)
    changing.step(standing, State.CANCELLED, actor=actor, now=now, why=reason.value)
    if reason is rules.CancelReason.NO_LONGER_DUE:
        changing.close(right, rules.Outcome.LAPSED, now=now)
    elif right.purpose == rules.Purpose.FREE:
        changing.close(right, rules.Outcome.CANCELLED, now=now)
    else:
        right.save(update_fields=["moves"])
    changing.tell(right, standing, "cancelled", actor=actor, now=now)
    changing.charge(standing, verdict, book, code="late", actor=actor, now=now)
    changing.freed(standing, book)
    return standing


@transaction.atomic
def let_go(*, right: Right, actor: Actor, now: datetime) -> None:
    """Give up what is held for a right, so that others see it at once."""
    book = entered(right, actor=actor)
    holds = Booking.objects.filter(right=right, state=State.HOLD, held_by=actor.name)
    for held in holds.select_related("lane__agenda"):
        if changing.step(held, State.RELEASED, actor=actor, now=now):
            changing.freed(held, book)


def entered(right: Right, *, actor: Actor, seen: Entrance | None = None) -> Book:
    """Return the book of an open right on which the actor may act.

    Args:
        seen: what was asked of the database already.

    Raises:
        NotYours, NotOpen: as they say.
    """
    seen = seen or statements.entrance(right, actor.name)
    book = books.by_id(right.calendar_id, seen.version)
    if not queries.may_act(right, office=book.office, actor=actor, is_let_in=seen.is_let_in):
        raise NotYours
    if not right.is_open:
        raise NotOpen
    return book
