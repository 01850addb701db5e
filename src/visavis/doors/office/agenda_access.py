"""Which calendars, places and bookings an officer may see; everything else does not exist."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from visavis.appointments import office_queries
from visavis.appointments.books import AgendaBook, Book
from visavis.appointments.models import Booking
from visavis.appointments.queries import NoSuchRight
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.foundation.actor import Actor, Kind
from visavis.foundation.text import said_in


@dataclass(frozen=True, slots=True)
class Place:
    """One agenda, as one officer looks at it in one request."""

    book: Book
    agenda: AgendaBook
    actor: Actor
    now: datetime
    language: str

    @property
    def code(self) -> str:
        return self.agenda.code

    @property
    def name(self) -> str:
        return said_in(self.agenda.entry.name, self.language)

    @property
    def calendar(self) -> str:
        return said_in(self.book.entry.name, self.language)

    @property
    def today(self) -> date:
        return self.book.today(self.now)


TABS: dict[str, tuple[str, Promise]] = {
    "day": ("office:agenda", _("Day sheet")),
    "walk_in": ("office:walk_in", _("Walk-in")),
    "occupancy": ("office:occupancy", _("Occupancy")),
    "closing": ("office:closing", _("Close")),
    "feeds": ("office:feeds", _("Calendar programs")),
}


def tabs_of(place: Place, current: str) -> list[dict[str, object]]:
    """Return the ways between the pages of a place."""
    return [
        {"label": label, "address": reverse(view, args=[place.code]), "is_current": name == current}
        for name, (view, label) in TABS.items()
    ]


def officer(request: HttpRequest) -> Actor:
    return actor_of(request, kind=Kind.OFFICER)


def books_of(request: HttpRequest) -> list[Book]:
    """Return the calendars of the officer's offices, or 404 if there are none."""
    found = office_queries.books_of(officer(request))
    if not found:
        raise Http404
    return found


def book_of(request: HttpRequest, code: str) -> Book:
    """Return a calendar of the officer's offices, or 404."""
    for book in books_of(request):
        if book.code == code:
            return book
    raise Http404


def place_of(request: HttpRequest, code: str) -> Place:
    """Return a place of the officer's offices, or 404."""
    for book in books_of(request):
        if code in book.agendas:
            return place_in(request, book, book.agendas[code])
    raise Http404


def place_in(request: HttpRequest, book: Book, agenda: AgendaBook) -> Place:
    return Place(book, agenda, officer(request), request_now(request), language_of(request))


def booking_of(request: HttpRequest, booking_id: UUID) -> Booking:
    """Return a booking of the officer's offices, or 404; it is not shown, so nothing is noted."""
    try:
        return office_queries.booking_for(booking_id, actor=officer(request))
    except NoSuchRight:
        raise Http404 from None
