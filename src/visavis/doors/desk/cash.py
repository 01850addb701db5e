"""Cash at the counter: a number in, an amount and a purpose out, and nothing else of the citizen."""

from datetime import timedelta
from uuid import UUID, uuid4

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from visavis.doors import entrance
from visavis.doors.desk import workplace
from visavis.doors.staff_gate import require_role
from visavis.foundation import throttles
from visavis.payments import operations, queries, refusals, tills
from visavis.payments.models import CashReceipt, Payment

FOUND = "desk_payment"  # in the session: the payment looked up last, and the key of its receipt
FOUND_FOR = timedelta(minutes=30)
REFUSALS = {
    refusals.NoSuchPayment: _(
        "No payment has this number. Ask the citizen to read it again, digit by digit."
    ),
    refusals.AlreadySettled: _("This is already paid. Do not take any money."),
    refusals.NoLongerAsked: _("This payment was cancelled. Do not take any money."),
    refusals.UnderReview: _(
        "Money for this payment has already arrived and is being checked. Do not take any money."
    ),
    throttles.TooMany: _("You looked up too many numbers. Wait ten minutes, then try again."),
}


class Number(forms.Form):
    """What the citizen reads aloud."""

    number = forms.CharField(
        label=_("Payment number"),
        max_length=20,
        error_messages={"required": _("Enter the payment number: 8 digits.")},
    )


@require_http_methods(["GET", "POST"])
@require_role("cashier")
@workplace.at_a_site
def enter(request: HttpRequest) -> HttpResponse:
    """Enter the number that the citizen tells."""
    if tills.open_till(workplace.clerk_of(request)) is None:
        return redirect("desk:till")
    if entrance.wants_another_language(request):
        return entrance.keep_and_switch(request)
    form = Number(request.POST or None, initial=entrance.kept(request))
    if request.method == "POST" and form.is_valid():
        try:
            found = operations.look_up(
                number=form.cleaned_data["number"],
                actor=workplace.clerk_of(request),
                now=entrance.request_now(request),
            )
        except (refusals.PaymentRefused, throttles.TooMany) as refusal:
            form.add_error("number", REFUSALS[type(refusal)])
        else:
            _remember(request, found)
            return redirect("desk:cash_confirm")
    return render(request, "desk/cash/enter.html", {"form": form, "form_id": "number"})


@require_http_methods(["GET", "POST"])
@require_role("cashier")
@workplace.at_a_site
def confirm(request: HttpRequest) -> HttpResponse:
    """Show amount and purpose; settle when the clerk has the money in the hand."""
    found, key = _found(request)
    if found is None or key is None:
        return redirect("desk:cash")
    refusal = None
    if request.method == "POST":
        try:
            receipt = operations.receive_cash(
                payment=found,
                key=key,
                actor=workplace.clerk_of(request),
                now=entrance.request_now(request),
            )
        except refusals.NoTill:
            return redirect("desk:till")
        except refusals.PaymentRefused as refused:
            refusal = REFUSALS[type(refused)]
        else:
            return redirect("desk:cash_receipt", receipt.key)
        found = queries.payment(found.pk)
    context = {
        "payment": found,
        "refusal": refusal or _why_not(found),
        "site": workplace.site_of(request),
    }
    return render(request, "desk/cash/confirm.html", context)


@require_GET
@require_role("cashier")
@workplace.at_a_site
def receipt(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a receipt of this site, to print for the citizen."""
    site = workplace.site_of(request)
    assert site is not None
    found = CashReceipt.objects.filter(key=key, site=site.code).select_related("payment").first()
    if found is None:
        raise Http404
    context = {"receipt": found, "payment": found.payment, "site": site}
    return render(request, "desk/cash/receipt.html", context)


def _why_not(found: Payment) -> object:
    """Return why no money may be taken, or None; the operation checks it again."""
    if found.is_settled:
        return REFUSALS[refusals.AlreadySettled]
    if found.is_cancelled:
        return REFUSALS[refusals.NoLongerAsked]
    return REFUSALS[refusals.UnderReview] if queries.is_under_review(found) else None


def _remember(request: HttpRequest, found: Payment) -> None:
    at = entrance.request_now(request).timestamp()
    request.session[FOUND] = {"payment": str(found.pk), "key": str(uuid4()), "at": at}


def _found(request: HttpRequest) -> tuple[Payment | None, UUID | None]:
    held = request.session.get(FOUND)
    if not held:
        return None, None
    if entrance.request_now(request).timestamp() - held["at"] > FOUND_FOR.total_seconds():
        del request.session[FOUND]
        return None, None
    return queries.payment(held["payment"]), UUID(held["key"])
