"""A calendar's definition in memory: which lane is open when, and what may begin there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from visavis.appointments import rules, times
from visavis.appointments.lanes import Calendar, Lane
from visavis.appointments.models import Booking
from visavis.appointments.schema import (
    AgendaEntry,
    CalendarEntry,
    KindEntry,
    LaneEntry,
    RulesEntry,
)
from visavis.places import queries as places
from visavis.places.models import Holiday
from visavis.places.rules import stretch

MOST_KEPT = 20_000  # lane-days; about a megabyte


class NoSuchCalendar(LookupError):
    """There is no calendar of this code, or no longer."""


class NoSuchKind(LookupError):
    """The calendar has no such kind, or gives no appointment of this purpose for it."""


@dataclass(frozen=True, slots=True)
class LaneBook:
    """One lane and its key."""

    id: int
    entry: LaneEntry

    def takes(self, kind: str, weight_kg: int | None) -> bool:
        """Tell whether this kind of this weight may come here; an unknown weight fits."""
        limit = self.entry.heaviest_kg
        fits = limit is None or weight_kg is None or weight_kg <= limit
        return fits and (not self.entry.kinds or kind in self.entry.kinds)


@dataclass(frozen=True, slots=True)
class AgendaBook:
    """One place, its lanes, and its key."""

    id: int
    entry: AgendaEntry
    lanes: tuple[LaneBook, ...]

    @property
    def code(self) -> str:
        return self.entry.code

    def lanes_for(self, kind: str, weight_kg: int | None) -> list[LaneBook]:
        """Return the lanes that take something, those that take fewest other kinds first.

        So a lane for everything stays free for what only it can take.
        """
        fitting = [lane for lane in self.lanes if lane.takes(kind, weight_kg)]
        return sorted(fitting, key=lambda lane: len(lane.entry.kinds) or len(fitting) + 100)


@dataclass(frozen=True, slots=True)
class Book:
    """One calendar as its pack defines it; never changes."""

    id: int
    code: str
    office: str
    entry: CalendarEntry
    zone: ZoneInfo
    holidays: frozenset[date]
    agendas: Mapping[str, AgendaBook]
    _lanes: Mapping[int, Lane] = field(default_factory=dict)
    _starts: dict[tuple[object, ...], tuple[int, ...]] = field(default_factory=dict)
    _openings: dict[tuple[object, ...], tuple[times.Opening, ...]] = field(default_factory=dict)

    @property
    def is_withdrawn(self) -> bool:
        """The pack has it no longer: what stands is seen through, nothing new is given."""
        return not self.agendas

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def rules_now(self, now: datetime) -> RulesEntry:
        return self.entry.rules_on(self.today(now))

    def kind(self, code: str) -> KindEntry:
        """Return a kind.

        Raises:
            NoSuchKind: the pack has it no longer.
        """
        try:
            return self.entry.kind(code)
        except KeyError as missing:
            raise NoSuchKind(code) from missing

    def minutes(self, kind: str, purpose: rules.Purpose) -> int:
        """Return how long somebody with this purpose needs.

        Raises:
            NoSuchKind: no such kind, or not for this purpose.
        """
        minutes = self.kind(kind).minutes.of(purpose)
        if minutes is None:
            raise NoSuchKind(f"{kind} {purpose}")
        return minutes

    def openings(self, agenda: AgendaBook, lane: LaneBook, day: date) -> tuple[times.Opening, ...]:
        """Return the opening hours of a lane on a day: an exception, a holiday, or the week."""
        key = (lane.id, day)
        found = self._openings.get(key)
        if found is None:
            if len(self._openings) >= MOST_KEPT:
                self._openings.clear()
            found = self._openings[key] = _openings(agenda.entry, lane.entry, day, self.holidays)
        return found

    def windows(
        self, agenda: AgendaBook, lane: LaneBook, day: date, *, today: date
    ) -> tuple[times.Window, ...]:
        """Return when a lane is open on a day and for whom, as seen today."""
        return times.windows(
            self.openings(agenda, lane, day), day=day, zone=self.zone,
            days_ahead=(day - today).days,
        )  # fmt: skip

    def starts(
        self, agenda: AgendaBook, lane: LaneBook, day: date, *,
        purpose: rules.Purpose, minutes: int, today: date,
    ) -> Sequence[int]:  # fmt: skip
        """Return the minutes at which something may begin in a lane on a day, were it empty."""
        openings = self.openings(agenda, lane, day)
        ahead = (day - today).days
        released = tuple(o.all_from_days is not None and ahead <= o.all_from_days for o in openings)
        key = (lane.id, day, purpose, minutes, released)
        found = self._starts.get(key)
        if found is None:
            if len(self._starts) >= MOST_KEPT:
                self._starts.clear()
            found = self._starts[key] = times.starts(
                self.windows(agenda, lane, day, today=today),
                purpose=purpose, minutes=minutes, grid=agenda.entry.grid_minutes,
            )  # fmt: skip
        return found

    def agenda_of(self, lane: Lane) -> AgendaBook:
        """Return the agenda in which a lane lies.

        Raises:
            KeyError: the pack has it no longer.
        """
        return next(a for a in self.agendas.values() if a.id == lane.agenda_id)

    def put_in_lane(self, booking: Booking) -> Booking:
        """Give a booking the lane and agenda that we know, so that nobody asks the database."""
        known = self._lanes.get(booking.lane_id)
        if known is not None:
            booking.lane = known
        return booking

    def day_span(self, day: date) -> tuple[datetime, datetime]:
        """Return the beginning of a local day and of the next."""
        begins, ends = (datetime(d.year, d.month, d.day, tzinfo=self.zone) for d in _pair(day))
        return begins, ends


def _pair(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)


def _openings(
    agenda: AgendaEntry, lane: LaneEntry, day: date, holidays: frozenset[date]
) -> tuple[times.Opening, ...]:
    for exception in agenda.exceptions:
        if exception.on == day and (not exception.lanes or lane.code in exception.lanes):
            everybody = frozenset(rules.Purpose) - {rules.Purpose.WALK_IN}
            return tuple(
                times.Opening(part.opens, part.closes, everybody)
                for part in map(stretch, exception.hours)
            )
    if day in holidays and agenda.holidays == "closed":
        return ()
    return tuple(
        times.Opening(part.opens, part.closes, frozenset(entry.for_), entry.for_all_days_before)
        for entry in agenda.openings
        if entry.holds_on(day) and (not entry.lanes or lane.code in entry.lanes)
        for part in map(stretch, entry.hours)
    )


_books: dict[str, dict[str, Book]] = {}


def book(code: str) -> Book:
    """Return a calendar's book; one small query, and three more after each change of the pack.

    Raises:
        NoSuchCalendar: the pack has none of this code.
    """
    found = books().get(code)
    if found is None or found.is_withdrawn:
        raise NoSuchCalendar(code)
    return found


def books(version: str | None = None) -> Mapping[str, Book]:
    """Return the books of all calendars by code, of withdrawn ones too, which offer nothing.

    Args:
        version: what `places.queries.version()` says now, for who has asked already.
    """
    if version is None:
        version = places.version()
    found = _books.get(version)
    if found is None:
        found = _read()
        _books.clear()
        _books[version] = found
    return found


def by_id(calendar_id: int, version: str | None = None) -> Book:
    """Return the book of a calendar by its key.

    Args:
        version: as in `books`.

    Raises:
        NoSuchCalendar: there never was one.
    """
    for found in books(version).values():
        if found.id == calendar_id:
            return found
    raise NoSuchCalendar(calendar_id)


def forget() -> None:
    """Drop what is kept in memory; for tests, where two packs may have one version."""
    _books.clear()


def _read() -> dict[str, Book]:
    zone, holidays = places.zone(), frozenset(Holiday.objects.values_list("day", flat=True))
    # A pack may be loaded between two queries. Lanes are only ever withdrawn, so that those read
    # afterwards, withdrawn or not, have all that the calendars name.
    calendars = list(Calendar.objects.all())
    lanes = {(row.agenda.code, row.code): row for row in Lane.objects.select_related("agenda")}
    return {row.code: _book(row, lanes, zone, holidays) for row in calendars}


def _book(
    row: Calendar, lanes: Mapping[tuple[str, str], Lane], zone: ZoneInfo, holidays: frozenset[date]
) -> Book:
    entry = CalendarEntry.model_validate(row.definition)
    given = entry.agendas if row.withdrawn_at is None else []
    agendas = {
        agenda.code: AgendaBook(
            id=lanes[agenda.code, agenda.lanes[0].code].agenda_id,
            entry=agenda,
            lanes=tuple(LaneBook(lanes[agenda.code, one.code].pk, one) for one in agenda.lanes),
        )
        for agenda in given
    }
    mine = {lane.pk: lane for lane in lanes.values() if lane.agenda.calendar_id == row.pk}
    return Book(row.pk, row.code, row.office, entry, zone, holidays, agendas, mine)
