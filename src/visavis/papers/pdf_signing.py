"""Who signs the PDFs of papers: an interface for a provider, and a key in a file for demonstrations."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings
from django.utils.module_loading import import_string

from visavis.gateways.timestamps import client
from visavis.gateways.timestamps.errors import NoTimestamp
from visavis.papers import signing
from visavis.papers.certified_keys import CertifiedKeys, Purpose, specimen_name
from visavis.papers.signing import NoSigner

log = logging.getLogger(__name__)

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
# Digital signature and content commitment: nothing else may be done with the key.
SIGNS_DOCUMENTS = x509.KeyUsage(True, True, *[False] * 7)
PURPOSE = Purpose(
    name=specimen_name("SPECIMEN", "Visavis demonstration, PDF, without legal effect"),
    usages=[
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (SIGNS_DOCUMENTS, True),
    ],
    life=timedelta(days=3 * 365),
    renewed_before=timedelta(days=366),
)


class PdfSigner(Protocol):
    """Whoever signs a PDF: a provider's service, or a key for demonstrations."""

    def sign(self, pdf: bytes, *, now: datetime) -> bytes:
        """Return the PDF, signed as a whole (PAdES); what was in it before is not changed."""


@dataclass(frozen=True, slots=True)
class SoftwarePdfSigner:
    """A private key in the memory of this process, with its certificate and those above it (DER)."""

    private: PrivateKey
    certificate: bytes
    chain: Sequence[bytes] = ()

    def sign(self, pdf: bytes, *, now: datetime) -> bytes:
        from visavis.papers import pades  # half a second that no start should pay

        signer = pades.software_signer(self.private, self.certificate, self.chain)
        try:
            return pades.signed(pdf, signer=signer, now=now, authority=client.authority())
        except NoTimestamp as fault:
            # Nobody waits at the counter for an authority: the signature counts without it.
            log.warning("a PDF was signed without a timestamp: %s", fault)
            return pades.signed(pdf, signer=signer, now=now)


def demonstration_keys() -> CertifiedKeys:
    """Return where an instance outside the live world keeps its keys for PDFs."""
    return CertifiedKeys(Path(settings.VAR) / "keys" / "pdf", PURPOSE)


def signer(now: datetime) -> PdfSigner:
    """Return what signs PDFs in this instance's world.

    Raises:
        NoSigner: a live world that names nobody.
        KeyFileOpen: others may read the demonstration's key.
        NotItsKey: the demonstration's key and its certificate are not of the same pair.
    """
    if provider := settings.PDF_SIGNER:
        made: PdfSigner = import_string(provider)()
        return made
    if settings.WORLD == signing.LIVE:
        raise NoSigner(
            "In the live world the demonstration's key may not sign PDFs: set VISAVIS_PDF_SIGNER to"
            " the dotted path of a class that signs by your provider, or to"
            " visavis.papers.pkcs12.Pkcs12Signer."
        )
    key = demonstration_keys().current(now)
    return SoftwarePdfSigner(key.private, key.certificate)
