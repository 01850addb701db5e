"""Money given back out of the till: a number in, an amount and a purpose out, nothing else."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.doors import entrance
from visavis.doors.desk import workplace
from visavis.doors.staff_gate import require_role
from visavis.foundation import throttles
from visavis.payments import paying_out, refund_queries, refusals, tills
from visavis.payments.refund_models import Refund

FOUND = "desk_refund"  # in the session: the refund looked up last, and when
FOUND_FOR = timedelta(minutes=30)
REFUSALS: dict[type[Exception], Promise] = {
    refusals.NoSuchRefund: _(
        "No money waits under this number. Ask the citizen to read it again, digit by digit."
    ),
    refusals.RefundMovedOn: _("This was paid out already, or taken back. Do not give any money."),
    refusals.NotEnoughInTill: _("Not so much lies in your till. Ask for money to be put in first."),
    throttles.TooMany: _("You looked up too many numbers. Wait ten minutes, then try again."),
}


class Number(forms.Form):
    """What the citizen reads aloud from their request."""

    number = forms.CharField(
        label=_("Number for the counter"),
        max_length=20,
        error_messages={"required": _("Enter the number: 8 digits.")},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("cashier")
@workplace.at_a_site
def enter(request: HttpRequest) -> HttpResponse:
    """Enter the number that the citizen tells."""
    clerk = workplace.clerk_of(request)
    if tills.open_till(clerk) is None:
        return redirect("desk:till")
    if entrance.wants_another_language(request):
        return entrance.keep_and_switch(request)
    form = Number(request.POST or None, initial=entrance.kept(request))
    if request.method == "POST" and form.is_valid():
        try:
            found = paying_out.look_up(
                number=form.cleaned_data["number"],
                actor=clerk,
                now=entrance.request_now(request),
            )
        except (refusals.NoSuchRefund, throttles.TooMany) as refusal:
            form.add_error("number", str(REFUSALS[type(refusal)]))
        else:
            at = entrance.request_now(request).timestamp()
            request.session[FOUND] = {"refund": str(found.pk), "at": at}
            return redirect("desk:refund_confirm")
    return render(request, "desk/refunds/enter.html", {"form": form, "form_id": "number"})


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("cashier")
@workplace.at_a_site
def confirm(request: HttpRequest) -> HttpResponse:
    """Show amount and purpose; note it when the clerk has given the money."""
    found = _found(request)
    if found is None:
        return redirect("desk:refund")
    refusal: Promise | None = None
    if request.method == "POST" and not entrance.wants_another_language(request):
        try:
            found = paying_out.pay_out(
                refund_id=found.pk,
                actor=workplace.clerk_of(request),
                now=entrance.request_now(request),
            )
        except refusals.NoTill:
            return redirect("desk:till")
        except refusals.PaymentRefused as refused:
            refusal = REFUSALS[type(refused)]
    context = {
        "refund": found,
        "payment": found.payment,
        "refusal": refusal,
        "rounding_cents": found.in_cash_cents - found.amount_cents,
        "site": workplace.site_of(request),
    }
    return render(request, "desk/refunds/confirm.html", context)


def _found(request: HttpRequest) -> Refund | None:
    held = request.session.get(FOUND)
    if not isinstance(held, dict):
        return None
    if entrance.request_now(request).timestamp() - held["at"] > FOUND_FOR.total_seconds():
        del request.session[FOUND]
        return None
    return refund_queries.refund(UUID(held["refund"]))
