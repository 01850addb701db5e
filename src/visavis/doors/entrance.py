"""How a request becomes an actor, and how a half-filled form crosses to another language."""

import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import translate_url
from django.utils import translation

from visavis.foundation import database
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.people import queries as people

BROWSER = "browser"
KEPT = "kept_values"
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "switch_language", "code"})
SECRET_WORDS = frozenset({"password", "password1", "password2", "pin", "secret"})
MOST_KEPT_FIELDS = 60
MOST_KEPT_CHARACTERS = 500


def actor_of(request: HttpRequest, *, kind: Kind = Kind.CITIZEN) -> Actor:
    """Return who acts in this request; somebody unknown gets a name for this browser or visit."""
    visit = getattr(request, "visit", None)
    user = request.user
    if user.is_authenticated:
        now = request_now(request)
        name, assurance = user.name, people.level_of(user, now=now)
        roles = people.roles_of(user, now=now)
    else:
        name, assurance, roles = _name_of_unknown(request), 0, frozenset[str]()
    return Actor(
        kind=kind,
        name=name,
        channel=Channel(visit.channel) if visit else Channel.WEB,
        visit=visit.pk if visit else None,
        device=visit.device.code if visit else None,
        site=visit.device.site.code if visit else None,
        assurance=assurance,
        roles=roles,
    )


def request_now(request: HttpRequest) -> datetime:
    """Return the moment of this request: the database's clock, read once."""
    if not hasattr(request, "_now"):
        request._now = database.now()  # type: ignore[attr-defined]  # once per request
    moment: datetime = request._now  # type: ignore[attr-defined]  # set above
    return moment


def language_of(request: HttpRequest) -> str:
    """Return fr, de, it or en: the language in which this page is shown."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def wants_another_language(request: HttpRequest) -> bool:
    return request.method == "POST" and "switch_language" in request.POST


def keep_and_switch(request: HttpRequest) -> HttpResponseRedirect:
    """Keep what is typed, except secrets, and show the same page in the language asked for."""
    values = {
        name: value[:MOST_KEPT_CHARACTERS]
        for name, value in list(request.POST.items())[:MOST_KEPT_FIELDS]
        if name not in NEVER_KEPT and SECRET_WORDS.isdisjoint(name.split("_"))
    }
    target = in_other_language(request)
    request.session[KEPT] = {"path": target, "values": values}
    return HttpResponseRedirect(target)


def kept(request: HttpRequest) -> dict[str, str]:
    """Return once what `keep_and_switch` kept for this page, as initial values of its form."""
    held = request.session.get(KEPT)
    if not held or held["path"] != request.get_full_path():
        return {}
    del request.session[KEPT]
    values: dict[str, str] = held["values"]
    return values


def in_other_language(request: HttpRequest) -> str:
    """Return this page's address in the language that the switch asked for."""
    language = request.POST.get("switch_language", "")
    if language not in dict(settings.LANGUAGES):
        return request.get_full_path()
    return translate_url(request.get_full_path(), language)


def _name_of_unknown(request: HttpRequest) -> str:
    visit = getattr(request, "visit", None)
    if visit:
        visit_id: UUID = visit.pk
        return f"visit:{visit_id}"
    if BROWSER not in request.session:
        request.session[BROWSER] = secrets.token_urlsafe(16)
    return f"browser:{request.session[BROWSER]}"
