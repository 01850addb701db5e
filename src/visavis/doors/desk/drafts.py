"""Letting a citizen try again: their draft's code had too many wrong tries. Nothing of it is shown."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from visavis.cases import operations
from visavis.cases.refusals import WrongFacts
from visavis.doors import entrance
from visavis.doors.desk import workplace
from visavis.doors.staff_gate import require_role
from visavis.foundation.throttles import TooMany

REFUSALS = {
    WrongFacts: gettext_lazy(
        "No draft has this code, or its time is over. Ask the citizen to read it again, digit by digit."
    ),
    TooMany: gettext_lazy("You entered too many codes. Wait ten minutes, then try again."),
}


class DraftCode(forms.Form):
    """What stands on the citizen's slip."""

    code = forms.CharField(
        label=gettext_lazy("Code of the draft"),
        max_length=20,
        error_messages={"required": gettext_lazy("Enter the code of the draft: 9 digits.")},
    )


@require_http_methods(["GET", "POST"])
@require_role("clerk")
@workplace.at_a_site
def unlock(request: HttpRequest) -> HttpResponse:
    """Enter the code; the citizen may then try again with their own fact."""
    if entrance.wants_another_language(request):
        return entrance.keep_and_switch(request)
    form = DraftCode(request.POST or None, initial=entrance.kept(request))
    if request.method == "POST" and form.is_valid():
        try:
            operations.unlock(
                code=form.cleaned_data["code"],
                actor=workplace.clerk_of(request),
                now=entrance.request_now(request),
            )
        except (WrongFacts, TooMany) as refusal:
            form.add_error("code", REFUSALS[type(refusal)])
        else:
            messages.success(request, _("The citizen can now try again, with their own fact."))
            return redirect("desk:home")
    return render(request, "desk/drafts/unlock.html", {"form": form, "form_id": "unlock"})
