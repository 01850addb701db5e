"""The accounts of the ledger, and what makes a posting. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from visavis.payments.rules import CURRENCY, Fate, Remedy


class Account(StrEnum):
    """Where money lies, where it came from, or to whom it is owed."""

    PROVIDER = "provider"  # paid online; the provider owes it to us or has paid it out
    CASH = "cash"  # taken into tills
    BANK = "bank"  # credited by the bank
    FEES = "fees"  # what was asked for and paid
    ROUNDING = "rounding"  # cash is taken in steps of five centimes
    TILL_DIFFERENCE = "till-difference"  # counted, and not expected
    UNASSIGNED = "unassigned"  # came in and belongs to no payment yet
    WAIVED = "waived"  # a shortfall that a person accepted
    OWED = "owed"  # paid above what was due: to be given back
    GIVEN_BACK = "given-back"  # a person said that it went back to its payer
    KEPT = "kept"  # a person found that nothing is to be given back
    RETURNED = "returned"  # was settled; the bank took the money back
    REFUNDS = "refunds"  # fees that were given back
    PROVIDER_FEES = "provider-fees"


class Source(StrEnum):
    """What a posting was made for. One posting a source and its key."""

    PAYMENT = "payment"
    BANK_BOOKING = "bank-booking"
    ASSIGNMENT = "assignment"
    TAKEN_BACK = "taken-back"
    TROUBLE = "trouble"
    PUT_RIGHT = "put-right"
    TILL = "till"
    REFUND_PROVIDER = "refund-provider"
    REFUND_CASH = "refund-cash"
    REFUND_BANK = "refund-bank"
    PROVIDER_FEE = "provider-fee"


OF_REFUNDS = (Source.REFUND_PROVIDER, Source.REFUND_CASH, Source.REFUND_BANK)
# Of a settled payment: what makes the money that came less, or more, than what was asked.
NOT_AS_ASKED = (Account.WAIVED, Account.RETURNED, Account.OWED)
NOT_STRAY = frozenset({Fate.SETTLED, Fate.NO_DETAILS, Fate.TAKEN_BACK})
OF_REMEDY = {Remedy.REFUNDED: Account.GIVEN_BACK, Remedy.NOTHING_DUE: Account.KEPT}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a posting.

    Args:
        cents: above zero is a debit (money in, or what we are owed), below zero a credit.
    """

    account: Account
    office: str
    cents: int


class Unbalanced(ValueError):
    """The rows of a posting do not come to nothing: a bug, which the database refuses too."""


def balanced(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows that say something, after making sure that they come to nothing.

    >>> balanced((Row(Account.CASH, "a", 5), Row(Account.ROUNDING, "a", 0)))
    Traceback (most recent call last):
    visavis.payments.chart.Unbalanced: rows come to 5
    """
    total = sum(row.cents for row in rows)
    if total:
        raise Unbalanced(f"rows come to {total}")
    return tuple(row for row in rows if row.cents)


def is_stray(fate: str, currency: str) -> bool:
    """Tell whether money of the bank is ours to count, and belongs to no payment yet.

    A sum without details is counted when its details come; another currency never.

    >>> is_stray("too-little", "CHF"), is_stray("no-details", "CHF"), is_stray("too-little", "EUR")
    (True, False, False)
    """
    return currency == CURRENCY and fate not in NOT_STRAY
