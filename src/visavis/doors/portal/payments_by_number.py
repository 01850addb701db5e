"""Paying for somebody, or on another device: by the payment's number, or by a link."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from visavis.doors import entrance
from visavis.doors.portal import payments_access
from visavis.doors.portal.payments_forms import PaymentNumber
from visavis.foundation import throttles
from visavis.payments import queries, refusals

PER = timedelta(minutes=10)
TRIES = 10  # of one browser, visit or account
TRIES_OF_ALL = 2_000  # a number has nine million values, so all together may not guess either


@require_http_methods(["GET", "POST"])
def by_number(request: HttpRequest) -> HttpResponse:
    """Enter a payment's number, and see its amount and purpose."""
    if entrance.wants_another_language(request):
        return entrance.keep_and_switch(request)
    form = PaymentNumber(request.POST or None, initial=entrance.kept(request))
    if request.method == "POST" and form.is_valid():
        try:
            _spend(request)
            payment = queries.by_number(form.cleaned_data["number"])
        except refusals.NoSuchPayment:
            form.add_error(
                "number", _("No payment has this number. Compare it digit by digit with the paper.")
            )
        except throttles.TooMany:
            form.add_error("number", _("Too many tries. Wait ten minutes, then try again."))
        else:
            payments_access.show(request, payment)
            return redirect("portal:payment", payment.pk)
    context = {"form": form, "form_id": "payment-number"}
    return render(request, "portal/payments/by_number.html", context)


@require_GET
def by_link(request: HttpRequest, link: str) -> HttpResponse:
    """Follow the QR code of a payment."""
    payment = payments_access.payment_of_link(link)
    payments_access.show(request, payment)
    return redirect("portal:payment", payment.pk)


def _spend(request: HttpRequest) -> None:
    now, actor = entrance.request_now(request), entrance.actor_of(request)
    throttles.spend(f"payments.by_number:{actor.name}", limit=TRIES, per=PER, now=now)
    throttles.spend("payments.by_number", limit=TRIES_OF_ALL, per=PER, now=now)
