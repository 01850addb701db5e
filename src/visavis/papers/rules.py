"""Decides what a barcode is worth. Pure: no database, clock, network or file."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from visavis.papers import base64url, claims, cose
from visavis.papers.claims import Claims
from visavis.papers.trust import TrustedKey

MAX_CHARACTERS = 4096
TOKEN = re.compile(r"(?:https?://[^\s#]{1,300}#|#)?VV1\.([A-Za-z0-9_-]+)")


NUMBER_DIGITS = 9


class RevokeReason(StrEnum):
    """Why a paper was taken back."""

    HOLDER_ASKED = "holder_asked"
    ISSUED_IN_ERROR = "issued_in_error"
    MISUSED = "misused"
    PAYMENT_REVERSED = "payment_reversed"


class DocumentKind(StrEnum):
    """Which PDF of a paper."""

    PAPER = "paper"
    BOOKLET = "booklet"


class Outcome(StrEnum):
    """What a check found. Only VALID gives a right."""

    VALID = "valid"
    SPECIMEN = "specimen"  # genuine and in time, but made for demonstration or practice
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ALTERED = "altered"  # names a key that we know, but that key did not sign this
    FOREIGN = "foreign"  # signed by a key, or for an issuer, that we do not know
    UNREADABLE = "unreadable"  # not a barcode text of ours at all, or only part of one
    UNKNOWN = "unknown"  # only for a typed number: no such paper, or another year of birth


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, and what the barcode says if its signature is genuine, otherwise nothing."""

    outcome: Outcome
    claims: Claims | None = None
    is_specimen: bool = False  # said by the barcode, or by the key that signed it

    @property
    def is_valid(self) -> bool:
        return self.outcome is Outcome.VALID


def verify(
    text: str, *, keys: Sequence[TrustedKey], now: datetime, revoked: Container[str] = frozenset()
) -> Verdict:
    """Return what the text of a barcode is worth at a moment.

    Args:
        text: the address from the QR code, or what follows its `#`; blanks and line ends inside,
            as they come from copying, do not matter.
        keys: the trust list.
        revoked: the numbers that were taken back.

    Nothing of the text is believed, or shown, before the signature was found genuine.
    """
    envelope = _envelope(text)
    if envelope is None:
        return Verdict(Outcome.UNREADABLE)
    named = [key for key in keys if key.key_id == envelope.key_id]
    if not named:
        return Verdict(Outcome.FOREIGN)
    signers = [key for key in named if envelope.is_signed_by(key.public, key.algorithm)]
    if not signers:
        return Verdict(Outcome.ALTERED)
    try:
        said = claims.read(envelope.payload)
    except claims.NotOurClaims:
        return Verdict(Outcome.UNREADABLE)
    entitled = [
        key for key in signers if key.issuer == said.issuer and key.was_used_at(said.issued_at)
    ]
    if not entitled:
        return Verdict(Outcome.FOREIGN)
    is_specimen = said.is_specimen or all(key.is_specimen for key in entitled)
    outcome = standing(
        said.number in revoked, said.begins_at, said.ends_at, is_specimen=is_specimen, now=now
    )
    return Verdict(outcome, said, is_specimen)


def standing(
    is_revoked: bool, begins_at: datetime, ends_at: datetime, *, is_specimen: bool, now: datetime
) -> Outcome:
    """Return what a genuine paper is worth at a moment; its period is half-open."""
    if is_revoked:
        return Outcome.REVOKED
    if now >= ends_at:
        return Outcome.EXPIRED
    if now < begins_at:
        return Outcome.NOT_YET_VALID
    return Outcome.SPECIMEN if is_specimen else Outcome.VALID


def barcode_text(said: Claims, *, signer: cose.Signer, base_url: str) -> str:
    """Return what the QR code holds: the address of the check, its fragment the signed claims.

    A browser keeps the fragment to itself, so no server log ever learns whose paper is checked.
    """
    token = claims.PAPER_PREFIX + base64url.written(cose.sealed(said.encoded(), signer))
    return f"{base_url.rstrip('/')}/check#{token}"


def _envelope(text: str) -> cose.Envelope | None:
    if len(text) > MAX_CHARACTERS:
        return None
    match = TOKEN.fullmatch("".join(text.split()))
    if match is None:
        return None
    try:
        return cose.opened(base64url.read(match[1]))
    except (base64url.NotBase64url, cose.NotAnEnvelope):
        return None
