"""The fake's pages: plain HTML with everything escaped. Pure."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlsplit

from visavis.gateways.openid.fake.desk import FAULTS, Desk, Known, Shape
from visavis.gateways.openid.fake.texts import LANGUAGES, TEXTS

SOMEONE = "someone"


def policy(redirect_uri: str = "") -> str:
    """Return the Content-Security-Policy: own files only; the form may lead back to the client."""
    parts = urlsplit(redirect_uri)
    origin = f" {parts.scheme}://{parts.netloc}" if redirect_uri else ""
    return (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self'{origin}"
    )


def choose(desk: Desk, shape: Shape, request: Mapping[str, str]) -> str:
    """Return the page on which one picks a person and how well they are known."""
    language = language_of(request)
    says = TEXTS[language]
    name = shape.name.get(language, shape.code)
    hidden = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
        for key, value in request.items()
    )
    return page(
        language,
        f"<h1>{says['title'].format(name=escape(name))}</h1><p>{says['ask']}</p>"
        f'<form method="post">{hidden}{_people(desk, says)}{_levels(shape, request, says, name)}'
        f"{_faults(says)}"
        f'<button name="do" value="go">{says["go"]}</button>'
        f'<button name="do" value="cancel" class="quiet">{says["cancel"]}</button></form>',
    )


def missing() -> str:
    """Return the page that answers an unknown address."""
    return page("fr", f"<h1>404</h1><p>{TEXTS['fr']['missing']}</p>")


def welcome(desk: Desk) -> str:
    """Return the page, in English, that says what this program is."""
    issuers = "".join(f"<li>{escape(f'{desk.url}/{code}')}</li>" for code in desk.shapes)
    return page(
        "en",
        "<h1>Identity providers that know invented people only</h1><p>Visavis uses them for "
        f"demonstration and practice. People come here from the counter.</p><ul>{issuers}</ul>",
    )


def page(language: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>Identity provider (fake)</title><link rel="stylesheet" href="/style.css">'
        '<link rel="icon" href="data:,"></head>'
        f'<body><header><p class="fake">{TEXTS[language]["fake"]}</p></header>'
        f"<main>{body}</main></body></html>"
    )


def language_of(request: Mapping[str, str]) -> str:
    """Return the language that the counter asked for."""
    wanted = request.get("ui_locales", "").partition(" ")[0]
    return wanted if wanted in LANGUAGES else "fr"


def typed(form: Mapping[str, str]) -> Known:
    """Return somebody who was typed on the page: the same words, the same person."""
    words = [form.get(name, "").strip()[:100] for name in ("given_name", "family_name", "born")]
    subject = "-".join(words).casefold().replace(" ", "-")[:150]
    return Known(subject or SOMEONE, *words)


def _people(desk: Desk, says: Mapping[str, str]) -> str:
    radios = "".join(
        _radio(
            "person",
            code,
            escape(f"{person.given_name} {person.family_name}"),
            checked=code == next(iter(desk.people)),
        )
        for code, person in desk.people.items()
    )
    fields = "".join(
        f'<label class="text">{says[text]}<input name="{name}" autocomplete="off"></label>'
        for name, text in (
            ("given_name", "given_name"), ("family_name", "family_name"), ("born", "birth_date")
        )
    )  # fmt: skip
    other = _radio("person", SOMEONE, says["someone"], checked=not desk.people)
    return f"<fieldset><legend>{says['who']}</legend>{radios}{other}{fields}</fieldset>"


def _levels(shape: Shape, request: Mapping[str, str], says: Mapping[str, str], name: str) -> str:
    wanted = request.get("acr_values", "").partition(" ")[0]
    radios = "".join(
        _radio(
            "acr",
            acr,
            f"{says['of_four'].format(level=level)} <small>{escape(acr)}</small>",
            checked=acr == wanted or (wanted not in shape.acrs and acr == shape.acrs[0]),
        )
        for acr, level in zip(shape.acrs, shape.levels, strict=True)
    )
    legend = says["level"].format(name=escape(name))
    return f"<fieldset><legend>{legend}</legend>{radios}</fieldset>"


def _faults(says: Mapping[str, str]) -> str:
    radios = "".join(
        _radio("fault", fault, escape(fault or says["good"]), checked=not fault) for fault in FAULTS
    )
    return f"<details><summary>{says['faults']}</summary>{radios}</details>"


def _radio(name: str, value: str, label: str, *, checked: bool) -> str:
    mark = " checked" if checked else ""
    return (
        f'<label><input type="radio" name="{name}" value="{escape(value)}"{mark}> '
        f"<span>{label}</span></label>"
    )
