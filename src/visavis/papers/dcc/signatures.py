"""Tells whether a signer signed: ES256 and PS256, and no other way."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from visavis.papers.dcc.envelope import Envelope
from visavis.papers.dcc.trust import PublicKey, Signer

ES256_BYTES = 64  # r and s side by side


def has_length_for(envelope: Envelope, signer: Signer) -> bool:
    """Tell whether the signature is as long as this key makes them."""
    return len(envelope.signature) == _length(signer.public)


def is_genuine(envelope: Envelope, signer: Signer) -> bool:
    """Tell whether the signer's key made the signature."""
    try:
        if isinstance(signer.public, ec.EllipticCurvePublicKey):
            half = ES256_BYTES // 2
            r, s = envelope.signature[:half], envelope.signature[half:]
            encoded = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
            signer.public.verify(encoded, envelope.signed, ec.ECDSA(hashes.SHA256()))
        else:
            # Some Swiss certificates have a salt of another length than the 32 bytes of RFC 8230.
            # Any length is as safe: the salt is random and nobody can choose it to forge.
            scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO)
            signer.public.verify(envelope.signature, envelope.signed, scheme, hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _length(public: PublicKey) -> int:
    if isinstance(public, ec.EllipticCurvePublicKey):
        return ES256_BYTES
    return (public.key_size + 7) // 8
