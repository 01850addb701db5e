"""Registration on three short pages; what is typed waits in the session until the last one."""

from typing import TypedDict
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.doors import sign_in
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    kept,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import account_codes, account_refusals, account_texts
from visavis.doors.portal.account_forms import (
    ContactForm,
    PersonForm,
    RegistrationForm,
    partial_date,
    partial_day,
    signed_key,
    typed_before,
)
from visavis.foundation.throttles import TooMany
from visavis.people import operations, queries, rules
from visavis.people.models import User
from visavis.people.refusals import NotBorn, PeopleRefused

DRAFT = "registration"
PAGES = ["GET", "POST"]


class Draft(TypedDict, total=False):
    """What a registration has said so far; no secrets."""

    key: str
    next: str
    address: str
    given_name: str
    family_name: str
    born: str


@never_cache
@require_http_methods(PAGES)
def contact(request: HttpRequest) -> HttpResponse:
    """Page 1: how somebody can be reached."""
    if request.user.is_authenticated:
        return redirect(sign_in.next_of(request))
    if wants_another_language(request):
        return keep_and_switch(request)
    draft = _draft(request)
    if "neither" in request.POST or request.GET.get("by") == "paper":
        return _keep(request, {"address": ""}, then="portal:register_person")
    initial = kept(request) or {"contact": draft.get("address", "")}
    form = ContactForm(request.POST or None, initial=initial)
    if form.is_valid():
        address = form.cleaned_data["contact"].address
        return _keep(request, {"address": address}, then="portal:register_person")
    return _page(request, "contact", form, draft)


@never_cache
@require_http_methods(PAGES)
def person(request: HttpRequest) -> HttpResponse:
    """Page 2: name and date of birth."""
    draft = _draft(request)
    if request.user.is_authenticated or "address" not in draft:
        return redirect(_first_page(request))
    if wants_another_language(request):
        return keep_and_switch(request)
    form = PersonForm(request.POST or None, initial=typed_before(kept(request)) or _known(draft))
    if form.is_valid():
        born = partial_date(form.cleaned_data["born"])
        assert born is not None
        if rules.is_birth_date(born, today=localdate(request_now(request))):
            said: Draft = {
                "given_name": form.cleaned_data["given_name"],
                "family_name": form.cleaned_data["family_name"],
                "born": str(born),
            }
            return _keep(request, said, then="portal:register_agreement")
        account_refusals.say(form, NotBorn(), field="born")
    return _page(request, "person", form, draft)


@never_cache
@require_http_methods(PAGES)
def agreement(request: HttpRequest) -> HttpResponse:
    """Page 3: terms of use and password; opens the account."""
    if request.user.is_authenticated:
        return redirect(sign_in.next_of(request))
    if wants_another_language(request):
        return keep_and_switch(request)
    draft = _draft(request)
    form = RegistrationForm(request.POST or None, initial=kept(request))
    if form.is_valid():
        try:
            user = _register(request, draft, form)
        except (PeopleRefused, TooMany) as refusal:
            account_refusals.say(form, refusal)
        else:
            return _begin(request, user, draft)
    if "born" not in draft:
        return redirect(_first_page(request))
    more = {"agreement": account_texts.agreement(request), "key": signed_key(draft["key"])}
    return _page(request, "agreement", form, draft, **more)


def _register(request: HttpRequest, draft: Draft, form: RegistrationForm) -> User:
    """Open the account, or find it where the answer to an earlier tap was lost."""
    key = form.cleaned_data["key"]
    actor, now = actor_of(request), request_now(request)
    password = form.cleaned_data["password"]
    if draft.get("key") != str(key):
        return operations.registered_before(key=key, password=password, actor=actor, now=now)
    address = draft.get("address", "")
    return operations.register(
        person=operations.NewPerson(
            family_name=draft["family_name"],
            given_name=draft["given_name"],
            birth=_birth(draft),
            contact=rules.contact_from(address) if address else None,
            language=language_of(request),
            password=password,
        ),
        key=key,
        agreed_to=form.cleaned_data["version"],
        actor=actor,
        now=now,
    )


def _begin(request: HttpRequest, user: User, draft: Draft) -> HttpResponse:
    target = sign_in.in_language_of(request, draft.get("next") or sign_in.next_of(request))
    page = (
        "portal:confirm"
        if queries.waiting_contact(user, now=request_now(request))
        else "portal:sheet"
    )
    request.session.pop(DRAFT, None)
    account_codes.let_be_seen(request)
    return sign_in.begin(request, user, by="registration", target=sign_in.with_next(page, target))


def _draft(request: HttpRequest) -> Draft:
    draft: Draft = request.session.get(DRAFT, {})
    return draft


def _keep(request: HttpRequest, said: Draft, *, then: str) -> HttpResponse:
    draft: Draft = {
        "key": str(uuid4()),
        "next": sign_in.next_of(request),
        **_draft(request),
        **said,
    }
    if request.GET.get("next") or request.POST.get("next"):
        draft["next"] = sign_in.next_of(request)
    request.session[DRAFT] = draft
    return redirect(then)


def _first_page(request: HttpRequest) -> str:
    target = sign_in.next_of(request)
    return target if request.user.is_authenticated else sign_in.with_next("portal:register", target)


def _known(draft: Draft) -> dict[str, object]:
    if "born" not in draft:
        return {}
    return {
        "given_name": draft["given_name"],
        "family_name": draft["family_name"],
        "born": partial_day(_birth(draft)),
    }


def _birth(draft: Draft) -> rules.PartialDate:
    return rules.PartialDate(*(int(part) for part in draft["born"].split("-")))


def _page(
    request: HttpRequest,
    name: str,
    form: ContactForm | PersonForm | RegistrationForm,
    draft: Draft,
    **more: object,
) -> HttpResponse:
    context = {
        "form": form,
        "form_id": "register",
        "draft": draft,
        "next": draft.get("next") or sign_in.next_of(request),
        **more,
    }
    return render(request, f"portal/account/register_{name}.html", context)
