"""Software keys for demonstrations, each beside a certificate that it has signed itself."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from visavis.papers import key_files

NAME_BYTES = 8


class NotItsKey(Exception):
    """The key beside a certificate is another one than the certificate names."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file.name} is not the key of its certificate. Put both back from the backup."
        )


@dataclass(frozen=True, slots=True)
class CertifiedKey:
    """A private key on P-256 and its certificate (X.509, DER)."""

    private: ec.EllipticCurvePrivateKey
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the certificates of a folder say, and how long they are used."""

    name: x509.Name
    usages: Sequence[tuple[x509.ExtensionType, bool]]  # and whether each is critical
    life: timedelta
    renewed_before: timedelta  # of the end


class CertifiedKeys:
    """Private keys as files that only their owner can read, each beside its certificate."""

    def __init__(self, folder: Path, purpose: Purpose) -> None:
        self.folder = folder
        self.purpose = purpose

    def current(self, now: datetime) -> CertifiedKey:
        """Return a key that outlives what it signs now; made if there is none.

        Raises:
            KeyFileOpen: others may read the key.
            NotItsKey: the certificate is another key's.
        """
        with key_files.alone(self.folder):
            for certificate in reversed(self.certificates()):
                read = x509.load_der_x509_certificate(certificate)
                begins, ends = read.not_valid_before_utc, read.not_valid_after_utc
                if begins <= now and now + self.purpose.renewed_before <= ends:
                    return self._kept(certificate)
            return self._made(now)

    def certificates(self) -> Sequence[bytes]:
        """Return the certificates (DER) of all keys ever made, the oldest first."""
        found = [file.read_bytes() for file in self.folder.glob("*.der")]
        return sorted(
            found, key=lambda der: x509.load_der_x509_certificate(der).not_valid_before_utc
        )

    def _kept(self, certificate: bytes) -> CertifiedKey:
        file = self.folder / f"{_name_of(certificate)}.pem"
        private = load_pem_private_key(key_files.read_private(file), password=None)
        named = x509.load_der_x509_certificate(certificate).public_key()
        if not isinstance(private, ec.EllipticCurvePrivateKey) or private.public_key() != named:
            raise NotItsKey(file)
        return CertifiedKey(private, certificate)

    def _made(self, now: datetime) -> CertifiedKey:
        private = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certificate(private, now).public_bytes(Encoding.DER)
        name = _name_of(certificate)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        # The key first: a certificate without its key would be taken up and found useless.
        key_files.write(self.folder / f"{name}.pem", pem, mode=0o600)
        key_files.write(self.folder / f"{name}.der", certificate, mode=0o644)
        return CertifiedKey(private, certificate)

    def _certificate(self, private: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
        begins_at = now.astimezone(UTC).replace(microsecond=0)
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.purpose.name)
            .issuer_name(self.purpose.name)
            .public_key(private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins_at)
            .not_valid_after(begins_at + self.purpose.life)
        )
        for usage, is_critical in self.purpose.usages:
            builder = builder.add_extension(usage, critical=is_critical)
        return builder.sign(private, hashes.SHA256())


def specimen_name(organisation: str, common_name: str, *, country: str = "CH") -> x509.Name:
    """Return a name for a certificate's holder that nobody takes for a real one."""
    return x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name),
        ]
    )


def _name_of(certificate: bytes) -> str:
    return hashlib.sha256(certificate).digest()[:NAME_BYTES].hex()
