"""The lanes of a day and the lines in them, ready to be shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.timezone import localtime

from visavis.appointments import facts, office_queries, queries, rules, times
from visavis.appointments.books import Book, LaneBook, NoSuchKind
from visavis.appointments.models import Booking, Closure, Right
from visavis.appointments.rules import Purpose, State
from visavis.doors.office import agenda_labels as labels
from visavis.doors.office.agenda_access import Place
from visavis.foundation.codes import spoken
from visavis.foundation.text import said_in

WHOLE_DAY = timedelta(hours=23)  # the shortest of the year


@dataclass(frozen=True, slots=True)
class Row:
    """One line: an appointment, or time that is closed.

    Attributes:
        title: the fact by which it is known at the lane, such as the plate, or its kind.
        second_until: after a failure, by when the second appointment is due.
    """

    key: UUID
    starts_at: datetime
    ends_at: datetime
    place: str
    title: str
    kind: str
    purpose: Promise | str
    number: str
    state: Promise
    state_kind: str
    marks: Sequence[labels.Mark]
    is_block: bool = False
    is_misplaced: bool = False
    is_unmarked: bool = False
    is_standing: bool = False
    is_erased: bool = False
    second_until: date | None = None

    @property
    def is_all_day(self) -> bool:
        return self.ends_at - self.starts_at >= WHOLE_DAY

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing is left to do here."""
        return self.is_block or (bool(self.marks) and all(mark.is_undo for mark in self.marks))


@dataclass(frozen=True, slots=True)
class LaneSheet:
    """One lane on one day."""

    code: str
    name: str
    hours: Sequence[str]
    rows: Sequence[Row]
    is_withdrawn: bool = False

    @property
    def count(self) -> int:
        return sum(not row.is_block for row in self.rows)


def sheets(place: Place, day: date) -> list[LaneSheet]:
    """Return the lanes of a place on a day; a lane that is gone only if somebody stands in it."""
    begins, _ends = place.book.day_span(day)
    shown = queries.day_sheet(place.agenda.id, day, place.book)
    closed = office_queries.closures(place.book, from_=begins)
    by_lane: dict[int, list[Booking]] = {}
    for booking in shown.prefetch_related("right__followed_by"):
        by_lane.setdefault(booking.lane_id, []).append(booking)
    lanes = [
        LaneSheet(
            code=lane.entry.code,
            name=said_in(lane.entry.name, place.language),
            hours=_hours(place, lane, day),
            rows=rows_of(place, by_lane.pop(lane.id, []), closed=closed),
        )
        for lane in place.agenda.lanes
    ]
    for bookings in by_lane.values():
        lane = bookings[0].lane
        name = said_in(lane.names, place.language)
        rows = rows_of(place, bookings, closed=closed)
        lanes.append(LaneSheet(lane.code, name, (), rows, is_withdrawn=True))
    return lanes


def rows_of(place: Place, bookings: Iterable[Booking], *, closed: Sequence[Closure]) -> list[Row]:
    """Return the lines of one lane in order of time; closed time that touches is one line."""
    found: list[Row] = []
    for booking in bookings:
        row = row_of(place.book, booking, place.language, now=place.now, closed=closed)
        last = found[-1] if found else None
        if last and last.is_block and row.is_block and last.ends_at == row.starts_at:
            found[-1] = replace(last, ends_at=row.ends_at)
        else:
            found.append(row)
    return found


def row_of(
    book: Book, booking: Booking, language: str, *, now: datetime, closed: Sequence[Closure]
) -> Row:
    """Return an appointment or a block as one line."""
    right, has_result = booking.right, book.entry.has_result
    kind = kind_name(book, right.kind, language) if right else ""
    is_over = book.today(booking.starts_at) < book.today(now)
    return Row(
        key=booking.pk,
        starts_at=localtime(booking.starts_at, book.zone),
        ends_at=localtime(booking.ends_at, book.zone),
        place=place_name(booking, language),
        title=(known_by(book, right) or kind) if right else "",
        kind=kind,
        purpose=labels.PURPOSES[Purpose(right.purpose)] if right else "",
        number=spoken(right.number) if right else "",
        state=labels.state_label(booking.state, has_result=has_result),
        state_kind=labels.state_kind(booking.state),
        marks=_marks(book, booking, now=now),
        is_block=right is None,
        is_misplaced=_is_misplaced(book, booking, now=now, closed=closed),
        is_unmarked=is_over and booking.state in rules.STANDING,
        is_standing=booking.state in rules.STANDING,
        is_erased=right is not None and right.erased_at is not None,
        second_until=_second_until(right) if booking.state == State.FAILED else None,
    )


def _marks(book: Book, booking: Booking, *, now: datetime) -> list[labels.Mark]:
    today = book.day_span(book.today(now))
    likely = labels.marks_for(booking, now=now, today=today)
    return labels.buttons(likely, booking, has_result=book.entry.has_result)


def _is_misplaced(
    book: Book, booking: Booking, *, now: datetime, closed: Sequence[Closure]
) -> bool:
    """Tell whether somebody is expected in time that is no longer open."""
    if booking.state != State.BOOKED or booking.starts_at <= now:
        return False
    lane, span = booking.lane_id, (booking.starts_at, booking.ends_at)
    return not office_queries.is_open(book, lane, *span, closed=closed)


def kind_name(book: Book, code: str, language: str) -> str:
    try:
        return said_in(book.kind(code).name, language)
    except NoSuchKind:
        return code


def place_name(booking: Booking, language: str) -> str:
    lane = booking.lane
    return f"{said_in(lane.agenda.names, language)}, {said_in(lane.names, language)}"


def known_by(book: Book, right: Right) -> str:
    """Return the first fact of a calendar, as it is called out at the lane."""
    for fact in book.entry.facts[:1]:
        if value := right.facts.get(fact.code):
            return facts.shown(fact.shape, value)
    return ""


def _second_until(right: Right | None) -> date | None:
    following = list(right.followed_by.all()) if right else []
    return following[0].latest_on if following else None


def _hours(place: Place, lane: LaneBook, day: date) -> tuple[str, ...]:
    spans = office_queries.open_spans(place.book, place.agenda, lane, day)
    moments = [[localtime(times.moment_of(one), place.book.zone) for one in span] for span in spans]
    return tuple(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in moments)
