"""How the provider's events are signed, and how both sides derive their keys. Pure."""

import hashlib
import hmac

HEADER = "Provider-Signature"
TOLERANCE_S = 600  # an event is signed when it is sent, so a late one is signed late


def api_key(secret: str) -> str:
    """Return the bearer key of our calls. It cannot be turned into the key of events."""
    return _derived(secret, "api")


def sign(body: bytes, *, secret: str, at: int) -> str:
    """Return the header's value for a body sent at a moment (seconds since 1970).

    >>> sign(b"{}", secret="s", at=5)[:7]
    't=5,v1='
    """
    key = _derived(secret, "events").encode()
    digest = hmac.new(key, str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def is_signed(body: bytes, *, header: str, secret: str, at: int) -> bool:
    """Tell whether the header vouches for exactly this body, signed close to `at`."""
    stamp = header.partition(",")[0].removeprefix("t=")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    signed_at = int(stamp)
    expected = sign(body, secret=secret, at=signed_at)
    return hmac.compare_digest(expected.encode(), header.encode()) and (
        abs(at - signed_at) <= TOLERANCE_S
    )


def _derived(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()
