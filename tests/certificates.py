"""A country that signs COVID certificates, right or wrong in exactly the way a test wants."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from visavis.papers.dcc import barcode, envelope, trust

NOW = datetime(2022, 1, 15, 12, tzinfo=UTC)
ISSUED = datetime(2022, 1, 10, tzinfo=UTC)
EXPIRES = datetime(2024, 1, 10, tzinfo=UTC)
SIGNER_BEGINS = datetime(2021, 5, 1, tzinfo=UTC)
SIGNER_ENDS = datetime(2024, 5, 1, tzinfo=UTC)
ES256, PS256 = -7, -37
COMMON = {"tg": "840539006", "co": "CH", "is": "Test", "ci": "urn:uvci:01:CH:" + "0A" * 12}
RECOVERY = {**COMMON, "fr": "2022-01-01", "df": "2022-01-11", "du": "2022-06-29"}
VACCINATION = {
    **COMMON,
    "vp": "1119349007",
    "mp": "EU/1/20/1528",
    "ma": "ORG-100030215",
    "dn": 2,
    "sd": 2,
    "dt": "2021-12-24",
}
TEST = {**COMMON, "tt": "LP6464-4", "sc": "2022-01-14T09:30:00+01:00", "tr": "260415000"}
PERSON = {
    "ver": "1.3.0",
    "nam": {"fn": "Żółć-Ærø", "gn": "Élodie", "fnt": "ZOLC<AEROE", "gnt": "ELODIE"},
    "dob": "1961-04",
}


def certificate(**changes: Any) -> dict[str, Any]:
    """A recovery certificate, or another one: fields that are None are left out."""
    found = {**copy.deepcopy(PERSON), "r": [dict(RECOVERY)], **changes}
    return {name: value for name, value in found.items() if value is not None}


def of(group: str, **changes: Any) -> dict[str, Any]:
    """A certificate of one group (v, t, r), its entry changed; None leaves a field out."""
    entry = {"v": VACCINATION, "t": TEST, "r": RECOVERY}[group] | changes
    kept = {name: value for name, value in entry.items() if value is not None}
    return certificate(**{"r": None, group: [kept]})


@dataclass(frozen=True)
class Country:
    """One signer: its private key, its certificate, and the entry of the trust list."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    der: bytes
    algorithm: int
    signer: trust.Signer = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "signer", trust.signer_of(self.der, country="CH"))

    def signature(self, signed: bytes, salt: int = 32) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            scheme = padding.PSS(padding.MGF1(hashes.SHA256()), salt)
            return self.private.sign(signed, scheme, hashes.SHA256())
        r, s = decode_dss_signature(self.private.sign(signed, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@cache
def country(
    algorithm: int = ES256, usages: tuple[str, ...] | None = None, number: int = 1
) -> Country:
    """A signer; the same arguments always give the same one."""
    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    private = (
        ec.generate_private_key(ec.SECP256R1())
        if algorithm == ES256
        else rsa.generate_private_key(65537, 2048)
    )
    return Country(private, x509_certificate(private, usages, number), algorithm)


def x509_certificate(private: Any, usages: Iterable[str] | None, number: int = 1) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Specimen")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(number)
        .not_valid_before(SIGNER_BEGINS)
        .not_valid_after(SIGNER_ENDS)
    )
    if usages is not None:
        listed = [x509.ObjectIdentifier(usage) for usage in usages]
        builder = builder.add_extension(x509.ExtendedKeyUsage(listed), critical=False)
    return builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER)


def claimed(content: Any = None, **changes: Any) -> bytes:
    """The payload: claims iss, iat, exp, nbf, or whatever stands in their place; None is left out."""
    told = {"iss": "CH", "iat": int(ISSUED.timestamp()), "exp": int(EXPIRES.timestamp())} | changes
    labels = {"iss": 1, "exp": 4, "nbf": 5, "iat": 6}
    found: dict[int, Any] = {
        labels[name]: value for name, value in told.items() if value is not None
    }
    return cbor2.dumps(found | {-260: {1: certificate() if content is None else content}})


def message(
    payload: bytes | None = None,
    *,
    by: Country | None = None,
    protected: Mapping[int, Any] | bytes | None = None,
    unprotected: Mapping[int, Any] | None = None,
    signature: bytes | None = None,
    salt: int = 32,
) -> list[Any]:
    """The four parts of a signed message, genuine unless a test says otherwise."""
    by = by or country()
    payload = claimed() if payload is None else payload
    if protected is None:
        protected = {1: by.algorithm, 4: by.signer.key_id}
    header = protected if isinstance(protected, bytes) else cbor2.dumps(protected)
    signed = envelope.to_be_signed(b"" if header == b"\xa0" else header, payload)
    signature = by.signature(signed, salt) if signature is None else signature
    return [header, dict(unprotected or {}), payload, signature]


def text(*arguments: Any, tag: int | None = 18, **options: Any) -> str:
    """The text of a QR code; arguments as of `message`."""
    parts = message(*arguments, **options)
    return barcode.text_of(cbor2.dumps(parts if tag is None else cbor2.CBORTag(tag, parts)))


def text_with(content: Any, **options: Any) -> str:
    """The text of a genuine QR code with this content."""
    return text(claimed(content), **options)


def pairs(*items: tuple[Any, Any]) -> bytes:
    """A map written as it stands: keys may be twice or of any kind."""
    return bytes([0xA0 | len(items)]) + b"".join(
        cbor2.dumps(key) + cbor2.dumps(value) for key, value in items
    )
