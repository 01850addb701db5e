"""Appointments that somebody must look at: never marked, or standing in time that is closed."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from visavis.appointments import office_queries
from visavis.appointments.books import Book
from visavis.appointments.models import Booking
from visavis.doors.entrance import language_of, request_now
from visavis.doors.office import agenda_access as access
from visavis.doors.office import agenda_rows as rows
from visavis.doors.staff_gate import require_role
from visavis.foundation.text import said_in

MOST_SHOWN = 100


@never_cache
@require_safe
@require_role("officer")
def unmarked(request: HttpRequest, code: str) -> HttpResponse:
    """List what stands on days that are over and was never marked."""
    book = access.book_of(request, code)
    found = office_queries.unmarked(book, now=request_now(request))
    return _list(request, book, list(found[:MOST_SHOWN]), "unmarked", count=found.count())


@never_cache
@require_safe
@require_role("officer")
def misplaced(request: HttpRequest, code: str) -> HttpResponse:
    """List what is booked in time that is no longer open."""
    book = access.book_of(request, code)
    found = office_queries.misplaced(book, now=request_now(request))
    return _list(request, book, found[:MOST_SHOWN], "misplaced", count=len(found))


def _list(
    request: HttpRequest, book: Book, found: Sequence[Booking], name: str, *, count: int
) -> HttpResponse:
    language, now = language_of(request), request_now(request)
    context = {
        "calendar": said_in(book.entry.name, language),
        "rows": [rows.row_of(book, one, language, now=now, closed=()) for one in found],
        "back": name,
        "left_out": max(0, count - MOST_SHOWN),
        "read_aloud": False,
    }
    return render(request, f"office/agenda/{name}.html", context)
