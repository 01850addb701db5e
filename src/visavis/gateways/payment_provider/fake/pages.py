"""The fake's pages: plain HTML with everything escaped. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from html import escape
from urllib.parse import urlsplit

from visavis.gateways.payment_provider.fake.faults import Answers, Events, Listing, Plan, Refunds
from visavis.gateways.payment_provider.fake.ledger import UNDECIDED, Record
from visavis.gateways.payment_provider.fake.texts import LANGUAGES, TEXTS
from visavis.gateways.payment_provider.types import State

PHONE = (
    '<svg aria-hidden="true" viewBox="0 0 24 24"><rect x="6" y="2" width="12" height="20" rx="2"/>'
    '<path d="M11 18h2"/></svg>'
)
CARD = (
    '<svg aria-hidden="true" viewBox="0 0 24 24"><rect x="2" y="5" width="20" height="14" rx="2"/>'
    '<path d="M2 10h20"/></svg>'
)


def hosted(record: Record, *, language: str) -> str:
    """Return the page on which an order is paid, in the wanted or the order's language."""
    language = _known(language, record.order.language)
    body = _undecided(record, language) if record.state in UNDECIDED else _decided(record, language)
    leaves_to = record.order.return_url if record.order.presentation == "kiosk" else ""
    return _page(language, body, leaves_to=leaves_to, languages=True)


def missing(*, language: str) -> str:
    """Return the page that answers an unknown address."""
    says = TEXTS[_known(language, "fr")]
    body = f"<h1>{says['missing_title']}</h1><p>{says['missing']}</p>"
    return _page(_known(language, "fr"), body)


def welcome() -> str:
    """Return the page, in English, that says what this program is."""
    body = (
        "<h1>A payment provider that moves no money</h1><p>Visavis uses it for demonstration, "
        "practice and tests. People come here from the counter, to a page of their own payment.</p>"
        '<p><a class="button" href="/faults">Make it misbehave</a></p>'
    )
    return _page("en", body)


def faults(plan: Plan) -> str:
    """Return the page, in English, on which a demonstrator makes the provider misbehave."""
    events = _choices("events", "Events (webhooks)", list(Events), plan.events)
    answers = _choices("answers", "Answers of the API", list(Answers), plan.answers)
    listing = _choices("listing", "List of transactions", list(Listing), plan.listing)
    refunds = _choices("refunds", "Refunds", list(Refunds), plan.refunds)
    body = (
        "<h1>How this fake provider misbehaves</h1><p>It stays so until it is changed here.</p>"
        f'<form method="post">{events}{answers}{refunds}{listing}<button>Keep</button></form>'
    )
    return _page("en", body)


def policy(record: Record | None) -> str:
    """Return the Content-Security-Policy: own files only; forms may lead back to the merchant."""
    origin = ""
    if record is not None:
        parts = urlsplit(record.order.return_url)
        origin = f" {parts.scheme}://{parts.netloc}"
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; "
        "base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self'{origin}"
    )


def amount(cents: int, currency: str) -> str:
    """Return an amount as it is written in Switzerland.

    >>> amount(123450, "CHF")
    'CHF\xa01’234.50'
    """
    whole = f"{cents // 100:,}".replace(",", "’")
    return f"{currency}\N{NO-BREAK SPACE}{whole}.{cents % 100:02d}"


def _undecided(record: Record, language: str) -> str:
    says = TEXTS[language]
    failed = ""
    if record.state is State.FAILED:
        failed = (
            f'<div class="failed" role="alert"><h2>{says["failed_title"]}</h2>'
            f"<p>{says['failed']}</p></div>"
        )
    head = says["pay"].format(amount=amount(record.order.amount_cents, record.order.currency))
    return (
        f"<h1>{head}</h1>{failed}{_facts(record, language)}<h2>{says['how']}</h2>"
        f'<p class="quiet">{says["no_card"]}</p><form method="post" class="ways">'
        f"{_button('twint', PHONE + says['twint'])}{_button('card', CARD + says['card'])}"
        f"{_button('cancel', says['cancel'], kind='quiet')}"
        f"<details><summary>{says['demo']}</summary>"
        f"{_button('fail', says['demo_fail'], kind='quiet')}"
        f"{_button('stay', says['demo_stay'], kind='quiet')}</details></form>"
    )


def _decided(record: Record, language: str) -> str:
    says = TEXTS[language]
    what = "paid" if record.state is State.PAID else "closed"
    return (
        f"<h1>{says[what + '_title']}</h1><p>{says[what]}</p>{_facts(record, language)}"
        f'<p><a class="button" href="{escape(record.order.return_url)}">{says["back"]}</a></p>'
    )


def _facts(record: Record, language: str) -> str:
    says, order = TEXTS[language], record.order
    purpose = order.purpose.get(language) or next(iter(order.purpose.values()), "")
    number = " ".join(order.number[start : start + 3] for start in range(0, len(order.number), 3))
    return (
        f"<dl><div><dt>{says['for']}</dt><dd>{escape(purpose)}</dd></div>"
        f"<div><dt>{says['number']}</dt><dd>{escape(number)}</dd></div></dl>"
    )


def _button(name: str, inner: str, *, kind: str = "main") -> str:
    return f'<button name="do" value="{name}" class="{kind}">{inner}</button>'


def _choices(name: str, legend: str, values: Sequence[StrEnum], chosen: str) -> str:
    radios = "".join(
        f'<label><input type="radio" name="{name}" value="{value}"'
        f"{' checked' if value == chosen else ''}> {value}</label>"
        for value in values
    )
    return f"<fieldset><legend>{legend}</legend>{radios}</fieldset>"


def _page(language: str, body: str, *, leaves_to: str = "", languages: bool = False) -> str:
    says = TEXTS[language]
    links = "".join(
        f'<li><a href="?lang={code}" lang="{code}" hreflang="{code}"'
        f"{' aria-current=true' if code == language else ''}>{name}</a></li>"
        for code, name in LANGUAGES.items()
    )
    nav = f'<nav aria-label="{says["languages"]}"><ul>{links}</ul></nav>' if languages else ""
    kiosk = f' class="kiosk" data-back="{escape(leaves_to)}"' if leaves_to else ""
    script = '<script src="/leave.js" type="module"></script>' if leaves_to else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{says["title"]}</title><link rel="stylesheet" href="/style.css">'
        f'<link rel="icon" href="data:,">{script}</head>'
        f'<body{kiosk}><header><p class="fake">{says["fake"]}</p>{nav}'
        f"</header><main>{body}</main></body></html>"
    )


def _known(language: str, otherwise: str) -> str:
    return next((code for code in (language, otherwise) if code in TEXTS), "fr")
