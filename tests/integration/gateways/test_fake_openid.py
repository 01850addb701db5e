"""The fake identity providers as a process of their own: the pack's, well-behaved and not."""

import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from visavis.gateways.openid import client as openid
from visavis.gateways.openid import errors
from visavis.gateways.openid.types import Asked, Authentication, Client, Source

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [
    sys.executable,
    "-m",
    "visavis.gateways.openid.fake",
    "--secret",
    "shared between us two, for tests",
]
BACK = "http://127.0.0.1/identity/back"
ASKED = Asked("s" * 32, "n" * 32, "v" * 43, ("qor2",), 300, "de")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


class Fake:
    """The process, and a browser that picks somebody on its page."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [*COMMAND, "--port", str(port), "--pack", str(ROOT / "cantons/jura")],
            env={"PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout
        assert b"fake identity providers" in self.process.stdout.readline()

    def client(self, code: str = "swissid", *, is_live: bool = False) -> Client:
        source = Source.USERINFO if code == "swissid" else Source.ID_TOKEN
        way = Authentication.POST if code == "swissid" else Authentication.BASIC
        return Client(
            f"{self.url}/{code}", "visavis", COMMAND[-1], BACK, ("openid",), way, source, is_live
        )

    def picks(self, client: Client, **chosen: str) -> dict[str, str]:
        """Fill in the page that the address shows, and return what the browser is sent back with."""
        address = openid.authorization_url(client, ASKED)
        with urllib.request.urlopen(address) as answer:
            page = answer.read().decode()
        assert 'lang="de"' in page
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
        form = {name: unescape(value) for name, value in hidden}
        form |= {"do": "go", "person": "elodie", "acr": "qor2", "fault": "", **chosen}
        opener = urllib.request.build_opener(_Stay)
        with pytest.raises(urllib.error.HTTPError) as answered:
            opener.open(address.partition("?")[0], urlencode(form).encode())
        return dict(parse_qsl(urlsplit(answered.value.headers["Location"]).query))


@pytest.fixture(scope="module")
def fake() -> Iterator[Fake]:
    running = Fake()
    yield running
    running.process.terminate()
    running.process.wait()


@pytest.fixture(autouse=True)
def _forget():
    openid.forget()
    yield
    openid.forget()


def identified(fake: Fake, client: Client, **chosen: str):
    said = fake.picks(client, **chosen)
    openid.check_sender(client, issuer=said["iss"])
    return openid.identify(client, ASKED, code=said["code"], now=datetime.now(UTC))


@pytest.mark.parametrize("code", ["swissid", "agov"])
def test_vouches_for_an_invented_person(fake, code):
    person = identified(fake, fake.client(code))

    assert (person.subject, person.acr) == (f"{code}-elodie", "qor2")
    assert person.claims["birthdate"] == "1984-04-12"


def test_vouches_for_whoever_is_typed(fake):
    person = identified(
        fake, fake.client(), person="someone", given_name="Ada", family_name="Test", born="1970-01-02"
    )  # fmt: skip

    assert (person.claims["family_name"], person.claims["birthdate"]) == ("Test", "1970-01-02")


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ("wrong-nonce", errors.WrongNonce),
        ("wrong-issuer", errors.WrongIssuer),
        ("wrong-audience", errors.WrongAudience),
        ("expired", errors.Expired),
        ("unknown-key", errors.UnknownKey),
        ("shared-secret", errors.WrongAlgorithm),
        ("other-person", errors.OtherPerson),
    ],
)
def test_misbehaves_on_request(fake, fault, refusal):
    with pytest.raises(refusal):
        identified(fake, fake.client(), fault=fault)


def test_leaves_the_level_out_on_request(fake):
    assert identified(fake, fake.client(), fault="no-acr").acr is None


def test_takes_a_code_once(fake):
    client = fake.client()
    said = fake.picks(client)
    openid.identify(client, ASKED, code=said["code"], now=datetime.now(UTC))

    with pytest.raises(errors.CodeRefused):
        openid.identify(client, ASKED, code=said["code"], now=datetime.now(UTC))


def test_says_that_somebody_gave_up(fake):
    assert fake.picks(fake.client(), do="cancel")["error"] == "access_denied"


def test_never_runs_in_live():
    done = subprocess.run(
        [*COMMAND, "--pack", str(ROOT / "cantons/jura")],
        env={"PYTHONPATH": str(ROOT / "src"), "VISAVIS_WORLD": "live"},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 2
    assert "never run in the live world" in done.stderr
