"""One QR-bill and the text in its code.

Source:
    Swiss implementation guidelines QR-bill 2.3 (SIX), as far as `reference` libraries quote it:
    payload version 0200, addresses of type S only.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from visavis.foundation import accounts
from visavis.payments.qr_bill import references, refusals

NAME, STREET, HOUSE_NUMBER, POSTAL_CODE, TOWN = 70, 70, 16, 16, 35
MESSAGE = 140
LARGEST_CENTS = 99_999_999_999
CURRENCIES = frozenset({"CHF", "EUR"})
LINE_END = "\r\n"  # the standard takes LF too; one of the two throughout
EMPTY_PARTY = ("",) * 7
COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


class ReferenceKind(StrEnum):
    """How the payment is found again."""

    QR = "QRR"
    CREDITOR = "SCOR"
    NONE = "NON"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with a structured address.

    Raises:
        Missing, TooLong, ForbiddenCharacter, StrayBlank, NoSuchCountry: see there.
    """

    name: str
    postal_code: str
    town: str
    street: str = ""
    house_number: str = ""
    country: str = "CH"

    def __post_init__(self) -> None:
        _check("name", self.name, longest=NAME, must=True)
        _check("street", self.street, longest=STREET)
        _check("house number", self.house_number, longest=HOUSE_NUMBER)
        _check("postal code", self.postal_code, longest=POSTAL_CODE, must=True)
        _check("town", self.town, longest=TOWN, must=True)
        if not COUNTRY.fullmatch(self.country):
            raise refusals.NoSuchCountry

    @property
    def lines(self) -> tuple[str, ...]:
        """The seven lines of the payload."""
        return (
            *("S", self.name, self.street, self.house_number),
            *(self.postal_code, self.town, self.country),
        )

    @property
    def letterhead(self) -> list[str]:
        """The lines that people read; the country only if it is not Switzerland."""
        place = f"{self.postal_code} {self.town}"
        place = place if self.country == "CH" else f"{self.country}-{place}"
        return [
            line
            for line in (self.name, f"{self.street} {self.house_number}", place)
            if line.strip()
        ]


@dataclass(frozen=True, slots=True)
class QrBill:
    """A bill that keeps every rule of the standard; what breaks one cannot be made.

    Raises:
        NoSuchAccount, AmountOutOfBounds, NoSuchCurrency, WrongKindOfReference, MistypedReference,
        TooLong, ForbiddenCharacter, StrayBlank: see there.
    """

    account: str  # IBAN without blanks
    creditor: Party
    amount_cents: int | None  # None: the payer fills it in
    reference: str = ""
    message: str = ""  # read by people, never by machines
    currency: str = "CHF"
    debtor: Party | None = None  # None: the payer writes it by hand

    def __post_init__(self) -> None:
        if not accounts.is_account(self.account):
            raise refusals.NoSuchAccount
        # 0.00 is for notices that must not be paid, so it is refused here.
        if self.amount_cents is not None and not 0 < self.amount_cents <= LARGEST_CENTS:
            raise refusals.AmountOutOfBounds
        if self.currency not in CURRENCIES:
            raise refusals.NoSuchCurrency
        _check("message", self.message, longest=MESSAGE)
        self._check_reference()

    @property
    def reference_kind(self) -> ReferenceKind:
        if accounts.is_qr_account(self.account):
            return ReferenceKind.QR
        return ReferenceKind.CREDITOR if self.reference else ReferenceKind.NONE

    @property
    def amount(self) -> str:
        """The amount as the payload writes it: a point, two decimals, no leading zeros."""
        if self.amount_cents is None:
            return ""
        return f"{self.amount_cents // 100}.{self.amount_cents % 100:02d}"

    @property
    def payload(self) -> str:
        """The text in the code: 31 lines, the last one without an end."""
        lines = (
            *("SPC", "0200", "1", self.account),
            *self.creditor.lines,
            *EMPTY_PARTY,  # the ultimate creditor: kept free by the standard
            *(self.amount, self.currency),
            *(self.debtor.lines if self.debtor else EMPTY_PARTY),
            *(self.reference_kind, self.reference, self.message, "EPD"),
        )
        return LINE_END.join(lines)

    def _check_reference(self) -> None:
        match self.reference_kind:
            case ReferenceKind.QR:
                is_right = references.is_qr_reference(self.reference)
            case ReferenceKind.CREDITOR:
                is_right = references.is_creditor_reference(self.reference)
            case ReferenceKind.NONE:
                is_right = True
        if is_right:
            return
        looks_qr = references.QRR.fullmatch(self.reference) is not None
        if looks_qr is accounts.is_qr_account(self.account):
            raise refusals.MistypedReference
        raise refusals.WrongKindOfReference


def _check(field: str, value: str, *, longest: int, must: bool = False) -> None:
    if must and not value.strip():
        raise refusals.Missing(field)
    if not accounts.is_permitted(value):
        raise refusals.ForbiddenCharacter(field)
    if len(value) > longest:
        raise refusals.TooLong(field)
    if value != value.strip():
        raise refusals.StrayBlank(field)
