"""The demonstration's key for recovery certificates, and the switch that keeps it there.

The legal basis ended in 2023: outside the demonstration world nobody issues, whatever else is set.
At the federal service the key lay in a vault behind an interface; so does it here
(`making.Signer`), with a file in the vault's place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.conf import settings

from visavis.papers import key_files
from visavis.papers.dcc import making, trust
from visavis.papers.dcc.schema import Kind

WORLD = "demonstration"
HALF = 32  # bytes of r, and of s
LIFE = timedelta(days=4 * 365)
RENEWED_BEFORE = timedelta(days=2 * 366)  # a signature lives for two years
RECOVERY_USAGE = next(
    x509.ObjectIdentifier(oid) for oid, kind in trust.USAGES.items() if kind is Kind.RECOVERY
)
NAME = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, making.COUNTRY),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "SPECIMEN"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Visavis demonstration, without legal effect"),
    ]
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
        self.folder = folder

    def signer(self, now: datetime) -> SoftwareSigner:
        """Return a key that outlives what it signs now; made if there is none."""
        with key_files.alone(self.folder):
            for certificate in reversed(self.certificates()):
                read = x509.load_der_x509_certificate(certificate)
                begins, ends = read.not_valid_before_utc, read.not_valid_after_utc
                if begins <= now and now + RENEWED_BEFORE <= ends:
                    return SoftwareSigner(self._private(certificate), certificate)
            return self._made(now)

    def certificates(self) -> Sequence[bytes]:
        """Return the certificates (DER) of all keys ever made, the oldest first."""
        found = [file.read_bytes() for file in self.folder.glob("*.der")]
        return sorted(
            found, key=lambda der: x509.load_der_x509_certificate(der).not_valid_before_utc
        )

    def _private(self, certificate: bytes) -> ec.EllipticCurvePrivateKey:
        pem = (self.folder / f"{trust.key_id_of(certificate).hex()}.pem").read_bytes()
        private = load_pem_private_key(pem, password=None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        return private

    def _made(self, now: datetime) -> SoftwareSigner:
        private = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(private, now).public_bytes(Encoding.DER)
        name = trust.key_id_of(certificate).hex()
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        # The key first: a certificate without its key would be taken up and found useless.
        key_files.write(self.folder / f"{name}.pem", pem, mode=0o600)
        key_files.write(self.folder / f"{name}.der", certificate, mode=0o644)
        return SoftwareSigner(private, certificate)


def keys() -> Keys:
    """Return where this instance keeps the demonstration's keys.

    Raises:
        NotIssuedHere: in any world but the demonstration.
    """
    if settings.WORLD != WORLD:
        raise NotIssuedHere
    return Keys(Path(settings.VAR) / "keys" / "dcc")


def _certificate(private: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    begins_at = now.astimezone(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins_at)
        .not_valid_after(begins_at + LIFE)
        .add_extension(x509.ExtendedKeyUsage([RECOVERY_USAGE]), critical=False)
        .sign(private, hashes.SHA256())
    )
