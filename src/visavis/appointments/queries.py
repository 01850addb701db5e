"""Questions about appointments: whose they are, what stands, what a change would mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from visavis.appointments import books, rules
from visavis.appointments.books import Book, NoSuchKind
from visavis.appointments.models import Booking, BookingQuerySet, Right, RightAccess, Wish
from visavis.appointments.rules import Purpose, State, Verdict, Why
from visavis.foundation.actor import Actor, Kind
from visavis.people import queries as people
from visavis.people.rules import NotifyBy

OFFICER = "officer"
WITH_PLACE = ("lane__agenda",)


class NoSuchRight(LookupError):
    """There is no such appointment, or the actor may not know of it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How somebody is told something about an appointment."""

    channel: str
    address: str
    language: str


def may_act(right: Right, *, office: str, actor: Actor, is_let_in: bool | None = None) -> bool:
    """Tell whether the actor may act on a right: owner, opened it, the office, or a job.

    Args:
        is_let_in: whether they have opened it, if that was asked already.
    """
    if actor.kind is Kind.SYSTEM or right.owner == actor.name != "":
        return True
    if actor.kind is Kind.OFFICER:
        return actor.has_role(OFFICER, organisation=office)
    if is_let_in is not None:
        return is_let_in
    return RightAccess.objects.filter(right=right, actor=actor.name).exists()


def right_for(right_id: UUID | str, *, actor: Actor) -> Right:
    """Return a right of whoever asks; the neighbour's does not exist.

    Raises:
        NoSuchRight: none, or somebody else's.
    """
    found = Right.objects.select_related("calendar").filter(pk=right_id).first()
    if found is None or found.erased_at is not None:
        raise NoSuchRight
    if not may_act(found, office=found.calendar.office, actor=actor):
        raise NoSuchRight
    return found


def rights_of(actor: Actor) -> Sequence[Right]:
    """Return what somebody has opened or owns, the open ones and the newest first."""
    opened = RightAccess.objects.filter(actor=actor.name).values("right")
    found = Right.objects.filter(
        Q(owner=actor.name) | Q(pk__in=opened),
        erased_at=None,
    ).select_related("calendar")
    return sorted(found.order_by("-made_at")[:50], key=lambda right: not right.is_open)


def standing_of(right: Right) -> Booking | None:
    """Return what is booked for a right now."""
    return Booking.objects.standing().filter(right=right).select_related(*WITH_PLACE).first()


def hold_of(right: Right, *, now: datetime) -> Booking | None:
    """Return what is held for a right and still lives."""
    held = Booking.objects.blocking(now).filter(right=right, state=State.HOLD)
    return held.select_related(*WITH_PLACE).first()


def latest_of(right: Right) -> Booking | None:
    """Return the booking that was changed last, whatever became of it; no hold."""
    found = Booking.objects.filter(right=right).exclude(
        state__in=[State.HOLD, State.RELEASED, State.MOVED]
    )
    return found.select_related(*WITH_PLACE).order_by("-made_at").first()


def verdict_on_choosing(
    right: Right, standing: Booking | None, book: Book, *, now: datetime
) -> Verdict:
    """Say whether the citizen may choose a time now: a first one, or another one than booked."""
    if _is_of_the_office(right, book):
        return Verdict(refusal=Why.BY_OFFICE)
    if standing is not None:
        return verdict_on_move(right, standing, book, now=now)
    is_too_often = right.moves > book.rules_now(now).most_moves
    return Verdict(refusal=Why.TOO_OFTEN) if is_too_often else Verdict()


def giving_back_counts(right: Right, standing: Booking) -> bool:
    """Tell whether giving a time back to choose another one later counts as a move.

    Otherwise one could move as often as one likes. What is free ends with giving it back.
    """
    return right.purpose != rules.Purpose.FREE and not standing.was_set_by_office


def _is_of_the_office(right: Right, book: Book) -> bool:
    """Tell whether only the office gives times: it says so, or the pack has this kind no longer."""
    try:
        book.minutes(right.kind, Purpose(right.purpose))
        return book.kind(right.kind).moved_by == "office"
    except NoSuchKind:
        return True


def verdict_on_move(right: Right, standing: Booking, book: Book, *, now: datetime) -> Verdict:
    """Say whether the citizen may move an appointment now, and what it costs."""
    if standing.state != State.BOOKED or standing.starts_at <= now:
        return Verdict(refusal=Why.OVER)
    if _is_of_the_office(right, book):
        return Verdict(refusal=Why.BY_OFFICE)
    if standing.was_set_by_office:
        return Verdict()
    if right.moves >= book.rules_now(now).most_moves:
        return Verdict(refusal=Why.TOO_OFTEN)
    return verdict_on_time(standing, book, now=now)


def verdict_on_cancelling(standing: Booking, book: Book, *, now: datetime) -> Verdict:
    """Say whether the citizen may give an appointment back now, and what it costs."""
    if standing.state != State.BOOKED or standing.starts_at <= now:
        return Verdict(refusal=Why.OVER)
    if standing.was_set_by_office:
        return Verdict()
    return verdict_on_time(standing, book, now=now)


def verdict_on_time(standing: Booking, book: Book, *, now: datetime) -> Verdict:
    """Say what changing a booking, or what is to become one, costs today."""
    entry = book.rules_now(now)
    return rules.verdict_on_time(
        starts_on=book.today(standing.starts_at),
        today=book.today(now),
        ahead=entry.free_change.ahead,
        late=entry.late,
        fee_cents=entry.late_fee_cents,
        holidays=book.holidays,
    )


def reach_of(right: Right) -> Reach | None:
    """Return how the holder of a right is told something, or None: only when they ask."""
    if right.contact_address:
        return Reach(right.contact_channel, right.contact_address, right.language)
    reach = people.reach_of(right.owner) if right.owner else None
    if reach is None or reach.channel is NotifyBy.COUNTER:
        return None
    return Reach(reach.channel.value, reach.address, reach.language)


def wish_of(right: Right) -> Wish | None:
    """Return the open place of a right on the waiting list."""
    return Wish.objects.filter(right=right, ended_at=None).first()


def offer_to(right: Right, *, now: datetime) -> Booking | None:
    """Return the time that the waiting list holds for a right now."""
    held = hold_of(right, now=now)
    return held if held is not None and held.wish_id is not None else None


def story_of(right: Right) -> Sequence[Booking]:
    """Return all bookings that a right ever had, oldest first; no holds."""
    found = Booking.objects.filter(right=right).exclude(state__in=[State.HOLD, State.RELEASED])
    return list(found.select_related(*WITH_PLACE).order_by("made_at"))


def day_sheet(agenda_id: int, day: date, book: Book) -> BookingQuerySet:
    """Return what stands in an agenda on a day, in order of lanes and time; blocks too."""
    begins, ends = book.day_span(day)
    return (
        Booking.objects.filter(
            lane__agenda=agenda_id, starts_at__gte=begins, starts_at__lt=ends,
            state__in=[state.value for state in rules.LIVE - {State.HOLD}],
        )
        .select_related("lane__agenda", "right")
        .order_by("lane__code", "starts_at")
    )  # fmt: skip


def book_of(right: Right) -> Book:
    """Return the book of a right's calendar, be it withdrawn."""
    return books.by_id(right.calendar_id)
