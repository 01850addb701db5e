"""The fake's list of what it moved: true, or lying as it was told to. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from visavis.gateways.payment_provider.fake.faults import Listing
from visavis.gateways.payment_provider.types import Transaction

ONE_FRANC = 100


def as_told(lines: Iterable[Transaction], listing: Listing) -> list[Transaction]:
    """Return a list, oldest first, with the lie that was asked for."""
    true = sorted(lines, key=lambda line: (line.at, line.key))
    if not true:
        return true
    *older, newest = true
    match listing:
        case Listing.MISSING:
            return older
        case Listing.EXTRA:
            return [*true, replace(newest, key=f"extra-{newest.key}"[:120])]
        case Listing.OTHER_AMOUNT:
            return [*older, replace(newest, amount_cents=newest.amount_cents + ONE_FRANC)]
        case _:
            return true


def moment(at: float) -> datetime:
    """Return seconds since 1970 as a moment."""
    return datetime.fromtimestamp(at, UTC)
