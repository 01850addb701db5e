"""Money that goes back, for its citizen: where it stands, the account, the receipts as pages."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from visavis.catalog import prints
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.portal import payments_access
from visavis.payments import paying_out, receipts, refund_queries
from visavis.payments.models import Payment
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State, Way
from visavis.payments.refusals import NotAnAccount, RefundMovedOn
from visavis.places import queries as places

LONGEST_WAIT_S = 8.0
_press = Lock()  # setting a page takes a processor for a moment: one at a time
STATES: dict[str, tuple[Promise, str]] = {
    State.APPROVED: (pgettext_lazy("refund", "Agreed"), "info"),
    State.SENT: (pgettext_lazy("refund", "On its way"), "info"),
    State.SETTLED: (pgettext_lazy("refund", "Given back"), "good"),
    State.RETURNED: (pgettext_lazy("refund", "Did not go through"), "bad"),
}
WORDS: dict[tuple[str, str], Promise] = {
    (Way.PROVIDER, State.APPROVED): _(
        "It goes back to the card or account with which it was paid."
    ),
    (Way.PROVIDER, State.SENT): _(
        "It goes back to the card or account with which it was paid. This can take some days."
    ),
    (Way.PROVIDER, State.SETTLED): _(
        "It went back to the card or account with which it was paid. It may take some days until you see it there."
    ),
    (Way.TRANSFER, State.APPROVED): _("We transfer it to the account that you named."),
    (Way.TRANSFER, State.SENT): _("The bank has the order."),
    (Way.TRANSFER, State.SETTLED): _("It was transferred to the account that you named."),
    (Way.TILL, State.APPROVED): _(
        "Fetch it at a counter that takes payments. Tell the clerk this number:"
    ),
    (Way.TILL, State.SETTLED): _("It was paid out in cash."),
}
CAME_BACK = _("The office looks at it and tries again.")


class Account(forms.Form):
    """Where the money is transferred to."""

    account = forms.CharField(
        label=_("IBAN of your account"),
        max_length=42,
        error_messages={"required": _("Enter the IBAN of your account.")},
    )


@dataclass(frozen=True, slots=True)
class Back:
    """One refund as its citizen sees it."""

    refund: Refund
    state: Promise
    kind: str
    words: Promise


def shown(payment: Payment | None) -> list[Back]:
    """Return what goes or went back of a payment, newest first."""
    if payment is None:
        return []
    return [
        Back(one, *STATES[one.state], WORDS.get((one.way, one.state), CAME_BACK))
        for one in refund_queries.refunds_of(payment)
    ]


@never_cache
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, payment_id: UUID, refund_id: UUID) -> HttpResponse:
    """Ask for the account to which money is transferred. It is sealed and shown to nobody here."""
    payment = _own(request, payment_id)
    refund = next((b.refund for b in shown(payment) if b.refund.pk == refund_id), None)
    if refund is None:
        raise Http404
    is_sent = request.method == "POST" and "switch_language" not in request.POST
    form = Account(request.POST if is_sent else None)
    where_to = payments_access.case_address(payment) or reverse("portal:home")
    if not refund.waits_for_account:
        return redirect(where_to)
    if form.is_valid():
        try:
            paying_out.name_account(
                refund_id=refund.pk,
                account=form.cleaned_data["account"],
                actor=actor_of(request),
                now=request_now(request),
            )
        except NotAnAccount:
            form.add_error(
                "account",
                _(
                    "This is not a valid IBAN. Compare it with your bank card or an account statement."
                ),
            )
        except RefundMovedOn:
            return redirect(where_to)
        else:
            messages.success(request, gettext("Thank you. We transfer the money to this account."))
            return redirect(where_to)
    context = {"form": form, "refund": refund, "payment": payment, "case_url": where_to}
    return render(request, "portal/payments/account.html", context)


@never_cache
@require_GET
def receipt(request: HttpRequest, payment_id: UUID, receipt_id: int) -> HttpResponse:
    """A receipt of this payment, or of a refund of it, as a PDF."""
    payment = _own(request, payment_id)
    found = refund_queries.receipt(receipt_id)
    about = found and (found.refund.payment_id if found.refund else found.payment_id)
    if found is None or about != payment.pk:
        raise Http404
    if not _press.acquire(timeout=LONGEST_WAIT_S):
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    try:
        folder, language = Path(settings.PACK) / "brand", language_of(request)
        pdf = receipts.pdf(
            found,
            language=language,
            brand=prints.brand(
                places.canton(),
                css=(folder / "tokens.css").read_text(encoding="utf-8"),
                logo=(folder / "wordmark.svg").read_text(encoding="utf-8"),
                language=language,
            ),
            is_specimen=settings.WORLD != "live",
            made_at=found.written_at,
        )
    finally:
        _press.release()
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="receipt-{found.serial}.pdf"'
    return response


def _own(request: HttpRequest, payment_id: UUID) -> Payment:
    """Return a payment of the citizen's own: whoever came by its number sees no refund."""
    payment = payments_access.payment_for(request, payment_id)
    if not payments_access.is_theirs(payment, actor=actor_of(request)):
        raise Http404
    return payment
