"""Money that a person must put right: what came, why it does not fit, what was done about it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.office import bank, differences
from visavis.doors.office.queue import offices_of
from visavis.doors.office.remedies import BEING_REFUNDED, RemedyForm
from visavis.doors.staff_gate import require_role
from visavis.foundation.actor import Actor, Kind
from visavis.payments import bank as bank_accounts
from visavis.payments import operations, queries
from visavis.payments.models import Payment, Trouble
from visavis.payments.refusals import BeingRefunded
from visavis.payments.rules import Remedy, TroubleKind

WHY: dict[str, Promise] = {
    TroubleKind.PAID_TWICE: _("Paid twice: this amount is to be given back."),
    TroubleKind.PAID_AFTER_CANCELLING: _(
        "Paid after the payment was cancelled: this amount is to be given back."
    ),
    TroubleKind.OTHER_AMOUNT: _("Another amount than the one due was paid: compare and settle it."),
    TroubleKind.NO_ANSWER: _(
        "The payment provider has not answered for ten days: ask there whether this was paid."
    ),
}
CASE = "case"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the worklist."""

    trouble: Trouble
    payment: Payment
    why: Promise
    case_address: str


@never_cache
@require_role("officer")
def money(request: HttpRequest) -> HttpResponse:
    """List what waits at the officer's offices, oldest first."""
    actor = actor_of(request, kind=Kind.OFFICER)
    context = {
        "items": [_item(trouble) for trouble in _waiting(actor)],
        "bookings": bank.items_of(actor),
        "differences": differences.items_of(actor, language=language_of(request)),
        "has_account": bool(bank_accounts.accounts_of(actor)),
    }
    return render(request, "office/money.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def put_right(request: HttpRequest, trouble_id: int) -> HttpResponse:
    """Say what was done about one item, and take it off the list."""
    actor = actor_of(request, kind=Kind.OFFICER)
    trouble = next((t for t in _waiting(actor) if t.pk == trouble_id), None)
    if trouble is None:
        raise Http404
    form, refusal = RemedyForm(request.POST if request.method == "POST" else None), None
    if form.is_valid():
        remedy = Remedy(form.cleaned_data["remedy"])
        try:
            operations.put_right(
                trouble=trouble, remedy=remedy, actor=actor, now=request_now(request)
            )
        except BeingRefunded:
            refusal = BEING_REFUNDED
        else:
            messages.success(request, gettext("Noted. It is off the list."))
            return redirect("office:money")
    context = {
        "form": form,
        "item": _item(trouble),
        "gives_back": trouble.kind != TroubleKind.NO_ANSWER,
        "refusal": refusal,
    }
    return render(request, "office/put_right.html", context)


def _waiting(actor: Actor) -> list[Trouble]:
    return [trouble for office in offices_of(actor) for trouble in queries.troubles_of(office)]


def _item(trouble: Trouble) -> Item:
    kind, _colon, case_id = trouble.payment.subject.partition(":")
    return Item(
        trouble=trouble,
        payment=trouble.payment,
        why=WHY[trouble.kind],
        case_address=reverse("office:case", args=[case_id]) if kind == CASE else "",
    )
