"""When a lane is open, and at which moments something may begin there. Pure.

Opening hours are local time, as people say them; everything else here is whole minutes since
1970-01-01 00:00 UTC, so that a day of 23 or of 25 hours is nothing special.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from visavis.appointments.rules import Purpose
from visavis.catalog.definition.fields import FIRST_YEAR, LAST_YEAR

Span = tuple[int, int]
"""Half-open, in minutes."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of a lane on one day, local time."""

    opens: time
    closes: time
    purposes: frozenset[Purpose]
    all_from_days: int | None = None  # so many days before, what is left is for everybody


@dataclass(frozen=True, slots=True)
class Window:
    """One opening of a lane as a stretch of time."""

    span: Span
    purposes: frozenset[Purpose]


def minute_of(moment: datetime) -> int:
    """Return the whole minute in which an aware moment lies."""
    return int(moment.timestamp()) // 60


def moment_of(minute: int) -> datetime:
    """Return the moment at which a minute begins, UTC."""
    return datetime.fromtimestamp(minute * 60, tz=UTC)


def instant(day: date, at: time, zone: ZoneInfo, *, is_end: bool = False) -> int:
    """Return the minute that a clock on the wall means.

    In spring an hour is missing: its times mean the moment at which clocks go forward. In autumn an
    hour comes twice: an opening means the first of the two, a closing the second, so that an
    office is open whenever its clock says so.
    """
    local = datetime.combine(day, at, zone).replace(fold=1 if is_end else 0)
    minute = minute_of(local)
    shown = moment_of(minute).astimezone(zone)
    if (shown.date(), shown.time()) == (day, at):
        return minute
    # Read with the offsets before and after the jump, a missing time lies on its two sides.
    before, after = (minute_of(local.replace(fold=fold)) for fold in (1, 0))
    return next(
        here + 1
        for here in range(before - 1, after + 1)
        if _offset(here, zone) != _offset(here + 1, zone)
    )


def _offset(minute: int, zone: ZoneInfo) -> timedelta | None:
    return moment_of(minute).astimezone(zone).utcoffset()


def windows(
    openings: Iterable[Opening], *, day: date, zone: ZoneInfo, days_ahead: int
) -> tuple[Window, ...]:
    """Return the stretches of a day in which a lane is open, and for what.

    Args:
        days_ahead: from today to that day; what is kept for some may be open to all by then.
    """
    everybody = frozenset(Purpose) - {Purpose.WALK_IN}
    found = []
    for opening in openings:
        span = (
            instant(day, opening.opens, zone),
            instant(day, opening.closes, zone, is_end=True),
        )
        is_for_all = opening.all_from_days is not None and days_ahead <= opening.all_from_days
        if span[0] < span[1]:
            purposes = opening.purposes | everybody if is_for_all else opening.purposes
            found.append(Window(span, purposes))
    return tuple(found)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same time as spans in order that neither overlap nor touch.

    >>> merged([(5, 9), (0, 3), (3, 5), (20, 30)])
    [(0, 9), (20, 30)]
    """
    whole: list[Span] = []
    for begins, ends in sorted(spans):
        if whole and begins <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], ends))
        else:
            whole.append((begins, ends))
    return whole


def starts(
    open_: Sequence[Window], *, purpose: Purpose, minutes: int, grid: int
) -> tuple[int, ...]:
    """Return the minutes at which something of a length may begin in an empty lane.

    The grid is counted from the beginning of each uninterrupted opening, whoever it is kept for:
    then all purposes share one rhythm and leave no useless gaps, and it does not matter whether
    hours are written as one stretch or as two that touch.
    """
    mine = merged(window.span for window in open_ if purpose in window.purposes)
    whole = merged(window.span for window in open_)
    found: list[int] = []
    for begins, ends in mine:
        anchor = next(start for start, end in whole if start <= begins < end)
        first = begins + (anchor - begins) % grid
        found.extend(range(first, ends - minutes + 1, grid))
    return tuple(found)


def free(candidates: Sequence[int], busy: Sequence[Span], *, minutes: int) -> Iterator[int]:
    """Yield the candidates at which a stretch of so many minutes overlaps nothing busy.

    Args:
        candidates: in order.
        busy: in order, not overlapping one another.
        minutes: what the lane is busy with, the time to make ready again included.
    """
    if not busy:
        yield from candidates
        return
    taken = iter(busy)
    begins, ends = next(taken)
    for start in candidates:
        while ends <= start:
            following = next(taken, None)
            if following is None:
                begins = ends = FAR
                break
            begins, ends = following
        if start + minutes <= begins:
            yield start


FAR = 1 << 40


def is_imaginable(day: date) -> bool:
    """Tell whether somebody can mean a day that they wrote, and whether it can be reckoned with."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield the days from the first to the last, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def is_in_order(spans: Sequence[Span]) -> bool:
    """Tell whether spans follow one another without touching."""
    return all(first[1] < second[0] for first, second in pairwise(spans))
