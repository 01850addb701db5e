"""Writing to the office about a request, and reading what it wrote."""

from base64 import b64decode, b64encode
from contextlib import suppress
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.cases import conversing, message_queries, rules, vault
from visavis.cases.models import Case
from visavis.cases.refusals import CaseRefused
from visavis.doors.entrance import (
    actor_of,
    in_other_language,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal.cases_access import case_of, common, day_in_words, url
from visavis.doors.portal.cases_words import REFUSALS
from visavis.places import queries as places

UNSENT = "unsent_message"  # in the session, and what it is sealed for


class MessageForm(forms.Form):
    """What a citizen writes to the office; the key makes a second tap harmless."""

    words = forms.CharField(
        label=gettext_lazy("What would you like to tell or ask the office?"),
        max_length=rules.LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write your message.")},
    )
    key = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def clean_key(self) -> UUID:
        with suppress(ValueError):
            return UUID(self.cleaned_data["key"])
        return uuid4()


@never_cache
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write to the office; the answer will stand on the page of the request."""
    found = case_of(request, case_id)
    if found.submitted_at is None or found.erased_at is not None:
        return redirect("portal:case", case_id)
    if wants_another_language(request):
        return _switched(request, found)
    words = _kept(request, found) if request.method == "GET" else ""
    form = MessageForm(request.POST or None, initial={"key": uuid4(), "words": words})
    if form.is_valid():
        try:
            conversing.write(
                case_id=case_id, words=form.cleaned_data["words"], key=form.cleaned_data["key"],
                actor=actor_of(request), now=request_now(request),
            )  # fmt: skip
        except CaseRefused as refusal:
            form.add_error(None, str(REFUSALS[type(refusal)]))
        else:
            return redirect(f"{url('case', found)}#messages")
    context = {**common(request, found), "form": form, "form_id": "message"}
    return render(request, "portal/cases/write.html", context)


def _switched(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the page in another language; what is typed waits sealed, like everything of a case."""
    typed = request.POST.get("words", "")[: rules.LONGEST_MESSAGE]
    sealed = vault.seal(case.pk, typed.encode(), context=UNSENT)
    request.session[UNSENT] = {"case": str(case.pk), "words": b64encode(sealed).decode()}
    return redirect(in_other_language(request))


def _kept(request: HttpRequest, case: Case) -> str:
    held = request.session.pop(UNSENT, None)
    if held is None or held["case"] != str(case.pk):
        return ""
    return vault.open_(case.pk, b64decode(held["words"]), context=UNSENT).decode()


def shown(request: HttpRequest, case: Case) -> list[dict[str, object]]:
    """Return the conversation as the citizen reads it; what is shown to them counts as seen."""
    language, zone = language_of(request), places.zone()
    said = message_queries.conversation(case)
    if any(one.from_office and one.is_open for one in said):
        conversing.settle(case_id=case.pk, actor=actor_of(request), now=request_now(request))
    return [
        {
            "who": _("The office") if one.from_office else _("You"),
            "when": day_in_words(one.at, language, zone),
            "text": one.words,
            "is_new": one.from_office and one.is_open,
            "note": _("Sent. Answer expected by %(day)s")
            % {"day": day_in_words(one.due_at, language, zone)}
            if one.due_at and one.is_open
            else "",
        }
        for one in said
    ]
