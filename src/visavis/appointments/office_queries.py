"""What an office asks: how its days stand, who stands in the wrong time, what was never marked."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q

from visavis.appointments import books, rules, times
from visavis.appointments.books import AgendaBook, Book, LaneBook
from visavis.appointments.lanes import LaneFeed
from visavis.appointments.models import STANDING, Booking, BookingQuerySet, Closure, Right
from visavis.appointments.queries import OFFICER, NoSuchRight
from visavis.appointments.rules import State
from visavis.foundation.actor import Actor, Kind

SHOWN = sorted(state.value for state in rules.LIVE - {State.HOLD, State.BLOCK})
NEVER_BOOKED = [State.HOLD, State.RELEASED]


@dataclass(frozen=True, slots=True)
class Fill:
    """How full one lane is on one day.

    Attributes:
        open_minutes: what is open after closures; 0 when nobody can come.
        busy_minutes: what appointments take of the lane, with the time to make ready again.
        count: appointments.
    """

    day: date
    lane: LaneBook
    open_minutes: int
    busy_minutes: int
    count: int

    @property
    def percent(self) -> int:
        if not self.open_minutes:
            return 100 if self.busy_minutes else 0
        return min(100, round(100 * self.busy_minutes / self.open_minutes))


def books_of(actor: Actor) -> list[Book]:
    """Return the calendars for whose office somebody is an officer, in order of their codes."""
    if actor.kind is not Kind.OFFICER:
        return []
    found = (book for _code, book in sorted(books.books().items()))
    return [book for book in found if actor.has_role(OFFICER, organisation=book.office)]


def booking_for(booking_id: UUID, *, actor: Actor) -> Booking:
    """Return a booking of the actor's own office; the neighbour's does not exist.

    Raises:
        NoSuchRight: none, never booked, erased, or of another office.
    """
    found = Booking.objects.exclude(state__in=NEVER_BOOKED).filter(
        pk=booking_id, right__isnull=False, right__erased_at=None
    )
    booking = found.select_related("lane__agenda", "right__calendar").first()
    if booking is None or booking.right is None:
        raise NoSuchRight
    if booking.right.calendar_id not in {book.id for book in books_of(actor)}:
        raise NoSuchRight
    return booking


def by_number(number: str, *, actor: Actor) -> tuple[Right, Booking | None]:
    """Return the right of a number at the actor's own office, and its newest booking.

    Raises:
        NoSuchRight: none, or of another office.
    """
    mine = [book.id for book in books_of(actor)]
    right = Right.objects.filter(number=number, calendar__in=mine, erased_at=None).first()
    if right is None:
        raise NoSuchRight
    booked = right.bookings.exclude(state__in=[*NEVER_BOOKED, State.MOVED])
    return right, booked.order_by("-made_at").first()


def right_for(right_id: UUID, *, actor: Actor) -> Right:
    """Return an open right of the actor's own office.

    Raises:
        NoSuchRight: none, over, or of another office.
    """
    mine = [book.id for book in books_of(actor)]
    right = Right.objects.open().filter(pk=right_id, calendar__in=mine).first()
    if right is None:
        raise NoSuchRight
    return right


def counts_of_day(book: Book, day: date) -> dict[int, Counter[str]]:
    """Return how many stand in which state on a day, by agenda. One query."""
    begins, ends = book.day_span(day)
    found = (
        Booking.objects.filter(
            lane__agenda__calendar=book.id, starts_at__gte=begins, starts_at__lt=ends,
            state__in=SHOWN,
        )
        .values_list("lane__agenda", "state")
        .annotate(Count("pk"))
    )  # fmt: skip
    counts: dict[int, Counter[str]] = {}
    for agenda, state, count in found:
        counts.setdefault(agenda, Counter())[state] = count
    return counts


def unmarked(book: Book, *, now: datetime) -> BookingQuerySet:
    """Return what stands on days that are over, without a mark that ends it; oldest first."""
    found = Booking.objects.filter(
        right__calendar=book.id, state__in=STANDING,
        starts_at__lt=book.day_span(book.today(now))[0],
    )  # fmt: skip
    return found.select_related("lane__agenda", "right").order_by("starts_at")


def misplaced(book: Book, *, now: datetime) -> list[Booking]:
    """Return what is booked in time that is no longer open, in order of time.

    The rules changed, a holiday came, a lane was withdrawn, or a closure has not moved it yet.
    """
    rows = Booking.objects.filter(state=State.BOOKED, right__calendar=book.id, starts_at__gt=now)
    closed = closures(book, from_=now)
    bad = [
        key
        for key, lane, starts_at, ends_at in rows.values_list("pk", "lane", "starts_at", "ends_at")
        if not is_open(book, lane, starts_at, ends_at, closed=closed)
    ]
    found = Booking.objects.filter(pk__in=bad).select_related("lane__agenda", "right")
    return list(found.order_by("starts_at"))


def may_be_marked(booking: Booking, to: State, book: Book, *, now: datetime) -> bool:
    """Tell whether a mark can be set now: nobody comes before the day, or is late before the minute."""
    if not rules.may_step(booking.state, to):
        return False
    if to is State.MISSED:
        return booking.starts_at <= now
    return to not in rules.MARKS or book.today(booking.starts_at) <= book.today(now)


def closures(book: Book, *, from_: datetime) -> list[Closure]:
    """Return the closures of a calendar's places that end after a moment."""
    found = Closure.objects.filter(agenda__calendar=book.id, reopened_at=None, ends_at__gt=from_)
    return list(found.select_related("agenda"))


def is_open(
    book: Book, lane_id: int, starts_at: datetime, ends_at: datetime, *, closed: Iterable[Closure]
) -> bool:
    """Tell whether a lane is open for all of a stretch of time, for whomever."""
    place = lane_in(book, lane_id)
    if place is None:
        return False
    agenda, lane = place
    for closure in closed:
        is_here = closure.agenda_id == agenda.id and closure.lane_id in (None, lane.id)
        if is_here and closure.starts_at < ends_at and starts_at < closure.ends_at:
            return False
    begins, ends = times.minute_of(starts_at), times.minute_of(ends_at)
    spans = open_spans(book, agenda, lane, book.today(starts_at))
    return any(opens <= begins and ends <= closes for opens, closes in spans)


def lane_in(book: Book, lane_id: int) -> tuple[AgendaBook, LaneBook] | None:
    """Return a lane and its place, or None if the pack has it no longer."""
    for agenda in book.agendas.values():
        for lane in agenda.lanes:
            if lane.id == lane_id:
                return agenda, lane
    return None


def occupancy(book: Book, agenda: AgendaBook, *, first: date, last: date) -> list[list[Fill]]:
    """Return by lane how full each day is, from the first to the last. One query."""
    begins, ends = book.day_span(first)[0], book.day_span(last)[1]
    rows = Booking.objects.filter(
        lane__in=[lane.id for lane in agenda.lanes], starts_at__lt=ends, busy_until__gt=begins,
        starts_at__gt=begins - rules.LONGEST, state__in=[*SHOWN, State.BLOCK],
    )  # fmt: skip
    taken: dict[tuple[int, date], list[tuple[str, times.Span]]] = {}
    for lane_id, state, starts_at, until in rows.values_list(
        "lane", "state", "starts_at", "busy_until"
    ):
        span = times.minute_of(starts_at), times.minute_of(until)
        taken.setdefault((lane_id, book.today(starts_at)), []).append((state, span))
    days = list(times.days_between(first, last))
    return [
        [_fill(book, agenda, lane, day, taken.get((lane.id, day), [])) for day in days]
        for lane in agenda.lanes
    ]


def _fill(
    book: Book, agenda: AgendaBook, lane: LaneBook, day: date, taken: list[tuple[str, times.Span]]
) -> Fill:
    spans = open_spans(book, agenda, lane, day)
    blocks = [span for state, span in taken if state == State.BLOCK]
    used = [span for state, span in taken if state != State.BLOCK]
    closed = sum(_shared(span, block) for span in spans for block in blocks)
    return Fill(
        day=day,
        lane=lane,
        open_minutes=sum(ends - begins for begins, ends in spans) - closed,
        busy_minutes=sum(ends - begins for begins, ends in used),
        count=len(used),
    )


def _shared(one: times.Span, other: times.Span) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def open_spans(book: Book, agenda: AgendaBook, lane: LaneBook, day: date) -> list[times.Span]:
    """Return when a lane is open on a day, for whomever, closures left aside; in minutes."""
    return times.merged(window.span for window in book.windows(agenda, lane, day, today=day))


def became_of(closure: Closure, lanes: Sequence[LaneBook]) -> list[Booking]:
    """Return what stood in closed time when it was closed, and what has become of it since."""
    found = Booking.objects.overlapping(closure.starts_at, closure.ends_at).filter(
        Q(state=State.BOOKED)
        | Q(state__in=[State.MOVED, State.CANCELLED], changed_at__gte=closure.made_at),
        lane__in=[lane.id for lane in lanes], made_at__lt=closure.made_at,
    )  # fmt: skip
    with_next = found.select_related("lane__agenda", "right").prefetch_related(
        "moved_to__lane__agenda"
    )
    return list(with_next.order_by("starts_at", "lane__code"))


def feeds_of(agenda_id: int) -> list[LaneFeed]:
    """Return the addresses under which calendar programs read a place, by lane, newest first."""
    found = LaneFeed.objects.filter(lane__agenda=agenda_id, revoked_at=None)
    return list(found.select_related("lane").order_by("lane__code", "-made_at"))


def of_lane(lane_id: int, *, from_: datetime, until: datetime) -> list[Booking]:
    """Return one booking of a lane for each right, in order of time: the one that holds.

    Where nothing holds any more it is the last one that was moved away or given back, so that a
    calendar program can strike it through.
    """
    found = Booking.objects.filter(
        lane=lane_id, right__isnull=False, starts_at__gte=from_, starts_at__lt=until
    ).exclude(state__in=NEVER_BOOKED)
    chosen: dict[UUID, Booking] = {}
    for booking in found.select_related("right").order_by("made_at"):
        assert booking.right_id is not None
        before = chosen.get(booking.right_id)
        if before is None or before.state in rules.GONE or booking.state not in rules.GONE:
            chosen[booking.right_id] = booking
    return sorted(chosen.values(), key=lambda booking: (booking.starts_at, booking.made_at))
