"""A fake of the authority, for every world but live. Its certificate says SPECIMEN.

It misbehaves on request: `FakeAuthority("silent")` does not answer, `"refuses"` says no,
`"another"` stamps something else than it was asked to, `"garbled"` answers no reply at all.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from visavis.gateways.timestamps.errors import NoTimestamp

NAME = x509.Name(
    [
        x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "CH"),
        x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "SPECIMEN"),
        x509.NameAttribute(x509.NameOID.COMMON_NAME, "Visavis fake timestamps"),
    ]
)
LIFE = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class FakeAuthority:
    """A pretended authority with a key of its own, made when the first of the process is asked."""

    wish: str = ""

    def stamp(self, request: bytes) -> bytes:
        if self.wish == "silent":
            raise NoTimestamp("silent on request")
        if self.wish == "garbled":
            return b"no reply"
        from asn1crypto import tsp  # type: ignore[import-untyped]  # slow, and it has no types

        asked = tsp.TimeStampReq.load(request)
        if self.wish == "refuses":
            status = tsp.PKIStatusInfo({"status": "rejection", "status_string": ["on request"]})
            refusal = bytes(status.dump())
            return b"\x30" + bytes([len(refusal)]) + refusal  # a reply without a stamp
        if self.wish == "another":
            asked["message_imprint"]["hashed_message"] = bytes(32)
        return _stamped(asked)


def _stamped(asked: object) -> bytes:
    from pyhanko.sign.timestamps import DummyTimeStamper  # most processes stamp nothing

    certificate, private = key()
    stamper = DummyTimeStamper(
        tsa_cert=certificate, tsa_key=private, fixed_dt=datetime.now(UTC).replace(microsecond=0)
    )
    return bytes(stamper.request_tsa_response(asked).dump())


@cache
def key() -> tuple[object, object]:
    """Return certificate and key of this process's fake, as pyHanko wants them."""
    from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data

    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    begins_at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins_at)
        .not_valid_after(begins_at + LIFE)
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
    (read,) = load_certs_from_pemder_data(certificate.public_bytes(Encoding.DER))
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return read, load_private_key_from_pemder_data(der, passphrase=None)
