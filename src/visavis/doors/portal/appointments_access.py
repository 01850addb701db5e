"""What the pages of an appointment share: whose it is, how a time and a place are said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse

from visavis.appointments import books, facts, queries, telling
from visavis.appointments.books import Book, NoSuchCalendar
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Right
from visavis.appointments.schema import AgendaEntry
from visavis.catalog.definition.texts import said_day
from visavis.doors.entrance import actor_of, language_of
from visavis.foundation import codes
from visavis.foundation.text import said_in


@dataclass(frozen=True, slots=True)
class Place:
    """Where an appointment takes place."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A booked or offered time as people read it."""

    when: str
    place: Place
    starts_at: datetime
    key: str = ""  # comes back with a form, see `is_as_shown`


def right_of(request: HttpRequest, right_id: UUID) -> Right:
    """Return a right of whoever asks; the neighbour's does not exist.

    Raises:
        Http404: none, or somebody else's.
    """
    try:
        return queries.right_for(right_id, actor=actor_of(request))
    except queries.NoSuchRight as missing:
        raise Http404 from missing


def book_of(code: str) -> Book:
    """Return a calendar's book.

    Raises:
        Http404: the pack has no such calendar.
    """
    try:
        return books.book(code)
    except NoSuchCalendar as missing:
        raise Http404 from missing


def url(view: str, right: Right) -> str:
    return reverse(f"portal:{view}", args=[right.pk])


def place_of(agenda: AgendaEntry | None, names: dict[str, str], language: str) -> Place:
    if agenda is None:
        return Place(said_in(names, language), ())
    address = agenda.address
    lines = (
        f"{address.street} {address.house_number}".strip(),
        f"{address.postal_code} {address.locality}",
    )
    return Place(said_in(agenda.name, language), tuple(line for line in lines if line))


def shown(booking: Booking, book: Book, language: str) -> Shown:
    """Return a booking in words."""
    agenda = book.agendas.get(booking.lane.agenda.code)
    place = place_of(agenda.entry if agenda else None, booking.lane.agenda.names, language)
    when = telling.when(booking.starts_at, book, language)
    return Shown(when, place, booking.starts_at, str(booking.pk))


def is_as_shown(request: HttpRequest, booking: Booking, *, fee_cents: int = 0) -> bool:
    """Tell whether a form is about the time and the price that its page showed.

    Between the two may lie another window, midnight, or the office.
    """
    key, fee = str(booking.pk), str(fee_cents)
    return request.POST.get("shown", key) == key and request.POST.get("fee", fee) == fee


def shown_time(time: Time, book: Book, language: str) -> Shown:
    """Return a free time in words."""
    entry = book.agendas[time.agenda].entry
    place = place_of(entry, dict(entry.name), language)
    return Shown(telling.when(time.starts_at, book, language), place, time.starts_at)


def said_date(day: date | None, book: Book, language: str) -> str:
    """Return a day in words, nothing for none."""
    return "" if day is None else said_day(book.day_span(day)[0], language)


def known_facts(right: Right, book: Book, language: str) -> Sequence[tuple[str, str]]:
    """Return the label and value of what is known about a right."""
    return [
        (said_in(fact.label, language), facts.shown(fact.shape, right.facts[fact.code]))
        for fact in book.entry.facts
        if fact.code in right.facts
    ]


def masked(address: str) -> str:
    """Return an address so that only its owner recognises it: whoever has the paper sees it too.

    >>> masked("anna.muster@example.ch"), masked("+41791234567"), masked("")
    ('a…@example.ch', '…567', '')
    """
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    return f"…{address[-3:]}" if address else ""


def common(request: HttpRequest, right: Right, book: Book) -> dict[str, object]:
    """Return what every page of an appointment gives to its template."""
    language = language_of(request)
    try:
        kind = said_in(book.kind(right.kind).name, language)
    except books.NoSuchKind:
        kind = ""
    return {
        "right": right,
        "what": said_in(book.entry.name, language),
        "kind": kind,
        "number": codes.spoken(right.number),
        "bring": [said_in(thing, language) for thing in book.entry.bring],
        "read_aloud": False,
    }
