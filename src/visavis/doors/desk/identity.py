"""Comparing an identity document: a code in, what the document shows, and equal or not equal out."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from visavis.assistance import operations, queries, refusals, rules
from visavis.design.forms import PartialDayField
from visavis.doors import entrance
from visavis.doors.desk import workplace
from visavis.doors.staff_gate import require_fresh_second_factor, require_role
from visavis.foundation.throttles import TooMany
from visavis.people.rules import LONGEST_NAME, DocumentKind, PartialDate

FOUND = "desk_identity_check"  # in the session: the check looked up last
FOUND_FOR = timedelta(minutes=10)
REFUSALS = {
    refusals.NoSuchCheck: gettext_lazy(
        "No check waits here under this code. Ask the citizen to sign in at a device here, to agree, and to read the code again."
    ),
    refusals.SamePerson: gettext_lazy("Somebody else must do this check: ask a colleague."),
    refusals.NotAChecker: gettext_lazy("You may not check identities at this place."),
    TooMany: gettext_lazy("You entered too many codes. Wait ten minutes, then try again."),
}
RESULTS = (rules.State.SEEN, rules.State.PROVEN, rules.State.CLOSED)
KINDS = [
    (DocumentKind.PASSPORT.value, gettext_lazy("Passport")),
    (DocumentKind.IDENTITY_CARD.value, gettext_lazy("Identity card")),
    (DocumentKind.RESIDENCE_PERMIT.value, gettext_lazy("Residence permit")),
]


class CheckCode(forms.Form):
    """What stands on the citizen's slip or screen."""

    code = forms.CharField(
        label=gettext_lazy("Code of the check"),
        max_length=20,
        error_messages={"required": gettext_lazy("Enter the code of the check: 8 digits.")},
    )


class Document(forms.Form):
    """What the document shows."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Which document?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the kind of document.")},
    )
    family_name = forms.CharField(
        label=gettext_lazy("Family name"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Enter the family name.")},
    )
    born = PartialDayField(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy("If the document shows only a year, leave day and month empty."),
        error_messages={"required": gettext_lazy("Enter the date of birth.")},
    )

    def shown(self) -> operations.Shown:
        """Return what was typed, once it is valid."""
        born = self.cleaned_data["born"]
        return operations.Shown(
            family_name=self.cleaned_data["family_name"],
            birth=PartialDate(born.year, born.month, born.day),
            kind=DocumentKind(self.cleaned_data["kind"]),
        )


@never_cache
@require_http_methods(["GET", "POST"])
@require_role(rules.CHECKER)
@require_fresh_second_factor
@workplace.at_a_site
def enter(request: HttpRequest) -> HttpResponse:
    """Enter the code of a check."""
    if entrance.wants_another_language(request):
        return entrance.keep_and_switch(request)
    form = CheckCode(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = entrance.request_now(request)
        try:
            check = operations.look_up(
                code=form.cleaned_data["code"], actor=workplace.clerk_of(request), now=now
            )
        except (refusals.CheckRefused, TooMany) as refusal:
            form.add_error("code", REFUSALS[type(refusal)])
        else:
            request.session[FOUND] = {"check": str(check.pk), "at": now.timestamp()}
            return redirect("desk:identity_compare")
    return render(request, "desk/identity/enter.html", {"form": form, "form_id": "check_code"})


@never_cache
@require_http_methods(["GET", "POST"])
@require_role(rules.CHECKER)
@require_fresh_second_factor
@workplace.at_a_site
def compare(request: HttpRequest) -> HttpResponse:
    """Type what the document shows; be told equal or not equal."""
    check_id = _found(request)
    if check_id is None:
        return redirect("desk:identity")
    if entrance.wants_another_language(request):
        # Not kept over the switch: what a document shows is never stored, not even in a session.
        return redirect(entrance.in_other_language(request))
    form = Document(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = operations.compare(
                check_id=check_id,
                shown=form.shown(),
                actor=workplace.clerk_of(request),
                now=entrance.request_now(request),
            )
        except refusals.CheckRefused as refusal:
            del request.session[FOUND]
            messages.error(request, REFUSALS[type(refusal)])
            return redirect("desk:identity")
        if outcome is rules.Outcome.EQUAL_SO_FAR:
            return redirect("desk:identity_result")
        if outcome is rules.Outcome.EQUAL:
            del request.session[FOUND]
            messages.success(request, _("Equal. The identity is checked; give the document back."))
            return redirect("desk:identity")
        form.add_error(
            None,
            _("Not equal. Look at the document again. After three times the check is closed."),
        )
    return render(request, "desk/identity/compare.html", {"form": form, "form_id": "document"})


@never_cache
@require_GET
@require_role(rules.CHECKER)
@require_fresh_second_factor
@workplace.at_a_site
def result(request: HttpRequest) -> HttpResponse:
    """Wait for the second pair of eyes, and say what came of it."""
    state = _state_of_found(request)
    if state not in RESULTS:
        return redirect("desk:identity")
    context = {
        "state": str(state),
        "is_seen": state is rules.State.SEEN,
        "is_proven": state is rules.State.PROVEN,
    }
    return render(request, "desk/identity/result.html", context)


@never_cache
@require_GET
@require_role(rules.CHECKER)
@require_fresh_second_factor
@workplace.at_a_site
def result_state(request: HttpRequest) -> HttpResponse:
    """Say in one word where the check stands, for the page that looks again by itself."""
    return JsonResponse({"state": str(_state_of_found(request) or "")})


def _state_of_found(request: HttpRequest) -> rules.State | None:
    """Return where the check stands that this checker has found equal, as first or second."""
    check_id = _found(request)
    if check_id is None:
        return None
    return queries.state_for_checker(
        check_id, actor=workplace.clerk_of(request), now=entrance.request_now(request)
    )


def _found(request: HttpRequest) -> UUID | None:
    held = request.session.get(FOUND)
    now = entrance.request_now(request).timestamp()
    if not held or now - held["at"] > FOUND_FOR.total_seconds():
        return None
    return UUID(held["check"])
