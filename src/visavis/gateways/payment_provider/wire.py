"""Between JSON and types: what the provider sends is distrusted until it fits. Pure."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from visavis.gateways.payment_provider.errors import Unreachable, UntrustworthyEvent
from visavis.gateways.payment_provider.types import (
    Event,
    Moved,
    Order,
    RefundReport,
    RefundState,
    Repayment,
    Report,
    State,
    Transaction,
)

EVENT_BYTES = 8_192
MOST_CENTS = 2**31 - 1


def order_body(order: Order) -> bytes:
    """Return an order as the JSON that `POST /v1/orders` takes."""
    return json.dumps(asdict(order), ensure_ascii=False).encode()


def repayment_body(repayment: Repayment) -> bytes:
    """Return a refund as the JSON that `POST /v1/refunds` takes."""
    return json.dumps(asdict(repayment)).encode()


def refund_report_of(body: bytes) -> RefundReport:
    """Read a report on a refund.

    Raises:
        Unreachable: the answer is not a report. It counts as no answer at all.
    """
    try:
        said = _object(body)
        return RefundReport(
            key=_text(said, "key"),
            reference=_text(said, "reference"),
            state=RefundState(_text(said, "state")),
            amount_cents=_cents(said, "amount_cents"),
            currency=_text(said, "currency"),
            demonstration=said.get("demonstration") is True,
        )
    except ValueError as error:
        raise Unreachable(f"unreadable report: {error}") from error


def report_of(body: bytes) -> Report:
    """Read a report.

    Raises:
        Unreachable: the answer is not a report. It counts as no answer at all.
    """
    try:
        said = _object(body)
        return Report(
            key=_text(said, "key"),
            reference=_text(said, "reference"),
            state=State(_text(said, "state")),
            amount_cents=_cents(said, "amount_cents"),
            currency=_text(said, "currency"),
            page_url=_text(said, "page_url"),
            demonstration=said.get("demonstration") is True,
        )
    except ValueError as error:
        raise Unreachable(f"unreadable report: {error}") from error


def transactions_of(body: bytes) -> tuple[Transaction, ...]:
    """Read a list of transactions.

    Raises:
        Unreachable: the answer is no list. It counts as no answer at all.
    """
    try:
        lines = _object(body).get("transactions")
        if not isinstance(lines, list):
            raise ValueError("no list")
        return tuple(_transaction(line) for line in lines)
    except (ValueError, OverflowError) as error:
        raise Unreachable(f"unreadable list: {error}") from error


def _transaction(said: Any) -> Transaction:
    if not isinstance(said, dict):
        raise ValueError("a line is no object")
    return Transaction(
        key=_text(said, "key"),
        moved=Moved(_text(said, "moved")),
        amount_cents=_cents(said, "amount_cents"),
        currency=_text(said, "currency"),
        at=datetime.fromtimestamp(_whole(said, "at"), UTC),
    )


def event_of(body: bytes) -> Event:
    """Read an event whose signature was checked.

    Raises:
        UntrustworthyEvent: too long, or not an event.
    """
    if len(body) > EVENT_BYTES:
        raise UntrustworthyEvent("too long")
    try:
        said = _object(body)
        return Event(id=_text(said, "id"), key=_text(said, "key"))
    except ValueError as error:
        raise UntrustworthyEvent(f"unreadable: {error}") from error


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value or len(value) > 500:
        raise ValueError(f"{name} is missing")
    if not value.isprintable():  # a NUL or half a surrogate pair cannot be kept
        raise ValueError(f"{name} is not text")
    return value


def _cents(said: dict[str, Any], name: str) -> int:
    cents = _whole(said, name)
    if not 0 <= cents <= MOST_CENTS:  # more or less cannot be kept, and is no payment of ours
        raise ValueError(f"{name} is no amount")
    return cents


def _whole(said: dict[str, Any], name: str) -> int:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} is not a whole number")
    return value
