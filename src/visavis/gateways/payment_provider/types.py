"""What is said between us and a payment provider: one neutral protocol, no personal data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """Where an order stands, in the provider's words. Only PAID and CLOSED are final."""

    OPEN = "open"  # the page waits for the payer
    FAILED = "failed"  # the last try failed; the payer may try again on the same page
    PAID = "paid"  # the money is captured
    CLOSED = "closed"  # cancelled or expired: no money will come of it any more


class RefundState(StrEnum):
    """Where a refund stands, in the provider's words. Only DONE and FAILED are final."""

    PENDING = "pending"  # taken on; the money has not left yet
    DONE = "done"
    FAILED = "failed"  # it did not go through, and will not under this key


@dataclass(frozen=True, slots=True)
class Order:
    """What the provider is asked to collect, once, under our key.

    Args:
        key: ours and unique. Whatever the repeats, one key is one order.
        number: the payment's short readable number, shown to the payer.
        purpose: what is paid for, one text a language.
        return_url: where the payer comes back to. Coming back proves nothing.
        notify_url: where events are posted to.
        language: the page's first language.
        presentation: "web" or "kiosk" (large targets).
        reference: the provider's, once it has answered; then its page stands.
    """

    key: str
    number: str
    amount_cents: int
    currency: str
    purpose: Mapping[str, str]
    return_url: str
    notify_url: str
    language: str
    presentation: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What the provider says about an order now: the only truth we act on.

    Args:
        page_url: empty where the page is only told when it is opened.
    """

    key: str
    reference: str
    state: State
    amount_cents: int
    currency: str
    page_url: str
    demonstration: bool


class Moved(StrEnum):
    """Which way money went, in the provider's own list."""

    IN = "in"
    BACK = "back"  # a refund


@dataclass(frozen=True, slots=True)
class Transaction:
    """One line of the provider's list of what it moved.

    Args:
        key: ours, of an order or of a refund.
    """

    key: str
    moved: Moved
    amount_cents: int
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Repayment:
    """What the provider is asked to give back, once, of an order that was paid.

    Args:
        key: ours and unique, other than any order's. Whatever the repeats, one key is one refund.
        order_key: of the order from which the money goes back.
    """

    key: str
    order_key: str
    amount_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class RefundReport:
    """What the provider says about a refund now: the only truth we act on."""

    key: str
    reference: str
    state: RefundState
    amount_cents: int
    currency: str
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Event:
    """A signed call of the provider. It says where to look, never what is true.

    Args:
        key: of an order or of a refund.
    """

    id: str
    key: str


class Provider(Protocol):
    """A payment provider. Every method may be repeated without harm.

    Raises:
        Unreachable: no answer, or a broken one; whether it acted is unknown.
        Rejected: it understood and refused; repeating will not help.
    """

    def create(self, order: Order) -> Report:
        """Open an order, or report on the one that already has its key."""
        ...

    def report_on(self, key: str, reference: str = "") -> Report:
        """Say where an order stands; raises UnknownOrder if the key was never heard of.

        Args:
            reference: the provider's own, as it last said it; some find an order by it alone.
        """
        ...

    def close(self, key: str, reference: str = "") -> Report:
        """Close an order unless it is paid; the report says which of both it is.

        A provider that cannot close a page reports it as open: it is asked again.
        """
        ...

    def list_transactions(self, since: datetime, until: datetime) -> Sequence[Transaction]:
        """List what it moved in a half-open stretch of time.

        Raises:
            ListNotOffered: this provider has no such list.
        """
        ...

    def refund(self, repayment: Repayment) -> RefundReport:
        """Take on a refund, or report on the one that already has its key.

        Raises:
            Declined: it will not give this money back.
        """
        ...

    def report_on_refund(self, key: str) -> RefundReport:
        """Say where a refund stands; raises UnknownOrder if the key was never heard of."""
        ...
