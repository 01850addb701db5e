"""What somebody can change about themselves."""

from dataclasses import replace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    kept,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import account_refusals
from visavis.doors.portal.account_forms import (
    AddressForm,
    NotifyForm,
    ProfileForm,
    partial_date,
    partial_day,
    typed_before,
)
from visavis.doors.portal.account_gate import citizen_required, user_of
from visavis.people import operations, queries, rules
from visavis.people.refusals import NotBorn, PeopleRefused
from visavis.places import queries as places

PAGES = ["GET", "POST"]


@require_http_methods(PAGES)
@citizen_required
def person(request: HttpRequest) -> HttpResponse:
    """Change name, birth date and language."""
    if wants_another_language(request):
        return keep_and_switch(request)
    user = user_of(request)
    known = {
        "given_name": user.given_name,
        "family_name": user.family_name,
        "born": partial_day(user.birth),
        "language": user.language,
    }
    form = ProfileForm(request.POST or None, initial=typed_before(kept(request)) or known)
    if form.is_valid():
        profile = replace(
            operations.profile_of(user),
            given_name=form.cleaned_data["given_name"],
            family_name=form.cleaned_data["family_name"],
            birth=partial_date(form.cleaned_data["born"]),
            language=form.cleaned_data["language"],
        )
        if _change(request, form, profile):
            return redirect("portal:account")
    is_proven = queries.level_of(user, now=request_now(request)) > 1
    return _page(request, "profile", form, is_proven=is_proven)


@require_http_methods(PAGES)
@citizen_required
def address(request: HttpRequest) -> HttpResponse:
    """Change the address; asks for the commune where the postal code leaves it open."""
    if wants_another_language(request):
        return keep_and_switch(request)
    user, today = user_of(request), localdate(request_now(request))
    known = {
        "street": user.street,
        "house_number": user.house_number,
        "postal": user.postal_code,
        "locality": user.locality,
        "commune": str(user.commune or ""),
    }
    form = AddressForm(
        request.POST or None,
        initial=kept(request) or known,
        communes_for=lambda postal, locality: places.communes_for(postal, locality, on=today),
    )
    if form.is_valid():
        profile = replace(
            operations.profile_of(user),
            street=form.cleaned_data["street"],
            house_number=form.cleaned_data["house_number"],
            postal_code=form.cleaned_data["postal"],
            locality=form.cleaned_data["locality"],
            commune=form.cleaned_data["commune"],
        )
        if _change(request, form, profile):
            return redirect("portal:account")
    return _page(request, "address", form)


@require_http_methods(PAGES)
@citizen_required
def notify(request: HttpRequest) -> HttpResponse:
    """Choose how one is told; only the ways that are possible are offered."""
    if wants_another_language(request):
        return keep_and_switch(request)
    user = user_of(request)
    form = NotifyForm(
        request.POST or None,
        initial=kept(request) or {"notify_by": user.notify_by},
        ways=queries.ways_to_tell(user),
    )
    if form.is_valid():
        way = rules.NotifyBy(form.cleaned_data["notify_by"])
        if _change(request, form, replace(operations.profile_of(user), notify_by=way)):
            return redirect("portal:account")
    return _page(request, "notify", form)


def _change(request: HttpRequest, form: forms.Form, profile: operations.Profile) -> bool:
    try:
        operations.change_profile(
            user=user_of(request),
            profile=profile,
            actor=actor_of(request),
            now=request_now(request),
        )
    except NotBorn as refusal:
        account_refusals.say(form, refusal, field="born")
    except PeopleRefused as refusal:
        account_refusals.say(form, refusal)
    return not form.errors


def _page(request: HttpRequest, name: str, form: forms.Form, **more: object) -> HttpResponse:
    context = {"form": form, "form_id": name, "read_aloud": False, **more}
    return render(request, f"portal/account/{name}.html", context)
