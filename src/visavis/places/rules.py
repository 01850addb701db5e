"""Decisions about places: the states of a site, when it is open. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LOOK_AHEAD_DAYS = 21  # longer than any holiday closure that we want to promise an end of


class OrganisationKind(StrEnum):
    CANTON = "canton"
    COMMUNE = "commune"
    POST = "post"
    AUTHORITY = "authority"
    PROVIDER = "provider"


class SiteKind(StrEnum):
    POST = "post"
    TOWNHALL = "townhall"
    CANTON = "canton"


class SiteState(StrEnum):
    ANNOUNCED = "announced"
    LIVE = "live"
    REDUCED = "reduced"
    CLOSED = "closed"


STEPS: dict[SiteState, frozenset[SiteState]] = {
    SiteState.ANNOUNCED: frozenset({SiteState.LIVE, SiteState.CLOSED}),
    SiteState.LIVE: frozenset({SiteState.REDUCED, SiteState.CLOSED}),
    SiteState.REDUCED: frozenset({SiteState.LIVE, SiteState.CLOSED}),
    SiteState.CLOSED: frozenset({SiteState.ANNOUNCED, SiteState.LIVE}),
}
SERVING = frozenset({SiteState.LIVE, SiteState.REDUCED})


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one day, half-open, local time."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Week:
    """Opening hours that are valid from a day on."""

    valid_from: date
    days: Mapping[str, Sequence[Stretch]]  # by the names of WEEKDAYS; a day left out is closed
    open_on_holidays: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a site is open at a moment, and when that changes next."""

    is_open: bool
    closes_at: datetime | None  # when open
    opens_at: datetime | None  # when closed; None = not within three weeks


def stretch(text: str) -> Stretch:
    """Read a stretch of time as the pack writes it.

    Raises:
        ValueError: not two times of day, or the second is not after the first.

    >>> stretch("08:00-12:00").closes
    datetime.time(12, 0)
    """
    first, _, second = text.partition("-")
    read = Stretch(time.fromisoformat(first.strip()), time.fromisoformat(second.strip()))
    if read.opens >= read.closes:
        raise ValueError(f"not a stretch of one day: {text!r}")
    return read


def may_follow(before: SiteState, after: SiteState) -> bool:
    """Tell whether a site may step from one state to the other."""
    return after in STEPS[before]


def hours_on(
    day: date,
    *,
    weeks: Sequence[Week],
    exceptions: Mapping[date, Sequence[Stretch]],
    holidays: frozenset[date],
) -> Sequence[Stretch]:
    """Return the stretches of one day: an exception first, then holidays, then the week."""
    if day in exceptions:
        return exceptions[day]
    week = next((week for week in reversed(weeks) if week.valid_from <= day), None)
    if week is None or (day in holidays and not week.open_on_holidays):
        return ()
    return week.days.get(WEEKDAYS[day.weekday()], ())


def opening(
    moment: datetime,
    *,
    zone: ZoneInfo,
    weeks: Sequence[Week],
    exceptions: Mapping[date, Sequence[Stretch]],
    holidays: frozenset[date],
) -> Opening:
    """Tell whether it is open at a moment, until when, and otherwise when it opens next.

    Args:
        moment: aware; hours are local time of `zone`.
    """
    local = moment.astimezone(zone)
    for ahead in range(LOOK_AHEAD_DAYS + 1):
        day = local.date() + timedelta(days=ahead)
        for part in hours_on(day, weeks=weeks, exceptions=exceptions, holidays=holidays):
            opens = datetime.combine(day, part.opens, zone)
            closes = datetime.combine(day, part.closes, zone)
            if opens <= local < closes:
                return Opening(is_open=True, closes_at=closes, opens_at=None)
            if local < opens:
                return Opening(is_open=False, closes_at=None, opens_at=opens)
    return Opening(is_open=False, closes_at=None, opens_at=None)


def working_days_after(day: date, count: int, *, holidays: frozenset[date]) -> date:
    """Return the day a number of working days after a day: Monday to Friday, no holidays."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            count -= 1
    return day
