"""The demonstration's key for recovery certificates, and the switch that keeps it there.

The legal basis ended in 2023: outside the demonstration world nobody issues, whatever else is set.
At the federal service the key lay in a vault behind an interface; so does it here
(`making.Signer`), with a file in the vault's place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings

from visavis.papers.certified_keys import CertifiedKeys, Purpose, specimen_name
from visavis.papers.dcc import making, trust
from visavis.papers.dcc.schema import Kind

WORLD = "demonstration"
HALF = 32  # bytes of r, and of s
RECOVERY_USAGE = next(
    x509.ObjectIdentifier(oid) for oid, kind in trust.USAGES.items() if kind is Kind.RECOVERY
)
PURPOSE = Purpose(
    name=specimen_name(
        "SPECIMEN", "Visavis demonstration, without legal effect", country=making.COUNTRY
    ),
    usages=[(x509.ExtendedKeyUsage([RECOVERY_USAGE]), False)],
    life=timedelta(days=4 * 365),
    renewed_before=timedelta(days=2 * 366),  # a signature lives for two years
)


class NotIssuedHere(Exception):
    """This instance's world issues no recovery certificates."""

    def __init__(self) -> None:
        super().__init__(
            "Recovery certificates are issued in the demonstration world only: their legal basis"
            " ended on 31 August 2023."
        )


@dataclass(frozen=True, slots=True)
class SoftwareSigner:
    """A private key in the memory of this process: good enough to show, not to rely on."""

    private: ec.EllipticCurvePrivateKey
    certificate: bytes

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")


class Keys:
    """Private keys as files that only their owner can read, each beside its certificate."""

    def __init__(self, folder: Path) -> None:
        self.kept = CertifiedKeys(folder, PURPOSE)

    def signer(self, now: datetime) -> SoftwareSigner:
        """Return a key that outlives what it signs now; made if there is none."""
        key = self.kept.current(now)
        return SoftwareSigner(key.private, key.certificate)

    def certificates(self) -> Sequence[bytes]:
        """Return the certificates (DER) of all keys ever made, the oldest first."""
        return self.kept.certificates()


def keys() -> Keys:
    """Return where this instance keeps the demonstration's keys.

    Raises:
        NotIssuedHere: in any world but the demonstration.
    """
    if settings.WORLD != WORLD:
        raise NotIssuedHere
    return Keys(Path(settings.VAR) / "keys" / "dcc")
