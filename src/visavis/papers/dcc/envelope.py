"""The signed message: who claims to have signed, by which algorithm, and over which bytes.

COSE_Sign1 (RFC 9052, section 4.2), bare or with its tag, and also inside the tag of CWT. Algorithm
and key id count from the protected header; what stands only in the unprotected one is taken from
there, as the test data of the EU demand. That is safe: whatever the header says, a key is used for
its own algorithm only, and a wrong key id leads to a key that did not sign.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import cbor2

from visavis.papers.dcc import cbor
from visavis.papers.dcc.refusals import Refusal, Refused

CWT_TAG, SIGN1_TAG = 61, 18
ALGORITHM, CRITICAL, KEY_ID = 1, 2, 4  # labels of the header
KEY_ID_BYTES = 8

Header: TypeAlias = dict[int | str, cbor.Read]


class Algorithm(IntEnum):
    """How a signature is made (COSE algorithm numbers)."""

    ES256 = -7
    PS256 = -37


@dataclass(frozen=True, slots=True)
class Envelope:
    """An opened message; nothing in it is true before a signer's key has said so."""

    algorithm: Algorithm
    key_id: bytes
    payload: bytes
    signature: bytes
    signed: bytes  # what the signature is over


def opened(message: bytes) -> Envelope:
    """Return what a message holds, its form checked and its signature not yet.

    Raises:
        Refused: the codes of `cbor.read`; not_signed, header_malformed, header_critical,
            algorithm_missing, algorithm_unsupported, key_id_missing, key_id_malformed.
    """
    match _untagged(cbor.read(message)):
        case [bytes(encoded), dict() as rest, bytes(payload), bytes(signature)]:
            protected = _protected(encoded)
        case _:
            raise Refused(Refusal.NOT_SIGNED)
    if CRITICAL in protected or CRITICAL in rest:
        raise Refused(Refusal.HEADER_CRITICAL)
    return Envelope(
        algorithm=_algorithm(protected.get(ALGORITHM, rest.get(ALGORITHM))),
        key_id=_key_id(protected.get(KEY_ID, rest.get(KEY_ID))),
        payload=payload,
        signature=signature,
        signed=to_be_signed(encoded if protected else b"", payload),
    )


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Return the bytes that a signature is made over."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def _untagged(value: cbor.Read) -> cbor.Read:
    if isinstance(value, cbor.Tagged) and value[0] == CWT_TAG:
        value = value[1]
        if not isinstance(value, cbor.Tagged):  # RFC 8392, section 6: the inner tag is a must
            raise Refused(Refusal.NOT_SIGNED)
    if isinstance(value, cbor.Tagged):
        if value[0] != SIGN1_TAG:
            raise Refused(Refusal.NOT_SIGNED)
        return value[1]
    return value


def _protected(encoded: bytes) -> Header:
    if not encoded:
        return {}
    header = cbor.read(encoded)
    if not isinstance(header, dict):
        raise Refused(Refusal.HEADER_MALFORMED)
    return header


def _algorithm(value: cbor.Read) -> Algorithm:
    if value is None:
        raise Refused(Refusal.ALGORITHM_MISSING)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Refused(Refusal.HEADER_MALFORMED, "the algorithm is neither number nor text")
    if value not in tuple(Algorithm):
        raise Refused(Refusal.ALGORITHM_UNSUPPORTED)
    return Algorithm(int(value))


def _key_id(value: cbor.Read) -> bytes:
    if value is None:
        raise Refused(Refusal.KEY_ID_MISSING)
    if not isinstance(value, bytes):
        raise Refused(Refusal.HEADER_MALFORMED, "the key id is not bytes")
    if len(value) != KEY_ID_BYTES:
        raise Refused(Refusal.KEY_ID_MALFORMED)
    return value
