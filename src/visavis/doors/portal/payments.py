"""Paying: what is due, the ways to pay it, and the way back from the provider's page."""

from datetime import timedelta
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.portal import measuring, payments_access, payments_back
from visavis.gateways.payment_provider import client
from visavis.payments import bills, operations, queries, refusals
from visavis.payments.conversation import HostedPage
from visavis.payments.models import Payment
from visavis.places import queries as places

LANGUAGE = "payment_language"  # in the session: the language in which the payer went away
ASKED_ENOUGH = timedelta(seconds=1)  # between the looks of a waiting page
REFUSALS = {
    refusals.ProviderSilent: _(
        "The payment page cannot be opened at the moment. Nothing was taken. Try again in a minute, or pay in cash."
    ),
    refusals.UnderReview: _(
        "We are checking money that has already arrived. Please do not pay again; we will let you know."
    ),
}


@require_GET
def payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """What is due, and the ways to pay it."""
    asked = payments_access.payment_for(request, payment_id)
    return _pay_page(request, asked)


@require_http_methods(["GET", "POST"])
def pay_online(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Go to the provider's page, in this same window."""
    asked = payments_access.payment_for(request, payment_id)
    if request.method == "GET":  # the back button, or a language switch after a refusal
        return redirect("portal:payment", payment_id)
    page = HostedPage(
        return_url=settings.BASE_URL + reverse("portal:payment_back", args=[payment_id]),
        notify_url=settings.BASE_URL + reverse("public_api:payment_event"),
        language=language_of(request),
        presentation="kiosk" if request.visit else "web",  # type: ignore[attr-defined]  # set by the visits' middleware
    )
    try:
        address = operations.begin_attempt(
            payment=asked, page=page, actor=actor_of(request), now=request_now(request)
        )
    except (refusals.AlreadySettled, refusals.NoLongerAsked):
        return redirect("portal:payment", payment_id)
    except refusals.PaymentRefused as refusal:
        return _pay_page(request, asked, refusal=REFUSALS[type(refusal)])
    request.session[LANGUAGE] = language_of(request)
    return redirect(address)


@require_GET
def payment_back(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Where the provider's page leads back to. Coming here proves nothing: we ask the provider."""
    left_in = request.session.pop(LANGUAGE, "")
    if left_in and left_in != language_of(request):
        return redirect(translate_url(request.get_full_path(), left_in))
    asked = payments_access.payment_for(request, payment_id)
    asked, is_silent = _ask(request, asked)
    if asked.is_settled:
        measuring.reached(request)
    context = {
        **_context(request, asked),
        "attempt": queries.last_attempt(asked),
        "is_silent": is_silent,
    }
    return render(request, "portal/payments/back.html", context)


@require_GET
def payment_state(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Say in one word where the payment stands, for the page that waits."""
    asked = payments_access.payment_for(request, payment_id)
    if not _was_just_asked(request, asked):
        asked, _is_silent = _ask(request, asked)
    attempt = queries.last_attempt(asked)
    state = f"{asked.state} {attempt.state if attempt else ''}".strip()
    return JsonResponse({"state": state}, headers={"Cache-Control": "no-store"})


@require_GET
def pay_in_cash(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """The payment's short number in big digits, and where cash is taken."""
    asked = payments_access.payment_for(request, payment_id)
    now, site, language = request_now(request), actor_of(request).site, language_of(request)
    here = places.help_here(site, language=language, now=now) if site else None
    context = {**_context(request, asked), "here": here}
    return render(request, "portal/payments/cash.html", context)


@require_GET
def pay_by_phone(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """A QR code with which a phone, the payer's own or a relative's, opens the same payment."""
    asked = payments_access.payment_for(request, payment_id)
    path = reverse("portal:pay_by_link", args=[payments_access.link_to(asked)])
    qr = segno.make(settings.BASE_URL + path, error="m")
    context = {
        **_context(request, asked),
        "qr": mark_safe(qr.svg_inline(scale=6, border=4, omitsize=True)),
        "typed_address": settings.BASE_URL.split("//", 1)[1] + reverse("portal:pay_by_number"),
    }
    return render(request, "portal/payments/phone.html", context)


def _pay_page(request: HttpRequest, asked: Payment, *, refusal: object = "") -> HttpResponse:
    is_theirs = payments_access.is_theirs(asked, actor=actor_of(request))
    context = {
        **_context(request, asked),
        "lines": list(asked.lines.all()),
        "refusal": refusal,
        "money_back": payments_back.shown(asked) if is_theirs else [],
        "is_under_review": queries.is_under_review(asked),
    }
    return render(request, "portal/payments/payment.html", context)


def _context(request: HttpRequest, asked: Payment) -> dict[str, object]:
    is_theirs = payments_access.is_theirs(asked, actor=actor_of(request))
    return {
        "payment": asked,
        "is_payer_only": not is_theirs,
        "case_url": payments_access.case_address(asked) if is_theirs else "",
        "can_pay_online": client.is_configured(),
        "can_pay_by_bill": bills.can_be_billed(asked),
    }


def _was_just_asked(request: HttpRequest, asked: Payment) -> bool:
    attempt = queries.last_attempt(asked)
    if attempt is None or attempt.asked_at is None:
        return False
    return request_now(request) - attempt.asked_at < ASKED_ENOUGH


def _ask(request: HttpRequest, asked: Payment) -> tuple[Payment, bool]:
    """Ask the provider; return the payment as it is now, and whether the provider was silent."""
    actor, now = actor_of(request), request_now(request)
    try:
        return operations.ask_provider(payment=asked, actor=actor, now=now), False
    except refusals.ProviderSilent:
        return queries.payment(asked.pk), True
