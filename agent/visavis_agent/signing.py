"""How a request is signed, so that the counter knows which device sent it, when, and only once."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SCHEME = "visavis-ed25519-1"


@dataclass(frozen=True, slots=True)
class Signer:
    """A device and its key."""

    device: str
    key: Ed25519PrivateKey = field(repr=False)

    def headers(self, *, method: str, path: str, body: bytes, timestamp: int) -> dict[str, str]:
        """Return the headers that make this request the device's, with a fresh nonce.

        Args:
            path: with its query, exactly as it will be sent.
            timestamp: whole seconds since 1970, by the counter's clock as far as it is known.
        """
        nonce = secrets.token_hex(16)
        lines = (
            SCHEME,
            self.device,
            method.upper(),
            path,
            hashlib.sha256(body).hexdigest(),
            str(timestamp),
            nonce,
        )
        signature = self.key.sign("\n".join(lines).encode())
        return {
            "Visavis-Device": self.device,
            "Visavis-Timestamp": str(timestamp),
            "Visavis-Nonce": nonce,
            "Visavis-Signature": base64.b64encode(signature).decode(),
        }
