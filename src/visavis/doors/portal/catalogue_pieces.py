"""Keeps the rendered middle of catalogue pages in memory: they are the same for everybody.

A piece depends on the pack's version, the day, the language and the presentation, and on nothing
else: nothing of a visitor may be in it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate

from visavis.catalog import queries as catalog
from visavis.catalog.queries import Catalogue
from visavis.doors.entrance import language_of, request_now
from visavis.places import queries as places

MOST_PIECES = 2000  # about 20 KB each; a full pack has fewer than 500
MOST_PAGES = 1000  # about 40 KB each
MESSAGES_COOKIE = "messages"  # of django.contrib.messages
TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]+')
TOKEN_STANDS_HERE = "token-of-the-visitor"  # noqa: S105 - a placeholder
_pieces: dict[tuple[object, ...], str] = {}
_pages: dict[tuple[object, ...], str] = {}


@dataclass(frozen=True, slots=True)
class Here:
    """What a catalogue page depends on."""

    request: HttpRequest
    version: str
    now: datetime
    day: date
    language: str
    presentation: str
    site: str  # code of the place of this visit; empty at home

    @property
    def is_device(self) -> bool:
        return self.presentation != "web"

    @property
    def catalogue(self) -> Catalogue:
        return catalog.catalogue(self.version)


def here(request: HttpRequest) -> Here:
    """Return what this request's page depends on; two small queries."""
    now = request_now(request)
    visit = getattr(request, "visit", None)
    return Here(
        request=request,
        version=places.version(),
        now=now,
        day=localdate(now),
        language=language_of(request),
        presentation=str(getattr(visit, "channel", "web")),
        site=visit.device.site.code if visit else "",
    )


def piece(
    place: Here,
    template: str,
    *key: object,
    fill: Callable[[], Mapping[str, object]],
) -> SafeString:
    """Return a rendered fragment, made only when it is not in memory yet.

    Args:
        key: what else the fragment depends on.
        fill: gives the template's values; called only when the fragment has to be made.
    """
    name = (place.version, place.day, place.language, place.presentation, template, *key)
    found = _pieces.get(name)
    if found is None:
        if len(_pieces) >= MOST_PIECES:
            _pieces.clear()
        values = {**fill(), "here": place, "is_device": place.is_device}
        found = _pieces[name] = render_to_string(f"portal/catalogue/{template}", values)
    return mark_safe(found)


def page(place: Here, template: str, context: Mapping[str, object], *key: object) -> HttpResponse:
    """Answer with a catalogue page; for who comes without a session, out of memory.

    Such a page differs between two visitors in nothing but the token of its forms, which is put in
    anew each time. Whoever has a session may have chosen larger letters, or be somebody.

    Args:
        key: what else the page depends on.
    """
    request = place.request
    if not _comes_without_session(place):
        return render(request, template, dict(context))
    look = (getattr(request, "text_size", None), getattr(request, "contrast", None))
    name = (place.version, place.day, request.path, *look, *key)
    found = _pages.get(name)
    if found is None:
        if len(_pages) >= MOST_PAGES:
            _pages.clear()
        rendered = render_to_string(template, dict(context), request)
        found = _pages[name] = TOKEN.sub(TOKEN_STANDS_HERE, rendered)
    return HttpResponse(found.replace(TOKEN_STANDS_HERE, get_token(request)))


def _comes_without_session(place: Here) -> bool:
    request = place.request
    cookies = (settings.SESSION_COOKIE_NAME, MESSAGES_COOKIE)
    return not (
        request.META.get("QUERY_STRING")
        or getattr(request, "visit", None)
        or any(name in request.COOKIES for name in cookies)
    )


def forget() -> None:
    """Drop all pieces; for tests."""
    _pieces.clear()
    _pages.clear()
