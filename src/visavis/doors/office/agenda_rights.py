"""Booking a time for somebody who has a right but no time yet, as when they call."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.appointments import books, office_queries, queries
from visavis.appointments.books import NoSuchKind
from visavis.appointments.listing import Time
from visavis.appointments.models import Right
from visavis.appointments.operations import marking
from visavis.appointments.queries import NoSuchRight
from visavis.doors.entrance import language_of, request_now
from visavis.doors.office import agenda_access as access
from visavis.doors.office import agenda_details as details
from visavis.doors.office import agenda_labels as labels
from visavis.doors.office import agenda_moving as moving
from visavis.doors.staff_gate import require_role
from visavis.foundation.codes import spoken
from visavis.foundation.text import said_in


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def book_for(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Offer the free times, and book the one that is chosen."""
    right = _right_of(request, right_id)
    standing = queries.standing_of(right)
    if standing is not None:
        return redirect("office:booking", standing.pk)
    if request.method == "POST" and (booked := _book(request, right)) is not None:
        messages.success(request, _("Booked. The person is told, if they can be reached."))
        return redirect("office:booking", booked)
    return render(request, "office/agenda/book_for.html", _context(request, right))


def _right_of(request: HttpRequest, right_id: UUID) -> Right:
    try:
        return office_queries.right_for(right_id, actor=access.officer(request))
    except NoSuchRight:
        raise Http404 from None


def _book(request: HttpRequest, right: Right) -> UUID | None:
    actor, now = access.officer(request), request_now(request)
    try:
        time = Time.parse(request.POST.get("time", ""))
        return marking.book(right_id=right.pk, time=time, actor=actor, now=now).pk
    except ValueError:
        messages.error(request, _("Choose a time."))
    except tuple(labels.REFUSALS) as refusal:
        messages.error(request, str(labels.sentence_for(refusal)))
    return None


def _context(request: HttpRequest, right: Right) -> dict[str, object]:
    book, language = books.by_id(right.calendar_id), language_of(request)
    try:
        kind = said_in(book.kind(right.kind).name, language)
    except NoSuchKind:
        kind = right.kind
    return {
        **moving.free_times(request, right, place=""),
        "right": right,
        "number": spoken(right.number),
        "kind": kind,
        "facts": details.facts_of(right, book, language),
    }
