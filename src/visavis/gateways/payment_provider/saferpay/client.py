"""Saferpay as a payment provider: what its transactions mean in our words.

What the payer reserved on the page we capture ourselves, when we ask and still want it; a page
that we closed is cancelled instead, so that nothing is taken twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from visavis.gateways.payment_provider.errors import ListNotOffered, UnknownOrder, Unreachable
from visavis.gateways.payment_provider.saferpay import notices, refunds
from visavis.gateways.payment_provider.saferpay.api import Api, Refused, Said, cents_of
from visavis.gateways.payment_provider.types import (
    Order,
    RefundReport,
    Repayment,
    Report,
    State,
    Transaction,
)

TOKEN, TRANSACTION = "token:", "transaction:"
CURRENCY = "CHF"
DESCRIPTION = 1000
NOT_YET = frozenset({"TRANSACTION_NOT_STARTED"})
# The page is over for its payer; another try is another page.
OVER = frozenset(
    {
        *("TRANSACTION_ABORTED", "TRANSACTION_DECLINED", "GENERAL_DECLINED"),
        *("3DS_AUTHENTICATION_FAILED", "BLOCKED_BY_RISK_MANAGEMENT", "CARD_CHECK_FAILED"),
        *("CARD_CVC_INVALID", "CARD_EXPIRED", "PAYMENTMEANS_INVALID"),
    }
)
USED_UP = frozenset({"TOKEN_EXPIRED", "TOKEN_INVALID", "TRANSACTION_IN_WRONG_STATE"})


@dataclass(frozen=True, slots=True)
class SaferpayProvider:
    """The Payment Page of one terminal.

    Args:
        secret: ours, with which the addresses that Saferpay calls are signed.
    """

    api: Api
    secret: str

    def create(self, order: Order) -> Report:
        if order.reference:  # its page stands; a second one could be paid too
            return self.report_on(order.key, order.reference)
        said = self.api.call(
            "/Payment/v1/PaymentPage/Initialize", self._page_of(order), request_id=order.key
        )
        token, page_url = _text(said, "Token"), _text(said, "RedirectUrl")
        return Report(
            order.key, TOKEN + token, State.OPEN, order.amount_cents, order.currency, page_url,
            demonstration=False,
        )  # fmt: skip

    def report_on(self, key: str, reference: str = "") -> Report:
        said = self._stand(key, reference)
        if isinstance(said, State):
            return _report(key, reference, said)
        if said.get("Status") == "AUTHORIZED":
            return self._captured(key, said)
        return _report_of(key, said)

    def close(self, key: str, reference: str = "") -> Report:
        """A page that nobody has used yet cannot be closed there: it stays open until it expires."""
        said = self._stand(key, reference)
        if isinstance(said, State):
            return _report(key, reference, said)
        if said.get("Status") == "AUTHORIZED":
            return self._cancelled(key, said)
        return _report_of(key, said)

    def refund(self, repayment: Repayment) -> RefundReport:
        return refunds.refund(self.api, repayment)

    def report_on_refund(self, key: str) -> RefundReport:
        return refunds.report_on(self.api, key)

    def list_transactions(self, since: datetime, until: datetime) -> Sequence[Transaction]:
        """The JSON API has no such list."""
        raise ListNotOffered

    def _page_of(self, order: Order) -> Said:
        success, fail = notices.addresses(order.notify_url, key=order.key, secret=self.secret)
        purpose = order.purpose.get(order.language) or next(iter(order.purpose.values()), "")
        return {
            "TerminalId": self.api.account.terminal,
            "Payment": {
                "Amount": {"Value": str(order.amount_cents), "CurrencyCode": order.currency},
                "OrderId": order.key,
                "Description": f"{purpose} ({order.number})"[:DESCRIPTION],
            },
            "Payer": {"LanguageCode": order.language},
            "ReturnUrl": {"Url": order.return_url},
            "Notification": {"SuccessNotifyUrl": success, "FailNotifyUrl": fail},
        }

    def _stand(self, key: str, reference: str) -> Said | State:
        """Return the transaction, or the state of a page without one.

        Raises:
            UnknownOrder: neither a page nor a transaction.
        """
        if not reference.startswith(TOKEN):
            found = self._inquired(key, reference)
            if found is None:
                raise UnknownOrder(key)
            return found
        try:
            token = {"Token": reference.removeprefix(TOKEN)}
            return _transaction(self.api.call("/Payment/v1/PaymentPage/Assert", token), key)
        except Refused as refusal:
            if refusal.name in NOT_YET:
                return State.OPEN
            if refusal.name in OVER:
                return State.CLOSED
            if refusal.name not in USED_UP:
                raise
        return self._inquired(key, "") or State.CLOSED

    def _inquired(self, key: str, reference: str) -> Said | None:
        known_as = (
            {"TransactionId": reference.removeprefix(TRANSACTION)}
            if reference.startswith(TRANSACTION)
            else {"OrderId": key}
        )
        try:
            said = self.api.call(
                "/Payment/v1/Transaction/Inquire", {"TransactionReference": known_as}
            )
        except Refused as refusal:
            if refusal.name == "TRANSACTION_NOT_FOUND":
                return None
            raise
        return _transaction(said, key)

    def _captured(self, key: str, transaction: Said) -> Report:
        reference = {"TransactionReference": {"TransactionId": _text(transaction, "Id")}}
        try:
            said = self.api.call(
                "/Payment/v1/Transaction/Capture", reference, request_id=f"{key}-capture"
            )
            status = said.get("Status")
        except Refused as refusal:
            if refusal.name != "TRANSACTION_ALREADY_CAPTURED":
                raise
            status = "CAPTURED"
        return _report_of(key, {**transaction, "Status": status})

    def _cancelled(self, key: str, transaction: Said) -> Report:
        reference = {"TransactionReference": {"TransactionId": _text(transaction, "Id")}}
        try:
            self.api.call("/Payment/v1/Transaction/Cancel", reference, request_id=f"{key}-cancel")
        except Refused as refusal:
            if refusal.name != "TRANSACTION_ALREADY_CAPTURED":
                raise
            return _report_of(key, {**transaction, "Status": "CAPTURED"})
        return _report_of(key, {**transaction, "Status": "CANCELED"})


STATES = {
    "CAPTURED": State.PAID,
    "PENDING": State.OPEN,  # taken on; whether the money comes is not known yet
    "CANCELED": State.CLOSED,
}


def _report_of(key: str, transaction: Said) -> Report:
    state = STATES.get(str(transaction.get("Status")))
    if state is None:
        _unreadable("Status")
    amount = transaction["Amount"]
    return Report(
        key, TRANSACTION + _text(transaction, "Id"), state, int(amount["Value"]),
        amount["CurrencyCode"], "", demonstration=False,
    )  # fmt: skip


def _report(key: str, reference: str, state: State) -> Report:
    return Report(key, reference, state, 0, CURRENCY, "", demonstration=False)


def _transaction(said: Said, key: str) -> Said:
    """Return the transaction of an answer, whole and ours."""
    found = said.get("Transaction")
    if not isinstance(found, dict):
        _unreadable("Transaction")
    amount = found.get("Amount")
    is_amount = (
        isinstance(amount, dict)
        and cents_of(amount.get("Value")) is not None
        and isinstance(amount.get("CurrencyCode"), str)
    )
    if not is_amount:
        _unreadable("Amount")
    if found.get("OrderId") != key or found.get("Type") != "PAYMENT":
        raise Unreachable("the transaction of another order")
    return found


def _text(said: Said, name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value or len(value) > 500 or not value.isprintable():
        _unreadable(name)
    return value


def _unreadable(name: str) -> NoReturn:
    raise Unreachable(f"unreadable answer: {name}")
