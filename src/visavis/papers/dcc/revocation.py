"""Which certificates no longer count: hashes, in batches, as countries exchanged them.

    {"batches": [{"country": "CH", "kid": "JLxre3vSwyg=", "hashType": "UCI",
                  "entries": [{"hash": "base64 of 16 bytes"}]}]}

A batch speaks for its own country only, and, unless its `kid` is left out or UNKNOWN_KID, for
certificates of that key only. A hash is the first 16 bytes of the SHA-256 over the identifier
(UCI), over the issuer's country and the identifier (COUNTRYCODEUCI), or over the signature
(SIGNATURE; of ES256 only its first half, because anybody can write the second half in two ways).
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from visavis.papers.dcc.envelope import KEY_ID_BYTES, Algorithm, Envelope
from visavis.papers.dcc.trust import ListUnreadable

MAX_LIST_CHARACTERS = 64_000_000
HASH_BYTES = 16
UNKNOWN_KEY = "UNKNOWN_KID"


class HashType(StrEnum):
    """What a hash was made over."""

    UCI = "UCI"
    COUNTRY_AND_UCI = "COUNTRYCODEUCI"
    SIGNATURE = "SIGNATURE"


@dataclass(frozen=True, slots=True)
class Revoked:
    """One hash, and for which certificates it counts."""

    country: str
    key_id: bytes | None  # None: of every key of the country
    hash_type: HashType
    hash: bytes


class _Hash(BaseModel):
    hash: str


class _Batch(BaseModel):
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    key_id: str = Field(UNKNOWN_KEY, alias="kid")
    hash_type: HashType = Field(alias="hashType")
    entries: list[_Hash]


class _List(BaseModel):
    batches: list[_Batch]


def read_list(text: str) -> frozenset[Revoked]:
    """Return what a revocation list names.

    Raises:
        ListUnreadable: not JSON of this form, or a hash or key id of another length.
    """
    if len(text) > MAX_LIST_CHARACTERS:
        raise ListUnreadable("the revocation list is too long")
    try:
        batches = _List.model_validate_json(text).batches
    except ValidationError as fault:
        where = ".".join(str(step) for step in fault.errors()[0]["loc"])
        raise ListUnreadable(f"not a revocation list: {where or 'no JSON object'}") from fault
    return frozenset(one for batch in batches for one in _revoked(batch))


def written_list(identifiers: Iterable[bytes], *, country: str) -> str:
    """Return a revocation list as JSON, the same hashes always as the same text.

    Args:
        identifiers: hashes of type UCI, as `hash_of` makes them.
    """
    entries = [{"hash": base64.b64encode(one).decode()} for one in sorted(set(identifiers))]
    batch = {
        "country": country,
        "kid": UNKNOWN_KEY,
        "hashType": HashType.UCI.value,
        "entries": entries,
    }
    return json.dumps({"batches": [batch] if entries else []}, indent=2) + "\n"


def hash_of(identifier: str) -> bytes:
    """Return the hash of type UCI of a certificate's identifier."""
    return _shortened(identifier.encode())


def hashes(
    envelope: Envelope, *, country: str, issuer: str, identifier: str
) -> Iterable[tuple[HashType, bytes]]:
    """Return each type of hash of a certificate."""
    signature = envelope.signature
    if envelope.algorithm is Algorithm.ES256:
        signature = signature[: len(signature) // 2]
    yield HashType.UCI, hash_of(identifier)
    yield HashType.SIGNATURE, _shortened(signature)
    for code in {country, issuer}:  # almost always the same
        yield HashType.COUNTRY_AND_UCI, _shortened((code + identifier).encode())


def is_revoked(
    envelope: Envelope,
    *,
    country: str,
    issuer: str | None,
    identifier: str,
    revoked: frozenset[Revoked],
) -> bool:
    """Tell whether a list names a certificate, by any of its hashes."""
    found = hashes(envelope, country=country, issuer=issuer or country, identifier=identifier)
    return any(
        Revoked(country, key_id, hash_type, one) in revoked
        for hash_type, one in found
        for key_id in (None, envelope.key_id)
    )


def _revoked(batch: _Batch) -> Iterable[Revoked]:
    is_known = batch.key_id != UNKNOWN_KEY
    key_id = _bytes(batch.key_id, KEY_ID_BYTES) if is_known else None
    for entry in batch.entries:
        yield Revoked(batch.country, key_id, batch.hash_type, _bytes(entry.hash, HASH_BYTES))


def _bytes(text: str, size: int) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError as fault:
        raise ListUnreadable("a hash or a kid is not base64") from fault
    if len(found) != size:
        raise ListUnreadable(f"a hash or a kid is not {size} bytes")
    return found


def _shortened(plain: bytes) -> bytes:
    return hashlib.sha256(plain).digest()[:HASH_BYTES]
