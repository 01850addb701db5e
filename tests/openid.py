"""A real OpenID provider on loopback (npm `oidc-provider`), and a browser that walks through it."""

import http.client
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.fixtures import CANTONS
from visavis.gateways.openid import client
from visavis.packs import folder
from visavis.people import provider_loading

FOLDER = Path(__file__).parent / "openid_provider"
AGOV = "urn:qa.agov.ch:names:tc:ac:classes:"
SECRET = "a-secret-for-tests-of-thirty-two-bytes"
ELODIE = {"family_name": "EXEMPLE", "given_name": "Elodie", "birthdate": "1961-04-12"}
MOST_STEPS = 12


@dataclass(slots=True)
class RealProvider:
    """The provider's process, as tests steer it."""

    url: str

    def behaves(self, **control: object) -> None:
        """Say who signs in next, how well known, and what goes wrong; the rest is as it should be."""
        self._exchange("PUT", "/control", json.dumps(control).encode(), {})

    def visit(self, address: str, cookies: SimpleCookie | None = None) -> dict[str, str]:
        """Follow an address as a browser does, until it leads back to us; return what it brings."""
        jar = cookies if cookies is not None else SimpleCookie()
        for _ in range(MOST_STEPS):
            parts = urlsplit(address)
            if parts.netloc == "testserver":
                return dict(parse_qsl(parts.query))
            sent = "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())
            status, headers, body = self._exchange(
                "GET", f"{parts.path}?{parts.query}", b"", {"Cookie": sent} if sent else {}
            )
            for name, value in headers:
                if name.lower() == "set-cookie":
                    jar.load(value)
            location = {name.lower(): value for name, value in headers}.get("location")
            assert location, (status, body[:400])
            address = location if "://" in location else self.url + location
        raise AssertionError("the provider does not come to an end")

    def _exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        connection.request(method, path, body=body or None, headers=headers)
        answer = connection.getresponse()
        read = answer.status, answer.getheaders(), answer.read()
        connection.close()
        return read


def connect(settings: Any, real: RealProvider, *, now: datetime) -> None:
    """Let this instance's providers, those of the Jura, be the real one; forget what was known."""
    settings.OPENID = {"fake_url": real.url, "fake_secret": SECRET, "clients": {}}
    settings.BASE_URL = "http://testserver"
    pack = folder.read(CANTONS / "jura")
    provider_loading.load([item.entry for item in pack.identity], now=now)
    real.behaves(acr=f"{AGOV}300", claims=ELODIE)
    client.forget()


@pytest.fixture(scope="session")
def real_provider() -> Iterator[RealProvider]:
    node = shutil.which("node")
    assert node, "the tests need Node 20 or later"
    assert (FOLDER / "node_modules" / "oidc-provider").exists(), "run tools/openid-provider first"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [node, str(FOLDER / "provider.mjs"), str(port)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline().strip() == "ready"
    yield RealProvider(f"http://127.0.0.1:{port}")
    process.kill()
    process.wait()
