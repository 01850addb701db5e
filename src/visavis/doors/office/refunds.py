"""Money that goes back: what waits for whom, asking for it, and the page of one refund."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from visavis.doors.entrance import actor_of, request_now
from visavis.doors.office import refund_labels as labels
from visavis.doors.office.queue import offices_of
from visavis.doors.staff_gate import require_role
from visavis.foundation.actor import Actor, Kind
from visavis.foundation.money import cents_of, francs
from visavis.payments import bank, paying_out, queries, refund_queries, refunding
from visavis.payments.models import BankBooking, Payment, Trouble
from visavis.payments.refund_models import Refund
from visavis.payments.refund_queries import Source
from visavis.payments.refund_rules import Reason, State, Way, is_second_person
from visavis.payments.refusals import NoSuchPayment, NoSuchRefund, PaymentRefused

CASE = "case"


class Number(forms.Form):
    """The payment to look for."""

    number = forms.CharField(
        label=_("Payment number"),
        max_length=20,
        error_messages={"required": _("Enter the payment number: 8 digits.")},
    )


class Asking(forms.Form):
    """How much goes back, how, and why."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    amount = forms.CharField(
        label=_("Amount in francs"),
        max_length=20,
        error_messages={"required": _("Enter how much goes back.")},
    )
    way = forms.ChoiceField(
        label=_("How does the money go back?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the money goes back.")},
    )
    reason = forms.ChoiceField(
        label=_("Why?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why the money goes back.")},
    )

    def __init__(self, data: object, *, source: Source, is_surplus: bool) -> None:
        reasons = [Reason.SURPLUS] if is_surplus else [r for r in Reason if r != Reason.SURPLUS]
        initial = {
            "key": uuid4(),
            "amount": francs(source.left_cents),
            "way": source.ways[0] if source.ways else None,
            "reason": Reason.SURPLUS if is_surplus else None,
        }
        super().__init__(data, initial=initial)  # type: ignore[arg-type]  # handed on
        self.fields["way"].choices = [(way.value, labels.WAYS[way]) for way in source.ways]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["reason"].choices = [(one.value, labels.REASONS[one]) for one in reasons]  # type: ignore[attr-defined]  # likewise

    def clean_amount(self) -> int:
        """Return the centimes."""
        cents = cents_of(self.cleaned_data["amount"])
        if not cents:
            raise forms.ValidationError(_("Enter an amount in francs, such as 20.00."))
        return cents


@dataclass(frozen=True, slots=True)
class Row:
    """One refund in a list."""

    refund: Refund
    payment: Payment
    way: object
    state: object
    kind: str
    note: object


@never_cache
@require_http_methods(["GET"])
@require_role("officer")
def refunds(request: HttpRequest) -> HttpResponse:
    """List what is to be approved first, then what is on its way, then what came to an end."""
    actor, now = _officer(request), request_now(request)
    offices = offices_of(actor)
    form = Number(request.GET) if "number" in request.GET else Number()
    if form.is_valid():
        try:
            found = queries.by_number(form.cleaned_data["number"])
            return redirect("office:refund_ask", _theirs(found, actor=actor).pk)
        except (NoSuchPayment, Http404):
            form.add_error("number", _("None of your payments has this number."))
    standing = list(refund_queries.at_offices(offices))
    to_approve = [one for one in standing if one.is_asked and one.asked_by != actor.name]
    context = {
        "form": form,
        "to_approve": [_row(one, now=now) for one in to_approve],
        "on_the_way": [_row(one, now=now) for one in standing if one not in to_approve],
        "ended": [_row(one, now=now) for one in refund_queries.ended_at_offices(offices)],
    }
    return render(request, "office/refunds/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def ask(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Ask for money of a payment to go back, or of a surplus that came for it."""
    actor, now = _officer(request), request_now(request)
    payment = _payment(payment_id, actor=actor)
    trouble, booking = _surplus(request, payment, actor=actor)
    source = refund_queries.source_of(payment, trouble=trouble, booking=booking)
    is_surplus = bool(trouble or booking)
    sent = request.POST if request.method == "POST" else None
    form = Asking(sent, source=source, is_surplus=is_surplus)
    if form.is_valid():
        wanted = refunding.Wanted(
            key=form.cleaned_data["key"],
            amount_cents=form.cleaned_data["amount"],
            way=Way(form.cleaned_data["way"]),
            reason=Reason(form.cleaned_data["reason"]),
            trouble=trouble,
            booking=booking,
        )
        try:
            refunding.ask(payment=payment, wanted=wanted, actor=actor, now=now)
        except PaymentRefused as refusal:
            form.add_error("amount", str(labels.REFUSALS[type(refusal)]))
        else:
            messages.success(request, gettext("Asked. A second person must approve it."))
            return redirect("office:refunds")
    context = {
        "form": form,
        "payment": payment,
        "source": source,
        "is_surplus": is_surplus,
        "refunds": [_row(one, now=now) for one in payment.refunds.order_by("asked_at", "pk")],
        "case_address": case_address(payment),
    }
    return render(request, "office/refunds/ask.html", context)


@never_cache
@require_GET
@require_role("officer")
def refund(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """Show one refund and what the officer may do now."""
    return _page(request, _refund(refund_id, actor=_officer(request)))


@never_cache
@require_http_methods(["POST"])
@require_role("officer")
def step(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """Approve, refuse, note a transfer, or show the account."""
    actor, now = _officer(request), request_now(request)
    found = _refund(refund_id, actor=actor)
    act = ACTS.get(request.POST.get("do", ""))
    try:
        if request.POST.get("do") == "account":
            account = paying_out.read_account(refund_id=found.pk, actor=actor, now=now)
            return _page(request, found, account=account)
        if act is None:
            raise Http404
        act(found.pk, actor, now)
    except PaymentRefused as refusal:
        messages.error(request, str(labels.REFUSALS[type(refusal)]))
    else:
        messages.success(request, gettext("Noted."))
    return redirect("office:refund", found.pk)


def case_address(payment: Payment) -> str:
    """Return the address of the case that was paid for, or nothing."""
    kind, _colon, case_id = payment.subject.partition(":")
    return reverse("office:case", args=[case_id]) if kind == CASE else ""


def _transfer(after: State) -> Callable[..., object]:
    return lambda refund_id, actor, now: paying_out.note_transfer(
        refund_id=refund_id, after=after, actor=actor, now=now
    )


ACTS: dict[str, Callable[..., object]] = {
    "approve": lambda refund_id, actor, now: refunding.approve(
        refund_id=refund_id, actor=actor, now=now
    ),
    "refuse": lambda refund_id, actor, now: refunding.refuse(
        refund_id=refund_id, actor=actor, now=now
    ),
    "sent": _transfer(State.SENT),
    "settled": _transfer(State.SETTLED),
    "returned": _transfer(State.RETURNED),
}


def _officer(request: HttpRequest) -> Actor:
    return actor_of(request, kind=Kind.OFFICER)


def _theirs(payment: Payment, *, actor: Actor) -> Payment:
    if payment.office not in offices_of(actor):
        raise Http404
    return payment


def _payment(payment_id: UUID, *, actor: Actor) -> Payment:
    try:
        return _theirs(queries.payment(payment_id), actor=actor)
    except NoSuchPayment:
        raise Http404 from None


def _refund(refund_id: UUID, *, actor: Actor) -> Refund:
    try:
        found = refund_queries.refund(refund_id)
    except NoSuchRefund:
        raise Http404 from None
    _theirs(found.payment, actor=actor)
    return found


def _surplus(
    request: HttpRequest, payment: Payment, *, actor: Actor
) -> tuple[Trouble | None, BankBooking | None]:
    """Return the item of the worklist from which the officer came.

    Raises:
        Http404: it is off the list, or of another payment. The fee must not go back in its place.
    """
    trouble_id, booking_id = request.GET.get("trouble", ""), request.GET.get("booking", "")
    if trouble_id:
        waiting = queries.troubles_of(payment.office).filter(payment=payment)
        return get_object_or_404(waiting, pk=_number(trouble_id)), None
    if booking_id:
        bookings = queries.bookings_to_put_right(bank.accounts_of(actor)).filter(payment=payment)
        return None, get_object_or_404(bookings, pk=_number(booking_id))
    return None, None


def _number(typed: str) -> int:
    if not typed.isdecimal():
        raise Http404
    return int(typed[:18])


def _row(one: Refund, *, now: datetime) -> Row:
    return Row(
        refund=one,
        payment=one.payment,
        way=labels.WAYS[one.way],
        state=labels.STATES[one.state],
        kind=labels.KINDS[one.state],
        note=labels.note(one, now=now),
    )


def _page(request: HttpRequest, found: Refund, *, account: str = "") -> HttpResponse:
    actor, now = _officer(request), request_now(request)
    is_transfer = found.way == Way.TRANSFER
    context = {
        "row": _row(found, now=now),
        "refund": found,
        "payment": found.payment,
        "reason": labels.REASONS[found.reason],
        "account": account,
        "case_address": case_address(found.payment),
        "is_own": found.is_asked and not is_second_person(found.asked_by, actor=actor),
        "may_approve": found.is_asked and is_second_person(found.asked_by, actor=actor),
        "may_stop": found.is_asked or found.waits_for_account or found.waits_at_till,
        "is_to_transfer": found.is_to_transfer,
        "is_transfer_sent": is_transfer and found.state == State.SENT,
    }
    return render(request, "office/refunds/refund.html", context)
