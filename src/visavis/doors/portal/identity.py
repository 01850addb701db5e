"""Your identity: how well it is known, what that allows, and the ways to have it checked."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.assistance import operations, queries
from visavis.assistance.refusals import CheckRefused
from visavis.assistance.rules import State
from visavis.doors import sign_in
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    kept,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import identity_proofs
from visavis.doors.portal import identity_words as words
from visavis.doors.portal.account_gate import citizen_required, user_of
from visavis.doors.portal.identity_service import service_of
from visavis.foundation.throttles import TooMany
from visavis.people import letters
from visavis.people import queries as people
from visavis.people.refusals import PeopleRefused
from visavis.places import queries as places
from visavis.visits import operations as visits
from visavis.visits.models import Visit


class LetterCodeForm(forms.Form):
    """What stands on the letter."""

    code = forms.CharField(
        label=gettext_lazy("Code on the letter"),
        max_length=20,
        error_messages={"required": gettext_lazy("Enter the code: 8 digits.")},
    )


@require_GET
@citizen_required
def identity(request: HttpRequest) -> HttpResponse:
    """Say how well somebody is known; for a service, what is missing and the ways to get it."""
    user, now = user_of(request), request_now(request)
    version = service_of(request)
    level = people.level_of(user, now=now, by_two=bool(version and version.entry.sensitive))
    figures = places.settings_on(localdate(now))
    wanted = version.level if version else 0
    is_missing = level < wanted
    proof = people.proof_that_counts(user, now=now)
    context = {
        "level": level,
        "level_words": words.LEVELS[level],
        "allowed": [text for needed, text in words.ALLOWS.items() if needed <= level],
        "proof": proof,
        "how": words.HOW[proof.method] if proof else "",
        "version": version,
        "title": version.name_in(language_of(request)) if version else "",
        "is_missing": is_missing,
        "needs_two": bool(version and version.entry.sensitive),
        "branch_helps": max(level + 1, wanted) <= figures.identity_branch_level,
        "letter_helps": max(level + 1, wanted) <= figures.identity_letter_level,
        "letter": people.letter_underway(user, now=now),
        "check": queries.open_of(user, now=now),
        "next": sign_in.next_of(request),
        **identity_proofs.shown(request, version, level=level, wanted=wanted),
        "read_aloud": False,
    }
    return render(request, "portal/identity/identity.html", context)


@require_POST
@citizen_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a check in a branch, and show its slip."""
    version = service_of(request)
    try:
        operations.ask(
            citizen=user_of(request),
            needs_two=bool(version and version.entry.sensitive),
            actor=actor_of(request),
            now=request_now(request),
        )
    except TooMany as refusal:
        messages.error(request, words.sentence(refusal))
        return redirect("portal:identity")
    return redirect("portal:identity_check")


@require_GET
@citizen_required
def check(request: HttpRequest) -> HttpResponse:
    """Show the check: a slip to print at home, consent at a device in a branch, what came of it."""
    user, now, actor = user_of(request), request_now(request), actor_of(request)
    found = queries.latest_of(user)
    if found is None:
        return redirect("portal:identity")
    state = found.state(now)
    context = {
        "check": found,
        "state": str(state),
        "is_seen": state is State.SEEN,
        "is_open": queries.open_of(user, now=now) is not None,
        "is_proven": found.proven_at is not None,
        "is_in_visit": actor.visit is not None,
        "has_agreed": queries.has_agreed_here(found, actor=actor),
        "person": user,
        "until": words.day(found.expires_at),
        "read_aloud": False,
    }
    return render(request, "portal/identity/check.html", context)


@require_GET
@citizen_required
def check_state(request: HttpRequest) -> HttpResponse:
    """Say in one word where the check stands, for the page that looks again by itself."""
    found = queries.latest_of(user_of(request))
    return JsonResponse({"state": str(found.state(request_now(request))) if found else ""})


@require_POST
@citizen_required
def agree(request: HttpRequest) -> HttpResponse:
    """Agree, in this visit, that a checker compares the document with the account."""
    try:
        operations.agree(
            citizen=user_of(request), actor=actor_of(request), now=request_now(request)
        )
    except CheckRefused as refusal:
        messages.error(request, words.sentence(refusal))
    else:
        _wait_longer(request)
    return redirect("portal:identity_check")


@require_POST
@citizen_required
def take_back(request: HttpRequest) -> HttpResponse:
    """Give the check up; its code is void."""
    operations.take_back(
        citizen=user_of(request), actor=actor_of(request), now=request_now(request)
    )
    messages.success(request, _("The check is given up. Its code is void."))
    return redirect("portal:identity")


@require_http_methods(["GET", "POST"])
@citizen_required
def letter(request: HttpRequest) -> HttpResponse:
    """Show where a letter would go, and send it."""
    user, now = user_of(request), request_now(request)
    refusal = ""
    if request.method == "POST" and not wants_another_language(request):
        try:
            letters.send(user=user, actor=actor_of(request), now=now)
        except PeopleRefused as refused:
            refusal = words.sentence(refused)
        else:
            return redirect("portal:identity_letter_code")
    context = {
        "address": people.postal_address(user),
        "has_address": bool(user.street and user.postal_code and user.locality),
        "days": places.settings_on(localdate(now)).code_letter_days,
        "underway": people.letter_underway(user, now=now),
        "refusal": refusal,
        "read_aloud": False,
    }
    return render(request, "portal/identity/letter.html", context)


@require_http_methods(["GET", "POST"])
@citizen_required
def letter_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code on the letter."""
    if wants_another_language(request):
        return keep_and_switch(request)
    user, now = user_of(request), request_now(request)
    form = LetterCodeForm(request.POST or None, initial=kept(request))
    if request.method == "POST" and form.is_valid():
        try:
            letters.enter(
                user=user, code=form.cleaned_data["code"], actor=actor_of(request), now=now
            )
        except (PeopleRefused, TooMany) as refusal:
            form.add_error("code", words.sentence(refusal))
        else:
            messages.success(request, _("Thank you. Your identity is checked."))
            return redirect("portal:identity")
    underway = people.letter_underway(user, now=now)
    context = {
        "form": form,
        "form_id": "letter_code",
        "underway": underway,
        "until": words.day(underway.expires_at) if underway else "",
        "read_aloud": False,
    }
    return render(request, "portal/identity/letter_code.html", context)


def _wait_longer(request: HttpRequest) -> None:
    """Let the visit wait: while the document is looked at, nobody touches the screen."""
    visit: Visit | None = request.visit  # type: ignore[attr-defined]  # set by the visits' middleware
    if visit is not None:
        visits.leave(visit=visit, now=request_now(request))
