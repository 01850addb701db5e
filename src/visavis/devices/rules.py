"""What a device signs, and when the counter believes it. Pure: no database, no clock, no I/O."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SCHEME = "visavis-ed25519-1"  # the first line signed, so that another algorithm can be told apart
CLOCK_TOLERANCE = timedelta(seconds=120)
NONCES_KEPT = timedelta(minutes=10)  # longer than a request can be timely, on both sides

_NONCE = re.compile(r"[0-9a-f]{32}")


class Kind(StrEnum):
    """What sort of thing stands there."""

    KIOSK = "kiosk"
    TABLET = "tablet"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What arrived from somebody who says to be a device; nothing of it is believed yet.

    `path` is the path with its query as sent; `timestamp` counts whole seconds since 1970.
    """

    device: str
    method: str
    path: str
    body: bytes
    timestamp: int
    nonce: str
    signature: str

    @property
    def signed(self) -> bytes:
        """The exact bytes under the signature, one fact a line."""
        lines = (
            SCHEME,
            self.device,
            self.method.upper(),
            self.path,
            hashlib.sha256(self.body).hexdigest(),
            str(self.timestamp),
            self.nonce,
        )
        return "\n".join(lines).encode()


def is_public_key(text: str) -> bool:
    """Tell whether the text is an Ed25519 public key: 32 bytes in base64.

    >>> is_public_key("AAAA")
    False
    """
    return len(_decoded(text)) == 32


def is_nonce(text: str) -> bool:
    """Tell whether the text has the shape of a nonce: 128 bits as lower-case hexadecimal."""
    return _NONCE.fullmatch(text) is not None


def is_signed_by(public_key: str, request: SignedRequest) -> bool:
    """Tell whether the holder of this key signed exactly this request."""
    if not is_public_key(public_key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(_decoded(public_key)).verify(
            _decoded(request.signature), request.signed
        )
    except InvalidSignature:
        return False
    return True


def is_timely(timestamp: int, *, now: datetime) -> bool:
    """Tell whether a request was signed close enough to the counter's clock, ends included."""
    return abs(timestamp - now.timestamp()) <= CLOCK_TOLERANCE.total_seconds()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
