"""Decides whether a certificate is valid. Pure: no database, clock, network or file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from visavis.papers.dcc import barcode, claims, envelope, revocation, schema, signatures
from visavis.papers.dcc.claims import Claims
from visavis.papers.dcc.envelope import Envelope
from visavis.papers.dcc.refusals import Refusal, Refused
from visavis.papers.dcc.revocation import Revoked
from visavis.papers.dcc.schema import Certificate, Recovery, Test, Vaccination
from visavis.papers.dcc.trust import Signer

AHEAD = timedelta(hours=14)  # how far the earliest time zone is ahead of UTC


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found; nothing of the certificate is shown unless its signature is genuine.

    Without refusal the certificate is valid. With one, it is shown as far as it could be read.
    """

    refusal: Refusal | None
    detail: str = ""
    signer: Signer | None = None
    claims: Claims | None = None
    certificate: Certificate | None = None

    @property
    def is_valid(self) -> bool:
        return self.refusal is None


def verify(
    text: str,
    *,
    signers: Sequence[Signer],
    now: datetime,
    revoked: frozenset[Revoked] = frozenset(),
) -> Verdict:
    """Return whether the text of a QR code is a valid certificate at a moment, or why not.

    The checks run in the order in which `Refusal` lists them; the first one that fails is the
    answer. Whether a valid certificate opens a door is for a country's rules to say, not for us.
    """
    signer, said, certificate = None, None, None
    try:
        message = envelope.opened(barcode.signed_bytes(text))
        signer = _signer(message, signers)
        said = claims.read(message.payload)
        _check_period(said, signer, now)
        certificate = schema.checked(claims.as_json(said.certificate))
        _check_standing(message, said, certificate, signer, revoked)
        _check_entry(certificate.entry, now)
    except Refused as refused:
        return Verdict(refused.refusal, refused.detail, signer, said, certificate)
    return Verdict(None, "", signer, said, certificate)


def _signer(message: Envelope, signers: Sequence[Signer]) -> Signer:
    """Return who signed. Several signers may have one key id; each of them is tried."""
    named = [one for one in signers if one.key_id == message.key_id]
    if not named:
        raise Refused(Refusal.KEY_UNKNOWN)
    fitting = [one for one in named if one.algorithm is message.algorithm]
    if not fitting:
        raise Refused(Refusal.ALGORITHM_NOT_OF_KEY)
    fitting = [one for one in fitting if signatures.has_length_for(message, one)]
    if not fitting:
        raise Refused(Refusal.SIGNATURE_MALFORMED)
    for one in fitting:
        if signatures.is_genuine(message, one):
            return one
    raise Refused(Refusal.SIGNATURE_WRONG)


def _check_period(said: Claims, signer: Signer, now: datetime) -> None:
    if now < said.begins_at:
        raise Refused(Refusal.NOT_YET_ISSUED)
    if now >= said.ends_at:
        raise Refused(Refusal.EXPIRED)
    if not signer.is_valid_at(now):
        raise Refused(Refusal.SIGNER_OUT_OF_DATE)


def _check_standing(
    message: Envelope,
    said: Claims,
    certificate: Certificate,
    signer: Signer,
    revoked: frozenset[Revoked],
) -> None:
    if certificate.kind not in signer.kinds:
        raise Refused(Refusal.KEY_USAGE)
    if revocation.is_revoked(
        message,
        country=signer.country,
        issuer=said.issuer,
        identifier=certificate.entry.identifier,
        revoked=revoked,
    ):
        raise Refused(Refusal.REVOKED)


def _check_entry(entry: Vaccination | Test | Recovery, now: datetime) -> None:
    if isinstance(entry, Test) and entry.result == schema.DETECTED:
        raise Refused(Refusal.TEST_POSITIVE)
    if _happened_later(entry, now):
        raise Refused(Refusal.EVENT_IN_FUTURE)


def _happened_later(entry: Vaccination | Test | Recovery, now: datetime) -> bool:
    if isinstance(entry, Test):
        return datetime.fromisoformat(entry.sampled_at.upper()) > now
    day = entry.given_on if isinstance(entry, Vaccination) else entry.first_positive_on
    # A day without place: it has begun somewhere on earth, or it lies in the future.
    return datetime.combine(date.fromisoformat(day), time(), UTC) - now > AHEAD
