"""Keeps the rendered middle of catalogue pages in memory: they are the same for everybody.

A piece depends on the pack's version, the day, the language and the presentation, and on nothing
else: nothing of a visitor may be in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate

from visavis.catalog import queries as catalog
from visavis.catalog.queries import Catalogue
from visavis.doors.entrance import language_of, request_now
from visavis.places import queries as places

MOST_PIECES = 2000  # about 20 KB each; a full pack has fewer than 500
_pieces: dict[tuple[object, ...], str] = {}


@dataclass(frozen=True, slots=True)
class Here:
    """What a catalogue page depends on."""

    request: HttpRequest
    version: str
    now: datetime
    day: date
    language: str
    presentation: str

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


def forget() -> None:
    """Drop all pieces; for tests."""
    _pieces.clear()
