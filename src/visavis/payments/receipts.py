"""A receipt as a page: of a payment, or, negative, of a refund. Writes nothing."""

from datetime import datetime
from functools import cache
from pathlib import Path

import yaml

from visavis.foundation.money import chf
from visavis.foundation.text import said_in
from visavis.payments.receipt_models import Receipt
from visavis.places import queries as places
from visavis.typesetting import operations as typesetting

TEMPLATE = Path(__file__).parent / "texts" / "receipt.typ"
WORDS = Path(__file__).parent / "texts" / "receipt.yaml"


def pdf(
    receipt: Receipt,
    *,
    language: str,
    brand: dict[str, object],
    is_specimen: bool,
    made_at: datetime,
) -> bytes:
    """Return a receipt as a page A5.

    Raises:
        TypesettingFailed: no page was made.
    """
    words = {name: said_in(text, language) for name, text in _words().items()}
    specimen = {"word": words["specimen_word"], "sentence": words["specimen_sentence"]}
    refund = receipt.refund
    payment = refund.payment if refund else receipt.payment
    assert payment is not None
    title = words["credit"] if refund else words["receipt"]
    serial = str(receipt.serial)
    return typesetting.pdf(
        TEMPLATE,
        data={
            "brand": brand,
            "specimen": specimen if is_specimen else None,
            "words": words,
            "title": title,
            "purpose": said_in(payment.purpose, language),
            "amount": chf(-refund.amount_cents) if refund else payment.amount,
            "serial": serial,
            "facts": _facts(receipt, words),
        },
        language=language,
        title=f"{title} {serial}",
        made_at=made_at,
    )


def _facts(receipt: Receipt, words: dict[str, str]) -> list[tuple[str, str]]:
    day = f"{receipt.written_at.astimezone(places.zone()):%d.%m.%Y}"
    refund = receipt.refund
    if refund is None:
        assert receipt.payment is not None
        return [(words["paid_on"], day), (words["number"], receipt.payment.spoken_number)]
    facts = [
        (words["back_on"], day),
        (words["of_payment"], refund.payment.amount),
        (words["number"], refund.payment.spoken_number),
    ]
    if refund.paid_cents is not None:
        facts.insert(1, (words["in_coins"], chf(refund.paid_cents)))
    return facts


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words
