"""The waiting list for an earlier date: join, leave, accept or decline an offer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from visavis.appointments import queries
from visavis.appointments.books import Book
from visavis.appointments.models import Right
from visavis.appointments.operations import booking, waiting
from visavis.appointments.refusals import (
    AppointmentRefused,
    CannotBeReached,
    OfferGone,
    SlotTaken,
)
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import measuring
from visavis.doors.portal.appointments import sentence_for
from visavis.doors.portal.appointments_access import common, is_as_shown, right_of, shown
from visavis.doors.portal.appointments_forms import WaitForm
from visavis.doors.portal.appointments_words import HAS_CHANGED, REFUSALS
from visavis.foundation.text import said_in

PAGES = ["GET", "POST"]


@never_cache
@require_http_methods(PAGES)
def wait(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Join the waiting list, or change where one would come."""
    right = right_of(request, right_id)
    if not right.is_open:
        return redirect("portal:appointment", right_id)
    if wants_another_language(request):
        return keep_and_switch(request)
    book, now = queries.book_of(right), request_now(request)
    wish = queries.wish_of(right)
    choices = _places(right, book, request)
    chosen = wish.agendas if wish and wish.agendas else [code for code, _name in choices]
    form = WaitForm(request.POST or None, choices=choices, initial={"places": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            waiting.join(
                right_id=right.pk, agendas=form.cleaned_data["places"],
                actor=actor_of(request), now=now,
            )  # fmt: skip
        except CannotBeReached:
            return redirect("portal:appointment_contact", right_id)
        except AppointmentRefused as refusal:
            form.add_error(None, sentence_for(refusal))
        else:
            messages.success(request, _("You are on the waiting list."))
            return redirect("portal:appointment", right_id)
    standing, reach = queries.standing_of(right), queries.reach_of(right)
    entry = book.rules_now(now)
    context = {
        **common(request, right, book),
        "form": form,
        "form_id": "wait",
        "wish": wish,
        "can_be_reached": reach is not None and reach.channel != "letter",
        "booking": shown(standing, book, language_of(request)) if standing else None,
        "minutes": entry.offer_minutes,
        "most_offers": entry.most_offers,
    }
    return render(request, "portal/appointments/wait.html", context)


@require_POST
def leave(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Leave the waiting list."""
    right = right_of(request, right_id)
    try:
        waiting.leave(right_id=right.pk, actor=actor_of(request), now=request_now(request))
    except AppointmentRefused as refusal:
        messages.error(request, sentence_for(refusal))
    else:
        messages.success(request, _("You are no longer on the waiting list."))
    return redirect("portal:appointment", right_id)


@require_POST
def accept(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Take the earlier time that is offered."""
    right = right_of(request, right_id)
    now = request_now(request)
    offered = queries.offer_to(right, now=now)
    if offered is not None and not is_as_shown(request, offered):
        messages.error(request, str(HAS_CHANGED))
        return redirect("portal:appointment", right_id)
    try:
        if offered is None:
            raise OfferGone
        booking.confirm(hold_id=offered.pk, actor=actor_of(request), now=now)
    except (OfferGone, SlotTaken):
        messages.error(request, str(REFUSALS[OfferGone]))
        return redirect("portal:appointment", right_id)
    except AppointmentRefused as refusal:
        messages.error(request, sentence_for(refusal))
        return redirect("portal:appointment", right_id)
    measuring.reached(request)
    return redirect("portal:appointment_booked", right_id)


@require_POST
def decline(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Let the offered time go to the next."""
    right = right_of(request, right_id)
    try:
        waiting.decline(right_id=right.pk, actor=actor_of(request), now=request_now(request))
    except AppointmentRefused as refusal:
        messages.error(request, sentence_for(refusal))
    else:
        messages.success(request, _("The time goes to the next. You stay on the list."))
    return redirect("portal:appointment", right_id)


def _places(right: Right, book: Book, request: HttpRequest) -> list[tuple[str, str]]:
    language = language_of(request)
    standing = queries.standing_of(right)
    may_change = standing is None or book.rules_now(request_now(request)).may_change_place
    return [
        (code, said_in(agenda.entry.name, language))
        for code, agenda in book.agendas.items()
        if agenda.lanes_for(right.kind, right.weight_kg)
        and (may_change or (standing is not None and standing.lane.agenda.code == code))
    ]
