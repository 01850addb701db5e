"""Signing in at the citizen's door: by password, by a code that is sent, by a printed code."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.doors import sign_in
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    kept,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import account_passkeys, account_refusals
from visavis.doors.portal.account_forms import CodeForm, ContactForm, PrintedCodeForm, SignInForm
from visavis.foundation.throttles import TooMany
from visavis.people import provider_queries, signing_in
from visavis.people.refusals import WrongCredentials

PAGES = ["GET", "POST"]


@never_cache
@require_GET
def account_start(request: HttpRequest) -> HttpResponse:
    """Ask how somebody wants to go on: sign in, register, or on paper."""
    target = sign_in.next_of(request)
    if request.user.is_authenticated:
        return redirect(target)
    return render(request, "portal/account/start.html", _leading_to(target))


@never_cache
@require_http_methods(PAGES)
def by_password(request: HttpRequest) -> HttpResponse:
    """Sign in by number, e-mail address or mobile number, and password."""
    target = sign_in.next_of(request)
    if request.user.is_authenticated:
        return redirect(target)
    if wants_another_language(request):
        return keep_and_switch(request)
    form = SignInForm(request.POST or None, initial=kept(request))
    if form.is_valid():
        try:
            user = signing_in.by_password(
                login=form.cleaned_data["login"],
                password=form.cleaned_data["password"],
                actor=actor_of(request),
                now=request_now(request),
            )
        except (WrongCredentials, TooMany) as refusal:
            account_refusals.say(form, refusal)
        else:
            return sign_in.begin(request, user, by="password", target=target)
    online = [] if actor_of(request).visit else provider_queries.entries()
    context = {
        "form": form,
        "form_id": "login",
        "has_passkeys": account_passkeys.is_offered(request),
        "online": [provider_queries.shown(one, language=language_of(request)) for one in online],
        **_leading_to(target),
    }
    return render(request, "portal/account/login.html", context)


@never_cache
@require_http_methods(PAGES)
def by_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code instead of a password; the answer never says whether there is an account."""
    target = sign_in.next_of(request)
    if request.user.is_authenticated:
        return redirect(target)
    if wants_another_language(request):
        return keep_and_switch(request)
    form = ContactForm(request.POST or None, initial=kept(request))
    if form.is_valid():
        contact = form.cleaned_data["contact"]
        try:
            user = signing_in.allow_code(
                contact=contact, actor=actor_of(request), now=request_now(request)
            )
        except TooMany as refusal:
            account_refusals.say(form, refusal)
        else:
            sign_in.send_code(request, contact, user)
            return redirect(sign_in.with_next("portal:login_code_enter", target))
    context = {"form": form, "form_id": "login-code", **_leading_to(target)}
    return render(request, "portal/account/login_code.html", context)


@never_cache
@require_http_methods(PAGES)
def enter_code(request: HttpRequest) -> HttpResponse:
    """Sign in by the code that was sent."""
    target = sign_in.next_of(request)
    if request.user.is_authenticated:
        return redirect(target)
    if not sign_in.code_is_awaited(request):
        return redirect(sign_in.with_next("portal:login_code", target))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        response = sign_in.begin_by_code(request, form.cleaned_data["code"], target=target)
        if response:
            return response
        form.add_error("code", gettext("This is not the code we sent, or it is too old."))
    context = {
        "form": form,
        "form_id": "login-code-enter",
        **_leading_to(target),
        "is_over": not sign_in.code_is_awaited(request),
        "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
    }
    return render(request, "portal/account/login_code_enter.html", context)


@never_cache
@require_http_methods(PAGES)
def by_printed_code(request: HttpRequest) -> HttpResponse:
    """Sign in by the number and a code of the printed sheet; a new password comes next."""
    target = sign_in.next_of(request)
    if request.user.is_authenticated:
        return redirect(target)
    if wants_another_language(request):
        return keep_and_switch(request)
    form = PrintedCodeForm(request.POST or None, initial=kept(request))
    if form.is_valid():
        try:
            user = signing_in.by_printed_code(
                login=form.cleaned_data["login"],
                code=form.cleaned_data["code"],
                actor=actor_of(request),
                now=request_now(request),
            )
        except (WrongCredentials, TooMany) as refusal:
            account_refusals.say(form, refusal)
        else:
            password = sign_in.with_next("portal:password", target)
            return sign_in.begin(request, user, by="printed_code", target=password)
    context = {"form": form, "form_id": "login-printed", **_leading_to(target)}
    return render(request, "portal/account/login_printed.html", context)


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session."""
    sign_in.end(request)
    return redirect("portal:home")


def _leading_to(target: str) -> dict[str, str]:
    return {"next": target, "query": urlencode({sign_in.NEXT: target})}
