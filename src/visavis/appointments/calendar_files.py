"""Appointments as calendar programs read them (RFC 5545). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

PRODUCT = "-//Visavis//Appointments//EN"


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment.

    Attributes:
        uid: the same for ever, whatever changes.
        sequence: grows with each change, so that an older file never overwrites a newer one.
        is_cancelled: the program takes it out, or strikes it through.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    title: str
    place: str = ""
    text: str = ""
    is_cancelled: bool = False


def file(entries: Iterable[Entry], *, zone: ZoneInfo, name: str = "") -> bytes:
    """Return a calendar file; times are local, with the rules of their zone inside.

    Args:
        name: shown by programs that subscribe to it.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry, zone))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(entry: Entry, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    said_in = _zone_to_say(entry, zone)
    event.add("dtstart", entry.starts_at.astimezone(said_in))
    event.add("dtend", entry.ends_at.astimezone(said_in))
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    if entry.text:
        event.add("description", entry.text)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event


def _zone_to_say(entry: Entry, zone: ZoneInfo) -> tzinfo:
    """Return UTC for what touches the second of the two hours in which clocks go back.

    To calendar programs a local time that comes twice means the first one (RFC 5545, 3.3.5).
    """
    moments = (entry.starts_at, entry.ends_at)
    return UTC if any(moment.astimezone(zone).fold for moment in moments) else zone
