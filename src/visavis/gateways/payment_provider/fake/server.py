"""The fake's HTTP side: the API, the hosted page, the faults page."""

import hmac
import json
import time
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from visavis.gateways.payment_provider import signatures
from visavis.gateways.payment_provider.fake import faults, pages
from visavis.gateways.payment_provider.fake.in_process import report_on, report_on_refund
from visavis.gateways.payment_provider.fake.ledger import (
    Ledger,
    MoreThanPaid,
    OtherOrder,
    Record,
    RefundRecord,
)
from visavis.gateways.payment_provider.fake.listing import moment
from visavis.gateways.payment_provider.types import Order, RefundReport, Repayment, Report, State

BODY_BYTES = 65_536
ACTS = {
    "twint": State.PAID,
    "card": State.PAID,
    "stay": State.PAID,
    "fail": State.FAILED,
    "cancel": State.CLOSED,
}
GOES_BACK = frozenset({"twint", "card", "cancel"})
HTML = "text/html; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Shop:
    """What every request needs."""

    ledger: Ledger
    secret: str
    public_url: str


def serve(shop: Shop, *, host: str, port: int) -> ThreadingHTTPServer:
    """Bind the port (0 takes a free one) and return the server, not yet running."""
    handler = type("BoundHandler", (Handler,), {"shop": shop})
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    return server


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    shop: Shop
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        match self._parts():
            case [""]:
                self._page(200, pages.welcome())
            case ["healthz"]:
                self._send(200, b"ok", "text/plain")
            case ["style.css"]:
                self._send(200, _file("style.css"), "text/css; charset=utf-8")
            case ["leave.js"]:
                self._send(200, _file("leave.js"), "text/javascript; charset=utf-8")
            case ["faults"]:
                self._page(200, pages.faults(self.shop.ledger.plan))
            case ["pay", reference]:
                self._hosted(self.shop.ledger.by_reference(reference))
            case ["v1", "orders", key] if self._may_call():
                self._report(self.shop.ledger.find(key))
            case ["v1", "transactions"] if self._may_call():
                self._list()
            case ["v1", "refunds", key] if self._may_call():
                self._refund_report(self.shop.ledger.find_refund(key))
            case _:
                self._page(404, pages.missing(language=self._wanted_language()))

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), BODY_BYTES))
        match self._parts():
            case ["faults"]:
                self._misbehave(_form(body))
                self._redirect("/faults")
            case ["pay", reference]:
                self._act(self.shop.ledger.by_reference(reference), _form(body).get("do", ""))
            case ["v1", "orders"] if self._may_call():
                self._create(body)
            case ["v1", "orders", key, "close"] if self._may_call():
                self._report(self.shop.ledger.move(key, State.CLOSED))
            case ["v1", "refunds"] if self._may_call():
                self._refund(body)
            case ["v1", "faults"] if self._may_call(misbehaving=False):
                self._misbehave(json.loads(body))
                self._send(200, b"{}", JSON)
            case _:
                self._send(404, b"{}", JSON)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Say nothing: addresses hold references."""

    # The API

    def _may_call(self, *, misbehaving: bool = True) -> bool:
        wanted = f"Bearer {signatures.api_key(self.shop.secret)}"
        if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), wanted.encode()):
            return False
        if misbehaving and self.shop.ledger.plan.answers is faults.Answers.SLOW:
            time.sleep(faults.SLOW_S)
        return True

    def _create(self, body: bytes) -> None:
        if self.shop.ledger.plan.answers is faults.Answers.ERROR:
            self._report(None)
            return
        try:
            order = Order(**json.loads(body))
            self._report(self.shop.ledger.create(order), language=order.language)
        except OtherOrder:
            self._send(409, b"{}", JSON)
        except (TypeError, ValueError):
            self._send(400, b"{}", JSON)

    def _refund(self, body: bytes) -> None:
        if self.shop.ledger.plan.answers is faults.Answers.ERROR:
            self._refund_report(None)
            return
        try:
            self._refund_report(self.shop.ledger.refund(Repayment(**json.loads(body))))
        except OtherOrder:
            self._send(409, b"{}", JSON)
        except MoreThanPaid:
            self._send(422, b"{}", JSON)
        except (TypeError, ValueError):
            self._send(400, b"{}", JSON)

    def _report(self, record: Record | None, *, language: str = "") -> None:
        public_url = self.shop.public_url
        said = report_on(record, public_url=public_url, language=language) if record else None
        self._say(said)

    def _refund_report(self, record: RefundRecord | None) -> None:
        self._say(report_on_refund(record) if record else None)

    def _say(self, report: Report | RefundReport | None) -> None:
        answers = self.shop.ledger.plan.answers
        if answers is faults.Answers.ERROR:
            self._send(500, b"{}", JSON)
        elif answers is faults.Answers.LOST:
            self.close_connection = True  # it acted; the answer is never sent
        elif report is None:
            self._send(404, b"{}", JSON)
        else:
            self._send(200, json.dumps(asdict(report)).encode(), JSON)

    def _list(self) -> None:
        asked = _form(urlsplit(self.path).query.encode())
        try:
            since, until = (moment(float(asked.get(name, ""))) for name in ("since", "until"))
        except (ValueError, OverflowError, OSError):
            self._send(400, b"{}", JSON)
            return
        lines = [
            asdict(line) | {"at": int(line.at.timestamp())}
            for line in self.shop.ledger.transactions(since, until)
        ]
        plan = self.shop.ledger.plan
        status = 200 if plan.answers is faults.Answers.GOOD else 500
        status = 501 if plan.listing is faults.Listing.NOT_OFFERED else status
        self._send(status, json.dumps({"transactions": lines}).encode(), JSON)

    def _misbehave(self, said: dict[str, str]) -> None:
        self.shop.ledger.misbehave(faults.plan_of(said))

    # The page

    def _hosted(self, record: Record | None) -> None:
        if record is None:
            self._page(404, pages.missing(language=self._wanted_language()))
        else:
            self._page(200, pages.hosted(record, language=self._wanted_language()), record)

    def _act(self, record: Record | None, act: str) -> None:
        if record is None or act not in ACTS:
            self._hosted(record)
            return
        after = self.shop.ledger.move(record.order.key, ACTS[act])
        assert after is not None
        self._redirect(record.order.return_url if act in GOES_BACK else self.path)

    # Answers

    def _parts(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]

    def _wanted_language(self) -> str:
        return parse_qs(urlsplit(self.path).query).get("lang", [""])[0]

    def _page(self, status: int, html: str, record: Record | None = None) -> None:
        self._send(status, html.encode(), HTML, policy=pages.policy(record))

    def _redirect(self, to: str) -> None:
        self.send_response(303)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, body: bytes, kind: str, *, policy: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)


def _form(body: bytes) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _file(name: str) -> bytes:
    return resources.files(__package__).joinpath(name).read_bytes()
