"""Decisions about the catalogue. Pure: no database, no clock."""

from datetime import date
from enum import StrEnum


class Access(StrEnum):
    """How a service is asked for."""

    FORM = "form"
    LINK = "link"
    BRANCH = "branch"
    APPOINTMENT = "appointment"


class Availability(StrEnum):
    """What a day means for a service."""

    NOW = "now"
    NOT_YET = "not_yet"
    NO_LONGER = "no_longer"


class ArrivalSource(StrEnum):
    """Where somebody met a short link."""

    LINK = "link"
    POSTER = "poster"
    FLYER = "flyer"
    SCREEN = "screen"


SOURCE_MARKS = {"p": ArrivalSource.POSTER, "f": ArrivalSource.FLYER, "s": ArrivalSource.SCREEN}


def arrival_source(mark: str) -> ArrivalSource:
    """Return the source that the mark of a short link means; an unknown mark is a plain link."""
    return SOURCE_MARKS.get(mark, ArrivalSource.LINK)


def availability(
    day: date, periods: list[tuple[date, date | None]]
) -> tuple[Availability, date | None]:
    """Tell what a day means for a service with these periods, and from or until when.

    Returns:
        now and the end if known; not yet and the first day; no longer and the day it ended.
    """
    for begins, ends in periods:
        if begins <= day and (ends is None or day < ends):
            return Availability.NOW, ends
    later = [begins for begins, _ in periods if begins > day]
    if later:
        return Availability.NOT_YET, min(later)
    return Availability.NO_LONGER, max(ends for _, ends in periods if ends is not None)
