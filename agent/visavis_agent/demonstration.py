"""A stand-in for the program that starts a kiosk's browser, for demonstrations.

A real kiosk starts a new browser for each citizen. Here any browser that opens the agent's address
is that kiosk: the agent asks for a ticket and sends the browser to the attract screen with it.
"""

import signal
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from visavis_agent import offline
from visavis_agent.tickets import Counter, Refused, Unreachable

HOST = "127.0.0.1"


class Launcher(ThreadingHTTPServer):
    """The agent's own address, on the loopback only."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, *, device: str, counter: Counter) -> None:
        super().__init__((HOST, port), Handler)
        self.device = device
        self.counter = counter

    @property
    def home(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}/"


class Handler(BaseHTTPRequestHandler):
    """One request of the browser; nothing is kept between two."""

    server: Launcher
    server_version = "visavis-agent"
    sys_version = ""

    def do_GET(self) -> None:
        if not self._is_meant_for_us():
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, b"", "text/plain")
        elif self.path == "/":
            self._start()
        elif self.path == "/alive":
            self._answer(HTTPStatus.OK, b'{"alive": true}', "application/json")
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"", "text/plain")

    def _start(self) -> None:
        try:
            ticket = self.server.counter.ticket(home=self.server.home)
        except Unreachable:
            self._page(offline.SENTENCES)
        except Refused as refusal:
            print(f"visavis-agent: no ticket: {refusal.refusal}", file=sys.stderr, flush=True)
            self._page(offline.OUT_OF_SERVICE)
        else:
            self.send_response(HTTPStatus.SEE_OTHER)
            self.send_header("Location", self.server.counter.url + ticket.start_path)
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _page(self, sentences: dict[str, tuple[str, str]]) -> None:
        body = offline.page(sentences, device=self.server.device)
        self._answer(HTTPStatus.SERVICE_UNAVAILABLE, body, "text/html; charset=utf-8")

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Retry-After", str(offline.AGAIN_AFTER_S))
        self.end_headers()
        self.wfile.write(body)

    def _is_meant_for_us(self) -> bool:
        # A page elsewhere could point its own name at this machine and so spend our tickets.
        return urlsplit(f"//{self.headers.get('Host', '')}").hostname in (HOST, "localhost")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay silent: a log of requests would be a log of somebody's comings and goings."""


def serve(launcher: Launcher) -> None:
    """Serve until the process is asked to stop."""

    def stop(*_: object) -> None:
        threading.Thread(target=launcher.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with launcher:
        launcher.serve_forever(poll_interval=0.2)
