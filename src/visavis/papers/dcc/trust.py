"""Whose signatures count: the trust list, in the form in which the EU's gateway hands it out.

    {"certificates": [{"country": "CH", "kid": "JLxre3vSwyg=", "rawData": "MIIH…"}]}

`rawData` is the signer's certificate (DER, base64). `kid` may be left out; if it is there it must
be the first 8 bytes of the SHA-256 over the certificate (base64). Entries with a
`certificateType` other than DSC, such as those of a country's root, are passed over, as are
signers whose key is for neither algorithm (some countries had P-384): what they signed counts as
signed by nobody we know. Other fields are ignored. Whoever hands us the file has checked where it
comes from.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import BaseModel, Field, ValidationError

from visavis.papers.dcc import der
from visavis.papers.dcc.envelope import KEY_ID_BYTES, Algorithm
from visavis.papers.dcc.schema import Kind

MAX_LIST_CHARACTERS = 32_000_000  # the list of all countries had 2 million
MIN_RSA_BITS = 2048
SIGNER_TYPE = "DSC"
# The second form, with one 0 more, came from an early draft; countries used both.
USAGES = {
    f"1.3.6.1.4.1.{arc}1847.2021.1.{number}": kind
    for arc in ("", "0.")
    for number, kind in ((1, Kind.TEST), (2, Kind.VACCINATION), (3, Kind.RECOVERY))
}

PublicKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class ListUnreadable(Exception):
    """The file is not a list of the documented form; the message says what is wrong."""


class KeyUnsupported(ValueError):
    """The certificate can be read, but its key is for neither algorithm."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A country's certificate that signs others."""

    country: str
    key_id: bytes
    public: PublicKey
    algorithm: Algorithm
    kinds: frozenset[Kind]  # what it may sign
    begins_at: datetime
    ends_at: datetime  # the last second included, as in every X.509 certificate

    def is_valid_at(self, moment: datetime) -> bool:
        return self.begins_at <= moment <= self.ends_at


class _Listed(BaseModel):
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    certificate: str = Field(alias="rawData")
    key_id: str | None = Field(None, alias="kid")
    type: str = Field(SIGNER_TYPE, alias="certificateType")


class _List(BaseModel):
    certificates: list[_Listed]


def read_list(text: str) -> tuple[Signer, ...]:
    """Return the signers of a trust list.

    Raises:
        ListUnreadable: not JSON of this form, a certificate that cannot be read, or a key id that
            is not the one of its certificate.
    """
    if len(text) > MAX_LIST_CHARACTERS:
        raise ListUnreadable("the trust list is too long")
    try:
        listed = _List.model_validate_json(text).certificates
    except ValidationError as fault:
        where = ".".join(str(step) for step in fault.errors()[0]["loc"])
        raise ListUnreadable(f"not a trust list: {where or 'no JSON object'}") from fault
    signers = (
        _signer(place, one) for place, one in enumerate(listed, 1) if one.type == SIGNER_TYPE
    )
    return tuple(one for one in signers if one)


def written_list(certificates: dict[bytes, str]) -> str:
    """Return a trust list as JSON, given each certificate (DER) and its country."""
    entries = [
        {
            "country": country,
            "kid": base64.b64encode(key_id_of(certificate)).decode(),
            "rawData": base64.b64encode(certificate).decode(),
        }
        for certificate, country in certificates.items()
    ]
    return json.dumps({"certificates": entries}, indent=2) + "\n"


def signer_of(certificate: bytes, *, country: str) -> Signer:
    """Return the signer that a certificate (DER) makes.

    Raises:
        KeyUnsupported: its key is neither P-256 nor RSA of 2048 bits or more.
        ValueError: cannot be read.
    """
    read = x509.load_der_x509_certificate(certificate)
    usages = der.extended_key_usages(certificate)
    kinds = frozenset(USAGES[usage] for usage in usages & USAGES.keys())
    public, algorithm = _key(read)
    return Signer(
        country=country,
        key_id=key_id_of(certificate),
        public=public,
        algorithm=algorithm,
        kinds=kinds or frozenset(Kind),  # none of the three named means all three
        begins_at=read.not_valid_before_utc,
        ends_at=read.not_valid_after_utc,
    )


def key_id_of(certificate: bytes) -> bytes:
    """Return the first 8 bytes of the SHA-256 over a certificate (DER)."""
    return hashlib.sha256(certificate).digest()[:KEY_ID_BYTES]


def _signer(place: int, listed: _Listed) -> Signer | None:
    try:
        signer = signer_of(
            base64.b64decode(listed.certificate, validate=True), country=listed.country
        )
        key_id = base64.b64decode(listed.key_id, validate=True) if listed.key_id else signer.key_id
    except (KeyUnsupported, UnsupportedAlgorithm):
        return None
    except ValueError as fault:
        raise ListUnreadable(f"certificate {place} cannot be read: {fault}") from fault
    if key_id != signer.key_id:
        raise ListUnreadable(f"certificate {place} does not have this kid: one was altered")
    return signer


def _key(certificate: x509.Certificate) -> tuple[PublicKey, Algorithm]:
    public = certificate.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return public, Algorithm.ES256
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= MIN_RSA_BITS:
        return public, Algorithm.PS256
    raise KeyUnsupported
