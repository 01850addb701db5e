"""The agent against a counter made of a few lines, on real sockets."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from visavis_agent import keys
from visavis_agent.demonstration import Launcher
from visavis_agent.signing import Signer
from visavis_agent.tickets import Counter, Refused, Unreachable

from visavis.devices import rules

GIVEN = (201, {"start": "/fr/kiosk/?ticket=abc", "expires_in_s": 900})


class FakeCounter(ThreadingHTTPServer):
    """Answers what the test lays out, in order, the last one for ever; keeps what it was asked."""

    daemon_threads = True

    def __init__(self, *answers: tuple[int, object]) -> None:
        super().__init__(("127.0.0.1", 0), AnswerInTurn)
        self.answers = list(answers)
        self.asked: list[rules.SignedRequest] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class AnswerInTurn(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(
            rules.SignedRequest(
                device=self.headers["Visavis-Device"],
                method="POST",
                path=self.path,
                body=body,
                timestamp=int(self.headers["Visavis-Timestamp"]),
                nonce=self.headers["Visavis-Nonce"],
                signature=self.headers["Visavis-Signature"],
            )
        )
        answers = self.server.answers
        status, answer = answers.pop(0) if len(answers) > 1 else answers[0]
        encoded = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def signer(tmp_path) -> Signer:
    return Signer("saignelegier-kiosk", keys.ensure(tmp_path / "key.pem"))


class TestTicket:
    def test_asks_with_a_request_that_the_counter_believes(self, signer):
        with running(FakeCounter(GIVEN)) as server:
            ticket = Counter(server.url, signer).ticket(home="http://127.0.0.1:8002/")

        assert (ticket.start_path, ticket.expires_in_s) == ("/fr/kiosk/?ticket=abc", 900)
        (asked,) = server.asked
        assert rules.is_signed_by(keys.public_text(signer.key), asked)
        assert json.loads(asked.body) == {"home": "http://127.0.0.1:8002/"}

    @pytest.mark.parametrize("clock", [0.0, 4e9], ids=["1970", "2096"])
    def test_signs_again_by_the_counters_clock_when_its_own_is_wrong(self, signer, clock):
        skewed = (401, {"refusal": "clock_skewed", "time": 1_800_000_000})
        with running(FakeCounter(skewed, GIVEN)) as server:
            counter = Counter(server.url, signer, clock=lambda: clock)
            counter.ticket(home="http://127.0.0.1:8002/")
            counter.ticket(home="http://127.0.0.1:8002/")

        assert [asked.timestamp for asked in server.asked] == [clock, 1_800_000_000, 1_800_000_000]
        assert len({asked.nonce for asked in server.asked}) == 3

    def test_does_not_ask_for_ever_about_the_clock(self, signer):
        skewed = (401, {"refusal": "clock_skewed", "time": 1_800_000_000})
        with running(FakeCounter(skewed)) as server, pytest.raises(Refused):
            Counter(server.url, signer).ticket(home="http://127.0.0.1:8002/")

        assert len(server.asked) == 2

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param((200, b"<html>Log in to the hotel network</html>"), id="captive portal"),
            pytest.param((502, b""), id="proxy without a server"),
            pytest.param((201, {"start": "//example.org/"}), id="no lifetime"),
            pytest.param((201, {"start": "//example.org/", "expires_in_s": 1}), id="elsewhere"),
            pytest.param((201, {"start": "https://example.org", "expires_in_s": 1}), id="foreign"),
            pytest.param((500, []), id="a list"),
            pytest.param((500, {"refusal": 3}), id="no reason"),
        ],
    )
    def test_takes_a_broken_answer_as_no_answer(self, signer, answer):
        with running(FakeCounter(answer)) as server, pytest.raises(Unreachable):
            Counter(server.url, signer).ticket(home="http://127.0.0.1:8002/")

    def test_does_not_hang_on_a_counter_that_is_silent(self, signer):
        with FakeCounter(GIVEN) as server, pytest.raises(Unreachable):  # accepts, never answers
            Counter(server.url, signer, timeout_s=0.2).ticket(home="http://127.0.0.1:8002/")


def look(launcher: Launcher, path: str = "/", host: str | None = None) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", launcher.server_address[1], timeout=5)
    connection.request("GET", path, headers={"Host": host} if host else {})
    response = connection.getresponse()
    response.body = response.read()
    connection.close()
    return response


class TestLauncher:
    @pytest.fixture
    def server(self) -> FakeCounter:
        return FakeCounter(GIVEN)

    @pytest.fixture
    def launcher(self, signer, server) -> Iterator[Launcher]:
        counter = Counter(server.url, signer, timeout_s=0.5)
        with running(Launcher(0, device="saignelegier-kiosk", counter=counter)) as launcher:
            yield launcher

    def test_sends_the_browser_to_the_attract_screen(self, launcher, server):
        with running(server):
            response = look(launcher)

        assert response.status == 303
        assert response.headers["Location"] == f"{server.url}/fr/kiosk/?ticket=abc"
        assert response.headers["Cache-Control"] == "no-store"
        assert json.loads(server.asked[0].body)["home"] == launcher.home

    def test_shows_its_own_page_while_the_counter_is_away_and_recovers_by_itself(
        self, launcher, server
    ):
        port = server.server_address[1]
        server.server_close()

        away = look(launcher)
        assert away.status == 503
        assert b'http-equiv="refresh"' in away.body

        again = FakeCounter.__new__(FakeCounter)
        ThreadingHTTPServer.__init__(again, ("127.0.0.1", port), AnswerInTurn)
        again.answers, again.asked = [GIVEN], []
        with running(again):
            assert look(launcher).status == 303

    def test_says_that_it_is_out_of_service_and_why_only_in_the_log(self, launcher, server, capfd):
        server.answers = [(403, {"refusal": "out_of_service"})]
        with running(server):
            response = look(launcher)

        assert response.status == 503
        assert "hors service" in response.body.decode()
        assert "out_of_service" in capfd.readouterr().err

    def test_is_deaf_to_a_page_that_pretends_to_be_it(self, launcher, server):
        with running(server):
            assert look(launcher, host="rebound.example.org").status == 421
        assert not server.asked

    @pytest.mark.parametrize(("path", "status"), [("/alive", 200), ("/else", 404)])
    def test_has_nothing_else(self, launcher, path, status):
        assert look(launcher, path).status == status

    def test_serves_a_second_browser_while_the_first_waits(self, launcher, server):
        with server:  # accepts, never answers
            begun = time.monotonic()
            waiting = threading.Thread(target=look, args=(launcher,))
            waiting.start()
            look(launcher, "/alive")
            assert time.monotonic() - begun < 0.4
            waiting.join()
