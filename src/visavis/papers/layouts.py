"""Decides which words and values the template of each document is given. Pure."""

from dataclasses import asdict
from datetime import date

from visavis.catalog.definition.form import Booklet
from visavis.foundation import codes, days
from visavis.foundation.text import said_in
from visavis.papers.contents import ISO_DAY, Issue, fixed_words, francs, in_words
from visavis.papers.rules import DocumentKind
from visavis.typesetting import qr

ROWS_A_PAGE = 20  # of the booklet: lines high enough to write in with cold hands


def permit(
    issue: Issue, *, barcode: str, check_address: str, eu_code: str | None = None
) -> dict[str, object]:
    """Return what the template of a permit shows; `eu_code` is an EU certificate's text."""
    words = issue.words
    facts = _facts(issue)
    return {
        **_shared(issue),
        # The first fact of a definition, what was chosen, is also said under the title.
        "paper": {
            "title": issue.title,
            "kind": facts[0]["value"] if facts else "",
            "number": codes.spoken(issue.number),
        },
        "words": {
            name: words(name)
            for name in ("number", "holder", "valid_from", "valid_until", "details")
        },
        "holder": {"name": issue.person.name, "lines": _lines_of(issue)},
        "valid": {
            "first": days.in_words(issue.period.first, issue.language),
            "last": days.in_words(issue.period.last, issue.language),
        },
        "check": {
            "heading": words("check_heading"),
            "sentence": words("check_sentence"),
            "code": qr.svg(barcode),
            "alt": words("check_alt", number=codes.spoken(issue.number)),
            "by_number": words("check_by_number"),
            "address": check_address,
        },
        "signature": {"label": words("signature"), "hint": words("signature_hint")}
        if issue.paper.signed_by_holder
        else None,
        "conditions": {
            "heading": words("conditions"),
            "items": [issue.said(text) for text in issue.paper.conditions],
        },
        "facts": facts,
        "eu": {
            "heading": words("eu_heading"),
            "sentence": words("eu_sentence"),
            "code": qr.svg(eu_code),
            "alt": words("eu_alt"),
        }
        if eu_code
        else None,
        "price": _price(issue),
        "issued": [
            words(
                "issued", day=days.in_words(issue.issued_on, issue.language), office=issue.office
            ),
            words("fold"),
        ],
    }


def booklet(issue: Issue, part: Booklet) -> dict[str, object]:
    """Return what the template of a control booklet shows."""
    words, language = issue.words, issue.language
    numbers = list(range(1, part.rows + 1))
    pages = [numbers[start : start + ROWS_A_PAGE] for start in range(0, part.rows, ROWS_A_PAGE)]
    return {
        **_shared(issue),
        "title": issue.said(part.title),
        "belongs": words("booklet_of", number=codes.spoken(issue.number)),
        "words": {
            name: words(name)
            for name in (
                *("holder", "row", "day", "water", "species", "length", "booklet_how"),
                *("booklet_waters", "booklet_species", "booklet_catches", "valid_from"),
                "valid_until",
            )
        },
        "page_of": said_in(fixed_words()["page"], language),
        "holder": {"name": issue.person.name, "lines": _lines_of(issue)},
        "valid": {
            "first": days.in_words(issue.period.first, language),
            "last": days.in_words(issue.period.last, language),
        },
        "instructions": [issue.said(text) for text in part.instructions],
        "waters": list(part.waters),
        "species": [issue.said(text) for text in part.species],
        "tables": [
            {"caption": words("table_of", first=rows[0], last=rows[-1]), "rows": rows}
            for rows in pages
        ],
    }


def _shared(issue: Issue) -> dict[str, object]:
    words = issue.words
    return {
        "brand": asdict(issue.brand),
        "specimen": {"word": words("specimen_word"), "sentence": words("specimen_sentence")}
        if issue.is_specimen
        else None,
    }


def _lines_of(issue: Issue) -> list[str]:
    person, words = issue.person, issue.words
    if ISO_DAY.fullmatch(person.born):
        day = days.in_words(date.fromisoformat(person.born), issue.language)
        born = words("born", day=day)
    else:
        born = words("born_year", day=person.born[:4])
    return [line for line in (born, person.locality) if line]


def _facts(issue: Issue) -> list[dict[str, str]]:
    reading = issue.reading
    shown = [
        (line.label, in_words(issue, line.value, reading.worked_out(line.value)))
        for line in issue.paper.facts
        if reading.holds(line.when)
    ]
    return [{"label": issue.said(label), "value": text} for label, text in shown if text]


def _price(issue: Issue) -> dict[str, object] | None:
    price, words = issue.price, issue.words
    if price is None:
        return None
    paid = price.paid_on
    return {
        "heading": words("price"),
        "what": words("price_what"),
        "amount": words("price_amount"),
        "lines": [{"label": label, "amount": francs(cents)} for label, cents in price.lines],
        "total_label": words("price_total", day=days.in_words(paid, issue.language))
        if paid
        else words("price_free"),
        "total": francs(price.total_cents),
    }


def neutral_title(issue: Issue, kind: DocumentKind) -> str:
    """Return the title of the file, which print queues show: what it is, and never whose."""
    booklet_part = issue.paper.booklet
    title = (
        issue.said(booklet_part.title)
        if kind is DocumentKind.BOOKLET and booklet_part
        else issue.title
    )
    return f"{title} {codes.spoken(issue.number)}"
