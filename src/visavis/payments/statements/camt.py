"""Reads the bookings of a statement. Pure.

Source:
    ISO 20022 camt.053 and camt.054, versions 001.02, 001.04 and 001.08, as Swiss banks write them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from xml.etree.ElementTree import Element

from visavis.foundation import accounts
from visavis.payments.statements import xml

NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[34]\.001\.0[248])\}Document")
BODIES = {"053": ("BkToCstmrStmt", "Stmt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}
AMOUNT = re.compile(r"([0-9]{1,11})(?:\.([0-9]{1,2})0*)?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
CREDIT, DEBIT, BOOKED = "CRDT", "DBIT", "BOOK"
LONGEST = 80  # of a reference that we keep; the standards allow 35


class StatementRefused(Exception):
    """Nothing of the file was read."""


class NotAStatement(StatementRefused):
    """No XML, or none of the kinds and versions that we read."""


class Malformed(StatementRefused):
    """A field that must be there is missing, or says something impossible."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One payment in, or one taken back."""

    account: str
    amount_cents: int
    currency: str
    booked_on: date
    is_reversal: bool  # the bank took back what it had credited
    has_details: bool  # False: a sum of several payments, whose details come in another file
    reference: str = ""
    bank_reference: str = ""
    end_to_end: str = ""
    occurrence: int = 1  # among equal ones of one file

    @property
    def identity(self) -> str:
        """What is the same wherever the bank repeats this booking."""
        known_by = self.bank_reference or f"{self.booked_on} {self.end_to_end}"
        parts = (
            *(self.account, self.currency, str(self.amount_cents), str(self.is_reversal)),
            *(self.reference, known_by, str(self.occurrence)),
        )
        return sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says: its kind, the accounts, and the bookings that are money in."""

    kind: str  # "camt.054.001.08"
    accounts: frozenset[str]
    bookings: tuple[Booking, ...]
    skipped: int  # bookings that are not money in: payments out, announced ones


def read(content: bytes) -> Statement:
    """Return what a bank's file says.

    Raises:
        NotAStatement, Malformed: see there.
    """
    try:
        root = xml.tree(content)
    except xml.NotXml as error:
        raise NotAStatement(str(error)) from error
    kind = NAMESPACE.fullmatch(root.tag)
    if kind is None:
        raise NotAStatement("neither camt.053 nor camt.054 in a version that we read")
    body, part = BODIES[kind[1][5:8]]
    parts = _all(root, body, part)
    if not parts:
        raise Malformed(part)
    found = [(_account(one), entry) for one in parts for entry in _all(one, "Ntry")]
    money_in = [booking for account, entry in found for booking in _bookings(entry, account)]
    return Statement(
        kind=kind[1],
        accounts=frozenset(_account(one) for one in parts),
        bookings=tuple(_told_apart([booking for booking in money_in if booking is not None])),
        skipped=money_in.count(None),
    )


def _bookings(entry: Element, account: str) -> Iterator[Booking | None]:
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    if status != BOOKED:
        yield None
        return
    details = _all(entry, "NtryDtls", "TxDtls")
    several = _text(entry, "NtryDtls", "Btch", "NbOfTxs") not in ("", "0", "1")
    whole = _booking(entry, entry, account=account, has_details=bool(details) or not several)
    if len(details) <= 1:
        yield _booking(entry, details[0], account=account, has_details=True) if details else whole
        return
    for one in details:
        if _amount_of(one) is None:
            raise Malformed("Amt of one of several TxDtls")
        yield _booking(entry, one, account=account, has_details=True)


def _booking(entry: Element, one: Element, *, account: str, has_details: bool) -> Booking | None:
    direction = _text(one, "CdtDbtInd") or _text(entry, "CdtDbtInd")
    if direction not in (CREDIT, DEBIT):
        raise Malformed("CdtDbtInd")
    is_reversal = _text(entry, "RvslInd") in ("true", "1")
    if (direction == CREDIT) is is_reversal:  # paid out, or a payment out that came back
        return None
    amount = _amount_of(one)
    if amount is None:  # not `or`: an element without children counts as false
        amount = _amount_of(entry)
    if amount is None:
        raise Malformed("Amt")
    said = {
        _text(reference)[:LONGEST] for reference in _all(one, "RmtInf", "Strd", "CdtrRefInf", "Ref")
    }
    return Booking(
        account=account,
        amount_cents=_cents(amount),
        currency=_currency(amount),
        booked_on=_day(entry),
        is_reversal=is_reversal,
        has_details=has_details,
        reference="".join(said.pop().split()).upper() if len(said) == 1 else "",
        bank_reference=(_text(one, "Refs", "AcctSvcrRef") or _text(entry, "AcctSvcrRef"))[:LONGEST],
        end_to_end=_text(one, "Refs", "EndToEndId")[:LONGEST],
    )


def _told_apart(bookings: list[Booking]) -> Iterator[Booking]:
    seen: Counter[str] = Counter()
    for booking in bookings:
        seen[booking.identity] += 1
        yield replace(booking, occurrence=seen[booking.identity])


def _amount_of(element: Element) -> Element | None:
    found = _all(element, "Amt") or _all(element, "AmtDtls", "TxAmt", "Amt")
    return found[0] if found else None


def _cents(amount: Element) -> int:
    found = AMOUNT.fullmatch(_text(amount))
    cents = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 0
    if cents <= 0:
        raise Malformed("Amt")
    return cents


def _currency(amount: Element) -> str:
    currency = amount.get("Ccy", "")
    if not CURRENCY.fullmatch(currency):
        raise Malformed("Ccy")
    return currency


def _account(part: Element) -> str:
    account = _text(part, "Acct", "Id", "IBAN")
    if not accounts.is_account(account):
        raise Malformed("IBAN")
    return account


def _day(entry: Element) -> date:
    said = _text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm")
    try:
        return date.fromisoformat(said[:10])
    except ValueError as error:
        raise Malformed("BookgDt") from error


def _all(element: Element, *path: str) -> list[Element]:
    """Return the elements at a path, in the namespace of the first."""
    namespace = element.tag.partition("}")[0]
    found = [element]
    for name in path:
        wanted = f"{namespace}}}{name}"
        found = [child for one in found for child in one if child.tag == wanted]
    return found


def _text(element: Element, *path: str) -> str:
    found = _all(element, *path)
    return (found[0].text or "").strip() if found else ""
