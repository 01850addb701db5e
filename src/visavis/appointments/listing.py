"""Which times are free: openings minus what is busy. What is listed can be booked at that moment."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from django.db import connection

from visavis.appointments import rules, times
from visavis.appointments.books import AgendaBook, Book, LaneBook
from visavis.appointments.models import Booking, Right
from visavis.appointments.rules import Purpose
from visavis.appointments.statements import blocking

FIRST_LOOK = 14  # days; doubled until enough is found
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PartOfDay(StrEnum):
    """When somebody would like to come."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True, slots=True, order=True)
class Time:
    """A moment at a place at which an appointment can begin."""

    starts_at: datetime
    agenda: str

    def __str__(self) -> str:
        return f"{self.agenda}@{self.starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"

    @classmethod
    def parse(cls, text: str) -> "Time":
        """Read what `str` wrote.

        Raises:
            ValueError: it is no such text.
        """
        agenda, _, moment = text.partition("@")
        read = datetime.strptime(moment, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
        if not times.is_imaginable(read.date()):
            raise ValueError(text)
        return cls(read, agenda)


@dataclass(frozen=True, slots=True)
class Need:
    """What is to be booked: how long, in which lanes, in which time.

    Attributes:
        not_before, not_after: the stretch in which it may begin, both included.
        not_at: the time that is booked already; to move there would be no move.
        mine: the right whose own hold does not count as busy, because it would be given up.
    """

    kind: str
    weight_kg: int | None
    purpose: Purpose
    minutes: int
    busy_minutes: int
    not_before: datetime
    not_after: datetime
    agendas: tuple[str, ...]
    mine: Right | None = None
    not_at: Time | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody would like: days, places, a part of the day. Empty means any."""

    agendas: Collection[str] = ()
    weekdays: Collection[int] = ()  # Monday is 0
    part: PartOfDay | None = None
    from_: date | None = None

    def suits(self, starts_at: datetime) -> bool:
        """Tell whether a local moment is wanted."""
        if self.weekdays and starts_at.weekday() not in self.weekdays:
            return False
        if self.part is None:
            return True
        return (starts_at.hour < 12) == (self.part is PartOfDay.MORNING)


def free(
    book: Book, need: Need, *, first: date, last: date, now: datetime
) -> Iterator[tuple[AgendaBook, int, list[LaneBook]]]:
    """Yield what may begin from the first to the last day: place, minute, lanes; in order of days.

    One query, whatever the number of days. Within a day the places follow one another.
    """
    agendas = [book.agendas[code] for code in need.agendas if code in book.agendas]
    lanes = {agenda.code: agenda.lanes_for(need.kind, need.weight_kg) for agenda in agendas}
    today = book.today(now)
    first, last = max(first, book.today(need.not_before)), min(last, book.today(need.not_after))
    if first > last:
        return
    span = book.day_span(first)[0], book.day_span(last)[1]
    ids = [lane.id for found in lanes.values() for lane in found]
    busy = _Busy(busy_spans(ids, *span, now=now, mine=need.mine))
    least, most = _bounds(need)
    for day in times.days_between(first, last):
        for agenda in agendas:
            found: dict[int, list[LaneBook]] = {}
            for lane in lanes[agenda.code]:
                candidates = book.starts(
                    agenda, lane, day,
                    purpose=need.purpose, minutes=need.minutes, today=today,
                )  # fmt: skip
                if candidates:
                    spans = busy.within(lane.id, candidates[0], candidates[-1] + need.busy_minutes)
                    for start in times.free(candidates, spans, minutes=need.busy_minutes):
                        found.setdefault(start, []).append(lane)
            here = need.not_at is not None and need.not_at.agenda == agenda.code
            if here and need.not_at is not None:
                found.pop(times.minute_of(need.not_at.starts_at), None)
            for start in sorted(found):
                if least <= start <= most:
                    yield agenda, start, found[start]


def times_between(
    book: Book, need: Need, *, first: date, last: date, now: datetime, wanted: Wanted | None = None
) -> list[Time]:
    """Return the free times from the first to the last day, earliest first."""
    found = free(book, need, first=first, last=last, now=now)
    return sorted(_wanted(book, found, wanted or Wanted()))


def first_times(
    book: Book, need: Need, *, count: int, now: datetime, wanted: Wanted | None = None
) -> list[Time]:
    """Return the first free times that suit, without looking further than needed."""
    wish = wanted or Wanted()
    from_ = max(book.today(need.not_before), wish.from_ or date.min)
    end = book.today(need.not_after)
    look, found = FIRST_LOOK, list[Time]()
    while from_ <= end and len(found) < count:
        last = min(end, from_ + timedelta(days=look - 1))
        found += times_between(book, need, first=from_, last=last, now=now, wanted=wish)
        from_, look = last + timedelta(days=1), look * 2
    return found[:count]


def nearest_times(book: Book, need: Need, *, to: datetime, count: int, now: datetime) -> list[Time]:
    """Return the free times nearest to a moment, in order of time."""
    day, reach = book.today(to), 3
    while True:
        found = times_between(
            book, need, now=now,
            first=day - timedelta(days=reach), last=day + timedelta(days=reach),
        )  # fmt: skip
        is_all = day - timedelta(days=reach) <= book.today(need.not_before) and (
            day + timedelta(days=reach) >= book.today(need.not_after)
        )
        if len(found) >= count or is_all:
            return sorted(sorted(found, key=lambda t: abs(t.starts_at - to))[:count])
        reach *= 3


def lanes_at(book: Book, need: Need, time: Time, *, now: datetime) -> list[LaneBook] | None:
    """Return the lanes in which something may begin then, busy or not; None if it never may."""
    agenda = book.agendas.get(time.agenda)
    if agenda is None or agenda.code not in need.agendas:
        return None
    if not need.not_before <= time.starts_at <= need.not_after or time.starts_at.second:
        return None
    if time == need.not_at:
        return None
    start, day = times.minute_of(time.starts_at), book.today(time.starts_at)
    return [
        lane
        for lane in agenda.lanes_for(need.kind, need.weight_kg)
        if start
        in book.starts(
            agenda, lane, day,
            purpose=need.purpose, minutes=need.minutes, today=book.today(now),
        )
    ] or None  # fmt: skip


def places_a_day(book: Book, kind: str, *, now: datetime) -> int:
    """Return how many free bookings of a kind an average day of the next week has room for."""
    today, minutes = book.today(now), book.minutes(kind, Purpose.FREE)
    week = list(times.days_between(today, today + timedelta(days=6)))
    return sum(
        len(book.starts(agenda, lane, day, purpose=Purpose.FREE, minutes=minutes, today=today))
        * agenda.entry.grid_minutes
        // max(minutes, agenda.entry.grid_minutes)
        for agenda in book.agendas.values()
        for lane in agenda.lanes_for(kind, None)
        for day in week
    ) // len(week)


def lanes_free_at(book: Book, need: Need, time: Time, *, now: datetime) -> list[LaneBook]:
    """Return the lanes in which something may begin then and nothing stands in the way now."""
    lanes = lanes_at(book, need, time, now=now) or []
    until = time.starts_at + timedelta(minutes=need.busy_minutes)
    busy = busy_spans([lane.id for lane in lanes], time.starts_at, until, now=now, mine=need.mine)
    return [lane for lane in lanes if lane.id not in busy]


def busy_spans(
    lanes: Sequence[int], from_: datetime, until: datetime, *, now: datetime, mine: Right | None
) -> Mapping[int, list[times.Span]]:
    """Return by lane when it is busy, in order and merged. One query; the database merges."""
    inner, parameters = blocking(now)
    own = mine.pk if mine else None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lane_id, range_agg(int4range("  # noqa: S608 - Django's own SQL inside
            "(extract(epoch FROM starts_at) / 60)::int, (extract(epoch FROM busy_until) / 60)::int))::text "
            f"FROM ({inner}) AS busy WHERE lane_id = ANY(%s) "
            "AND starts_at > %s AND starts_at < %s AND busy_until > %s "
            "AND NOT (state = 'hold' AND right_id IS NOT DISTINCT FROM %s) GROUP BY lane_id",
            [*parameters, list(lanes), from_ - rules.LONGEST, until, from_, own],
        )
        return {lane: _spans(text) for lane, text in cursor.fetchall()}


def _spans(text: str) -> list[times.Span]:
    """Read a multirange of whole numbers, such as {[1,5),[7,9)}."""
    pairs = (part.split(",") for part in text[2:-2].split("),["))
    return [(int(begins), int(ends)) for begins, ends in pairs]


class _Busy:
    """Walks through the busy spans of each lane as the days go by, without beginning anew."""

    def __init__(self, spans: Mapping[int, list[times.Span]]) -> None:
        self._spans = spans
        self._at: dict[int, int] = {}

    def within(self, lane: int, begins: int, ends: int) -> list[times.Span]:
        spans, at = self._spans.get(lane, []), self._at.get(lane, 0)
        while at < len(spans) and spans[at][1] <= begins:
            at += 1
        self._at[lane] = upto = at
        while upto < len(spans) and spans[upto][0] < ends:
            upto += 1
        return spans[at:upto]


def _bounds(need: Need) -> tuple[int, int]:
    exact = need.not_before == EPOCH + timedelta(minutes=times.minute_of(need.not_before))
    least = times.minute_of(need.not_before) + (0 if exact else 1)
    return least, times.minute_of(need.not_after)


def _wanted(
    book: Book, found: Iterator[tuple[AgendaBook, int, list[LaneBook]]], wanted: Wanted
) -> Iterator[Time]:
    is_any = not (wanted.weekdays or wanted.part)
    for agenda, start, _lanes in found:
        if wanted.agendas and agenda.code not in wanted.agendas:
            continue
        moment = times.moment_of(start)
        if is_any or wanted.suits(moment.astimezone(book.zone)):
            yield Time(moment, agenda.code)


def need_of(right: Right, book: Book, *, now: datetime, standing: Booking | None = None) -> Need:
    """Return what a right needs now, within what the rules allow.

    Args:
        standing: its booking, if it has one; then the new time is a move of it.

    Raises:
        NoSuchKind: the pack has no such appointments any more.
    """
    entry, purpose = book.rules_now(now), Purpose(right.purpose)
    minutes = book.minutes(right.kind, purpose)
    earliest = now + timedelta(minutes=entry.minimum_notice_minutes)
    last_day = book.today(now) + timedelta(days=entry.horizon_days)
    limit = rules.latest_day(
        first_on=right.first_on, latest_on=right.latest_on,
        longest_months=entry.longest_postponement_months,
    )  # fmt: skip
    if limit is not None:
        last_day = min(last_day, limit)
    agendas = tuple(book.agendas)
    if standing is not None and not entry.may_change_place:
        agendas = (standing.lane.agenda.code,)
    return Need(
        kind=right.kind,
        weight_kg=right.weight_kg,
        purpose=purpose,
        minutes=minutes,
        busy_minutes=minutes + book.kind(right.kind).buffer_minutes,
        not_before=earliest,
        not_after=book.day_span(last_day)[1] - timedelta(seconds=1),
        agendas=agendas,
        mine=right,
        not_at=Time(standing.starts_at, standing.lane.agenda.code) if standing else None,
    )
