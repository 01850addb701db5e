"""The functions that conditions may call: what cannot be said is null, never an error.

CEL has no type for a day, so a day travels as midnight UTC. A partial day, such as a birth date of
which only the year is known, travels as text: "1961", "1961-04" or "1961-04-12".
"""

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

Value: TypeAlias = bool | int | float | str | datetime | list[str] | list[int] | None


def moment_of(day: date) -> datetime:
    """Return a day as conditions know it: midnight, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def day_of(value: object) -> date | None:
    """Return the day that a condition's value means, or None when it means none.

    >>> day_of("2026-02-30") is None, day_of("2026-03-01")
    (True, datetime.date(2026, 3, 1))
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None


def earliest_of_partial(value: object) -> date | None:
    """Return the first day that a partial day may be.

    >>> earliest_of_partial("1961-04")
    datetime.date(1961, 4, 1)
    """
    parts = _parts(value)
    if parts is None:
        return day_of(value)
    year, month = parts
    return date(year, month or 1, 1)


def latest_of_partial(value: object) -> date | None:
    """Return the last day that a partial day may be.

    >>> latest_of_partial("1960-02")
    datetime.date(1960, 2, 29)
    """
    parts = _parts(value)
    if parts is None:
        return day_of(value)
    year, month = parts
    return date(year, month or 12, calendar.monthrange(year, month or 12)[1])


def _parts(value: object) -> tuple[int, int | None] | None:
    if not isinstance(value, str) or len(value) not in (4, 7):
        return None
    year, _, month = value.partition("-")
    if not (year.isdigit() and (not month or month.isdigit())):
        return None
    if not 1 <= int(year) <= 9999 or (month and not 1 <= int(month) <= 12):
        return None
    return int(year), int(month) if month else None


def years_between(from_: object, to: object) -> int | None:
    """Return whole years from one day to another, as birthdays are counted.

    Somebody born on 29 February has their birthday on 1 March of common years.
    """
    start, end = day_of(from_), day_of(to)
    if start is None or end is None:
        return None
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def youngest_age_on(birth: object, day: object) -> int | None:
    """Return the age that somebody has certainly reached on a day, whatever is not known."""
    return years_between(latest_of_partial(birth), day)


def oldest_age_on(birth: object, day: object) -> int | None:
    """Return the age that somebody may at most have reached on a day."""
    return years_between(earliest_of_partial(birth), day)


def age_on(birth: object, day: object) -> int | None:
    """Return the age on a day, or null when a partial birth date leaves a doubt."""
    youngest = youngest_age_on(birth, day)
    return youngest if youngest == oldest_age_on(birth, day) else None


def days_between(from_: object, to: object) -> int | None:
    """Return the number of days from one day to another, negative when it lies before."""
    start, end = day_of(from_), day_of(to)
    return None if start is None or end is None else (end - start).days


def date_(text: object) -> datetime | None:
    """Return the day written as `date("2026-03-01")`."""
    return _back(day_of(text))


def day_in(year: object, month: object, day: object) -> datetime | None:
    """Return a day from its three numbers."""
    if not (isinstance(year, int) and isinstance(month, int) and isinstance(day, int)):
        return None
    try:
        return moment_of(date(year, month, day))
    except (ValueError, OverflowError):
        return None


def first_weekday_in(year: object, month: object, weekday: object) -> datetime | None:
    """Return the first such weekday of a month; 1 is Monday, 7 Sunday."""
    first = day_of(day_in(year, month, 1))
    if first is None or not isinstance(weekday, int) or not 1 <= weekday <= 7:
        return None
    return moment_of(first + timedelta(days=(weekday - first.isoweekday()) % 7))


def add_days(day: object, days: object) -> datetime | None:
    """Return the day so many days later, or earlier when negative."""
    start = day_of(day)
    if start is None or not isinstance(days, int):
        return None
    try:
        return moment_of(start + timedelta(days=days))
    except OverflowError:
        return None


def earlier(one: object, other: object) -> datetime | None:
    """Return the earlier of two days."""
    days = [day_of(one), day_of(other)]
    return None if None in days else moment_of(min(day for day in days if day))


def later(one: object, other: object) -> datetime | None:
    """Return the later of two days."""
    days = [day_of(one), day_of(other)]
    return None if None in days else moment_of(max(day for day in days if day))


def year_of(day: object) -> int | None:
    """Return the year of a day."""
    start = day_of(day)
    return start.year if start else None


def number_of(text: object) -> int | None:
    """Return the number written in a text, such as a postal code, or null."""
    if isinstance(text, int):
        return text
    ascii_digits = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 15
    return int(text) if ascii_digits and isinstance(text, str) else None


def _back(day: date | None) -> datetime | None:
    return moment_of(day) if day else None


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "date": date_,
    "day_in": day_in,
    "first_weekday_in": first_weekday_in,
    "add_days": add_days,
    "earlier": earlier,
    "later": later,
    "year_of": year_of,
    "number_of": number_of,
    "days_between": days_between,
    "years_between": years_between,
    "age_on": age_on,
    "youngest_age_on": youngest_age_on,
    "oldest_age_on": oldest_age_on,
}
