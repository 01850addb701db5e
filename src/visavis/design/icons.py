"""Icons of one set (lucide, ISC), inlined so that they take the text's colour and cost no request."""

from functools import cache, lru_cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "icons"


class NoSuchIcon(LookupError):
    """The icon is not in the set; add its name to `assets/icons.txt` and run `make assets`."""


@cache
def shapes(name: str) -> SafeString:
    """Return what stands inside an icon's `<svg>`.

    Raises:
        NoSuchIcon: see there.
    """
    path = FOLDER / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not path.is_file():
        raise NoSuchIcon(name)
    return mark_safe(path.read_text(encoding="utf-8").strip())  # our own committed files


@lru_cache(maxsize=1024)
def svg(name: str, *, size: str = "", label: str = "") -> SafeString:
    """Return an icon as inline SVG, silent for screen readers unless it is labelled."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>'
        "{}</svg>",
        f" icon--{size}" if size else "",
        mark_safe(spoken),
        shapes(name),
    )
