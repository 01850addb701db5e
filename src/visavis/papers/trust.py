"""Which keys count, and which numbers no longer do: two lists that travel as files."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from visavis.papers import base64url, claims, cose

MAX_LIST_CHARACTERS = 1_000_000
MALFORMED = (  # all that a file of another form can make of reading it
    UnsupportedAlgorithm,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)


class ListUnreadable(Exception):
    """The file is not a list of the form that we publish; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key, and for whom and since when its signatures count.

    `until` is when it was last used to sign; papers signed before keep their validity.
    """

    issuer: str
    algorithm: cose.Algorithm
    public: cose.PublicKey
    used_from: datetime
    used_until: datetime | None = None
    is_specimen: bool = False

    @property
    def key_id(self) -> bytes:
        return key_id_of(self.public)

    def was_used_at(self, moment: datetime) -> bool:
        return self.used_from <= moment and (self.used_until is None or moment <= self.used_until)


def key_id_of(public: cose.PublicKey) -> bytes:
    """Return the first 8 bytes of the SHA-256 over the key as DER."""
    return hashlib.sha256(_der(public)).digest()[: cose.KEY_ID_BYTES]


def trust_list(keys: Iterable[TrustedKey]) -> str:
    """Return the keys as the JSON that we publish, the same keys always as the same text."""
    entries = [
        {
            "key_id": key.key_id.hex(),
            "issuer": key.issuer,
            "algorithm": key.algorithm.name,
            "public_key": base64url.written(_der(key.public)),
            "from": key.used_from.isoformat(),
            "until": key.used_until.isoformat() if key.used_until else None,
            "specimen": key.is_specimen,
        }
        for key in sorted(keys, key=_by_age)
    ]
    return json.dumps({"keys": entries}, indent=2, ensure_ascii=False) + "\n"


def _by_age(key: TrustedKey) -> tuple[datetime, bool, bytes]:
    return key.used_from, key.used_until is None, key.key_id


def read_trust_list(text: str) -> tuple[TrustedKey, ...]:
    """Return the keys of a published list.

    Raises:
        ListUnreadable: not JSON of this form, or a key whose id is not that of its bytes.
    """
    if len(text) > MAX_LIST_CHARACTERS:
        raise ListUnreadable("the list of keys is too long")
    try:
        return tuple(_key(entry) for entry in json.loads(text)["keys"])
    except ListUnreadable:
        raise
    except MALFORMED as fault:
        raise ListUnreadable(f"not a list of keys: {type(fault).__name__}") from fault


def _key(entry: Mapping[str, object]) -> TrustedKey:
    algorithm = cose.Algorithm[str(entry["algorithm"])]
    until = entry["until"]
    key = TrustedKey(
        issuer=str(entry["issuer"]),
        algorithm=algorithm,
        public=_public(str(entry["public_key"]), algorithm),
        used_from=_moment(str(entry["from"])),
        used_until=_moment(str(until)) if until else None,
        # Whoever leaves it out has not thought about it: then nothing is more than a specimen.
        is_specimen=entry.get("specimen") is not False,
    )
    if key.key_id.hex() != entry["key_id"]:
        raise ListUnreadable(f"key {entry['key_id']} does not have this id: it was altered")
    return key


def _public(written: str, algorithm: cose.Algorithm) -> cose.PublicKey:
    key = load_der_public_key(base64url.read(written))
    if algorithm is cose.Algorithm.EDDSA and isinstance(key, ed25519.Ed25519PublicKey):
        return key
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if algorithm is cose.Algorithm.ES256 and is_p256:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        return key
    raise ListUnreadable(f"a key that is not for {algorithm.name}")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ListUnreadable(f"a moment without time zone: {text}")
    return moment.astimezone(UTC)


def _der(public: cose.PublicKey) -> bytes:
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True, slots=True)
class RevocationList:
    """The numbers that an issuer took back, as of a moment."""

    issuer: str
    as_of: datetime
    numbers: frozenset[str]


def revocation_list(
    numbers: Iterable[str], *, issuer: str, now: datetime, signer: cose.Signer
) -> str:
    """Return the list as the signed text that we publish."""
    payload = claims.revocation_payload(issuer=issuer, as_of=now, numbers=numbers)
    return claims.REVOCATION_PREFIX + base64url.written(cose.sealed(payload, signer))


def read_revocation_list(text: str, *, keys: Sequence[TrustedKey]) -> RevocationList:
    """Return a published list, its signature checked.

    Raises:
        ListUnreadable: not of this form, or signed by nobody whom the trust list names.
    """
    token = text.strip()
    if len(token) > MAX_LIST_CHARACTERS or not token.startswith(claims.REVOCATION_PREFIX):
        raise ListUnreadable("not a list of revoked papers")
    try:
        envelope = cose.opened(base64url.read(token.removeprefix(claims.REVOCATION_PREFIX)))
        issuer, as_of, numbers = claims.read_revocation_payload(envelope.payload)
    except (base64url.NotBase64url, cose.NotAnEnvelope, claims.NotOurClaims) as fault:
        raise ListUnreadable(f"the list of revoked papers was altered: {fault}") from fault
    signers = [key for key in keys if key.key_id == envelope.key_id and key.issuer == issuer]
    if not any(envelope.is_signed_by(key.public, key.algorithm) for key in signers):
        raise ListUnreadable("the list of revoked papers is not signed by a key of the trust list")
    return RevocationList(issuer, as_of, numbers)
