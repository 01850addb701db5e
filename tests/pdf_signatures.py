"""What poppler's `pdfsig` says of a signed PDF, and signers to try it with."""

import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from visavis.papers.pdf_signing import SIGNS_DOCUMENTS, PrivateKey, SoftwarePdfSigner

FROM = datetime(2020, 1, 1, tzinfo=UTC)
KEYS = {
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
}


def signature_of(pdf: bytes) -> str:
    """Return what pdfsig says, in its own words."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "signed.pdf"
        file.write_bytes(pdf)
        return subprocess.run(
            ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
        ).stdout


def is_signed_whole(pdf: bytes) -> bool:
    """Tell whether pdfsig finds one signature, genuine, over every byte of the file."""
    said = signature_of(pdf)
    return (
        said.count("Signature #") == 1
        and "Signature is Valid" in said
        and "Total document signed" in said
        and "Not total" not in said
    )


def certificate(
    private: PrivateKey,
    *,
    usage: x509.KeyUsage | None = SIGNS_DOCUMENTS,
    public: PrivateKey | None = None,
    life: timedelta = timedelta(days=3650),
) -> x509.Certificate:
    """Return a certificate of a provider; `public` is the key that it names, if another one."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A provider")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key((public or private).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(FROM + life)
    )
    if usage:
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(private, hashes.SHA256())


@cache
def provider(kind: str = "P-256") -> SoftwarePdfSigner:
    """Return a signer with a key of that kind, the same one in each test."""
    private = KEYS[kind]()
    return SoftwarePdfSigner(private, certificate(private).public_bytes(Encoding.DER))


class Provider:
    """A provider as a live instance names one by its dotted path."""

    def sign(self, pdf: bytes, *, now: datetime) -> bytes:
        return provider().sign(pdf, now=now)
