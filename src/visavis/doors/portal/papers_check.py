"""Checking a paper: anybody may, without an account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    kept,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal.papers import day_shown
from visavis.doors.portal.papers_forms import CheckForm
from visavis.foundation.throttles import TooMany, spend
from visavis.papers import queries, trust
from visavis.papers.dcc.demonstration import WORLD as EU_WORLD
from visavis.papers.dcc.demonstration import NotIssuedHere
from visavis.papers.rules import Outcome, Verdict

CHECKS_A_BROWSER = 60
TRIES_A_NUMBER = 10  # whoever knows a number must not find the year of birth by trying
WINDOW = timedelta(minutes=10)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Saying:
    """How an outcome is said: in one or two words, one sentence, a picture and a colour."""

    title: Any  # lazily translated
    sentence: Any
    icon: str
    tone: str  # good, wait, bad or plain


SAYINGS = {
    Outcome.VALID: Saying(
        _("Valid"),
        _("This paper is genuine and valid now. Compare the name with an identity document."),
        "circle-check",
        "good",
    ),
    Outcome.SPECIMEN: Saying(
        _("Specimen"),
        _(
            "The signature is genuine, but the paper was made for a demonstration. It gives no right."
        ),
        "flag",
        "plain",
    ),
    Outcome.NOT_YET_VALID: Saying(
        _("Not valid yet"),
        _("This paper is genuine, but not valid yet."),
        "hourglass",
        "wait",
    ),
    Outcome.EXPIRED: Saying(
        _("No longer valid"),
        _("This paper is genuine, but no longer valid: its last day is over."),
        "clock",
        "bad",
    ),
    Outcome.REVOKED: Saying(
        _("Taken back"),
        _("This paper was genuine. The office has taken it back: it is no longer valid."),
        "circle-stop",
        "bad",
    ),
    Outcome.ALTERED: Saying(
        _("Altered"),
        _("This code was changed after it was signed. Do not believe what the paper says."),
        "triangle-alert",
        "bad",
    ),
    Outcome.FOREIGN: Saying(
        _("Not from us"),
        _("No office of ours has signed this code. We cannot say anything about this paper."),
        "circle-help",
        "bad",
    ),
    Outcome.UNREADABLE: Saying(
        _("Cannot be read"),
        _(
            "This is not the code of a paper, or only a part of it. Scan it once more, or type the number."
        ),
        "eye-off",
        "wait",
    ),
    Outcome.UNKNOWN: Saying(
        _("Not found"),
        _(
            "There is no paper with this number for somebody born in this year. Check both and try again."
        ),
        "search",
        "wait",
    ),
}
TOO_MANY = _("Too many checks in a short time. Wait a few minutes and try again.")


@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Say what a paper is worth. What is asked is not kept, and the address never tells it."""
    if wants_another_language(request):
        return keep_and_switch(request)
    now = request_now(request)
    form = _form(request, now)
    context: dict[str, object] = {
        "form": form,
        "form_id": "check-form",
        "read_aloud": False,
        "issues_eu_codes": settings.WORLD == EU_WORLD,
    }
    status = 200
    if form.is_valid():
        try:
            verdict = _judged(request, form.cleaned_data, now)
        except TooMany:
            form.add_error(None, TOO_MANY)
            status = 429
        else:
            context |= _shown(verdict, language_of(request))
    return render(request, "portal/papers/check.html", context, status=status)


def _form(request: HttpRequest, now: datetime) -> CheckForm:
    """Return what was posted, or what a switch of language brought along, or an empty form."""
    if request.method == "POST":
        return CheckForm(request.POST, now=now)
    held = kept(request)
    again = CheckForm(held, now=now)
    # Who reads the answer in another language sees it at once; half a form is only filled in.
    return again if held and again.is_valid() else CheckForm(initial=held, now=now)


def _judged(request: HttpRequest, typed: dict[str, Any], now: datetime) -> Verdict:
    spend(f"check:{actor_of(request).name}", limit=CHECKS_A_BROWSER, per=WINDOW, now=now)
    if typed["text"]:
        return queries.check(typed["text"], now=now)
    spend(f"check-number:{typed['number']}", limit=TRIES_A_NUMBER, per=HOUR, now=now)
    return queries.check_number(typed["number"], typed["birth_year"], now=now)


def _shown(verdict: Verdict, language: str) -> dict[str, object]:
    said = verdict.claims
    return {
        "verdict": verdict,
        "saying": SAYINGS[verdict.outcome],
        "said": said,
        "kind": queries.title_of_kind(said.kind, language) if said else "",
        "first_day": day_shown(said.begins_at, language) if said else "",
        "last_day": day_shown(said.ends_at - timedelta(seconds=1), language) if said else "",
        "is_demonstration": verdict.is_specimen and verdict.outcome is not Outcome.SPECIMEN,
    }


@require_GET
def from_barcode(request: HttpRequest) -> HttpResponse:
    """Lead from the short address in the barcode to the page; browsers carry the fragment along."""
    with translation.override(translation.get_language_from_request(request)):
        response = HttpResponseRedirect(reverse("portal:check"))
    response["Vary"] = "Accept-Language, Cookie"
    return response


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """Publish the keys whose signature counts, for checks without network."""
    listed = trust.trust_list(queries.trusted_keys())
    return _public(HttpResponse(listed, content_type="application/json"))


@require_GET
def revoked(request: HttpRequest) -> HttpResponse:
    """Publish the signed list of papers that were taken back."""
    listed = queries.revocation_list(now=request_now(request))
    return _public(HttpResponse(f"{listed}\n", content_type="text/plain; charset=ascii"))


@require_GET
def eu_keys(request: HttpRequest) -> HttpResponse:
    """Publish who signs the EU certificates that are issued here."""
    try:
        listed = queries.eu_trust_list()
    except NotIssuedHere as missing:
        raise Http404 from missing
    return _public(HttpResponse(listed, content_type="application/json"))


@require_GET
def eu_revoked(request: HttpRequest) -> HttpResponse:
    """Publish which EU certificates were taken back."""
    return _public(HttpResponse(queries.eu_revocation_list(), content_type="application/json"))


def _public(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "public, max-age=300"
    if settings.WORLD != "live":
        response["X-Robots-Tag"] = "noindex"
    return response
