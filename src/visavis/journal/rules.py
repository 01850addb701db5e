"""How a batch is hashed, a seal signed, and a chain judged. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOCK = 7_201_202_202  # the advisory lock between those who write entries and the sealer
BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class SealFacts:
    """All that a seal says; `previous_hash` ties it to the one before.

    Attributes:
        number: 1 for the first seal, without gaps.
        first_entry: lowest entry id in the batch; ids may have gaps.
        batch_hash: hexadecimal SHA-256 over the entries, see `batch_hash`.
        sealed_at: ISO 8601 in UTC.
    """

    number: int
    first_entry: int
    last_entry: int
    count: int
    batch_hash: str
    previous_hash: str
    sealed_at: str
    key_id: str
    signature: str = ""


def batch_hash(entries: Iterable[Mapping[str, object]]) -> str:
    """Return the hash of entries in the order of their ids, each as canonical JSON on a line."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(
            json.dumps(entry, sort_keys=True, separators=(",", ":"), default=str).encode()
        )
        digest.update(b"\n")
    return digest.hexdigest()


def seal_hash(seal: SealFacts) -> str:
    """Return the hash by which the next seal refers to this one, its signature included."""
    return hashlib.sha256(json.dumps(asdict(seal), sort_keys=True).encode()).hexdigest()


def sign(seal: SealFacts, key: Ed25519PrivateKey) -> str:
    """Return the hexadecimal Ed25519 signature over everything that the seal says."""
    return key.sign(_signed_part(seal)).hex()


def is_signed_by(seal: SealFacts, key: Ed25519PublicKey) -> bool:
    """Tell whether the signature is the key's over just this content."""
    try:
        key.verify(bytes.fromhex(seal.signature), _signed_part(seal))
    except (InvalidSignature, ValueError):
        return False
    return True


def key_id_of(key: Ed25519PublicKey) -> str:
    """Return 16 hexadecimal digits that name a public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _signed_part(seal: SealFacts) -> bytes:
    content = {name: value for name, value in asdict(seal).items() if name != "signature"}
    return b"visavis journal seal\n" + json.dumps(content, sort_keys=True).encode()
