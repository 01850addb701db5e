"""What the nightly comparison found: the days, and what a person must look at."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.office.ledger_labels import DIFFERENCES, names_in
from visavis.doors.staff_gate import require_role
from visavis.foundation.actor import Actor, Kind
from visavis.payments import reconciling
from visavis.payments.reconciliation_models import Difference, Reconciliation

DAYS_SHOWN = 31


class WordsForm(forms.Form):
    """What a person found out."""

    words = forms.CharField(
        label=_("What was it?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a few words what it was.")},
    )


@dataclass(frozen=True, slots=True)
class Item:
    """One difference that waits."""

    difference: Difference
    why: Promise
    where: str  # the name of an office, or of a till's site; empty: all offices


@never_cache
@require_GET
@require_role("officer")
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Show the last days as they were compared, and what waits."""
    actor = actor_of(request, kind=Kind.OFFICER)
    context = {
        "items": items_of(actor, language=language_of(request)),
        "runs": Reconciliation.objects.order_by("-day")[:DAYS_SHOWN],
    }
    return render(request, "office/reconciliation.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def put_right(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Take one difference off the list, with words."""
    actor = actor_of(request, kind=Kind.OFFICER)
    items = items_of(actor, language=language_of(request))
    item = next((one for one in items if one.difference.pk == difference_id), None)
    if item is None:
        raise Http404
    form = WordsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reconciling.put_right(
            difference=item.difference,
            words=form.cleaned_data["words"],
            actor=actor,
            now=request_now(request),
        )
        messages.success(request, gettext("Noted. It is off the list."))
        return redirect("office:reconciliation")
    return render(request, "office/put_right_difference.html", {"form": form, "item": item})


def items_of(actor: Actor, *, language: str) -> list[Item]:
    """Return the differences that wait for the officer, oldest first."""
    waiting, name = list(reconciling.waiting(actor=actor)), names_in(language)
    sites = reconciling.sites_of_tills(waiting)
    return [
        Item(one, DIFFERENCES[one.kind], name(sites.get(one.pk, one.office))) for one in waiting
    ]
