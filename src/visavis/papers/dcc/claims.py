"""What a signed payload claims: who issued, from when until when, and the certificate itself.

CWT (RFC 8392) with the claim -260, which holds health certificates by their kind; kind 1 is the
EU's.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from visavis.papers.dcc import cbor
from visavis.papers.dcc.refusals import Refusal, Refused

ISSUER, EXPIRES, BEGINS, ISSUED, HEALTH = 1, 4, 5, 6, -260
EU_CERTIFICATE = 1
LATEST = 253_402_300_799  # the last second of the year 9999
TEXT_TAGS = (0, 1004)  # a date, written as text: some countries write such

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Claims:
    """What the issuer says; the period is half-open."""

    issuer: str | None
    begins_at: datetime
    ends_at: datetime
    certificate: cbor.Read


def read(payload: bytes) -> Claims:
    """Return the claims of a payload.

    Raises:
        Refused: the codes of `cbor.read`; claims_malformed.
    """
    found = cbor.read(payload)
    if not isinstance(found, dict):
        raise Refused(Refusal.CLAIMS_MALFORMED, "no claims")
    issuer = found.get(ISSUER)
    if not isinstance(issuer, str | None):
        raise Refused(Refusal.CLAIMS_MALFORMED, "the issuer is no text")
    issued_at = _moment(found.get(ISSUED), "the date of issue")
    begins_at = _moment(found[BEGINS], "the beginning") if BEGINS in found else issued_at
    return Claims(
        issuer=issuer,
        begins_at=max(issued_at, begins_at),
        ends_at=_moment(found.get(EXPIRES), "the expiry"),
        certificate=_certificate(found.get(HEALTH)),
    )


def as_json(value: cbor.Read) -> dict[str, Json]:
    """Return a certificate in the form that the schema is about.

    Raises:
        Refused: no_certificate, schema.
    """
    if not isinstance(value, dict):
        raise Refused(Refusal.NO_CERTIFICATE)
    return _object(value)


def _certificate(value: cbor.Read) -> cbor.Read:
    return value.get(EU_CERTIFICATE) if isinstance(value, dict) else None


def _moment(value: cbor.Read, what: str) -> datetime:
    # Some countries write fractions of seconds, which RFC 8392 allows.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(Refusal.CLAIMS_MALFORMED, f"{what} is no number")
    if not 0 <= value <= LATEST:  # what is no number (NaN) is in no range
        raise Refused(Refusal.CLAIMS_MALFORMED, f"{what} is out of range")
    return datetime.fromtimestamp(value, tz=UTC)


def _object(value: dict[int | str, cbor.Read]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise Refused(Refusal.SCHEMA, "a key is no text")
        found[key] = _plain(item)
    return found


def _plain(value: cbor.Read) -> Json:
    if isinstance(value, cbor.Tagged):
        tag, inner = value
        if tag in TEXT_TAGS and isinstance(inner, str):
            return inner
        raise Refused(Refusal.SCHEMA, "a tag stands where a plain value belongs")
    if isinstance(value, bytes):
        raise Refused(Refusal.SCHEMA, "bytes stand where text belongs")
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return _object(value) if isinstance(value, dict) else value
