"""Saferpay's calls to us: an address that we signed ourselves, for it signs nothing. Pure."""

import hmac
from hashlib import sha256
from urllib.parse import parse_qs, urlencode

from visavis.gateways.payment_provider.errors import UntrustworthyEvent
from visavis.gateways.payment_provider.types import Event

LONGEST = 500
MINUTE_S = 60


def addresses(notify_url: str, *, key: str, secret: str) -> tuple[str, str]:
    """Return the addresses to call when a page was paid, and when it was not."""
    success, fail = (
        f"{notify_url}?{urlencode({'order': key, 'outcome': outcome, 'proof': proof})}"
        for outcome in ("success", "fail")
        for proof in [_proof(key, outcome, secret)]
    )
    return success, fail


def event_of(query: str, *, secret: str, at: int) -> Event:
    """Read a call by what stands in its address. It makes us ask, at most once a minute.

    Raises:
        UntrustworthyEvent: the address is none that we gave.
    """
    said = {name: values[0] for name, values in parse_qs(query[:LONGEST]).items()}
    key, outcome = said.get("order", ""), said.get("outcome", "")
    expected = _proof(key, outcome, secret)
    if not key or not hmac.compare_digest(expected.encode(), said.get("proof", "").encode()):
        raise UntrustworthyEvent("address")
    return Event(id=f"{key} {outcome} {at // MINUTE_S}", key=key)


def _proof(key: str, outcome: str, secret: str) -> str:
    named = hmac.new(secret.encode(), b"saferpay notices", sha256).digest()
    return hmac.new(named, f"{key} {outcome}".encode(), sha256).hexdigest()[:32]
