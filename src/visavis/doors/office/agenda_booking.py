"""One appointment at the office: read it, mark it, move it, cancel it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from visavis.appointments import books, fees
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking
from visavis.appointments.operations import marking, reading
from visavis.appointments.queries import NoSuchRight
from visavis.appointments.rules import State
from visavis.doors.entrance import language_of, request_now
from visavis.doors.office import agenda_access as access
from visavis.doors.office import agenda_details as details
from visavis.doors.office import agenda_labels as labels
from visavis.doors.office import agenda_moving as moving
from visavis.doors.office import agenda_rows as rows
from visavis.doors.staff_gate import require_role

Change = Callable[..., Booking]
WORKLISTS = {"unmarked": "office:unmarked", "misplaced": "office:misplaced"}


@never_cache
@require_safe
@require_role("officer")
def booking(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Show an appointment with all that is known; that it was opened is written in the journal."""
    actor, now = access.officer(request), request_now(request)
    try:
        found = reading.read(booking_id=booking_id, actor=actor, now=now)
    except NoSuchRight:
        raise Http404 from None
    context = details.of(found, language=language_of(request), now=now)
    return render(request, "office/agenda/booking.html", {"read_aloud": False, **context})


@require_POST
@require_role("officer")
def mark(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Mark somebody as arrived, passed, failed or missing, or take a mark back."""
    found = access.booking_of(request, booking_id)
    try:
        to = State(request.POST.get("to", ""))
    except ValueError:
        raise Http404 from None
    marked = _done(request, found, marking.mark, to=to)
    if marked is not None and (consequence := _consequence(marked)):
        messages.success(request, consequence)
    return redirect(_back(request, found))


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def move(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Offer the free times from a day on, and move somebody to the one that is chosen."""
    found = access.booking_of(request, booking_id)
    context = moving.offered(request, found)
    if request.method == "POST":
        try:
            time = Time.parse(request.POST.get("time", ""))
        except ValueError:
            messages.error(request, _("Choose a time."))
            return render(request, "office/agenda/move.html", context)
        moved = _done(request, found, marking.move, time=time)
        if moved is None:
            return redirect("office:booking_move", found.pk)
        messages.success(request, _("Moved. The person is told, if they can be reached."))
        return redirect("office:booking", moved.pk)
    return render(request, "office/agenda/move.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def cancel(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Ask whether it is meant, then cancel; the right to an appointment stays."""
    found = access.booking_of(request, booking_id)
    if request.method == "POST":
        if _done(request, found, marking.cancel) is not None:
            messages.success(request, _("Cancelled. The person is told, if they can be reached."))
        return redirect("office:booking", found.pk)
    assert found.right is not None
    row = rows.row_of(
        books.by_id(found.right.calendar_id), found, language_of(request),
        now=request_now(request), closed=(),
    )  # fmt: skip
    return render(request, "office/agenda/cancel.html", {"row": row, "read_aloud": False})


def _consequence(marked: Booking) -> str:
    """Say what a mark has set going that cannot be seen on the line itself."""
    assert marked.right is not None
    if marked.state == State.FAILED and marked.right.followed_by.exists():
        return _("Failed. The second appointment can be booked from now on.")
    if marked.state == State.MISSED and fees.fee_of(marked) is not None:
        return _("Noted. The fee is asked for, and another appointment can be booked.")
    if marked.state == State.MISSED:
        return _("Noted. Another appointment can be booked.")
    return ""


def _done(request: HttpRequest, found: Booking, change: Change, **what: object) -> Booking | None:
    """Do it, or say why not."""
    actor, now = access.officer(request), request_now(request)
    try:
        return change(booking_id=found.pk, actor=actor, now=now, **what)
    except tuple(labels.REFUSALS) as refusal:
        messages.error(request, str(labels.sentence_for(refusal)))
    return None


def _back(request: HttpRequest, found: Booking) -> str:
    """Return the page from which a mark was set, at the line of this appointment."""
    back = request.POST.get("back", "")
    assert found.right is not None
    book = books.by_id(found.right.calendar_id)
    if back in WORKLISTS:
        return reverse(WORKLISTS[back], args=[book.code])
    if back == "sheet":
        day = book.today(found.starts_at)
        sheet = reverse("office:day_sheet", args=[found.lane.agenda.code, day])
        lane = request.POST.get("lane", "")
        chosen = f"?lane={found.lane.code}" if lane == found.lane.code else ""
        return f"{sheet}{chosen}#b-{found.pk}"
    return reverse("office:booking", args=[found.pk])
