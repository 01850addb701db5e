"""The fake provider as a process of its own: over HTTP, killed, misbehaving."""

import json
import queue
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest

from visavis.gateways.payment_provider import signatures
from visavis.gateways.payment_provider.client import HttpProvider
from visavis.gateways.payment_provider.errors import (
    Declined,
    DemonstrationOnly,
    Rejected,
    UnknownOrder,
    Unreachable,
)
from visavis.gateways.payment_provider.types import (
    Order,
    RefundReport,
    RefundState,
    Repayment,
    Report,
    State,
)

SECRET = "between the two of us"
SOURCE = str(Path(__file__).resolve().parents[3] / "src")


class Fake:
    """The process, and what a merchant and a payer do with it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = HttpProvider(
            self.url, SECRET, timeout_s=0.8, is_live=False, pause=lambda _s: None
        )
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "visavis.gateways.payment_provider.fake"]
        options = ["--port", str(self.port), "--secret", SECRET, "--state", str(self.state)]
        self.process = subprocess.Popen(
            [*command, *options],
            env={"PYTHONPATH": SOURCE, "VISAVIS_WORLD": "demonstration"},
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        assert b"fake payment provider" in self.process.stdout.readline()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def act(self, report: Report, do: str) -> str:
        """Press a button of the hosted page; return where it leads."""
        opener = urllib.request.build_opener(NoRedirect)
        pressed = urllib.parse.urlencode({"do": do}).encode()
        with pytest.raises(urllib.error.HTTPError) as answer:
            opener.open(report.page_url, pressed, timeout=5)
        assert answer.value.code == 303
        return answer.value.headers["Location"]

    def misbehave(self, **plan: str) -> None:
        request = urllib.request.Request(
            f"{self.url}/v1/faults",
            data=json.dumps(plan).encode(),
            headers={"Authorization": f"Bearer {signatures.api_key(SECRET)}"},
        )
        urllib.request.urlopen(request, timeout=5).close()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    running = Fake(tmp_path_factory.mktemp("provider") / "orders.jsonl")
    yield running
    running.kill()


@pytest.fixture
def fake(process: Fake) -> Fake:
    """The one process of this module, alive and well-behaved; each test has orders of its own."""
    if process.process.poll() is not None:
        process.start()
    process.misbehave(events="on-time", answers="good")
    return process


@pytest.fixture
def events() -> Iterator["queue.Queue[tuple[bytes, str]]"]:
    """A merchant that takes events; `events.address` is where."""
    taken: queue.Queue[tuple[bytes, str]] = queue.Queue()

    class Merchant(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.put((body, self.headers[signatures.HEADER]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Merchant)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    taken.address = f"http://127.0.0.1:{server.server_port}/events"  # type: ignore[attr-defined]
    yield taken
    server.shutdown()
    server.server_close()


@pytest.fixture
def order(events) -> Order:
    return Order(
        key=str(uuid4()),
        number="48291371",
        amount_cents=12_550,
        currency="CHF",
        purpose={"fr": "Permis <de> pêche", "de": "Fischereipatent"},
        return_url="http://127.0.0.1:8000/fr/payments/1/back",
        notify_url=events.address,
        language="fr",
        presentation="kiosk",
    )


def get(url: str) -> tuple[str, dict[str, str]]:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode(), dict(answer.headers)


def test_one_key_is_one_order(fake, order):
    assert len({fake.client.create(order).reference for _ in range(5)}) == 1
    with pytest.raises(Rejected):
        fake.client.create(replace(order, amount_cents=1))


def test_says_that_it_never_heard_of_a_key(fake):
    with pytest.raises(UnknownOrder):
        fake.client.report_on("nobody's")


def test_tells_nothing_without_the_secret(fake, order):
    fake.client.create(order)

    with pytest.raises(Rejected):
        replace(fake.client, secret="guessed").report_on(order.key)


def test_is_not_believed_in_the_live_world(fake, order):
    with pytest.raises(DemonstrationOnly):
        replace(fake.client, is_live=True).create(order)


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        (["twint"], State.PAID),
        (["card"], State.PAID),
        (["fail"], State.FAILED),
        (["fail", "twint"], State.PAID),
        (["cancel"], State.CLOSED),
        (["cancel", "twint"], State.CLOSED),
        (["twint", "fail", "cancel"], State.PAID),
    ],
    ids="-".join,
)
def test_the_page_pays_fails_and_cancels(fake, order, acts, state):
    report = fake.client.create(order)

    for act in acts:
        fake.act(report, act)

    assert fake.client.report_on(order.key).state is state


def test_paying_leads_back_and_failing_stays(fake, order):
    report = fake.client.create(order)

    assert fake.act(report, "fail") in report.page_url
    assert fake.act(report, "twint") == order.return_url


def test_the_page_is_escaped_in_its_language_and_says_that_it_is_a_fake(fake, order):
    report = fake.client.create(order)

    french, headers = get(report.page_url)
    german, _ = get(report.page_url.partition("?")[0] + "?lang=de")

    assert "Permis &lt;de&gt; pêche" in french
    assert "fictif" in french
    assert 'lang="de"' in german
    assert "erfunden" in german
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert f'data-back="{order.return_url}"' in french  # a kiosk's page leaves by itself
    assert "form-action 'self' http://127.0.0.1:8000" in headers["Content-Security-Policy"]


def test_closing_takes_back_the_page_unless_it_is_paid(fake, order):
    report = fake.client.create(order)
    other = fake.client.create(replace(order, key=str(uuid4())))
    fake.act(other, "card")

    assert fake.client.close(order.key).state is State.CLOSED
    assert fake.client.close(other.key).state is State.PAID
    assert "plus valable" in get(report.page_url)[0]


def test_survives_kill_9_with_everything_it_acknowledged(fake, order, events):
    report = fake.client.create(order)
    fake.misbehave(events="late")
    fake.act(report, "twint")

    fake.kill()
    fake.start()

    assert fake.client.report_on(order.key).state is State.PAID
    fake.misbehave(events="on-time")
    assert json.loads(events.get(timeout=5)[0])["state"] == "paid"  # the event was not lost either


def test_signs_its_events(fake, order, events):
    fake.act(fake.client.create(order), "twint")

    body, header = events.get(timeout=5)

    assert signatures.is_signed(body, header=header, secret=SECRET, at=int(time.time()))
    assert json.loads(body)["key"] == order.key


def test_sends_events_twice_when_told(fake, order, events):
    fake.misbehave(events="twice")
    fake.act(fake.client.create(order), "twint")

    assert len({events.get(timeout=5)[0] for _ in range(2)}) == 1


def test_sends_events_in_the_wrong_order_when_told(fake, order, events):
    fake.misbehave(events="reversed")
    report = fake.client.create(order)
    fake.act(report, "fail")
    fake.act(report, "twint")

    assert [json.loads(events.get(timeout=8)[0])["state"] for _ in range(2)] == ["paid", "failed"]


def test_sends_no_events_when_told(fake, order, events):
    fake.misbehave(events="never")
    fake.act(fake.client.create(order), "twint")

    with pytest.raises(queue.Empty):
        events.get(timeout=0.6)


@pytest.mark.parametrize("answers", ["error", "lost", "slow"])
def test_bad_answers_are_no_answers_and_the_same_key_finds_what_was_done(fake, order, answers):
    fake.misbehave(answers=answers)
    client = replace(fake.client, timeout_s=0.2)
    with pytest.raises(Unreachable):
        client.create(order)
    fake.misbehave(answers="good")

    assert fake.client.create(order).state is State.OPEN


def test_nobody_there_is_unreachable(fake, order):
    fake.kill()

    with pytest.raises(Unreachable):
        fake.client.create(order)


@pytest.mark.parametrize(
    ("environment", "options", "says"),
    [
        ({"VISAVIS_WORLD": "live"}, ["--secret", "s"], "never runs in the live world"),
        ({}, [], "VISAVIS_PROVIDER_SECRET"),
    ],
)
def test_refuses_to_start_where_it_must_not(
    environment: dict[str, str], options: list[str], says: str
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "visavis.gateways.payment_provider.fake", *options],
        env={"PYTHONPATH": SOURCE, **environment},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert ended.returncode == 2
    assert says in ended.stderr


def test_stops_when_its_parent_is_gone(tmp_path) -> None:
    command: list[str] = [sys.executable, "-m", "visavis.gateways.payment_provider.fake"]
    process = subprocess.Popen(
        [*command, "--port", "0", "--secret", "s", "--until-stdin-closes"],
        env={"PYTHONPATH": SOURCE},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stdin is not None

    process.stdin.close()

    assert process.wait(10) == 0


@pytest.fixture
def repayment(fake, order) -> Repayment:
    """Of an order that was paid."""
    fake.act(fake.client.create(order), "card")
    return Repayment(
        key=str(uuid4()), order_key=order.key, amount_cents=5_000, currency=order.currency
    )


def decided(fake: Fake, key: str) -> RefundReport:
    """Wait until the provider has decided about a refund."""
    until = time.monotonic() + 60
    while (report := fake.client.report_on_refund(key)).state is RefundState.PENDING:
        assert time.monotonic() < until
        time.sleep(0.05)
    return report


def test_one_key_is_one_refund_and_its_end_is_told(fake, repayment, events):
    assert len({fake.client.refund(repayment).reference for _ in range(5)}) == 1
    with pytest.raises(Rejected):
        fake.client.refund(replace(repayment, amount_cents=1))

    assert decided(fake, repayment.key).state is RefundState.DONE
    heard = {json.loads(events.get(timeout=60)[0])["key"] for _ in range(2)}
    assert heard == {repayment.order_key, repayment.key}


def test_gives_back_no_more_than_was_paid(fake, repayment):
    fake.client.refund(repayment)

    with pytest.raises(Declined):
        fake.client.refund(replace(repayment, key=str(uuid4()), amount_cents=7_551))
    with pytest.raises(Declined):
        fake.client.refund(replace(repayment, key=str(uuid4()), order_key="nobody's"))


def test_a_refund_survives_a_kill_and_fails_when_told_to(fake, repayment):
    fake.misbehave(refunds="wait")
    before = fake.client.refund(repayment)
    fake.kill()
    fake.start()
    assert fake.client.report_on_refund(repayment.key) == before

    fake.misbehave(refunds="fail")

    assert decided(fake, repayment.key).state is RefundState.FAILED
    again = replace(repayment, key=str(uuid4()), amount_cents=12_550)
    fake.misbehave(refunds="wait")
    assert fake.client.refund(again).state is RefundState.PENDING


def test_a_refund_whose_answer_is_lost_is_found_by_its_key(fake, repayment):
    fake.misbehave(refunds="wait", answers="lost")
    with pytest.raises(Unreachable):
        fake.client.refund(repayment)

    fake.misbehave(refunds="wait")

    assert fake.client.report_on_refund(repayment.key).state is RefundState.PENDING


def test_says_that_it_never_heard_of_a_refund(fake):
    with pytest.raises(UnknownOrder):
        fake.client.report_on_refund("nobody's")
