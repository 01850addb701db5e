"""What a barcode says of a paper: as much as a check needs, and not one thing more.

CWT claims (RFC 8392) with private ones below -65536. The holder's name and year of birth let an
inspector compare with a document of identity; address, full birth date and AHV number never go in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import cbor2

from visavis.papers import cbor

ISSUER, EXPIRES, BEGINS, ISSUED, NUMBER = 1, 4, 5, 6, 7
KIND, HOLDER, BORN, SPECIMEN, REVOKED = -65537, -65538, -65539, -65540, -65541
ALL_OF_A_PAPER = {ISSUER, EXPIRES, BEGINS, ISSUED, NUMBER, KIND, HOLDER, BORN, SPECIMEN}
PAPER_PREFIX, REVOCATION_PREFIX = "VV1.", "VVR1."
LONGEST_NAME = 64  # characters in the barcode; the paper itself has the whole name
LATEST = 253_402_300_799  # the last second of the year 9999


class NotOurClaims(Exception):
    """The payload is signed, and yet not of the form that we write."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What the barcode of one paper says; the period is half-open, in whole seconds."""

    issuer: str  # code of the canton
    number: str  # nine digits
    kind: str  # code of the service
    holder: str
    birth_year: int
    issued_at: datetime
    begins_at: datetime
    ends_at: datetime
    is_specimen: bool

    def encoded(self) -> bytes:
        """Return the claims as CBOR, the same claims always as the same bytes."""
        return cbor2.dumps(
            {
                ISSUER: self.issuer,
                EXPIRES: int(self.ends_at.timestamp()),
                BEGINS: int(self.begins_at.timestamp()),
                ISSUED: int(self.issued_at.timestamp()),
                NUMBER: self.number.encode("ascii"),
                KIND: self.kind,
                HOLDER: shortened(self.holder),
                BORN: self.birth_year,
                SPECIMEN: self.is_specimen,
            },
            canonical=True,
        )


def shortened(name: str) -> str:
    """Return a name cut to what the barcode carries, the cut marked.

    >>> shortened("x" * 70) == "x" * 63 + "…"
    True
    """
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def read(payload: bytes) -> Claims:
    """Return the claims that a payload holds.

    Raises:
        NotOurClaims: another set of claims, or one of another type or out of range.
    """
    found = _mapping(payload, ALL_OF_A_PAPER)
    specimen = found[SPECIMEN]
    if not isinstance(specimen, bool):
        raise NotOurClaims("specimen is neither true nor false")
    return Claims(
        issuer=_text(found[ISSUER]),
        number=_number(found[NUMBER]),
        kind=_text(found[KIND]),
        holder=_text(found[HOLDER]),
        birth_year=_whole(found[BORN], up_to=9999),
        issued_at=_moment(found[ISSUED]),
        begins_at=_moment(found[BEGINS]),
        ends_at=_moment(found[EXPIRES]),
        is_specimen=specimen,
    )


def revocation_payload(*, issuer: str, as_of: datetime, numbers: Iterable[str]) -> bytes:
    """Return the payload of a revocation list."""
    listed: list[bytes] = sorted(number.encode("ascii") for number in numbers)
    return cbor2.dumps(
        {ISSUER: issuer, ISSUED: int(as_of.timestamp()), REVOKED: listed}, canonical=True
    )


def read_revocation_payload(payload: bytes) -> tuple[str, datetime, frozenset[str]]:
    """Return issuer, moment and numbers of a revocation list.

    Raises:
        NotOurClaims: of another form, such as a paper's: neither can stand for the other.
    """
    found = _mapping(payload, {ISSUER, ISSUED, REVOKED})
    listed = found[REVOKED]
    if not isinstance(listed, list):
        raise NotOurClaims("no list of numbers")
    return _text(found[ISSUER]), _moment(found[ISSUED]), frozenset(_number(item) for item in listed)


def _mapping(payload: bytes, keys: set[int]) -> dict[int | str, cbor.Read]:
    try:
        found = cbor.read(payload)
    except cbor.NotCanonical as fault:
        raise NotOurClaims(str(fault)) from fault
    if not isinstance(found, dict) or set(found) != keys:
        raise NotOurClaims("not the claims that we write")
    return found


def _text(value: cbor.Read) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 100:
        raise NotOurClaims("no text where one belongs")
    return value


def _number(value: cbor.Read) -> str:
    if not isinstance(value, bytes) or not (value.isdigit() and len(value) <= 18):
        raise NotOurClaims("no number where one belongs")
    return value.decode("ascii")


def _whole(value: cbor.Read, *, up_to: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= up_to:
        raise NotOurClaims("no whole number where one belongs")
    return value


def _moment(value: cbor.Read) -> datetime:
    return datetime.fromtimestamp(_whole(value, up_to=LATEST), tz=UTC)
