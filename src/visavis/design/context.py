"""The page frame's values: presentation, canton, world, languages and the frame's addresses."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse, translate_url
from django.utils.translation import get_language

from visavis.design.canton import NEUTRAL

OWN_NAMES: Final = {"fr": "Français", "de": "Deutsch", "it": "Italiano", "en": "English"}
PRESENTATIONS: Final = ("web", "kiosk", "tablet")
TEXT_SIZES: Final = (1, 2, 3)
CONTRASTS: Final = ("normal", "high")

# Each address is optional: a door that has no such page leaves the link out.
LINKS: Final = {
    "home": "portal:home",
    "help": "portal:help",
    "finish": "portal:finish",
    "preferences": "portal:preferences",
    "account": "portal:account",
    "cases": "portal:cases",
    "accessibility": "portal:accessibility",
    "legal": "portal:legal",
    "visit_state": "portal:visit_state",
    "visit_alive": "portal:visit_alive",
    "visit_extend": "portal:visit_extend",
    "still_there": "portal:still_there",
}

OWN_THINGS: Final = ("account", "cases")

# What a view may say about its page; each template can rely on the name being there.
PAGE_DEFAULTS: Final[dict[str, object]] = {
    "form": None,
    "form_id": "",
    "help_url": "",
    "read_aloud": True,
    "draft_code": "",
}


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One language of the switch, with the address of this same page in it."""

    code: str
    name: str
    address: str
    is_current: bool


def frame(request: HttpRequest) -> dict[str, object]:
    """Give every page what its frame needs; a view's own values win."""
    visit = getattr(request, "visit", None)
    presentation = _presentation(request, visit)
    size = _text_size(request)
    return {
        **PAGE_DEFAULTS,
        "visit": visit,
        "presentation": presentation,
        "is_device": presentation != "web",
        "canton": getattr(request, "canton", NEUTRAL),
        "world": settings.WORLD,
        "text_size": size,
        "next_text_size": size % len(TEXT_SIZES) + 1,
        "contrast": _contrast(request),
        "languages": language_choices(request),
        "links": links_for(request),
    }


def language_choices(request: HttpRequest) -> list[LanguageChoice]:
    """Return the languages of the switch, each with this page's address in it."""
    current = get_language()
    here = request.get_full_path()
    return [
        LanguageChoice(
            code=code,
            name=OWN_NAMES.get(code, code),
            address=_in_language(here, current, code),
            is_current=code == current,
        )
        for code, _ in settings.LANGUAGES
    ]


def links_for(request: HttpRequest) -> dict[str, str]:
    """Return the frame's addresses; a citizen's own things only on a citizen's pages."""
    match = request.resolver_match
    is_citizens = match is None or match.namespace in ("", "portal")
    return {
        name: address_of(view) if is_citizens or name not in OWN_THINGS else ""
        for name, view in LINKS.items()
    }


def address_of(view: str) -> str:
    """Return the address of a named page, or nothing where this instance has none."""
    return _address(view, get_language() or "", get_urlconf())


@lru_cache(maxsize=256)
def _address(view: str, language: str, urlconf: str | None) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


def _in_language(here: str, current: str | None, code: str) -> str:
    """Return the same page in another language; our pages differ in the first part only."""
    if current and here.startswith(f"/{current}/"):
        return f"/{code}/{here.removeprefix(f'/{current}/')}"
    return translate_url(here, code)


def _presentation(request: HttpRequest, visit: object) -> str:
    said = getattr(request, "presentation", None) or getattr(visit, "channel", "web")
    return str(said) if str(said) in PRESENTATIONS else "web"


def _text_size(request: HttpRequest) -> int:
    said = getattr(request, "text_size", None) or _remembered(request, "text_size")
    return int(said) if str(said) in map(str, TEXT_SIZES) else TEXT_SIZES[0]


def _contrast(request: HttpRequest) -> str:
    said = getattr(request, "contrast", None) or _remembered(request, "contrast")
    return str(said) if said in CONTRASTS else CONTRASTS[0]


def _remembered(request: HttpRequest, name: str) -> str:
    session = getattr(request, "session", None)
    return "" if session is None else str(session.get(name, ""))
