"""The clerk's till: opened with a float, counted at the end, checked by a second person."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.doors import entrance
from visavis.doors.desk import workplace
from visavis.doors.staff_gate import require_role
from visavis.foundation.money import cents_of, chf
from visavis.payments import refusals, tills
from visavis.payments.till_models import Till

REFUSALS: dict[type[Exception], Promise] = {
    refusals.NotCoins: _("Coins and notes cannot make this amount. Count again."),
    refusals.TillClosed: _("This till is not closed yet."),
    refusals.YourOwnTill: _("A second person must count this till, not you."),
}


class Amount(forms.CharField):
    """Francs as people type them; the form gets centimes."""

    def __init__(self, **options: object) -> None:
        super().__init__(max_length=20, **options)  # type: ignore[arg-type]  # handed on

    def clean(self, value: object) -> int:
        cents = cents_of(super().clean(value))
        if cents is None:
            raise forms.ValidationError(_("Enter an amount in francs, such as 150.00."))
        return cents


class Opening(forms.Form):
    """What lies in the till before the first citizen."""

    amount = Amount(
        label=_("How much money is in the till now?"),
        error_messages={"required": _("Enter what you have counted.")},
    )


class Closing(forms.Form):
    """What was counted. The reason is asked for only where it differs."""

    amount = Amount(
        label=_("How much money is in the till now?"),
        error_messages={"required": _("Enter what you have counted.")},
    )
    reason = forms.CharField(
        label=_("Why does it differ?"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("cashier")
@workplace.at_a_site
def till(request: HttpRequest) -> HttpResponse:
    """Open one's till, or see the one that is open."""
    if entrance.wants_another_language(request):
        return entrance.keep_and_switch(request)
    clerk = workplace.clerk_of(request)
    standing = tills.open_till(clerk)
    form = Opening(request.POST or None, initial=entrance.kept(request))
    if standing is None and form.is_valid():
        try:
            tills.open_(
                float_cents=form.cleaned_data["amount"], actor=clerk,
                now=entrance.request_now(request),
            )  # fmt: skip
        except refusals.NotCoins as refusal:
            form.add_error("amount", str(REFUSALS[type(refusal)]))
        else:
            return redirect("desk:cash")
    context = {
        "till": standing,
        "receipts": list(tills.receipts_in(standing)) if standing else [],
        "given_cents": tills.given_cents(standing) if standing else 0,
        "form": form,
        "form_id": "till",
        "site": workplace.site_of(request),
    }
    return render(request, "desk/till/till.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("cashier")
@workplace.at_a_site
def close(request: HttpRequest) -> HttpResponse:
    """Count one's till. What is expected is said only when something else was counted."""
    if entrance.wants_another_language(request):
        return entrance.keep_and_switch(request)
    clerk = workplace.clerk_of(request)
    standing = tills.open_till(clerk)
    if standing is None:
        return redirect("desk:till")
    form = Closing(request.POST or None, initial=entrance.kept(request))
    differs = False
    if form.is_valid():
        counted = form.cleaned_data["amount"]
        try:
            closed = tills.close(
                till_id=standing.pk, counted_cents=counted, reason=form.cleaned_data["reason"],
                actor=clerk, now=entrance.request_now(request),
            )  # fmt: skip
        except refusals.NotCoins as refusal:
            form.add_error("amount", str(REFUSALS[type(refusal)]))
        except refusals.NoReason:
            differs = True
            form.fields["reason"].required = True  # said on the page, where it is asked for
            form.add_error("reason", _difference(standing, counted))
        else:
            return redirect("desk:till_sheet", closed.pk)
    context = {
        "form": form,
        "form_id": "count",
        "asks_why": differs or bool(form.data.get("reason")),
    }
    return render(request, "desk/till/close.html", context)


@never_cache
@require_GET
@require_role("cashier")
@workplace.at_a_site
def sheet(request: HttpRequest, till_id: UUID) -> HttpResponse:
    """Show the sheet of a closed till of this site, to print and to be checked."""
    found = _found(request, till_id)
    if found.is_open:
        return redirect("desk:till")
    context = {
        "till": found,
        "receipts": list(tills.receipts_in(found)),
        "taken_cents": tills.taken_cents(found),
        "given_cents": tills.given_cents(found),
        "payouts": list(tills.payouts_of(found)),
        "is_mine": found.clerk == workplace.clerk_of(request).name,
        "site": workplace.site_of(request),
    }
    return render(request, "desk/till/sheet.html", context)


@require_POST
@require_role("cashier")
@workplace.at_a_site
def check(request: HttpRequest, till_id: UUID) -> HttpResponse:
    """Confirm, as the second person, what another clerk has counted."""
    found = _found(request, till_id)
    try:
        tills.check(
            till_id=found.pk,
            actor=workplace.clerk_of(request),
            now=entrance.request_now(request),
        )
    except (refusals.YourOwnTill, refusals.TillClosed):
        return redirect("desk:till_sheet", found.pk)  # which says what is still to be done
    return redirect("desk:till_sheet", found.pk)


def _found(request: HttpRequest, till_id: UUID) -> Till:
    try:
        return tills.till_for(till_id, actor=workplace.clerk_of(request))
    except refusals.NoSuchTill:
        raise Http404 from None


def _difference(till: Till, counted: int) -> str:
    expected = tills.expected_cents(till)
    return gettext(
        "You counted %(counted)s, expected are %(expected)s: a difference of %(difference)s. "
        "Count again, or say why."
    ) % {
        "counted": chf(counted),
        "expected": chf(expected),
        "difference": chf(counted - expected),
    }
