"""Closing a lane or a place for a while, so that everybody in it is moved or told."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from visavis.appointments import books, listing, rules, times
from visavis.appointments.books import AgendaBook, Book, LaneBook
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Closure, Right
from visavis.appointments.operations import changing, marking
from visavis.appointments.refusals import NothingBooked, SlotTaken
from visavis.appointments.rules import CancelReason, State
from visavis.foundation.actor import Actor
from visavis.foundation.jobs import announce
from visavis.journal import operations as journal

TRIES = 5  # of filling the gaps of a lane in which somebody is booking at this very moment
FURTHER_TRIES = 5  # other times, when the planned one is lost to a citizen

Use = tuple[int, int, int]
"""A lane and the minutes from and until which it is busy."""


@dataclass(frozen=True, slots=True)
class Move:
    """What would become of one booking: another time, or none."""

    booking: Booking
    time: Time | None

    @property
    def is_same_time(self) -> bool:
        """Tell whether only the lane changes, which the citizen need not be told."""
        return self.time is not None and self.time.starts_at == self.booking.starts_at


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is to be closed: all lanes of a place or one, from a moment to another."""

    agenda: AgendaBook
    lane: LaneBook | None
    starts_at: datetime
    ends_at: datetime

    @property
    def lanes(self) -> tuple[LaneBook, ...]:
        return self.agenda.lanes if self.lane is None else (self.lane,)

    def touches(self, starts_at: datetime, ends_at: datetime) -> bool:
        return starts_at < self.ends_at and self.starts_at < ends_at


def preview(*, book: Book, stretch: Stretch, now: datetime) -> list[Move]:
    """Return what closing would do to each booking, as it looks now; nothing is changed."""
    taken: list[Use] = []
    moves = []
    for booking in _standing_in(stretch, now=now):
        assert booking.right is not None
        found = _elsewhere(book, booking.right, booking, stretch, now=now, taken=taken)
        if found is not None:
            taken.append(found[1])
        moves.append(Move(booking, found[0] if found else None))
    return moves


@transaction.atomic
def close(*, book: Book, stretch: Stretch, actor: Actor, now: datetime) -> Closure:
    """Take a stretch out of its lanes; from now on nobody can book there.

    Every gap is blocked at once by rows that the constraint sees, and holds are given up. What is
    booked stands until `rehouse` has moved it, which a job makes sure of.

    Raises:
        NotYours: no officer of this office.
    """
    marking.require_office(book, actor=actor)
    closure = Closure.objects.create(
        agenda_id=stretch.agenda.id, lane_id=stretch.lane.id if stretch.lane else None,
        starts_at=stretch.starts_at, ends_at=stretch.ends_at, made_at=now, made_by=actor.name,
    )  # fmt: skip
    _block(closure, book, now=now)
    journal.record(
        what="appointments.closed", subject=f"agenda:{stretch.agenda.code}", actor=actor, now=now,
        details={"lane": stretch.lane.entry.code if stretch.lane else "all"},
    )  # fmt: skip
    announce("appointment.closed", subject=f"closure:{closure.pk}")
    return closure


def rehouse(*, closure: Closure, actor: Actor, now: datetime) -> int:
    """Move everybody who stands in closed time, or give it back and tell them; return how many.

    Each in a transaction of their own, so that whatever stops it in the middle, it can be done
    again and goes on where it was.
    """
    book = books.by_id(closure.agenda.calendar_id)
    agenda = book.agendas.get(closure.agenda.code)
    if agenda is None:  # the pack has this place no longer: the office sees who stands there
        return 0
    lane = next((one for one in agenda.lanes if one.id == closure.lane_id), None)
    stretch = Stretch(agenda, lane, closure.starts_at, closure.ends_at)
    found = _standing_in(stretch, now=now)
    for booking in found:
        _rehouse(booking, book, stretch, actor=actor, now=now)
    return len(found)


@transaction.atomic
def reopen(*, closure_id: int, actor: Actor, now: datetime) -> None:
    """Open again what was closed; who was moved meanwhile stays moved.

    Raises:
        NotYours: no officer of this office.
    """
    closure = (
        Closure.objects.select_for_update(of=("self",)).select_related("agenda").get(pk=closure_id)
    )
    book = books.by_id(closure.agenda.calendar_id)
    marking.require_office(book, actor=actor)
    if closure.reopened_at is not None:
        return
    closure.reopened_at = now
    closure.save(update_fields=["reopened_at"])
    Booking.objects.filter(closure=closure, state=State.BLOCK).update(
        state=State.RELEASED, changed_at=now, changed_by=actor.name
    )
    # Where closures overlap only one of them could block: what the others close stays closed.
    for other in Closure.objects.select_related("agenda").filter(
        agenda=closure.agenda_id, reopened_at=None,
        starts_at__lt=closure.ends_at, ends_at__gt=closure.starts_at,
    ):  # fmt: skip
        _block(other, book, now=now)
    journal.record(
        what="appointments.reopened", subject=f"agenda:{closure.agenda.code}", actor=actor, now=now
    )
    announce("appointment.freed", subject=f"calendar:{book.code}")


def standing_closures(agenda_id: int, *, now: datetime) -> list[Closure]:
    """Return what is closed now or later, in order of time."""
    found = Closure.objects.filter(agenda=agenda_id, reopened_at=None, ends_at__gt=now)
    return list(found.select_related("agenda", "lane").order_by("starts_at"))


def _standing_in(stretch: Stretch, *, now: datetime) -> list[Booking]:
    """Return what is booked there and still to come; who was due this morning is not moved."""
    found = Booking.objects.overlapping(stretch.starts_at, stretch.ends_at).filter(
        state=State.BOOKED, lane__in=[lane.id for lane in stretch.lanes]
    )
    found = found.filter(starts_at__gte=stretch.starts_at - rules.LONGEST, starts_at__gt=now)
    # The whole order, so that what was foreseen for two of one time is what happens to them.
    ordered = found.order_by("starts_at", "made_at", "pk")
    return list(ordered.select_related("lane__agenda", "right__calendar"))


def _block(closure: Closure, book: Book, *, now: datetime) -> None:
    """Block all that is free of a closure, one block a lane and a day at the least."""
    agenda = next((one for one in book.agendas.values() if one.id == closure.agenda_id), None)
    lanes = [] if agenda is None else agenda.lanes
    days = times.days_between(
        book.today(closure.starts_at), book.today(closure.ends_at - timedelta(seconds=1))
    )
    spans = [book.day_span(day) for day in days]
    for lane in lanes:
        if closure.lane_id in (None, lane.id):
            for begins, ends in spans:
                first, last = max(begins, closure.starts_at), min(ends, closure.ends_at)
                _fill(closure, lane, first, last, now=now)


def _fill(
    closure: Closure, lane: LaneBook, begins: datetime, ends: datetime, *, now: datetime
) -> None:
    in_the_way = Booking.objects.overlapping(begins, ends).filter(lane=lane.id)
    for _ in range(TRIES):
        in_the_way.filter(state=State.HOLD).update(
            state=State.RELEASED, changed_at=now, changed_by="appointments"
        )
        live = in_the_way.filter(state__in=[state.value for state in rules.LIVE])
        free = rules.gaps(
            live.values_list("starts_at", "busy_until"), starts_at=begins, ends_at=ends
        )
        parts = [part for gap in free for part in rules.pieces(*gap)]
        if all([changing.block(closure, lane.id, *part, now=now) for part in parts]):  # noqa: C419 - all of them
            return


def _elsewhere(
    book: Book, right: Right, booking: Booking, stretch: Stretch, *, now: datetime,
    taken: Sequence[Use],
) -> tuple[Time, Use] | None:  # fmt: skip
    """Return the best other time: the same one in another lane, or the next at the same place.

    Args:
        taken: what others who are moved would use by then, though it is free now.
    """
    here = booking.lane.agenda.code
    need = replace(
        listing.need_of(right, book, now=now, standing=booking), agendas=(here,), not_at=None
    )
    day, end = book.today(booking.starts_at), book.today(need.not_after)
    look = listing.FIRST_LOOK
    while day <= end:
        last = min(end, day + timedelta(days=look - 1))
        for agenda, start, lanes in listing.free(book, need, first=day, last=last, now=now):
            time = Time(times.moment_of(start), agenda.code)
            until = start + need.busy_minutes
            left = [
                lane
                for lane in lanes
                if not (lane in stretch.lanes and stretch.touches(time.starts_at, times.moment_of(until)))
                and not any(lane.id == at and begins < until and start < ends for at, begins, ends in taken)
            ]  # fmt: skip
            if left and time.starts_at >= booking.starts_at:
                return time, (min(left, key=_kinds).id, start, until)
        day, look = last + timedelta(days=1), look * 2
    return None


def _kinds(lane: LaneBook) -> int:
    """Return by what a lane is preferred when a booking is written; see `taking.take`."""
    return len(lane.entry.kinds) or sys.maxsize


def _rehouse(
    booking: Booking, book: Book, stretch: Stretch, *, actor: Actor, now: datetime
) -> None:
    for _ in range(FURTHER_TRIES):
        try:
            if _move(booking.pk, book, stretch, actor=actor, now=now):
                return
        except SlotTaken:  # a citizen was faster: look again
            continue
        except NothingBooked:  # moved or given back meanwhile
            return
    _give_back(booking.pk, actor=actor, now=now)


@transaction.atomic
def _move(booking_id: UUID, book: Book, stretch: Stretch, *, actor: Actor, now: datetime) -> bool:
    right = Right.objects.select_for_update(of=("self",)).get(bookings=booking_id)
    booking = Booking.objects.select_related("lane__agenda").get(pk=booking_id)
    if booking.state != State.BOOKED:
        raise NothingBooked
    found = _elsewhere(book, right, booking, stretch, now=now, taken=())
    if found is None:
        return False
    moved = marking.replace(booking, right, book, found[0], actor=actor, now=now)
    is_same = (
        moved.starts_at == booking.starts_at and moved.lane.agenda_id == booking.lane.agenda_id
    )
    what = "changed_lane" if is_same else "moved_by_office"
    changing.tell(right, moved, what, actor=actor, now=now)
    return True


@transaction.atomic
def _give_back(booking_id: UUID, *, actor: Actor, now: datetime) -> None:
    right = Right.objects.select_for_update(of=("self",)).get(bookings=booking_id)
    booking = Booking.objects.select_related("lane__agenda").get(pk=booking_id)
    if booking.state != State.BOOKED:
        return
    changing.step(booking, State.CANCELLED, actor=actor, now=now, why=CancelReason.OFFICE.value)
    right.sequence += 1
    right.save(update_fields=["sequence"])
    changing.tell(right, booking, "cancelled_by_office", actor=actor, now=now)
