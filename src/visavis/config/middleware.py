"""What every request knows before a door opens: the canton, its first language, no NUL anywhere."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

from visavis.foundation.text import LANGUAGES

Next = Callable[[HttpRequest], HttpResponse]

NUL = "\0"


@dataclass(frozen=True, slots=True)
class Canton:
    """What every page says of the canton; texts by language."""

    code: str
    name: dict[str, str]
    counter_name: dict[str, str]
    languages: tuple[str, ...]
    hotline: str
    hotline_hours: dict[str, str]
    contact: dict[str, str]
    brand_css: str
    logo_svg: str
    attract_svg: str


def canton() -> Canton:
    """Return the facts of the instance's canton, read again when the pack's file changes."""
    path = Path(settings.PACK) / "pack.yaml"
    return _canton(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _canton(path: Path, changed_ns: int) -> Canton:
    pack = yaml.safe_load(path.read_text())
    contact = pack.get("contact", {})
    brand = f"brand/{pack['code']}"
    folder = path.parent / "brand"
    return Canton(
        code=pack["code"],
        name=pack["name"],
        counter_name=pack["counter_name"],
        languages=tuple(pack.get("languages", LANGUAGES)),
        hotline=contact.get("hotline", ""),
        hotline_hours=contact.get("hotline_hours", {}),
        contact={key: value for key, value in contact.items() if isinstance(value, str)},
        brand_css=static(f"{brand}/tokens.css") if (folder / "tokens.css").exists() else "",
        logo_svg=static(f"{brand}/wordmark.svg") if (folder / "wordmark.svg").exists() else "",
        attract_svg=static(f"{brand}/attract.svg") if (folder / "attract.svg").exists() else "",
    )


class CantonFacts:
    """Sets `request.canton`."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.canton = canton()  # type: ignore[attr-defined]  # the frame of every page reads it
        return self.get_response(request)


class Languages:
    """Lets the canton's first language win where a browser asks for none of ours."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
        first = canton().languages[0]
        request.META["HTTP_ACCEPT_LANGUAGE"] = f"{header},{first};q=0.01" if header else first
        return self.get_response(request)


class NoNulls:
    """Passes over cookies with a NUL and refuses such addresses; no database can look for one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {
            name: value for name, value in request.COOKIES.items() if NUL not in value
        }
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> None:
        """Refuse here and not before: the page that says so asks session and visit."""
        if any(NUL in value for values in request.GET.lists() for value in values[1]):
            raise BadRequest("a NUL in the address")
