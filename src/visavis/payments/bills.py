"""Decides how a payment can be paid by bill, and what stands on it. Writes nothing.

The reference is made of the payment's number alone, so the same payment always has the same one,
and a bank's statement leads back to it without a table in between.
"""

from datetime import datetime
from functools import cache
from pathlib import Path

import yaml

from visavis.foundation import accounts
from visavis.foundation.money import francs
from visavis.foundation.text import said_in
from visavis.payments.models import Payment
from visavis.payments.qr_bill import references
from visavis.payments.qr_bill.bill import MESSAGE, Party, QrBill
from visavis.payments.refusals import NotByBill
from visavis.places import queries as places
from visavis.places.schema import CreditorEntry
from visavis.typesetting import operations as typesetting
from visavis.typesetting import qr

TEMPLATE = Path(__file__).parent / "texts" / "bill.typ"
WORDS = Path(__file__).parent / "texts" / "bill.yaml"


def can_be_billed(payment: Payment) -> bool:
    """Tell whether the pack names an account for the office that gets the money."""
    return places.creditor_of(payment.office) is not None


def bill_of(payment: Payment, *, language: str) -> QrBill:
    """Return the bill of a payment; the payer's name stays free, for we know none here.

    Raises:
        NotByBill: the pack names no account for this office.
    """
    creditor = places.creditor_of(payment.office)
    if creditor is None:
        raise NotByBill
    return QrBill(
        account=creditor.account,
        creditor=Party(
            name=creditor.name,
            street=creditor.street,
            house_number=creditor.house_number,
            postal_code=creditor.postal_code,
            town=creditor.town,
        ),
        amount_cents=payment.amount_cents,
        reference=reference_of(payment.number, creditor=creditor),
        message=accounts.permitted(said_in(payment.purpose, language))[:MESSAGE].strip(),
        currency=payment.currency,
    )


def reference_of(number: str, *, creditor: CreditorEntry) -> str:
    """Return the reference of a payment's number: the kind that fits the account.

    Raises:
        NotNumberable: the bank's prefix leaves no room.
    """
    if accounts.is_qr_account(creditor.account):
        return references.qr_reference(number, prefix=creditor.prefix)
    return references.creditor_reference(number)


def pdf(
    payment: Payment,
    *,
    language: str,
    brand: dict[str, object],
    is_specimen: bool,
    made_at: datetime,
) -> bytes:
    """Return the bill as a page A4, receipt and payment part at its foot.

    Raises:
        NotByBill: the pack names no account for this office.
        TypesettingFailed: no page was made.
    """
    bill = bill_of(payment, language=language)
    words = {name: said_in(text, language) for name, text in _words().items()}
    specimen = {"word": words["specimen_word"], "sentence": words["specimen_sentence"]}
    return typesetting.pdf(
        TEMPLATE,
        data={
            "brand": brand,
            "specimen": specimen if is_specimen else None,
            "words": words,
            "purpose": said_in(payment.purpose, language),
            "number": payment.spoken_number,
            "total": payment.amount,
            "account": accounts.spaced(bill.account),
            "creditor": bill.creditor.letterhead,
            "reference": references.spaced(bill.reference),
            "message": bill.message,
            "currency": bill.currency,
            "amount": francs(payment.amount_cents),
            "code": qr.svg(bill.payload, quiet_zone=0, error="m", encoding="utf-8"),
        },
        language=language,
        title=f"{words['bill']} {payment.spoken_number}",
        made_at=made_at,
    )


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words
