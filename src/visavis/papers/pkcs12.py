"""Signs PDFs with a key and certificate that a provider handed over as a file (PKCS#12).

Good enough where a canton's own rules allow a key in a file; the law's qualified seal lies in a
vault, for which `pdf_signing.PdfSigner` is the interface.
"""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.conf import settings

from visavis.papers import key_files
from visavis.papers.pdf_signing import SoftwarePdfSigner
from visavis.papers.signing import NoSigner


class Pkcs12Signer:
    """The key of the file that VISAVIS_PDF_KEY names."""

    def __init__(self) -> None:
        self.signer = opened(Path(settings.PDF_KEY), settings.PDF_PASSPHRASE)
        self.certificate = x509.load_der_x509_certificate(self.signer.certificate)

    @property
    def ends_at(self) -> datetime:
        return self.certificate.not_valid_after_utc

    def sign(self, pdf: bytes, *, now: datetime) -> bytes:
        """Return the PDF, signed.

        Raises:
            NoSigner: the certificate is not valid yet, or no longer.
        """
        if not self.certificate.not_valid_before_utc <= now <= self.ends_at:
            raise NoSigner(
                f"The certificate in VISAVIS_PDF_KEY is valid from"
                f" {self.certificate.not_valid_before_utc:%Y-%m-%d} to {self.ends_at:%Y-%m-%d}."
                " Ask your provider for a new one."
            )
        return self.signer.sign(pdf, now=now)


def opened(file: Path, passphrase: str) -> SoftwarePdfSigner:
    """Return the key, the certificate and those above it that lie in a file.

    Raises:
        KeyFileOpen: others may read the file.
        NoSigner: nothing that signs documents could be read from it.
    """
    if not file.is_file():
        raise NoSigner(f"VISAVIS_PDF_KEY names no file: {file}")
    try:
        kept = pkcs12.load_pkcs12(key_files.read_private(file), passphrase.encode() or None)
    except ValueError as fault:
        raise NoSigner(
            "The file of VISAVIS_PDF_KEY is no PKCS#12 file, or VISAVIS_PDF_PASSPHRASE is not its"
            " passphrase."
        ) from fault
    private, own = kept.key, kept.cert.certificate if kept.cert else None
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) or own is None:
        raise NoSigner("The file of VISAVIS_PDF_KEY holds no RSA or EC key with its certificate.")
    if private.public_key() != own.public_key():
        raise NoSigner("The certificate in VISAVIS_PDF_KEY is that of another key.")
    if not _signs_documents(own):
        raise NoSigner("The certificate in VISAVIS_PDF_KEY is not made for signing documents.")
    above = [one.certificate.public_bytes(Encoding.DER) for one in kept.additional_certs]
    return SoftwarePdfSigner(private, own.public_bytes(Encoding.DER), above)


def _signs_documents(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True  # one that names no usage may be used for each
    return usage.digital_signature or usage.content_commitment
