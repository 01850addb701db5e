"""Refunds at Saferpay: of a capture, at most once under our key, and captured like a payment."""

from visavis.gateways.payment_provider.errors import Declined, UnknownOrder, Unreachable
from visavis.gateways.payment_provider.saferpay.api import Api, Refused, Said, cents_of
from visavis.gateways.payment_provider.types import RefundReport, RefundState, Repayment

NOT_FOUND = "TRANSACTION_NOT_FOUND"
ALREADY = "TRANSACTION_ALREADY_CAPTURED"
# What will not be given back however often one asks.
FINAL = frozenset(
    {
        *("ACTION_NOT_SUPPORTED", "AMOUNT_INVALID", "TRANSACTION_DECLINED", "GENERAL_DECLINED"),
        *("NO_CREDITS_AVAILABLE", "CARD_EXPIRED"),
    }
)
STATES = {
    "CAPTURED": RefundState.DONE,
    "PENDING": RefundState.PENDING,
    "CANCELED": RefundState.FAILED,
}


def refund(api: Api, repayment: Repayment) -> RefundReport:
    """Ask for a refund, or report on the one that has our key.

    Raises:
        UnknownOrder: the payment was never captured there.
        Declined: it will not give this money back.
    """
    standing = _inquired(api, repayment.key)
    if standing is not None:
        return _report_of(api, repayment.key, standing)
    paid = _inquired(api, repayment.order_key)
    if paid is None or not isinstance(paid.get("CaptureId"), str):
        raise UnknownOrder(repayment.order_key)
    asked = {
        "Refund": {
            "Amount": {
                "Value": str(repayment.amount_cents),
                "CurrencyCode": repayment.currency,
            },
            "OrderId": repayment.key,
            "RestrictRefundAmountToCapturedAmount": True,
        },
        "CaptureReference": {"CaptureId": paid["CaptureId"]},
    }
    try:
        said = api.call("/Payment/v1/Transaction/Refund", asked, request_id=repayment.key)
    except Refused as refusal:
        if refusal.name in FINAL:
            raise Declined(refusal.name) from refusal
        raise
    return _report_of(api, repayment.key, _transaction(said))


def report_on(api: Api, key: str) -> RefundReport:
    """Say where a refund stands.

    Raises:
        UnknownOrder: the key was never heard of.
    """
    standing = _inquired(api, key)
    if standing is None:
        raise UnknownOrder(key)
    return _report_of(api, key, standing)


def _inquired(api: Api, order_id: str) -> Said | None:
    asked = {"TransactionReference": {"OrderId": order_id}}
    try:
        return _transaction(api.call("/Payment/v1/Transaction/Inquire", asked))
    except Refused as refusal:
        if refusal.name == NOT_FOUND:
            return None
        raise


def _report_of(api: Api, key: str, transaction: Said) -> RefundReport:
    amount, status = transaction.get("Amount"), transaction.get("Status")
    if transaction.get("Type") != "REFUND" or not isinstance(amount, dict):
        raise Unreachable("the transaction of another order")
    cents = cents_of(amount.get("Value"))
    if cents is None:
        raise Unreachable("unreadable answer: Amount")
    reference = str(transaction.get("Id", ""))[:100]
    if status == "AUTHORIZED":
        status = _captured(api, key, reference)
    state = STATES.get(str(status))
    if state is None:
        raise Unreachable("unreadable answer: Status")
    return RefundReport(
        key, reference, state, cents, str(amount.get("CurrencyCode")), demonstration=False
    )


def _captured(api: Api, key: str, reference: str) -> str:
    asked = {"TransactionReference": {"TransactionId": reference}}
    try:
        said = api.call("/Payment/v1/Transaction/Capture", asked, request_id=f"{key}-capture")
    except Refused as refusal:
        if refusal.name != ALREADY:
            raise
        return "CAPTURED"
    return str(said.get("Status"))


def _transaction(said: Said) -> Said:
    found = said.get("Transaction")
    if not isinstance(found, dict):
        raise Unreachable("unreadable answer: Transaction")
    return found
