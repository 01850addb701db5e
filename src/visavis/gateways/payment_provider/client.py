"""Our side of the payment provider: calls with a time limit, repeated with the same key."""

import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, urlsplit

from django.conf import settings

from visavis.gateways.payment_provider import signatures, wire
from visavis.gateways.payment_provider.errors import (
    Declined,
    DemonstrationOnly,
    ListNotOffered,
    NotConfigured,
    Rejected,
    UnknownOrder,
    Unreachable,
    UntrustworthyEvent,
)
from visavis.gateways.payment_provider.saferpay import notices
from visavis.gateways.payment_provider.saferpay.api import Account, Api
from visavis.gateways.payment_provider.saferpay.client import SaferpayProvider
from visavis.gateways.payment_provider.types import (
    Event,
    Order,
    Provider,
    RefundReport,
    Repayment,
    Report,
    Transaction,
)

Answer = TypeVar("Answer", Report, RefundReport)

ANSWER_BYTES = 65_536
SAFERPAY = "saferpay"
LIST_BYTES = 32 * 1024 * 1024  # of a list of transactions: some 200,000 lines
PAUSES_S = (0.2, 0.6)  # between tries; three tries keep a waiting citizen under ten seconds


@dataclass(frozen=True, slots=True)
class HttpProvider:
    """A provider behind HTTP. The standard library is enough: five calls, no redirects.

    Args:
        url: the address of its API, without a path.
        secret: shared with the provider; keys for both directions are derived from it.
        timeout_s: of each try, for connecting and for each read.
        is_live: in the live world a demonstration provider is not believed.
    """

    url: str
    secret: str
    timeout_s: float = 3.0
    is_live: bool = True
    pause: Callable[[float], object] = time.sleep

    def create(self, order: Order) -> Report:
        return self._tried(wire.report_of, "POST", "/v1/orders", wire.order_body(order))

    def report_on(self, key: str, reference: str = "") -> Report:
        return self._tried(wire.report_of, "GET", f"/v1/orders/{quote(key, safe='')}")

    def close(self, key: str, reference: str = "") -> Report:
        path = f"/v1/orders/{quote(key, safe='')}/close"
        return self._tried(wire.report_of, "POST", path, b"{}")

    def refund(self, repayment: Repayment) -> RefundReport:
        body = wire.repayment_body(repayment)
        return self._tried(wire.refund_report_of, "POST", "/v1/refunds", body)

    def report_on_refund(self, key: str) -> RefundReport:
        return self._tried(wire.refund_report_of, "GET", f"/v1/refunds/{quote(key, safe='')}")

    def list_transactions(self, since: datetime, until: datetime) -> Sequence[Transaction]:
        path = f"/v1/transactions?since={int(since.timestamp())}&until={int(until.timestamp())}"
        status, answer = self._exchange("GET", path, None, most_bytes=LIST_BYTES)
        if status == 501:
            raise ListNotOffered
        if status != 200:
            raise Unreachable(f"GET /v1/transactions: {status}")
        return wire.transactions_of(answer)

    def _tried(
        self, read: Callable[[bytes], Answer], method: str, path: str, body: bytes | None = None
    ) -> Answer:
        for pause_s in PAUSES_S:
            try:
                return self._report(read, method, path, body)
            except Unreachable:
                self.pause(pause_s)
        return self._report(read, method, path, body)

    def _report(
        self, read: Callable[[bytes], Answer], method: str, path: str, body: bytes | None
    ) -> Answer:
        status, answer = self._exchange(method, path, body)
        if status == 404:
            raise UnknownOrder(path)
        if status == 422:
            raise Declined(path)
        if 400 <= status < 500:
            raise Rejected(f"{method} {path}: {status}")
        if status != 200:
            raise Unreachable(f"{method} {path}: {status}")
        report = read(answer)
        if report.demonstration and self.is_live:
            raise DemonstrationOnly
        return report

    def _exchange(
        self, method: str, path: str, body: bytes | None, *, most_bytes: int = ANSWER_BYTES
    ) -> tuple[int, bytes]:
        headers = {
            "Authorization": f"Bearer {signatures.api_key(self.secret)}",
            "Content-Type": "application/json",
        }
        connection = self._connection()
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(most_bytes)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{method} {path}: {type(error).__name__}") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        return kind(parts.hostname or "", parts.port, timeout=self.timeout_s)


def is_configured() -> bool:
    """Tell whether anything can be paid online here."""
    return bool(settings.PAYMENT_PROVIDER["url"])


def configured() -> Provider:
    """Return the provider of this instance.

    Raises:
        NotConfigured: none is set; cash remains.
    """
    if not is_configured():
        raise NotConfigured
    chosen = settings.PAYMENT_PROVIDER
    if name() == SAFERPAY:
        fields = ("url", "customer", "terminal", "user", "password")
        account = Account(**{field: chosen[field] for field in fields})
        return SaferpayProvider(Api(account), secret=chosen["secret"])
    return HttpProvider(
        url=chosen["url"],
        secret=chosen["secret"],
        is_live=settings.WORLD == "live",
    )


def trusted_event(*, body: bytes, signature: str, now: datetime) -> Event:
    """Check an event's signature over the raw body, then read it.

    Saferpay signs nothing: there, the body is the query of the address that it calls.

    Raises:
        UntrustworthyEvent: nobody vouches for it.
    """
    secret = settings.PAYMENT_PROVIDER["secret"]
    if not is_configured() or not secret:
        raise UntrustworthyEvent("no provider is configured")
    at = int(now.timestamp())
    if name() == SAFERPAY:
        return notices.event_of(body.decode("ascii", "replace"), secret=secret, at=at)
    if not signatures.is_signed(body, header=signature, secret=secret, at=at):
        raise UntrustworthyEvent("signature")
    return wire.event_of(body)


def name() -> str:
    """Return the name under which this instance's provider is written down."""
    return str(settings.PAYMENT_PROVIDER.get("name") or "demonstration")
