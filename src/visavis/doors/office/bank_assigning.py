"""Giving money of the bank to the payment it was meant for."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.doors.entrance import actor_of, request_now
from visavis.doors.office.bank import Item, items_of
from visavis.doors.staff_gate import require_role
from visavis.foundation.actor import Actor, Kind
from visavis.payments import assigning, queries, refund_queries, refusals
from visavis.payments.models import Payment

REFUSALS: dict[type[Exception], Promise] = {
    refusals.NoSuchPayment: _("No payment has this number. Check it digit by digit."),
    refusals.NotTheirMoney: _("This payment is of another office, or paid to another account."),
    refusals.AlreadySettled: _("This payment is paid already."),
    refusals.NoLongerAsked: _("This payment was cancelled: nothing is due."),
    refusals.NotEnough: _("This is less than what is due. Tick below if the rest is waived."),
    refusals.NotAssignable: _("This money can no longer be assigned: look at the list again."),
}


class AssignForm(forms.Form):
    """Which payment, and why."""

    number = forms.CharField(
        label=_("Payment number"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the number of the payment.")},
    )
    reason = forms.CharField(
        label=_("How do you know?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say how you know that the money is for this payment.")},
    )
    is_waived = forms.BooleanField(
        label=_("If it is less than what is due, the rest is waived"), required=False
    )


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def assign(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Settle a payment with one booking of the list, for a reason."""
    actor = actor_of(request, kind=Kind.OFFICER)
    item = next((one for one in items_of(actor) if one.booking.pk == booking_id), None)
    if item is None or not item.is_assignable:
        raise Http404
    meant = item.booking.payment
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        initial={"number": meant.spoken_number if meant else ""},
    )
    payment = _assigned(request, form, item, actor=actor) if form.is_valid() else None
    if payment is not None:
        messages.success(request, gettext("Assigned. The payment is settled."))
        if refund_queries.source_of(payment).came_cents > payment.amount_cents:
            messages.info(request, gettext("More came than was due. Give the payer the rest back."))
            return redirect("office:refund_ask", payment.pk)
        return redirect("office:money")
    return render(request, "office/assign_booking.html", {"form": form, "item": item})


def _assigned(
    request: HttpRequest, form: AssignForm, item: Item, *, actor: Actor
) -> Payment | None:
    said = form.cleaned_data
    try:
        return assigning.assign(
            booking=item.booking,
            payment=queries.by_number(said["number"]),
            reason=said["reason"],
            is_waived=said["is_waived"],
            actor=actor,
            now=request_now(request),
        )
    except tuple(REFUSALS) as refusal:
        form.add_error("number", str(REFUSALS[type(refusal)]))
        return None
