"""Decisions about people: birth dates, ways to be reached, proofs of identity. Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import total_ordering

import phonenumbers

EARLIEST_BIRTH_YEAR = 1890  # older than anybody alive; a year before is a typing error
LONGEST_NAME = 100  # eCH-0044
LONGEST_EMAIL = 254  # RFC 5321, as corrected
HOME_REGION = "CH"  # a mobile number without a country code is a Swiss one
CODE_DIGITS = 6
CODE_LIVES = timedelta(hours=1)
CODE_TRIES = 5
LETTER_CODE_DIGITS = 8
LETTER_TRIES = 3
MOBILE_KINDS = frozenset(
    {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
)
# One @, a dot in the domain, no blank, no quotes: what mail providers of the public allow.
EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
)


class RoleName(StrEnum):
    """What a member of staff may do."""

    OFFICER = "officer"
    CLERK = "clerk"
    CASHIER = "cashier"
    CHECKER = "checker"  # compares identity documents with what accounts say
    OPERATOR = "operator"
    BOARD = "board"


class NotifyBy(StrEnum):
    """How somebody wants to be told."""

    MAIL = "mail"
    SMS = "sms"
    LETTER = "letter"
    COUNTER = "counter"


class ContactKind(StrEnum):
    """By what somebody can be reached at once; the values are channels of `notices`."""

    MAIL = "mail"
    SMS = "sms"


class ProofMethod(StrEnum):
    """How an identity was established."""

    DECLARED = "declared"  # by the person, nothing seen
    LETTER = "letter"  # a code sent to the address of the register
    BRANCH = "branch"  # a document seen by a trained clerk
    EID = "eid"  # the state's electronic identity
    PROVIDER = "provider"  # SwissID, AGOV: the level comes with it


class DocumentKind(StrEnum):
    """What was shown; never a copy of it."""

    NONE = ""
    PASSPORT = "passport"
    IDENTITY_CARD = "identity_card"
    RESIDENCE_PERMIT = "residence_permit"


HIGHEST_LEVEL = {
    ProofMethod.DECLARED: 1,
    ProofMethod.LETTER: 2,
    ProofMethod.BRANCH: 3,
    ProofMethod.EID: 4,
    ProofMethod.PROVIDER: 4,
}


class NotAContact(ValueError):
    """Neither an e-mail address nor a number that can receive a message."""


class NotMobile(NotAContact):
    """A telephone number, but one that gets no text messages."""


class NoSuchDay(ValueError):
    """Year, month and day do not make a birth date."""


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A birth date as far as it is known: a year, perhaps a month, perhaps a day of that month.

    Source:
        eCH-0044, partially known birth date: people born where no register kept the day.

    >>> PartialDate(1961, 4) < PartialDate(1961, 4, 12) < PartialDate(1962)
    True
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise NoSuchDay("a day needs its month")
        try:
            date(
                self.year,
                1 if self.month is None else self.month,
                1 if self.day is None else self.day,
            )
        except ValueError as fault:
            raise NoSuchDay(str(fault)) from fault

    def __lt__(self, other: "PartialDate") -> bool:
        return self._key < other._key

    def __str__(self) -> str:
        parts = [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join([f"{self.year:04d}", *parts])

    @property
    def _key(self) -> tuple[int, int, int]:
        return self.year, self.month or 0, self.day or 0

    @property
    def is_complete(self) -> bool:
        return self.day is not None

    @property
    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        if self.day is not None:
            return self.earliest
        if self.month is None:
            return date(self.year, 12, 31)
        after = date(self.year + self.month // 12, self.month % 12 + 1, 1)
        return after - timedelta(days=1)

    def youngest_on(self, day: date) -> int:
        """Return the completed years on a day if the birth was as late as it can be."""
        return completed_years(self.latest, day)

    def oldest_on(self, day: date) -> int:
        """Return the completed years on a day if the birth was as early as it can be."""
        return completed_years(self.earliest, day)

    def is_at_least(self, years: int, *, on: date) -> bool | None:
        """Tell whether an age is reached on a day; None when what is known does not tell."""
        if self.youngest_on(on) >= years:
            return True
        return False if self.oldest_on(on) < years else None


def completed_years(born: date, on: date) -> int:
    """Return the years completed on a day; somebody of 29 February completes them on 1 March.

    >>> born = date(2008, 2, 29)
    >>> completed_years(born, date(2026, 2, 28)), completed_years(born, date(2026, 3, 1))
    (17, 18)
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_birth_date(birth: PartialDate, *, today: date) -> bool:
    """Tell whether somebody alive today can have been born then."""
    return birth.year >= EARLIEST_BIRTH_YEAR and birth.earliest <= today


def clean_name(text: str) -> str | None:
    """Return a name with single blanks, or None when it cannot be one.

    Digits and apostrophes too; only what no keyboard types is refused.

    >>> clean_name("  Anne-Marie   d’Arc "), clean_name(" "), clean_name("a\\x00b")
    ('Anne-Marie d’Arc', None, None)
    """
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return None
    return name


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach somebody, in the one form in which it is stored and compared."""

    kind: ContactKind
    address: str


def email_from(text: str) -> str:
    """Return an e-mail address in lower case without what stands around it.

    Raises:
        NotAContact: it is none.

    >>> email_from(" Elodie@Example.CH ")
    'elodie@example.ch'
    """
    address = text.strip().lower()
    local = address.partition("@")[0]
    if (
        len(address) > LONGEST_EMAIL
        or not EMAIL.fullmatch(address)
        or ".." in address
        or local[-1:] == "."
    ):
        raise NotAContact("not an e-mail address")
    return address


def mobile_from(text: str) -> str:
    """Return a mobile number as E.164, Swiss unless it says another country.

    Raises:
        NotAContact: it is no telephone number.
        NotMobile: it is one, but receives no text message.

    >>> mobile_from("078 555 01 01")
    '+41785550101'
    """
    if not text.isascii():
        text = text.replace("\u00a0", " ").replace("\u202f", " ")
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException as fault:
        raise NotAContact("not a telephone number") from fault
    if not text.isascii() or not phonenumbers.is_valid_number(number):
        raise NotAContact("not a telephone number")
    if phonenumbers.number_type(number) not in MOBILE_KINDS:
        raise NotMobile("no text messages")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def contact_from(text: str) -> Contact:
    """Return what somebody typed as an e-mail address or a mobile number.

    Raises:
        NotAContact: neither.
    """
    if "@" in text:
        return Contact(ContactKind.MAIL, email_from(text))
    return Contact(ContactKind.SMS, mobile_from(text))


def may_see(name: str, *, actor_name: str) -> bool:
    """Tell whether somebody may see or change what belongs to the account of this name."""
    return bool(name) and name == actor_name
