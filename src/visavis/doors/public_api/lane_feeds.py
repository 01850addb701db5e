"""A lane as calendar programs read it: when, what and which number; no plate, no name."""

import hashlib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from visavis.appointments import books, calendar_files, office_queries, rules
from visavis.appointments.books import Book, NoSuchCalendar, NoSuchKind
from visavis.appointments.calendar_files import Entry
from visavis.appointments.lanes import Lane
from visavis.appointments.models import Booking
from visavis.appointments.operations import feeds
from visavis.appointments.refusals import FeedUnknown
from visavis.appointments.rules import Purpose
from visavis.doors.entrance import request_now
from visavis.foundation import codes
from visavis.foundation.text import said_in
from visavis.foundation.throttles import TooMany, spend
from visavis.places import queries as places

BACK = timedelta(days=30)
READS = 60  # of one address in an hour; programs look every few hours, several people may share it
PER = timedelta(hours=1)
PURPOSES: dict[str, dict[str, str]] = {
    Purpose.SUMMONS: {"fr": "convocation", "de": "Aufgebot", "it": "convocazione", "en": "summons"},
    Purpose.SECOND: {
        "fr": "deuxième passage", "de": "zweite Prüfung", "it": "secondo collaudo",
        "en": "second time",
    },
    Purpose.FREE: {"fr": "libre", "de": "frei", "it": "libero", "en": "free choice"},
    Purpose.WALK_IN: {
        "fr": "sans rendez-vous", "de": "ohne Termin", "it": "senza appuntamento", "en": "walk-in",
    },
}  # fmt: skip


@require_safe
def lane_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Give a lane's appointments from 30 days back to the horizon, or say that nothing changed."""
    now = request_now(request)
    try:
        lane = feeds.lane_of(token)
        book = books.by_id(lane.agenda.calendar_id)
        spend(f"appointments.feed:{token}", limit=READS, per=PER, now=now)
    except (FeedUnknown, NoSuchCalendar):
        raise Http404 from None
    except TooMany as refusal:
        wait = max(1, int((refusal.retry_at - now).total_seconds()))
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    content = _file(lane, book, now=now)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = etag
    found = get_conditional_response(request, etag=etag, response=answer) or answer
    found["Cache-Control"] = "private, no-cache"
    found["X-Robots-Tag"] = "noindex"
    return found


def _file(lane: Lane, book: Book, *, now: datetime) -> bytes:
    language = places.canton().default_language
    until = now + timedelta(days=book.rules_now(now).horizon_days + 1)
    bookings = office_queries.of_lane(lane.pk, from_=now - BACK, until=until)
    place = said_in(lane.agenda.names, language)
    name = f"{said_in(book.entry.name, language)} – {place}, {said_in(lane.names, language)}"
    entries = [_entry(one, book, f"{place}, {said_in(lane.names, language)}", language) for one in bookings]  # fmt: skip
    return calendar_files.file(entries, zone=book.zone, name=name)


def _entry(booking: Booking, book: Book, place: str, language: str) -> Entry:
    right = booking.right
    assert right is not None
    try:
        kind = said_in(book.kind(right.kind).name, language)
    except NoSuchKind:
        kind = right.kind
    return Entry(
        uid=f"{right.pk}@{urlsplit(settings.BASE_URL).hostname}",
        sequence=right.sequence,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        changed_at=booking.changed_at or booking.made_at,
        title=f"{kind} – {said_in(PURPOSES[right.purpose], language)} – {codes.spoken(right.number)}",
        place=place,
        is_cancelled=booking.state in rules.GONE,
    )
