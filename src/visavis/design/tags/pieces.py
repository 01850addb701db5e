"""Components that take values and no body."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

import phonenumbers
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language

from visavis.design import icons
from visavis.design.tags.registry import register
from visavis.foundation import days
from visavis.foundation.money import chf as written_chf
from visavis.foundation.text import said_in

SWITZERLAND = 41
FIXED_BLANK = "\u00a0"


@register.simple_tag
def icon(name: str, *, size: str = "", label: str = "") -> SafeString:
    """Print an icon of the set."""
    return icons.svg(name, size=size, label=label)


@register.simple_tag
def script(name: str) -> SafeString:
    """Load a custom element by its name; it runs after the page is there."""
    return format_html('<script type="module" src="{}"></script>', static(f"design/{name}.js"))


@register.simple_tag
def leads_on(url: str, after: int) -> SafeString:
    """Go to another page by itself after some seconds; for `head_extra`.

    With script an element does it: a refresh in the page itself would interrupt a screen reader.
    """
    return format_html(
        '<noscript><meta http-equiv="refresh" content="{after}; url={url}"></noscript>'
        '<script type="module" src="{source}" data-after="{after}" data-to="{url}" id="leads-on"></script>',
        after=after,
        url=url,
        source=static("design/leads-on.js"),
    )


@register.filter
def chf(cents: int | None) -> str:
    """Write centimes as francs, kept on one line."""
    return "" if cents is None else written_chf(cents).replace(" ", FIXED_BLANK)


@register.filter
def in_language(text: object) -> str:
    """Say a multilingual text of a pack in the page's language; other texts stay as they are."""
    return said_in(text, get_language() or "fr") if isinstance(text, Mapping) else str(text or "")


@register.filter
def in_words(day: date | datetime) -> str:
    """Say a day with its weekday in the page's language: Tuesday, 1 December 2026."""
    moment = localtime(day) if isinstance(day, datetime) else day
    return days.in_words(moment, get_language() or "fr", weekday=True)


@register.filter
def grouped(code: str) -> str:
    """Write a code in groups that can be read aloud: digits by three, letters by four."""
    plain = str(code).replace(" ", "").replace("-", "")
    step = 3 if plain.isdigit() else 4
    return " ".join(plain[start : start + step] for start in range(0, len(plain), step))


@register.filter
@lru_cache(maxsize=64)
def spoken_telephone(number: str) -> str:
    """Write a telephone number as people here say it: 032 555 01 00."""
    try:
        parsed = phonenumbers.parse(str(number), "CH")
    except phonenumbers.NumberParseException:
        return str(number)
    form = phonenumbers.PhoneNumberFormat
    at_home = form.NATIONAL if parsed.country_code == SWITZERLAND else form.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, at_home)).replace(" ", FIXED_BLANK)


@register.filter
def as_telephone(number: str) -> str:
    """Keep only what a `tel:` address may hold."""
    return "".join(sign for sign in str(number) if sign.isdigit() or sign == "+")


@register.inclusion_tag("design/components/button.html")
def button(text: str, kind: str = "primary", **options: object) -> dict[str, object]:
    """Print a button, or with `href` a link that looks like one."""
    names = ("href", "name", "value", "form", "icon", "icon_after", "wide", "id")
    return {
        **dict.fromkeys(names, ""),
        **options,
        "text": text,
        "kind": kind,
    }


@register.inclusion_tag("design/components/back_link.html")
def back_link(url: str, text: str = "") -> dict[str, object]:
    """Print the way back."""
    return {"url": url, "text": text}


@register.inclusion_tag("design/components/breadcrumbs.html")
def breadcrumbs(items: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Print where this page stands; the pairs are text and address."""
    return {"items": list(items)}


@register.inclusion_tag("design/components/progress.html")
def progress(step: int, total: int, label: str = "") -> dict[str, object]:
    """Say and show at which step the citizen is."""
    steps = [
        "done" if number < step else "now" if number == step else "next"
        for number in range(1, total + 1)
    ]
    return {"step": step, "total": total, "label": label, "steps": steps}


@register.inclusion_tag("design/components/code_display.html")
def code_display(code: str, label: str = "") -> dict[str, object]:
    """Show a number or code large, in groups."""
    return {"code": code, "label": label}


@register.inclusion_tag("design/components/summary_row.html")
def summary_row(key: str, value: object, **options: object) -> dict[str, object]:
    """Print one answer with its change link."""
    names = ("change", "private", "missing")
    return {**dict.fromkeys(names, ""), **options, "key": key, "value": value}


@register.inclusion_tag("design/components/timeline.html")
def timeline(entries: Iterable[object]) -> dict[str, object]:
    """Show what has happened to a case and what comes."""
    return {"entries": list(entries)}


@register.inclusion_tag("design/components/status.html")
def status(text: str, kind: str = "neutral") -> dict[str, object]:
    """Show a state in a word or two."""
    signs = {"waiting": "clock", "good": "check", "bad": "x", "info": "info"}
    return {"text": text, "kind": kind, "sign": signs.get(kind, "")}


@register.inclusion_tag("design/components/service_card.html")
def service_card(title: str, text: str, url: str, **options: object) -> dict[str, object]:
    """Print a service as one item of a list of cards; `level` is that of its heading."""
    names = ("icon", "meta", "external")
    return {
        **dict.fromkeys(names, ""),
        "level": 3,
        **options,
        "title": title,
        "text": text,
        "url": url,
    }


@register.inclusion_tag("design/components/theme_card.html")
def theme_card(title: str, url: str, icon: str = "", text: str = "") -> dict[str, object]:
    """Print a theme of the catalogue as one item of a list of cards."""
    return {"title": title, "url": url, "icon": icon, "text": text}


@register.inclusion_tag("design/components/search_box.html")
def search_box(
    url: str, value: str = "", label: str = "", large: bool = False
) -> dict[str, object]:
    """Print the search of the catalogue."""
    return {"url": url, "value": value, "label": label, "large": large}


@register.inclusion_tag("design/components/fact.html")
def fact(icon: str, label: str, text: object) -> dict[str, object]:
    """Print one fact of a service: how long, how much, who."""
    return {"icon": icon, "label": label, "text": text}


@register.inclusion_tag("design/components/amount.html")
def amount(cents: int, label: str = "") -> dict[str, object]:
    """Show a sum of money large."""
    return {"cents": cents, "label": label}


@register.inclusion_tag("design/components/print_button.html")
def print_button(text: str = "") -> dict[str, object]:
    """Offer to print this page, where a script can."""
    return {"text": text}


@register.inclusion_tag("design/components/draft_code.html")
def draft_code(code: str) -> dict[str, object]:
    """Show under which code the draft is kept."""
    return {"code": code}


@register.inclusion_tag("design/components/help_here.html", takes_context=True)
def help_here(context: Context) -> dict[str, object]:
    """Say whom to ask here and now."""
    return {
        "canton": context["canton"],
        "is_device": context["is_device"],
    }


@register.inclusion_tag("design/components/visit_notice.html", takes_context=True)
def visit_notice(context: Context) -> dict[str, object]:
    """Say at the start of a visit how it ends."""
    return {"visit": context["visit"]}
