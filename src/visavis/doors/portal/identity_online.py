"""Logins of identity providers: signing in by one, proving who one is, and taking one away."""

import secrets
from urllib.parse import urlencode, urlsplit

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.catalog.models import ServiceVersion
from visavis.doors import sign_in
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import identity_online_words as words
from visavis.doors.portal import identity_words
from visavis.doors.portal.account_gate import citizen_required, user_of
from visavis.doors.portal.identity_service import service_of
from visavis.foundation.throttles import TooMany
from visavis.people import provider_queries, providers
from visavis.people.models import User
from visavis.people.provider_models import Errand
from visavis.people.provider_schema import IdentityProviderEntry
from visavis.people.refusals import (
    ErrandOver,
    NoSuchProvider,
    ProviderRefused,
    WrongCredentials,
)

BROWSER = "online_browser"  # in the session: an answer counts only where its errand began
REFUSED = "online_refused"
LANGUAGE = "online_language"  # of the last errand: the way back has none in its address
LONGEST_ANSWER = 4096  # characters of one parameter
PAGES = ["GET", "POST"]


@never_cache
@require_http_methods(PAGES)
def online(request: HttpRequest, provider: str) -> HttpResponse:
    """Say what is asked of the provider and what it tells us; then go there."""
    if wants_another_language(request):
        return keep_and_switch(request)
    entry = provider_queries.entry_of(provider)
    if entry is None:
        raise Http404
    known = isinstance(request.user, User)
    return _prove(request, entry) if known else _go_or_show(request, entry, level=1)


@citizen_required
def _prove(request: HttpRequest, entry: IdentityProviderEntry) -> HttpResponse:
    version = service_of(request)
    level = max(version.level, 1) if version else 1
    return _go_or_show(request, entry, level=level, version=version)


def _go_or_show(
    request: HttpRequest,
    entry: IdentityProviderEntry,
    *,
    level: int,
    version: ServiceVersion | None = None,
) -> HttpResponse:
    otherwise = "portal:identity" if request.user.is_authenticated else "portal:account"
    target = sign_in.next_of(request, otherwise)
    refusal = request.session.pop(REFUSED, None)
    if request.method == "POST":
        try:
            code = version.code if version else ""
            return redirect(_begin(request, entry, level=level, service=code, target=target))
        except (ProviderRefused, TooMany) as why:
            refusal = words.kept(why)
    language = language_of(request)
    context = {
        "provider": provider_queries.shown(entry, language=language),
        "refusal": words.sentence(refusal) if refusal else "",
        "is_unknown_login": bool(refusal) and refusal["why"] == "LoginUnknown",
        "is_too_weak": entry.highest_level < level,
        "is_in_visit": actor_of(request).visit is not None,
        "is_signed_in": request.user.is_authenticated,
        "level": level,
        "level_words": identity_words.LEVELS[level],
        "version": version,
        "title": version.name_in(language) if version else "",
        "next": target,
        "query": urlencode({sign_in.NEXT: target}),
        "here_query": urlencode({sign_in.NEXT: request.get_full_path()}),
        "read_aloud": False,
    }
    response = render(request, "portal/identity/online.html", context)
    # The form redirects to the provider, and browsers check both addresses.
    response._csp_update = {"form-action": _origins(entry)}  # type: ignore[attr-defined]  # django-csp reads it
    return response


@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Take what a provider sent somebody's browser back with; always lead on, so that it is not sent again."""
    said = {name: request.GET.get(name, "")[:LONGEST_ANSWER] for name in ("state", "code", "error")}
    answer = providers.Answer(**said, issuer=request.GET.get("iss"))
    browser = str(request.session.get(BROWSER, ""))
    try:
        errand = providers.take(state=answer.state, browser=browser, now=request_now(request))
    except ErrandOver as why:
        with translation.override(request.session.get(LANGUAGE, language_of(request))):
            return _led_away(request, why)
    with translation.override(errand.language):
        return _finish(request, errand, answer)


@require_POST
@citizen_required
def unlink(request: HttpRequest) -> HttpResponse:
    """Take a login away from the account."""
    user, provider = user_of(request), request.POST.get("provider", "")
    if provider in provider_queries.logins_of(user):
        providers.unlink(
            user=user, provider=provider, actor=actor_of(request), now=request_now(request)
        )
    messages.success(request, _("The login is unlinked. What it proved no longer counts."))
    return redirect("portal:identity")


def phone_code(service: str) -> str:
    """Return a QR code with the address of one's identity, to go on with on one's own phone."""
    query = f"?{urlencode({'service': service})}" if service else ""
    address = f"{settings.BASE_URL}{reverse('portal:identity')}{query}"
    return mark_safe(segno.make(address, error="m").svg_inline(scale=6, border=4, omitsize=True))


def _begin(
    request: HttpRequest, entry: IdentityProviderEntry, *, level: int, service: str, target: str
) -> str:
    if BROWSER not in request.session:
        request.session[BROWSER] = secrets.token_urlsafe(24)
    request.session[LANGUAGE] = language_of(request)
    return providers.begin(
        provider=entry.code,
        level=level,
        service=service,
        browser=request.session[BROWSER],
        target=target,
        language=language_of(request),
        actor=actor_of(request),
        now=request_now(request),
    )


def _finish(request: HttpRequest, errand: Errand, answer: providers.Answer) -> HttpResponse:
    actor, now = actor_of(request), request_now(request)
    try:
        outcome = providers.finish(errand=errand, answer=answer, actor=actor, now=now)
    except NoSuchProvider as why:  # withdrawn meanwhile: it has no page any more
        return _led_away(request, why)
    except (ProviderRefused, WrongCredentials) as why:
        request.session[REFUSED] = words.kept(why)
        again = reverse("portal:online", args=[errand.provider])
        query = {sign_in.NEXT: errand.target}
        if errand.service:
            query["service"] = errand.service
        return redirect(f"{again}?{urlencode(query)}")
    if outcome.user is not None:
        return sign_in.begin(request, outcome.user, by="provider", target=errand.target)
    if outcome.level is not None and outcome.level > 1:
        messages.success(request, _("Thank you. Your identity is checked."))
    else:
        messages.success(request, _("Thank you. You can sign in by this login from now on."))
    return redirect(errand.target)


def _led_away(request: HttpRequest, why: ProviderRefused) -> HttpResponse:
    """Say why, where other ways stand."""
    messages.error(request, words.sentence(words.kept(why)))
    known = request.user.is_authenticated
    return redirect("portal:identity" if known else "portal:account_start")


def _origins(entry: IdentityProviderEntry) -> list[str]:
    address = providers.address_of(entry)
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
