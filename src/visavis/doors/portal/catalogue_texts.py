"""The pack's longer texts as pages: about, accessibility, data protection and legal notice."""

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from visavis.doors.portal import measuring
from visavis.doors.portal.catalogue_pieces import Here, here, page, piece
from visavis.foundation.text import said_in
from visavis.places import queries as places

PAGES = {
    "about": ("about",),
    "accessibility": ("accessibility",),
    "legal": ("privacy", "imprint"),
}


@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """One of the pack's texts, or several below each other."""
    place = here(request)
    content = piece(place, "_text.html", name, fill=lambda: _texts(name, place))
    if measuring.visit_of(request):
        measuring.note(request, "info.viewed", topic=name)
    return page(place, "portal/catalogue/text.html", {"piece": content, "name": name})


def _texts(name: str, place: Here) -> dict[str, object]:
    canton = places.canton()
    written = [said_in(canton.texts.get(text), place.language) for text in PAGES[name]]
    if not any(written):
        raise Http404
    return {
        "sections": [as_html(text, first=not n) for n, text in enumerate(filter(None, written))],
        "demonstration": canton.demonstration,
        "assumptions": canton.assumptions if name == "about" else (),
    }


def as_html(text: str, *, first: bool = True) -> SafeString:
    """Render Markdown of a pack; HTML in it is shown as text, never run.

    Args:
        first: its title is the page's one h1; other texts begin with an h2.
    """
    tokens = _markdown().parse(text)
    if not first:
        for token in tokens:
            if token.type.startswith("heading_"):
                token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    rendered: str = _markdown().renderer.render(tokens, _markdown().options, {})
    return mark_safe(rendered)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return (
        MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")
    )
