"""The states of a booking, and what a change costs or why it is refused. Pure."""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

LONGEST = timedelta(hours=24)  # of one booking; a longer closure is one block a day
MINUTE = timedelta(minutes=1)


class Purpose(StrEnum):
    """Why somebody comes; opening hours may be kept for some of them."""

    SUMMONS = "summons"
    SECOND = "second"
    FREE = "free"
    WALK_IN = "walk-in"


class State(StrEnum):
    """What a stretch of a lane is used for, or was."""

    HOLD = "hold"
    BOOKED = "booked"
    ARRIVED = "arrived"
    DONE = "done"
    FAILED = "failed"
    MISSED = "missed"
    BLOCK = "block"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RELEASED = "released"


STEPS: dict[State, frozenset[State]] = {
    State.HOLD: frozenset({State.BOOKED, State.RELEASED}),
    State.BOOKED: frozenset(
        {
            *(State.ARRIVED, State.DONE, State.FAILED, State.MISSED),
            *(State.MOVED, State.CANCELLED),
        }
    ),
    State.ARRIVED: frozenset({State.DONE, State.FAILED, State.BOOKED}),
    State.DONE: frozenset({State.ARRIVED}),
    State.FAILED: frozenset({State.ARRIVED}),
    State.MISSED: frozenset({State.ARRIVED, State.BOOKED}),
    State.BLOCK: frozenset({State.RELEASED}),
    State.MOVED: frozenset(),
    State.CANCELLED: frozenset(),
    State.RELEASED: frozenset(),
}
GONE = frozenset({State.MOVED, State.CANCELLED, State.RELEASED})
LIVE = frozenset(State) - GONE  # takes its lane's time: nothing else may overlap it
STANDING = frozenset({State.BOOKED, State.ARRIVED})  # a right has at most one
MARKS = frozenset({State.ARRIVED, State.DONE, State.FAILED, State.MISSED})  # given by the office


class Outcome(StrEnum):
    """How a right ended."""

    DONE = "done"
    FAILED = "failed"  # a second appointment follows
    CANCELLED = "cancelled"
    LAPSED = "lapsed"  # no longer due: sold, scrapped, plates deposited


class CancelReason(StrEnum):
    """Why somebody gives an appointment back."""

    OTHER_TIME = "other-time"  # the right stays open: another time is chosen later
    NO_LONGER_DUE = "no-longer-due"
    OFFICE = "office"  # closed: the office could not find another time by itself


class Late(StrEnum):
    """What an office does about a change after the last free day."""

    CHARGED = "charged"
    REFUSED = "refused"


class Why(StrEnum):
    """Why a change is refused."""

    TOO_LATE = "too-late"
    TOO_OFTEN = "too-often"
    TOO_FAR = "too-far"
    OTHER_PLACE = "other-place"
    BY_OFFICE = "by-office"  # this kind is moved by the office only
    OVER = "over"  # begun, or over


@dataclass(frozen=True, slots=True)
class Ahead:
    """How long before the day of an appointment: in calendar days or in working days."""

    count: int
    in_working_days: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a change means: refused and why, or allowed for a fee of so many cents."""

    refusal: Why | None = None
    fee_cents: int = 0
    free_until: date | None = None  # the last day on which it is free

    @property
    def is_allowed(self) -> bool:
        return self.refusal is None


def last_free_day(day: date, ahead: Ahead, *, holidays: frozenset[date]) -> date:
    """Return the last day on which an appointment of a day may still be changed for free.

    >>> last_free_day(date(2026, 3, 9), Ahead(5, in_working_days=True), holidays=frozenset())
    datetime.date(2026, 3, 2)
    """
    if not ahead.in_working_days:
        return day - timedelta(days=ahead.count)
    left = ahead.count
    while left > 0:
        day -= timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            left -= 1
    return day


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month.

    >>> months_later(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def latest_day(
    *, first_on: date | None, latest_on: date | None, longest_months: int | None
) -> date | None:
    """Return the last day to which an appointment may be moved, or None without a limit.

    Args:
        first_on: the day that the office gave first; the postponement counts from it.
        latest_on: what the summons itself says.
        longest_months: what the rules say.
    """
    by_rule = (
        months_later(first_on, longest_months)
        if first_on is not None and longest_months is not None
        else None
    )
    return min((day for day in (latest_on, by_rule) if day is not None), default=None)


def verdict_on_time(
    *, starts_on: date, today: date, ahead: Ahead, late: Late, fee_cents: int,
    holidays: frozenset[date],
) -> Verdict:  # fmt: skip
    """Say what giving back or leaving an appointment costs today."""
    free_until = last_free_day(starts_on, ahead, holidays=holidays)
    if today <= free_until:
        return Verdict(free_until=free_until)
    if late is Late.REFUSED:
        return Verdict(refusal=Why.TOO_LATE, free_until=free_until)
    return Verdict(fee_cents=fee_cents, free_until=free_until)


def may_step(before: State | str, after: State) -> bool:
    """Tell whether a booking may go from one state to the other."""
    return after in STEPS[State(before)]


def gaps(
    spans: Iterable[tuple[datetime, datetime]], *, starts_at: datetime, ends_at: datetime
) -> list[tuple[datetime, datetime]]:
    """Return what is left of a stretch of time between spans in any order."""
    free: list[tuple[datetime, datetime]] = []
    here = starts_at
    for begins, ends in sorted(spans):
        if begins > here:
            free.append((here, min(begins, ends_at)))
        here = max(here, ends)
        if here >= ends_at:
            return free
    return [*free, (here, ends_at)]


def pieces(starts_at: datetime, ends_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield a stretch of time in pieces as long as a booking may be: some days have 25 hours."""
    here, end = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    while end - here > LONGEST:
        yield here, here + LONGEST
        here += LONGEST
    yield here, end


def diagram() -> str:
    """Return the states and steps as a Mermaid diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> hold", "    [*] --> booked", "    [*] --> block"]
    lines += [
        f"    {before} --> {after}" for before in State for after in State if after in STEPS[before]
    ]
    lines += [f"    {state} --> [*]" for state in State if state in GONE]
    return "\n".join(lines) + "\n"
