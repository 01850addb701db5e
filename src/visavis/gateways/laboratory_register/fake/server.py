"""The fake's HTTP side: the API, and a page that shows whom it knows and lets it misbehave."""

import hmac
import html
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from visavis.gateways.laboratory_register import wire
from visavis.gateways.laboratory_register.fake.people import PEOPLE, Fault, found

BODY_BYTES = 65_536
SLOW_S = 8.0
JSON = "application/json"
STYLE = "body{font:1.1rem/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}td,th{padding:.3rem 1rem .3rem 0;text-align:start}"


@dataclass(slots=True)
class Laboratory:
    """What every request needs; `fault` changes on request."""

    token: str
    today: Callable[[], date]
    fault: Fault = Fault.GOOD
    slow_s: float = SLOW_S


def serve(laboratory: Laboratory, *, host: str, port: int) -> ThreadingHTTPServer:
    """Bind the port (0 takes a free one) and return the server, not yet running."""
    handler = type("BoundHandler", (Handler,), {"laboratory": laboratory})
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    return server


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    laboratory: Laboratory
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        match urlsplit(self.path).path:
            case "/":
                self._send(200, _page(self.laboratory).encode(), "text/html; charset=utf-8")
            case "/healthz":
                self._send(200, b"ok", "text/plain")
            case _:
                self._send(404, b"{}", JSON)

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), BODY_BYTES))
        match urlsplit(self.path).path:
            case "/":
                self._misbehave(parse_qs(body.decode("utf-8", "replace")).get("fault", [""])[0])
                self.send_response(303)
                self.send_header("Location", "/")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case wire.PATH if self._may_call():
                self._search(body)
            case "/v1/faults" if self._may_call():
                self._misbehave(str(json.loads(body).get("fault")))
                self._send(200, b"{}", JSON)
            case _:
                self._send(401, b"{}", JSON)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Say nothing."""

    def _may_call(self) -> bool:
        wanted = f"Bearer {self.laboratory.token}"
        return hmac.compare_digest(self.headers.get("Authorization", "").encode(), wanted.encode())

    def _misbehave(self, fault: str) -> None:
        if fault in list(Fault):
            self.laboratory.fault = Fault(fault)

    def _search(self, body: bytes) -> None:
        fault = self.laboratory.fault
        if fault is Fault.DOWN:
            self._send(503, b"{}", JSON)
            return
        if fault is Fault.SLOW:
            time.sleep(self.laboratory.slow_s)
        try:
            wanted = wire.wanted_of(body)
        except ValueError:
            self._send(400, b"{}", JSON)
            return
        results = found(wanted, today=self.laboratory.today(), fault=fault)
        answer = wire.answer(results, demonstration=True)
        self._send(200, answer[: len(answer) // 2] if fault is Fault.GARBLED else answer, JSON)

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)


def _page(laboratory: Laboratory) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(one.family_name)}<td>{html.escape(one.given_name)}"
        f"<td>{one.birth_date}<td>{one.result(laboratory.today()).first_positive_on}"
        f"<td>{one.analysis}<td>{one.status}"
        for one in PEOPLE
    )
    options = "".join(
        f"<option{' selected' if fault is laboratory.fault else ''}>{fault}" for fault in Fault
    )
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Fake laboratory register</title>"
        f"<meta name='viewport' content='width=device-width'><style>{STYLE}</style>"
        f"<h1>Fake laboratory register</h1><p>All of them are invented. Days move with today.</p>"
        f"<table><tr><th>Last name<th>First name<th>Born<th>First positive<th>Test<th>State{rows}</table>"
        f"<form method='post'><p><label>From now on it answers <select name='fault'>{options}</select>"
        f"</label> <button>Set</button></form>"
    )
