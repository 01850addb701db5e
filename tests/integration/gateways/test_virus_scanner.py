"""The virus scanner: a real daemon, daemons that misbehave, and the fake."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests import scanner, sending
from visavis.config import doctor, instance
from visavis.gateways.virus_scanner import errors, fake, routes
from visavis.gateways.virus_scanner.client import Clamd
from visavis.gateways.virus_scanner.types import Verdict


@pytest.fixture(params=["tcp", "unix"])
def real(request, clamd) -> Clamd:
    return Clamd(getattr(clamd, request.param))


class TestRealDaemon:
    def test_takes_a_clean_file_for_clean(self, real):
        assert real.scan(sending.pdf()) == Verdict()

    def test_finds_what_has_our_signature(self, real):
        verdict = real.scan(b"before " + scanner.VIRUS + b" after")

        assert verdict == Verdict(scanner.NAME)
        assert not verdict.is_clean

    def test_finds_it_in_what_takes_many_pieces(self, real):
        assert real.scan(bytes(3_000_000) + scanner.VIRUS).found == scanner.NAME

    def test_takes_an_empty_file_for_clean(self, real):
        assert real.scan(b"").is_clean

    def test_says_when_a_file_is_larger_than_it_takes(self, real):
        with pytest.raises(errors.TooLargeToScan):
            real.scan(bytes(scanner.MOST + 1))

    def test_says_what_it_knows(self, real):
        known = real.signatures()

        assert known.version.startswith("ClamAV")
        assert known.made_at is None

    def test_answers_several_at_once(self, real):
        verdicts: list[str] = []
        sent = [b"x" * 100_000, scanner.VIRUS] * 4
        threads = [
            threading.Thread(
                target=lambda content=content: verdicts.append(real.scan(content).found)
            )
            for content in sent
        ]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(verdicts) == [""] * 4 + [scanner.NAME] * 4


@contextmanager
def daemon(answer: Callable[[socketserver.StreamRequestHandler], object]) -> Iterator[str]:
    """Listen as a scanner would, and do this with whoever calls."""

    class Call(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            answer(self)

    class Listening(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request, client_address) -> None:
            """Pass over callers who have gone."""

    with Listening(("127.0.0.1", 0), Call) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def saying(words: bytes) -> Callable[[socketserver.StreamRequestHandler], object]:
    """Return a daemon that hears the whole question and says this."""

    def answer(call):
        heard = b""
        while not heard.endswith((b"\0\0\0\0", b"zPING\0", b"zVERSION\0")):
            heard += call.rfile.read(1)
        call.wfile.write(words)

    return answer


class TestMisbehaving:
    @pytest.mark.parametrize(
        ("words", "error"),
        [
            pytest.param(b"", errors.Unreachable, id="says nothing"),
            pytest.param(b"OK\0", errors.Garbled, id="half a verdict"),
            pytest.param(b"stream: OK, or not\0", errors.Garbled, id="more than a verdict"),
            pytest.param(b"stream:  FOUND\0", errors.Garbled, id="finds nothing"),
            pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", errors.Garbled, id="another kind of server"),
            pytest.param(b"x" * 10_000, errors.Garbled, id="does not stop"),
            pytest.param(b"\xff\xfe\0", errors.Garbled, id="no words"),
            pytest.param(b"stream: Can't open file ERROR\0", errors.NotScanned, id="could not"),
            pytest.param(
                b"INSTREAM size limit exceeded. ERROR\0", errors.TooLargeToScan, id="too large"
            ),
        ],
    )
    def test_gives_no_verdict(self, words, error):
        with daemon(saying(words)) as address, pytest.raises(error):
            Clamd(address, patience_s=60).scan(b"a file")

    def test_that_never_answers_is_unreachable(self):
        forever = threading.Event()
        with daemon(lambda _: forever.wait()) as address, pytest.raises(errors.Unreachable):
            Clamd(address, patience_s=0.2).scan(b"a file")
        forever.set()

    def test_that_answers_drop_by_drop_is_unreachable(self):
        stop = threading.Event()

        def drip(call):
            while not stop.wait(0.05):
                call.wfile.write(b"s")

        with daemon(drip) as address, pytest.raises(errors.Unreachable):
            Clamd(address, patience_s=0.5).scan(b"a file")
        stop.set()

    def test_that_is_not_there_is_unreachable(self, tmp_path):
        for address in (f"127.0.0.1:{scanner._free_port()}", f"unix:{tmp_path}/none"):
            with pytest.raises(errors.Unreachable):
                Clamd(address, patience_s=5).ping()


class TestSignatures:
    @pytest.mark.parametrize(
        ("words", "day"),
        [
            (b"ClamAV 1.4.3/27512/Mon Jan  6 10:35:47 2025\0", "2025-01-06"),
            (b"ClamAV 1.4.3\0", None),
            (b"ClamAV 1.4.3/27512/some day\0", None),
        ],
    )
    def test_have_a_day(self, words, day):
        with daemon(saying(words)) as address:
            known = Clamd(address).signatures()

        assert (known.made_at.date().isoformat() if known.made_at else None) == day


class TestFake:
    def test_finds_the_file_that_all_scanners_know(self):
        assert fake.Fake().scan(b"-" + fake.EICAR + b"-").found == "Eicar-Test-Signature"

    def test_finds_its_own_word_and_takes_everything_else_for_clean(self):
        assert not fake.Fake().scan(fake.MARKER).is_clean
        assert fake.Fake().scan(b"anything else").is_clean

    @pytest.mark.parametrize(
        ("word", "error"),
        [
            (b"VISAVIS-SCANNER-DOWN", errors.Unreachable),
            (b"VISAVIS-SCANNER-GARBLED", errors.Garbled),
            (b"VISAVIS-SCANNER-LIMIT", errors.TooLargeToScan),
        ],
    )
    def test_misbehaves_on_request(self, word, error):
        with pytest.raises(error):
            fake.Fake().scan(word)

    def test_is_slow_on_request_and_answers_all_the_same(self):
        assert fake.Fake(slow_s=0).scan(b"VISAVIS-SCANNER-SLOW").is_clean


class TestRoutes:
    def test_ask_the_fake_outside_live(self, settings):
        settings.VIRUS_SCANNER = ""

        assert routes.is_configured()
        assert isinstance(routes.scanner(), fake.Fake)

    def test_ask_nobody_in_live_without_a_scanner(self, settings):
        settings.WORLD, settings.VIRUS_SCANNER = "live", ""

        assert not routes.is_configured()
        with pytest.raises(errors.NotConfigured):
            routes.scanner()

    def test_ask_the_daemon_that_is_set(self, settings):
        settings.WORLD, settings.VIRUS_SCANNER = "live", "unix:/run/clamd"

        assert routes.scanner() == Clamd("unix:/run/clamd")


class TestSetting:
    @pytest.mark.parametrize("said", ["clamd", "clamd:", ":3310", "host:99999", "unix:", "unix:x"])
    def test_that_names_no_daemon_stops_the_start(self, said, monkeypatch):
        monkeypatch.setenv("VISAVIS_VIRUS_SCANNER", said)

        with pytest.raises(instance.Misconfigured, match="VISAVIS_VIRUS_SCANNER"):
            instance.from_environment()

    @pytest.mark.parametrize("said", ["", "clamd:3310", "[::1]:3310", "unix:/run/clamd.ctl"])
    def test_may_be(self, said, monkeypatch):
        monkeypatch.setenv("VISAVIS_VIRUS_SCANNER", said)

        assert instance.from_environment().virus_scanner == said


class TestDoctor:
    def findings(self, **how: str) -> dict[str, str]:
        asked = replace(instance.from_environment(), **how)
        return {finding.name: finding.advice for finding in doctor._scanner(asked)}

    def test_finds_a_real_daemon_without_signatures_of_clamav(self, clamd):
        found = self.findings(virus_scanner=clamd.unix)

        assert found["virus scanner answers"] == ""
        assert "freshclam" in found["virus signatures: its own only"]

    def test_finds_one_that_does_not_answer(self, tmp_path):
        found = self.findings(virus_scanner=f"unix:{tmp_path}/none")

        assert "start clamd" in found["virus scanner"]

    def test_misses_one_in_live_only(self):
        assert (
            "VISAVIS_VIRUS_SCANNER"
            in self.findings(virus_scanner="", world="live")["virus scanner"]
        )
        assert self.findings(virus_scanner="")["virus scanner"] == ""
