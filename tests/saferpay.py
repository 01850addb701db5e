"""A strict Saferpay on loopback: takes what its documentation documents, and nothing else.

Source:
    https://saferpay.github.io/jsonapi/ (SpecVersion 1.45).
"""

import base64
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CUSTOMER, TERMINAL, USER, PASSWORD = "245294", "17795278", "API_245294_1", "pass:word"
REQUEST_ID = re.compile(r"[A-Za-z0-9.:_-]{1,50}")
ORDER_ID = re.compile(r"[A-Za-z0-9.:_-]{1,80}")
# Required and optional fields of each request, one level a dot.
REQUESTS: dict[str, tuple[set[str], set[str]]] = {
    "PaymentPage/Initialize": (
        {
            *("TerminalId", "Payment.Amount.Value", "Payment.Amount.CurrencyCode"),
            *("Payment.OrderId", "Payment.Description", "ReturnUrl.Url"),
        },
        {"Payer.LanguageCode", "Notification.SuccessNotifyUrl", "Notification.FailNotifyUrl"},
    ),
    "PaymentPage/Assert": ({"Token"}, set()),
    "Transaction/Inquire": (
        set(),
        {"TransactionReference.TransactionId", "TransactionReference.OrderId"},
    ),
    "Transaction/Capture": ({"TransactionReference.TransactionId"}, set()),
    "Transaction/Cancel": ({"TransactionReference.TransactionId"}, set()),
    "Transaction/Refund": (
        {"Refund.Amount.Value", "Refund.Amount.CurrencyCode", "CaptureReference.CaptureId"},
        {"Refund.OrderId", "Refund.RestrictRefundAmountToCapturedAmount"},
    ),
}


class Error(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, name: str, behavior: str = "DO_NOT_RETRY") -> None:
        super().__init__(name)
        self.status, self.name, self.behavior = status, name, behavior


@dataclass
class Page:
    """One hosted page, and the transaction that came of it."""

    token: str
    order: dict[str, Any]
    outcome: str = ""  # an error's name, once the payer failed
    transaction: dict[str, Any] | None = None


@dataclass
class Saferpay:
    """The service: what the payer does on the page, and what goes wrong."""

    pages: list[Page] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str, int]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # of the next calls: lost, busy, broken, other
    capture_status: str = "CAPTURED"
    url: str = ""

    def pay(self, *, status: str = "AUTHORIZED", value: str = "") -> None:
        page = self.pages[-1]
        payment = page.order["Payment"]
        amount = payment["Amount"] | ({"Value": value} if value else {})
        page.transaction = {
            "Type": "PAYMENT",
            "Status": status,
            "Id": f"723n4MAjMdhjSAhAKEUdA8jtl9j{len(self.pages)}",
            "OrderId": payment["OrderId"],
            "Amount": amount,
        }

    def fail(self, name: str) -> None:
        self.pages[-1].outcome = name

    # Answers

    def answer(self, path: str, said: dict[str, Any]) -> dict[str, Any]:
        name = path.removeprefix("/api/Payment/v1/")
        if name not in REQUESTS:
            raise Error(404, "ACTION_NOT_SUPPORTED")
        header = said.pop("RequestHeader", None)
        self._check_header(header)
        self._check_fields(name, said)
        request_id, tries = header["RequestId"], header["RetryIndicator"]
        self.calls.append((name, request_id, tries))
        if tries and request_id in self.answered:  # a repetition gets the same answer
            return self.answered[request_id]
        answer = {"ResponseHeader": {"SpecVersion": "1.45", "RequestId": request_id}}
        _kind, _slash, act = name.partition("/")
        answer |= getattr(self, f"_{act.lower()}")(said)
        self.answered[request_id] = answer
        return answer

    def _check_header(self, header: Any) -> None:
        wanted = {"SpecVersion", "CustomerId", "RequestId", "RetryIndicator"}
        if not isinstance(header, dict) or set(header) != wanted:
            raise Error(400, "VALIDATION_FAILED")
        if header["SpecVersion"] != "1.45" or header["CustomerId"] != CUSTOMER:
            raise Error(400, "VALIDATION_FAILED")
        tries = header["RetryIndicator"]
        if not REQUEST_ID.fullmatch(header["RequestId"]) or tries not in range(10):
            raise Error(400, "VALIDATION_FAILED")

    def _check_fields(self, name: str, said: dict[str, Any]) -> None:
        required, optional = REQUESTS[name]
        there = set(_paths(said))
        if not required <= there <= required | optional:
            raise Error(400, "VALIDATION_FAILED")

    def _initialize(self, said: dict[str, Any]) -> dict[str, Any]:
        amount = said["Payment"]["Amount"]
        is_good = (
            said["TerminalId"] == TERMINAL
            and isinstance(amount["Value"], str)
            and re.fullmatch("[1-9][0-9]*", amount["Value"])
            and ORDER_ID.fullmatch(said["Payment"]["OrderId"])
            and 1 <= len(said["Payment"]["Description"]) <= 1000
            and said["Payer"]["LanguageCode"] in ("de", "fr", "it", "en")
        )
        if not is_good:
            raise Error(400, "VALIDATION_FAILED")
        page = Page(f"token{len(self.pages)}", said)
        self.pages.append(page)
        redirect = f"{self.url}/vt2/api/PaymentPage/{page.token}"
        return {"Token": page.token, "Expiration": "2026-10-25T03:30:00Z", "RedirectUrl": redirect}

    def _assert(self, said: dict[str, Any]) -> dict[str, Any]:
        page = next((page for page in self.pages if page.token == said["Token"]), None)
        if page is None:
            raise Error(402, "TOKEN_INVALID")
        if page.outcome:
            raise Error(402, page.outcome)
        if page.transaction is None:
            raise Error(402, "TRANSACTION_NOT_STARTED", "OTHER_MEANS")
        return {"Transaction": dict(page.transaction)}

    def _inquire(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"Transaction": dict(self._found(said["TransactionReference"]))}

    def _capture(self, said: dict[str, Any]) -> dict[str, Any]:
        transaction = self._found(said["TransactionReference"])
        if transaction["Status"] == "CAPTURED":
            raise Error(402, "TRANSACTION_ALREADY_CAPTURED")
        if transaction["Status"] != "AUTHORIZED":
            raise Error(402, "TRANSACTION_IN_WRONG_STATE")
        transaction["Status"] = self.capture_status
        transaction["CaptureId"] = f"{transaction['Id']}_c"
        return {"CaptureId": transaction["CaptureId"], "Status": self.capture_status}

    def _cancel(self, said: dict[str, Any]) -> dict[str, Any]:
        transaction = self._found(said["TransactionReference"])
        if transaction["Status"] == "CAPTURED":
            raise Error(402, "TRANSACTION_ALREADY_CAPTURED")
        transaction["Status"] = "CANCELED"
        return {"TransactionId": transaction["Id"]}

    def _refund(self, said: dict[str, Any]) -> dict[str, Any]:
        asked, capture = said["Refund"], said["CaptureReference"]["CaptureId"]
        paid = next(
            page.transaction
            for page in self.pages
            if page.transaction and page.transaction.get("CaptureId") == capture
        )
        back = [int(one["Amount"]["Value"]) for one in self.refunds if one["Of"] == capture]
        if sum(back) + int(asked["Amount"]["Value"]) > int(paid["Amount"]["Value"]):
            raise Error(402, "AMOUNT_INVALID")
        refund = {
            "Type": "REFUND",
            "Status": "AUTHORIZED",
            "Id": f"refund{len(self.refunds)}",
            "OrderId": asked["OrderId"],
            "Amount": asked["Amount"],
            "Of": capture,
        }
        self.refunds.append(refund)
        return {"Transaction": dict(refund)}

    def _found(self, reference: dict[str, str]) -> dict[str, Any]:
        named = {("Id" if key == "TransactionId" else key): v for key, v in reference.items()}
        for page in self.pages:
            there = page.transaction
            if there is not None and all(there[key] == value for key, value in named.items()):
                return there
        for refund in self.refunds:
            if all(refund.get(key) == value for key, value in named.items()):
                return refund
        raise Error(402, "TRANSACTION_NOT_FOUND")


def _paths(said: dict[str, Any], before: str = "") -> list[str]:
    found = []
    for key, value in said.items():
        where = f"{before}{key}"
        found += _paths(value, f"{where}.") if isinstance(value, dict) else [where]
    return found


class _Handler(BaseHTTPRequestHandler):
    service: Saferpay

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.service.faults.pop(0) if self.service.faults else ""
        try:
            self._check()
            if fault == "busy":
                raise Error(402, "COMMUNICATION_FAILED", "RETRY_LATER")
            if fault == "broken":
                self._send(500, b"<html>", "text/html")
                return
            answer = self.service.answer(self.path, json.loads(body))
            if fault == "lost":  # it acted; the answer is never sent
                return
            if fault == "other":
                answer = answer | {"ResponseHeader": {"RequestId": "another"}}
            self._send(200, json.dumps(answer).encode())
        except Error as error:
            said = {
                "ResponseHeader": {"SpecVersion": "1.45", "RequestId": "?"},
                "Behavior": error.behavior,
                "ErrorName": error.name,
                "ErrorMessage": "not to be parsed",
            }
            self._send(error.status, json.dumps(said).encode())

    def _check(self) -> None:
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers["Authorization"] != f"Basic {login}":
            raise Error(401, "AUTHENTICATION_FAILED")
        if self.headers["Accept"] != "application/json":
            raise Error(406, "NOT_ACCEPTABLE")
        if self.headers["Content-Type"] != "application/json; charset=utf-8":
            raise Error(415, "UNSUPPORTED")

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def serving(service: Saferpay) -> ThreadingHTTPServer:
    """Serve on a free port of loopback until shut down."""
    handler = type("Bound", (_Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server
