"""A signed envelope: who signed with which key, the payload, the signature.

COSE_Sign1 (RFC 9052, section 4.2) with tag 18, algorithm and key id in the protected header only,
nothing in the unprotected one. Algorithms: EdDSA with Ed25519, and ES256 for key stores that know
no other. Anything else is not ours.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from visavis.papers import cbor

SIGN1_TAG = 18
ALGORITHM, KEY_ID = 1, 4  # labels of the header
SIGNATURE_BYTES = 64  # of both algorithms
KEY_ID_BYTES = 8
MAX_BYTES = 64 * 1024  # a long revocation list; barcodes have their own, smaller limit

PublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey


class Algorithm(IntEnum):
    """How a signature is made (COSE algorithm numbers)."""

    EDDSA = -8
    ES256 = -7


class Signer(Protocol):
    """Whatever holds a private key: a file for demonstrations, a provider's vault in earnest."""

    @property
    def algorithm(self) -> Algorithm: ...

    @property
    def key_id(self) -> bytes:
        """8 bytes that name the key."""

    def sign(self, message: bytes) -> bytes:
        """Return 64 bytes: EdDSA's signature, or r and s of ES256 side by side."""


class NotAnEnvelope(Exception):
    """These bytes are no signed envelope of the one form that we write."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An opened envelope; nothing in it is true before `is_signed_by` says so."""

    algorithm: int
    key_id: bytes
    payload: bytes
    signature: bytes
    signed: bytes  # what the signature is over

    def is_signed_by(self, key: PublicKey, algorithm: Algorithm) -> bool:
        """Tell whether this key made the signature, by the algorithm that the key is for."""
        if self.algorithm != algorithm:
            return False
        try:
            if isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(self.signature, self.signed)
            else:
                r, s = (int.from_bytes(half, "big") for half in _halves(self.signature))
                key.verify(encode_dss_signature(r, s), self.signed, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


def sealed(payload: bytes, signer: Signer) -> bytes:
    """Return the payload in an envelope signed by the signer."""
    header = cbor2.dumps({ALGORITHM: int(signer.algorithm), KEY_ID: signer.key_id}, canonical=True)
    signature = signer.sign(_to_be_signed(header, payload))
    return cbor2.dumps(cbor2.CBORTag(SIGN1_TAG, [header, {}, payload, signature]), canonical=True)


def opened(message: bytes) -> Envelope:
    """Return what an envelope holds, its form checked and its signature not yet.

    Raises:
        NotAnEnvelope: anything but the one form that `sealed` writes.
    """
    if len(message) > MAX_BYTES:
        raise NotAnEnvelope("too long")
    try:
        match cbor.read(message):
            case cbor.Tagged((18, [bytes(header), {**rest}, bytes(payload), bytes(signature)])):
                protected = cbor.read(header)
            case _:
                raise NotAnEnvelope("not COSE_Sign1 with its tag")
    except cbor.NotCanonical as fault:
        raise NotAnEnvelope(str(fault)) from fault
    if rest:
        raise NotAnEnvelope("something stands outside the protection of the signature")
    if not isinstance(protected, dict) or set(protected) != {ALGORITHM, KEY_ID}:
        raise NotAnEnvelope("a header without exactly algorithm and key id")
    algorithm, key_id = protected[ALGORITHM], protected[KEY_ID]
    if isinstance(algorithm, bool) or not isinstance(algorithm, int):
        raise NotAnEnvelope("an algorithm that is no number")
    if not isinstance(key_id, bytes) or len(key_id) != KEY_ID_BYTES:
        raise NotAnEnvelope("a key id that is not 8 bytes")
    if len(signature) != SIGNATURE_BYTES:
        raise NotAnEnvelope("a signature that is not 64 bytes")
    return Envelope(algorithm, key_id, payload, signature, _to_be_signed(header, payload))


def _to_be_signed(header: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", header, b"", payload], canonical=True)


def _halves(signature: bytes) -> tuple[bytes, bytes]:
    return signature[: SIGNATURE_BYTES // 2], signature[SIGNATURE_BYTES // 2 :]
