"""When a vehicle must be inspected next. Federal law, the same in every canton. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from visavis.appointments.rules import months_later

YEAR = 12  # months


class Group(StrEnum):
    """A group of vehicles with one rhythm of inspections."""

    PASSENGER_TRANSPORT = "passenger-transport"  # commercial, coaches, dangerous goods
    HEAVY_GOODS = "heavy-goods"
    LIGHT_GOODS = "light-goods"  # delivery vans, minibuses, slow lorries, motor homes
    PRIVATE = "private"  # passenger cars, motorcycles, trailers over 0.75 t
    INDUSTRIAL = "industrial"  # industrial tractors and the like
    NONE = "none"  # trailers up to 0.75 t: no periodic inspection


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Years from the first registration, from the first inspection, and from each later one."""

    first: int
    second: int
    then: int
    first_at_the_latest: int | None = None


RHYTHMS = {
    Group.PASSENGER_TRANSPORT: Rhythm(1, 1, 1),
    Group.HEAVY_GOODS: Rhythm(2, 2, 1),
    Group.LIGHT_GOODS: Rhythm(4, 3, 2),
    Group.PRIVATE: Rhythm(5, 3, 2, first_at_the_latest=6),
    Group.INDUSTRIAL: Rhythm(5, 3, 3),
}


class ImpossibleDates(ValueError):
    """The last inspection lies before the first registration, or its number does not fit."""


@dataclass(frozen=True, slots=True)
class Due:
    """From which day the next inspection is due, and by which one it must be done if that is said."""

    from_: date
    at_the_latest: date | None = None


def next_due(
    group: Group, *, registered_on: date, inspections: int = 0, last_on: date | None = None
) -> Due | None:
    """Return when the next periodic inspection is due.

    Args:
        registered_on: the day of the first registration.
        inspections: how many periodic inspections the vehicle has had; two stands for more.
        last_on: the day of the last one, if there was one.

    Returns:
        None for vehicles without periodic inspection.

    Raises:
        ImpossibleDates: `last_on` is missing, superfluous, or before `registered_on`.

    Source:
        OETV/VTS (SR 741.41), art. 33. An anniversary on 29 February is taken as 28 February, the
        day that is surely not too late.

    >>> next_due(Group.PRIVATE, registered_on=date(2021, 5, 4)).from_
    datetime.date(2026, 5, 4)
    """
    if (inspections == 0) != (last_on is None):
        raise ImpossibleDates("an inspection has a day, and a day an inspection")
    if last_on is not None and last_on < registered_on:
        raise ImpossibleDates("inspected before it was registered")
    rhythm = RHYTHMS.get(group)
    if rhythm is None:
        return None
    if last_on is None:
        latest = rhythm.first_at_the_latest
        return Due(
            months_later(registered_on, rhythm.first * YEAR),
            months_later(registered_on, latest * YEAR) if latest else None,
        )
    years = rhythm.second if inspections == 1 else rhythm.then
    return Due(months_later(last_on, years * YEAR))
