"""The fake without a network: the same ledger behind the same protocol, for tests of our side."""

from dataclasses import dataclass, field
from datetime import datetime

from visavis.gateways.payment_provider.errors import (
    Declined,
    ListNotOffered,
    Rejected,
    UnknownOrder,
    Unreachable,
)
from visavis.gateways.payment_provider.fake.faults import Answers, Listing
from visavis.gateways.payment_provider.fake.ledger import (
    Ledger,
    MoreThanPaid,
    OtherOrder,
    Record,
    RefundRecord,
)
from visavis.gateways.payment_provider.types import (
    Order,
    RefundReport,
    Repayment,
    Report,
    State,
    Transaction,
)


@dataclass(slots=True)
class InProcessProvider:
    """A provider that answers from a ledger, as well or as badly as its plan says.

    `calls` lists what was asked, for tests that count.
    """

    ledger: Ledger
    calls: list[str] = field(default_factory=list)

    def create(self, order: Order) -> Report:
        self._begin(f"create {order.key}")
        try:
            return self._answer(self.ledger.create(order), language=order.language)
        except OtherOrder as error:
            raise Rejected("409") from error

    def report_on(self, key: str, reference: str = "") -> Report:
        self._begin(f"report_on {key}")
        return self._answer(self.ledger.find(key))

    def close(self, key: str, reference: str = "") -> Report:
        self._begin(f"close {key}")
        return self._answer(self.ledger.move(key, State.CLOSED))

    def list_transactions(self, since: datetime, until: datetime) -> list[Transaction]:
        self._begin("list_transactions")
        if self.ledger.plan.listing is Listing.NOT_OFFERED:
            raise ListNotOffered
        return self.ledger.transactions(since, until)

    def refund(self, repayment: Repayment) -> RefundReport:
        self._begin(f"refund {repayment.key}")
        try:
            return self._refund_answer(self.ledger.refund(repayment))
        except OtherOrder as error:
            raise Rejected("409") from error
        except MoreThanPaid as error:
            raise Declined("422") from error

    def report_on_refund(self, key: str) -> RefundReport:
        self._begin(f"report_on_refund {key}")
        return self._refund_answer(self.ledger.find_refund(key))

    def _begin(self, call: str) -> None:
        self.calls.append(call)
        if self.ledger.plan.answers is Answers.ERROR:
            raise Unreachable(call)

    def _answer(self, record: Record | None, *, language: str = "") -> Report:
        if self.ledger.plan.answers in (Answers.LOST, Answers.SLOW):
            raise Unreachable("the answer was lost")
        if record is None:
            raise UnknownOrder
        return report_on(record, public_url="https://pay.example", language=language)

    def _refund_answer(self, record: RefundRecord | None) -> RefundReport:
        if self.ledger.plan.answers in (Answers.LOST, Answers.SLOW):
            raise Unreachable("the answer was lost")
        if record is None:
            raise UnknownOrder
        return report_on_refund(record)


def report_on_refund(record: RefundRecord) -> RefundReport:
    """Return what the API says about a refund."""
    return RefundReport(
        key=record.repayment.key,
        reference=record.reference,
        state=record.state,
        amount_cents=record.repayment.amount_cents,
        currency=record.repayment.currency,
        demonstration=True,
    )


def report_on(record: Record, *, public_url: str, language: str = "") -> Report:
    """Return what the API says about an order; the page opens in the language last asked for."""
    return Report(
        key=record.order.key,
        reference=record.reference,
        state=record.state,
        amount_cents=record.order.amount_cents,
        currency=record.order.currency,
        page_url=f"{public_url}/pay/{record.reference}?lang={language or record.order.language}",
        demonstration=True,
    )
