"""Fixtures for whatever needs a device and a visit; a conftest imports the ones it wants."""

import base64
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.people import make_canton
from visavis.devices.models import Device
from visavis.devices.rules import SignedRequest
from visavis.places.models import Organisation, Site
from visavis.visits import operations, upkeep
from visavis.visits.models import Visit

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HOME = "http://127.0.0.1:8002/"


def texts(word: str) -> dict[str, str]:
    return {language: f"{word} ({language})" for language in ("fr", "de", "it", "en")}


@pytest.fixture
def site(db: None) -> Site:
    canton = make_canton(datetime(2026, 1, 1, tzinfo=UTC))
    canton.contact = {"hotline": "+41325550100", "hotline_hours": texts("always")}
    canton.save()
    post = Organisation.objects.create(
        code="post", kind="post", names=texts("Post"), source="assumption"
    )
    week = {
        "valid_from": str(date(2020, 1, 1)),
        "week": {"monday": ["08:00-12:00"]},
        "holidays": "closed",
    }
    return Site.objects.create(
        code="saignelegier",
        organisation=post,
        kind="post",
        names=texts("Saignelégier"),
        commune=6757,
        latitude=47.2,
        longitude=7.0,
        counter=texts("counter 1"),
        weeks=[week],
        source="assumption",
    )


@pytest.fixture
def device(site: Site) -> Device:
    public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    return Device.objects.create(
        code="saignelegier-kiosk",
        site=site,
        kind="kiosk",
        label=texts("Kiosk"),
        public_key=public,
    )


@pytest.fixture
def second_device(site: Site) -> Device:
    return Device.objects.create(
        code="saignelegier-tablet", site=site, kind="tablet", label=texts("Tablet")
    )


@pytest.fixture
def begin(device: Device, now: datetime) -> Callable[..., operations.Opened]:
    """Return a function that begins a visit at the device."""

    def _begin(at: datetime | None = None, *, on: Device | None = None) -> operations.Opened:
        moment = at or now
        ticket = upkeep.issue_ticket(device=on or device, home=HOME, now=moment)
        return operations.open(ticket=ticket, browser="browser", language="fr", now=moment)

    return _begin


@pytest.fixture
def visit(begin: Callable[..., operations.Opened]) -> Visit:
    return begin().visit


def signed(
    *,
    at: datetime,
    body: bytes = b"{}",
    path: str = "/device/tickets",
    device: str = "saignelegier-kiosk",
    key: Ed25519PrivateKey = KEY,
    nonce: str | None = None,
) -> SignedRequest:
    """Return a request as the device signs it."""
    unsigned = SignedRequest(
        device=device,
        method="POST",
        path=path,
        body=body,
        timestamp=int(at.timestamp()),
        nonce=nonce or secrets.token_hex(16),
        signature="",
    )
    return SignedRequest(
        device=unsigned.device,
        method=unsigned.method,
        path=unsigned.path,
        body=unsigned.body,
        timestamp=unsigned.timestamp,
        nonce=unsigned.nonce,
        signature=base64.b64encode(key.sign(unsigned.signed)).decode(),
    )
