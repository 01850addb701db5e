"""The signed envelope and everything that is not one."""

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from visavis.papers import cose, trust

PAYLOAD = b"\xa1\x01\x63abc"


class P256Signer:
    """A signer of the other algorithm, as a provider's vault may have it."""

    algorithm = cose.Algorithm.ES256

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())

    @property
    def key_id(self) -> bytes:
        return trust.key_id_of(self.private.public_key())

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def parts_of(message: bytes) -> list[object]:
    return list(cbor2.loads(message).value)


def envelope(*parts: object, tag: int | None = 18) -> bytes:
    value = list(parts) if tag is None else cbor2.CBORTag(tag, list(parts))
    return cbor2.dumps(value, canonical=True)


@pytest.mark.parametrize("kind", ["EdDSA", "ES256"])
def test_a_round_trip_in_both_algorithms(kind, signer):
    by = signer if kind == "EdDSA" else P256Signer()

    opened = cose.opened(cose.sealed(PAYLOAD, by))

    assert opened.payload == PAYLOAD
    assert opened.key_id == by.key_id
    assert opened.is_signed_by(by.private.public_key(), by.algorithm)


def test_the_signature_is_that_of_the_standard(signer):
    """Worked out again from RFC 9052, section 4.4, without our own code."""
    header, unprotected, payload, signature = parts_of(cose.sealed(PAYLOAD, signer))

    structure = b"\x84\x6aSignature1" + cbor2.dumps(header) + b"\x40" + cbor2.dumps(payload)
    signer.private.public_key().verify(signature, structure)
    assert cbor2.loads(header) == {1: -8, 4: signer.key_id}
    assert unprotected == {}
    with pytest.raises(InvalidSignature):
        signer.private.public_key().verify(signature, structure + b"\x00")


def test_another_key_did_not_sign_it(signer):
    other = P256Signer()
    opened = cose.opened(cose.sealed(PAYLOAD, signer))

    assert not opened.is_signed_by(other.private.public_key(), cose.Algorithm.ES256)


def test_a_key_is_used_for_its_own_algorithm_only(signer):
    opened = cose.opened(cose.sealed(PAYLOAD, signer))

    assert not opened.is_signed_by(signer.private.public_key(), cose.Algorithm.ES256)


def test_refuses_what_is_no_envelope_of_ours(signer):
    header, unprotected, payload, signature = parts_of(cose.sealed(PAYLOAD, signer))
    key_id = signer.key_id

    def with_header(content: dict[object, object]) -> bytes:
        return envelope(cbor2.dumps(content, canonical=True), {}, payload, signature)

    not_ours = {
        "no tag": envelope(header, unprotected, payload, signature, tag=None),
        "another tag": envelope(header, unprotected, payload, signature, tag=98),
        "a tag around the tag": cbor2.dumps(
            cbor2.CBORTag(61, cbor2.CBORTag(18, [header, {}, payload, signature]))
        ),
        "three parts": envelope(header, unprotected, payload),
        "five parts": envelope(header, unprotected, payload, signature, b""),
        "key id outside the signature's protection": envelope(
            header, {4: key_id}, payload, signature
        ),
        "algorithm outside the protection": envelope(
            cbor2.dumps({4: key_id}), {1: -8}, payload, signature
        ),
        "no header": envelope(b"", {}, payload, signature),
        "no key id": with_header({1: -8}),
        "a further header": with_header({1: -8, 4: key_id, 2: [1]}),
        "algorithm as text": with_header({1: "EdDSA", 4: key_id}),
        "algorithm as true": with_header({1: True, 4: key_id}),
        "a short key id": with_header({1: -8, 4: key_id[:7]}),
        "a short signature": envelope(header, {}, payload, signature[:63]),
        "a long signature": envelope(header, {}, payload, signature + b"\x00"),
        "no payload": envelope(header, {}, None, signature),
        "too long": envelope(header, {}, bytes(70_000), signature),
        "header keys twice": envelope(
            b"\xa3\x01\x27\x01\x27\x04\x48" + key_id, {}, payload, signature
        ),
    }
    accepted = []
    for name, message in not_ours.items():
        try:
            cose.opened(message)
        except cose.NotAnEnvelope:
            continue
        accepted.append(name)

    assert accepted == []
