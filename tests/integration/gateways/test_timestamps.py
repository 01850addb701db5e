"""Asking an authority for a timestamp over HTTP."""

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from visavis.gateways.timestamps import fake
from visavis.gateways.timestamps.client import ANSWERED, ASKED, HttpAuthority
from visavis.gateways.timestamps.errors import NoTimestamp


@pytest.fixture
def authority(socket_enabled):
    """An authority that answers as it is told, and keeps what it was asked."""
    asked: list[tuple[str, str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        answer = (200, ANSWERED, b"stamped")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["Content-Type"], body))
            status, kind, reply = self.answer
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Handler, asked, HttpAuthority(f"http://127.0.0.1:{server.server_port}/tsa")
    server.shutdown()
    server.server_close()


def test_hands_over_the_request_and_returns_the_reply(authority):
    _, asked, client = authority

    assert client.stamp(b"hash") == b"stamped"
    assert asked == [("/tsa", ASKED, b"hash")]


def test_asks_at_the_whole_address(authority):
    _, asked, client = authority

    replace(client, url=f"{client.url}?customer=7").stamp(b"hash")
    assert asked == [("/tsa?customer=7", ASKED, b"hash")]


@pytest.mark.parametrize(
    "answer",
    [(500, ANSWERED, b""), (200, "text/html", b"<h1>Welcome</h1>")],
    ids=["broken", "page"],
)
def test_believes_nothing_but_a_reply(authority, answer):
    handler, _, client = authority
    handler.answer = answer

    with pytest.raises(NoTimestamp, match=str(answer[0])):
        client.stamp(b"hash")


def test_says_so_when_nobody_answers(socket_enabled):
    with pytest.raises(NoTimestamp, match="no answer"):
        HttpAuthority("http://127.0.0.1:9/tsa").stamp(b"hash")


def test_the_fake_says_that_it_is_one():
    certificate, _ = fake.key()

    assert certificate.subject.native["organization_name"] == "SPECIMEN"
