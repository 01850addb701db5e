"""The fake's orders and events: one truth, in memory and in an append-only file."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import RLock

from visavis.gateways.payment_provider.fake import listing
from visavis.gateways.payment_provider.fake.faults import Plan, plan_of
from visavis.gateways.payment_provider.fake.journal_file import JournalFile, Line
from visavis.gateways.payment_provider.types import Moved, Order, State, Transaction

LIFETIME_S = 3_600.0  # after this the page is closed, like a real provider's
UNDECIDED = frozenset({State.OPEN, State.FAILED})


class OtherOrder(Exception):
    """The key already belongs to an order that says something else."""


@dataclass(frozen=True, slots=True)
class Record:
    """An order and where it stands."""

    order: Order
    reference: str
    state: State
    opened_at: float
    moved_at: float = 0.0  # when it was paid, failed or closed


@dataclass(frozen=True, slots=True)
class Notice:
    """An event that still has to reach the merchant."""

    id: str
    key: str
    state: State
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
        """Return what was paid in a half-open stretch of time."""
        with self._lock:
            lines = [
                Transaction(
                    record.order.key,
                    Moved.IN,
                    record.order.amount_cents,
                    record.order.currency,
                    listing.moment(record.moved_at),
                )
                for record in self._records.values()
                if record.state is State.PAID
            ]
        return listing.as_told(
            (line for line in lines if since <= line.at < until), self.plan.listing
        )

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
        event = f"evt-{self._events + 1}-{secrets.token_hex(4)}"
        self._write({"what": "moved", "key": key, "state": state, "event": event})
        return self._records[key]

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
            case "delivered":
                self._notices.pop(line["event"], None)
            case "faults":
                self.plan = plan_of(line["plan"])
