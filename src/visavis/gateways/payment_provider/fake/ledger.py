"""The fake's orders and events: one truth, in memory and in an append-only file."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import RLock

from visavis.gateways.payment_provider.fake import listing
from visavis.gateways.payment_provider.fake.faults import Plan, Refunds, plan_of
from visavis.gateways.payment_provider.fake.journal_file import JournalFile, Line
from visavis.gateways.payment_provider.types import (
    Moved,
    Order,
    RefundState,
    Repayment,
    State,
    Transaction,
)

LIFETIME_S = 3_600.0  # after this the page is closed, like a real provider's
UNDECIDED = frozenset({State.OPEN, State.FAILED})


class OtherOrder(Exception):
    """The key already belongs to an order that says something else."""


class MoreThanPaid(Exception):
    """Less was paid, or is left, than is to be given back."""


@dataclass(frozen=True, slots=True)
class Record:
    """An order and where it stands."""

    order: Order
    reference: str
    state: State
    opened_at: float
    moved_at: float = 0.0  # when it was paid, failed or closed


@dataclass(frozen=True, slots=True)
class RefundRecord:
    """A refund and where it stands."""

    repayment: Repayment
    reference: str
    state: RefundState
    moved_at: float = 0.0  # when it was given back, or not


@dataclass(frozen=True, slots=True)
class Notice:
    """An event that still has to reach the merchant: of an order or of a refund."""

    id: str
    key: str
    state: State | RefundState
    made_at: float


class Ledger:
    """Orders by key. Each change is on disk before anybody is told of it.

    Args:
        path: the file; None keeps all in memory.
        clock: seconds since 1970.
    """

    def __init__(self, path: Path | None, *, clock: Callable[[], float]) -> None:
        self._lock = RLock()
        self._clock = clock
        self._records: dict[str, Record] = {}
        self._keys: dict[str, str] = {}  # by reference
        self._refunds: dict[str, RefundRecord] = {}
        self._notices: dict[str, Notice] = {}
        self._events = 0
        self.plan = Plan()
        self._file = JournalFile(path)
        for line in self._file.lines():
            self._apply(line)

    def create(self, order: Order) -> Record:
        """Open an order, or return the one that has its key.

        Raises:
            OtherOrder: the key stands for another amount.
        """
        with self._lock:
            known = self.find(order.key)
            if known is None:
                reference = secrets.token_urlsafe(18)
                self._write({"what": "created", "reference": reference, "order": asdict(order)})
            elif (known.order.amount_cents, known.order.currency) != (
                order.amount_cents,
                order.currency,
            ):
                raise OtherOrder
            return self._records[order.key]

    def find(self, key: str) -> Record | None:
        """Return an order by our key, closed if its time is over."""
        with self._lock:
            record = self._records.get(key)
            if record is None or record.state not in UNDECIDED:
                return record
            if self._clock() - record.opened_at > LIFETIME_S:
                return self._move(record, State.CLOSED)
            return record

    def by_reference(self, reference: str) -> Record | None:
        """Return an order by the secret in its page's address."""
        return self.find(self._keys.get(reference, ""))

    def move(self, key: str, state: State) -> Record | None:
        """Pay, fail or close an order; what is decided stays as it is."""
        with self._lock:
            record = self.find(key)
            if record is None or record.state not in UNDECIDED:
                return record
            return self._move(record, state)

    def transactions(self, since: datetime, until: datetime) -> list[Transaction]:
        """Return what was paid and given back in a half-open stretch of time."""
        with self._lock:
            lines = [
                *(_paid(one) for one in self._records.values() if one.state is State.PAID),
                *(_back(one) for one in self._refunds.values() if one.state is RefundState.DONE),
            ]
        return listing.as_told(
            (line for line in lines if since <= line.at < until), self.plan.listing
        )

    def refund(self, repayment: Repayment) -> RefundRecord:
        """Take on a refund, or return the one that has its key.

        Raises:
            OtherOrder: the key stands for another amount.
            MoreThanPaid: the order is not paid, or less of it is left.
        """
        with self._lock:
            known = self._refunds.get(repayment.key)
            if known is None:
                self._refuse_more_than_paid(repayment)
                reference = secrets.token_urlsafe(18)
                line = {"reference": reference, "repayment": asdict(repayment)}
                self._write({"what": "refund", **line})
            elif known.repayment != repayment:
                raise OtherOrder
            return self._refunds[repayment.key]

    def find_refund(self, key: str) -> RefundRecord | None:
        """Return a refund by our key."""
        with self._lock:
            return self._refunds.get(key)

    def refunds(self) -> list[RefundRecord]:
        """Return all refunds."""
        with self._lock:
            return list(self._refunds.values())

    def decide_refund(self, key: str, state: RefundState) -> None:
        """Give the money back, or not; what is decided stays as it is."""
        with self._lock:
            record = self._refunds.get(key)
            if record is not None and record.state is RefundState.PENDING:
                line = {"what": "refund moved", "key": key, "state": state}
                self._write({**line, "event": self._new_event()})

    def work(self) -> None:
        """Decide what waits, as the plan says."""
        if self.plan.refunds is Refunds.WAIT:
            return
        state = RefundState.DONE if self.plan.refunds is Refunds.DONE else RefundState.FAILED
        with self._lock:
            for key in list(self._refunds):
                self.decide_refund(key, state)

    def notify_url(self, key: str) -> str:
        """Return where events about an order or a refund go."""
        with self._lock:
            refund = self._refunds.get(key)
            return self._records[refund.repayment.order_key if refund else key].order.notify_url

    def notices(self) -> list[Notice]:
        """Return the events not yet delivered, oldest first."""
        with self._lock:
            return list(self._notices.values())

    def deliver(self, notice: Notice) -> None:
        """Strike an event off: it arrived, or nobody will try any more."""
        with self._lock:
            self._write({"what": "delivered", "event": notice.id})

    def misbehave(self, plan: Plan) -> None:
        """Change how this provider misbehaves from now on."""
        with self._lock:
            self._write({"what": "faults", "plan": asdict(plan)})

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _move(self, record: Record, state: State) -> Record:
        key = record.order.key
        self._write({"what": "moved", "key": key, "state": state, "event": self._new_event()})
        return self._records[key]

    def _new_event(self) -> str:
        return f"evt-{self._events + 1}-{secrets.token_hex(4)}"

    def _refuse_more_than_paid(self, repayment: Repayment) -> None:
        order = self._records.get(repayment.order_key)
        given = sum(
            other.repayment.amount_cents
            for other in self._refunds.values()
            if other.repayment.order_key == repayment.order_key
            and other.state is not RefundState.FAILED
        )
        if order is None or order.state is not State.PAID or repayment.amount_cents <= 0:
            raise MoreThanPaid
        if order.order.currency != repayment.currency:
            raise MoreThanPaid
        if given + repayment.amount_cents > order.order.amount_cents:
            raise MoreThanPaid

    def _write(self, line: Line) -> None:
        line["at"] = self._clock()
        self._file.append(line)
        self._apply(line)

    def _apply(self, line: Line) -> None:
        match line["what"]:
            case "created":
                order = Order(**line["order"])
                self._keys[line["reference"]] = order.key
                self._records[order.key] = Record(
                    order, line["reference"], State.OPEN, opened_at=line["at"]
                )
            case "moved":
                key, state = line["key"], State(line["state"])
                self._events += 1
                self._records[key] = replace(self._records[key], state=state, moved_at=line["at"])
                self._notices[line["event"]] = Notice(line["event"], key, state, line["at"])
            case "refund":
                repayment = Repayment(**line["repayment"])
                self._refunds[repayment.key] = RefundRecord(
                    repayment, line["reference"], RefundState.PENDING
                )
            case "refund moved":
                key, decided = line["key"], RefundState(line["state"])
                self._events += 1
                self._refunds[key] = replace(self._refunds[key], state=decided, moved_at=line["at"])
                self._notices[line["event"]] = Notice(line["event"], key, decided, line["at"])
            case "delivered":
                self._notices.pop(line["event"], None)
            case "faults":
                self.plan = plan_of(line["plan"])


def _paid(record: Record) -> Transaction:
    order = record.order
    return Transaction(
        order.key, Moved.IN, order.amount_cents, order.currency, listing.moment(record.moved_at)
    )


def _back(record: RefundRecord) -> Transaction:
    said = record.repayment
    return Transaction(
        said.key, Moved.BACK, said.amount_cents, said.currency, listing.moment(record.moved_at)
    )
