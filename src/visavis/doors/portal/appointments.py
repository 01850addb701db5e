"""One appointment: where it stands, confirm, give back, keep in one's own calendar."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.appointments import calendar_files, fees, queries
from visavis.appointments.books import Book
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import booking as operations
from visavis.appointments.operations import entering
from visavis.appointments.refusals import AppointmentRefused, ChangeRefused
from visavis.appointments.rules import CancelReason, Outcome, Purpose, Verdict, Why
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    kept,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import measuring
from visavis.doors.portal.appointments_access import (
    common,
    is_as_shown,
    known_facts,
    masked,
    right_of,
    said_date,
    shown,
    url,
)
from visavis.doors.portal.appointments_entering import to_open
from visavis.doors.portal.appointments_forms import CancelForm, ReachForm
from visavis.doors.portal.appointments_words import (
    ADDRESS_TOO_OFTEN,
    BY_OFFICE,
    HAPPENED,
    HAS_CHANGED,
    NOT_ALLOWED,
    NOTHING_BOOKED,
    OVER,
    REFUSALS,
    STATES,
    WAITS_FOR_YOU,
)
from visavis.foundation import codes
from visavis.foundation.throttles import TooMany
from visavis.payments.models import Payment
from visavis.visits.rules import Reason

PAGES = ["GET", "POST"]


@never_cache
@require_GET
def show(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Where an appointment stands and what can be done about it."""
    try:
        right = right_of(request, right_id)
    except Http404:
        return to_open(request, right_id)
    measuring.at(request, service=right.calendar.code, step="appointment", n=2)
    return _page(request, right)


@require_POST
def confirm_standing(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Say that one comes at the time the office has set."""
    right = right_of(request, right_id)
    standing = queries.standing_of(right)
    if standing is not None and not is_as_shown(request, standing):
        return _page(request, right, refusal=str(HAS_CHANGED), status=409)
    try:
        operations.confirm_standing(
            right_id=right.pk, actor=actor_of(request), now=request_now(request)
        )
    except AppointmentRefused as refusal:
        return _page(request, right, refusal=sentence_for(refusal), status=409)
    measuring.reached(request)
    return redirect("portal:appointment_booked", right_id)


@never_cache
@require_http_methods(PAGES)
def cancel(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Give a time back, after asking why; says first what it costs."""
    right = right_of(request, right_id)
    book, now = queries.book_of(right), request_now(request)
    standing = queries.standing_of(right)
    if standing is None:
        return redirect("portal:appointment", right_id)
    if wants_another_language(request):
        return keep_and_switch(request)
    form = CancelForm(request.POST or None, initial=kept(request))
    asks_why = right.purpose != Purpose.FREE
    verdict = queries.verdict_on_cancelling(standing, book, now=now)
    is_other = not is_as_shown(request, standing, fee_cents=verdict.fee_cents)
    if request.method == "POST" and not is_other and (not asks_why or form.is_valid()):
        chosen = form.cleaned_data["reason"] if asks_why else CancelReason.OTHER_TIME
        try:
            operations.cancel(
                right_id=right.pk, reason=CancelReason(chosen), actor=actor_of(request), now=now
            )
        except AppointmentRefused as refusal:
            return _page(request, right, refusal=sentence_for(refusal), status=409)
        measuring.reached(request, Reason.COMPLETED)
        return redirect("portal:appointment", right_id)
    context = {
        **common(request, right, book),
        "form": form if asks_why else None,
        "form_id": "cancel",
        "booking": shown(standing, book, language_of(request)),
        "verdict": _said(verdict, book, request),
        "is_last": queries.giving_back_counts(right, standing)
        and right.moves >= book.rules_now(now).most_moves,
        "refusal": HAS_CHANGED if is_other else "",
    }
    status = 409 if is_other else 200
    return render(request, "portal/appointments/cancel.html", context, status=status)


@never_cache
@require_GET
def booked(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """It is booked: when, where, what to bring."""
    right = right_of(request, right_id)
    book = queries.book_of(right)
    standing = queries.standing_of(right)
    if standing is None:
        return redirect("portal:appointment", right_id)
    context = {
        **common(request, right, book),
        "booking": shown(standing, book, language_of(request)),
        "is_told": queries.reach_of(right) is not None,
        "fees": _open_fees(right),
        "reminder_days": _next_reminder(standing, book, request_now(request)),
    }
    return render(request, "portal/appointments/booked.html", context)


@never_cache
@require_http_methods(PAGES)
def contact(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """How somebody is told about this appointment."""
    right = right_of(request, right_id)
    if not right.is_open:
        return redirect("portal:appointment", right_id)
    if wants_another_language(request):
        return keep_and_switch(request)
    form = ReachForm(request.POST or None, initial=kept(request))
    if request.method == "POST" and form.is_valid():
        channel, address = form.cleaned_data["contact"]
        if not address and "none" not in request.POST:
            return redirect("portal:appointment", right_id)
        try:
            entering.tell_by(
                right=right, channel=channel, address=address, language=language_of(request),
                actor=actor_of(request), now=request_now(request),
            )  # fmt: skip
        except TooMany:
            form.add_error("contact", str(ADDRESS_TOO_OFTEN))
        else:
            return redirect("portal:appointment", right_id)
    context = {
        **common(request, right, queries.book_of(right)),
        "form": form,
        "form_id": "contact",
        "told_by": masked(right.contact_address),
    }
    return render(request, "portal/appointments/contact.html", context)


@never_cache
@require_GET
def slip(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """A slip to print: time, place, number, what to bring; nothing personal."""
    right = right_of(request, right_id)
    book = queries.book_of(right)
    standing = queries.standing_of(right)
    if standing is None:
        return redirect("portal:appointment", right_id)
    context = {
        **common(request, right, book),
        "booking": shown(standing, book, language_of(request)),
        "address": f"{settings.BASE_URL}/a/{right.pk}",
        "typed_address": settings.BASE_URL.split("//", 1)[1],
    }
    return render(request, "portal/appointments/slip.html", context)


@never_cache
@require_GET
def calendar_file(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Hand the appointment over for one's own calendar."""
    right = right_of(request, right_id)
    book, language = queries.book_of(right), language_of(request)
    latest = queries.standing_of(right) or queries.latest_of(right)
    if latest is None:
        raise Http404
    said = shown(latest, book, language)
    words = common(request, right, book)
    entry = calendar_files.Entry(
        uid=f"{right.pk}@visavis",
        sequence=right.sequence,
        starts_at=latest.starts_at,
        ends_at=latest.ends_at,
        changed_at=latest.changed_at or latest.made_at,
        title=str(words["what"]),
        place=", ".join([said.place.name, *said.place.lines]),
        text=_("Appointment number")
        + f": {codes.spoken(right.number)}\n{settings.BASE_URL}/a/{right.pk}",
        is_cancelled=latest.state == "cancelled",
    )
    response = HttpResponse(
        calendar_files.file([entry], zone=book.zone), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{right.number}.ics"'
    return response


def _open_fees(right: Right) -> list[Payment]:
    return [fee for fee in fees.fees_of(right) if fee.is_asked]


def _next_reminder(standing: Booking, book: Book, now: datetime) -> int:
    """Return how many days before the next reminder comes, 0 when none is to come."""
    days = book.rules_now(now).reminder_days
    return max((d for d in days if standing.starts_at - timedelta(days=d) > now), default=0)


def sentence_for(refusal: AppointmentRefused) -> str:
    """Return what people read when something was refused."""
    if isinstance(refusal, ChangeRefused) and refusal.verdict.refusal is not None:
        return str(NOT_ALLOWED[refusal.verdict.refusal])
    return str(REFUSALS[type(refusal)])


def _page(
    request: HttpRequest, right: Right, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    right.refresh_from_db()
    book, now, language = queries.book_of(right), request_now(request), language_of(request)
    standing = queries.standing_of(right) if right.is_open else None
    offer = queries.offer_to(right, now=now) if right.is_open else None
    state, kind = _state_of(right, standing)
    following = right.followed_by.first()
    context = {
        **common(request, right, book),
        "refusal": refusal,
        "state": state,
        "state_kind": kind,
        "facts": known_facts(right, book, language)
        if right.was_told_by(actor_of(request).name)
        else [],
        "booking": shown(standing, book, language) if standing else None,
        "waits_for_you": bool(standing and standing.confirmed_at is None),
        "offer": shown(offer, book, language) if offer else None,
        "offer_until": offer.hold_until if offer else None,
        "is_waiting": queries.wish_of(right) is not None,
        "latest": said_date(right.latest_on, book, language),
        "story": _story(right, book, language),
        "fees": _open_fees(right),
        "choosing": _said(queries.verdict_on_choosing(right, None, book, now=now), book, request),
        "following": url("appointment", following) if following else "",
        "is_failed": right.outcome == Outcome.FAILED,
        "is_told": queries.reach_of(right),
    }
    if standing is not None:
        context["moving"] = _said(queries.verdict_on_move(right, standing, book, now=now), book, request)  # fmt: skip
        context["cancelling"] = _said(queries.verdict_on_cancelling(standing, book, now=now), book, request)  # fmt: skip
        context["moves_left"] = max(0, book.rules_now(now).most_moves - right.moves)
    return render(request, "portal/appointments/appointment.html", context, status=status)


def _state_of(right: Right, standing: Booking | None) -> tuple[object, str]:
    if standing is not None:
        return WAITS_FOR_YOU if standing.confirmed_at is None else STATES[standing.state]
    if right.is_open:
        return NOTHING_BOOKED
    return STATES.get(right.outcome, OVER)


def _said(verdict: Verdict, book: Book, request: HttpRequest) -> dict[str, object]:
    """Return a verdict for a template: whether it may be, what it costs, until when it is free."""
    return {
        "is_allowed": verdict.is_allowed,
        "why": NOT_ALLOWED[verdict.refusal] if isinstance(verdict.refusal, Why) else "",
        "fee_cents": verdict.fee_cents,
        "free_until": said_date(verdict.free_until, book, language_of(request)),
    }


def _story(right: Right, book: Book, language: str) -> list[dict[str, object]]:
    return [
        {
            "title": BY_OFFICE.get(row.state, HAPPENED[row.state])
            if row.was_set_by_office
            else HAPPENED[row.state],
            "when": shown(row, book, language).when,
            "text": "",
            "state": "now" if row.state == "booked" else "done",
        }
        for row in queries.story_of(right)
    ]
