"""Trust list and revocation list: what is read, and what is refused with a sentence."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.certificates import (
    PS256,
    SIGNER_BEGINS,
    SIGNER_ENDS,
    country,
    x509_certificate,
)
from visavis.papers.dcc import der, revocation, trust
from visavis.papers.dcc.envelope import Algorithm
from visavis.papers.dcc.revocation import HashType, Revoked
from visavis.papers.dcc.schema import Kind

DER = country().der
RAW = base64.b64encode(DER).decode()
P384 = x509_certificate(ec.generate_private_key(ec.SECP384R1()), None)
SHORT_RSA = x509_certificate(rsa.generate_private_key(65537, 1024), None)
HASH = base64.b64encode(bytes(16)).decode()
KID = base64.b64encode(bytes(8)).decode()


def entry(**changes: object) -> str:
    told = {"country": "CH", "rawData": RAW} | changes
    return json.dumps({"certificates": [told]})


def batch(**changes: object) -> str:
    told = {"country": "CH", "hashType": "UCI", "entries": [{"hash": HASH}]} | changes
    return json.dumps({"batches": [told]})


class TestTrustList:
    def test_comes_back_as_it_was_written(self):
        written = trust.written_list({DER: "CH", country(PS256).der: "AT"})

        first, second = trust.read_list(written)

        assert first == country().signer
        assert (second.country, second.algorithm) == ("AT", Algorithm.PS256)
        assert (second.begins_at, second.ends_at) == (SIGNER_BEGINS, SIGNER_ENDS)
        assert second.kinds == set(Kind)

    def test_takes_the_list_of_the_gateway_with_all_its_fields(self):
        (signer,) = trust.read_list(
            entry(
                kid=base64.b64encode(trust.key_id_of(DER)).decode(),
                certificateType="DSC",
                thumbprint="ab",
                signature="MII",
                timestamp="2021-08-18T14:00:00Z",
            )
        )

        assert signer == country().signer

    def test_passes_over_what_is_no_signer(self):
        assert trust.read_list(entry(certificateType="CSCA", rawData="x")) == ()

    @pytest.mark.parametrize("certificate", [P384, SHORT_RSA], ids=["P-384", "RSA of 1024 bits"])
    def test_passes_over_a_key_for_neither_algorithm(self, certificate):
        both = trust.written_list({certificate: "ES", DER: "CH"})

        assert trust.read_list(both) == (country().signer,)

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            pytest.param("", "no JSON object", id="nothing"),
            pytest.param("[]", "no JSON object", id="a list"),
            pytest.param("{}", "certificates", id="no certificates"),
            pytest.param(entry(country="Switzerland"), "country", id="a country by name"),
            pytest.param(entry(rawData=7), "rawData", id="a certificate that is a number"),
            pytest.param(entry(rawData="!"), "certificate 1 cannot be read", id="no base64"),
            pytest.param(entry(rawData="AAAA"), "certificate 1 cannot be read", id="no DER"),
            pytest.param(entry(rawData=RAW[:-8]), "certificate 1 cannot be read", id="cut short"),
            pytest.param(entry(kid=KID), "does not have this kid", id="another key id"),
            pytest.param(" " * 32_000_001, "too long", id="too long"),
        ],
    )
    def test_refuses(self, text, sentence):
        with pytest.raises(trust.ListUnreadable, match=sentence):
            trust.read_list(text)


class TestExtendedKeyUsages:
    @pytest.mark.parametrize(
        "usages",
        [
            (),
            ("1.3.6.1.5.5.7.3.2",),
            ("1.3.6.1.4.1.1847.2021.1.1", "1.3.6.1.4.1.0.1847.2021.1.3"),
            ("2.999.1", "0.9.2342"),
        ],
    )
    def test_are_what_the_certificate_says(self, usages):
        assert der.extended_key_usages(country(usages=usages).der) == set(usages)

    @pytest.mark.parametrize(
        "encoded", [b"", b"\x30", b"\x30\x80", b"\x30\x85\0\0\0\0\0", DER[:40], b"\x30\x02\x30\x05"],
        ids=["empty", "no length", "any length", "long length", "cut short", "past its end"],
    )  # fmt: skip
    def test_refuse_what_is_no_certificate(self, encoded):
        with pytest.raises(der.NotDer):
            der.extended_key_usages(encoded)


class TestRevocationList:
    def test_comes_back_as_it_was_written(self):
        hashes = [revocation.hash_of(f"urn:uvci:01:CH:{number}") for number in (2, 1, 2)]

        text = revocation.written_list(hashes, country="CH")

        assert revocation.read_list(text) == {
            Revoked("CH", None, HashType.UCI, one) for one in hashes
        }
        assert text == revocation.written_list(sorted(set(hashes)), country="CH")

    def test_comes_back_empty(self):
        assert revocation.read_list(revocation.written_list([], country="CH")) == frozenset()

    def test_names_hashes_of_a_key(self):
        read = revocation.read_list(batch(kid=KID, hashType="SIGNATURE", expires="2030-01-01"))

        assert read == {Revoked("CH", bytes(8), HashType.SIGNATURE, bytes(16))}

    @pytest.mark.parametrize("changes", [{}, {"kid": "UNKNOWN_KID"}], ids=["none", "unknown"])
    def test_names_hashes_of_any_key(self, changes):
        (read,) = revocation.read_list(batch(**changes))

        assert read.key_id is None

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            pytest.param("", "no JSON object", id="nothing"),
            pytest.param("{}", "batches", id="no batches"),
            pytest.param(batch(country="ch"), "country", id="a country in small letters"),
            pytest.param(batch(hashType="MD5"), "hashType", id="another kind of hash"),
            pytest.param(batch(entries=[{"hash": "!"}]), "not base64", id="no base64"),
            pytest.param(batch(entries=[{"hash": KID}]), "not 16 bytes", id="a short hash"),
            pytest.param(batch(kid=HASH), "not 8 bytes", id="a long key id"),
            pytest.param(" " * 64_000_001, "too long", id="too long"),
        ],
    )
    def test_refuses(self, text, sentence):
        with pytest.raises(trust.ListUnreadable, match=sentence):
            revocation.read_list(text)


def test_the_documented_key_id_is_the_swiss_one():
    vectors = Path(__file__).parents[3] / "vectors" / "dcc"
    told = json.loads((vectors / "CH" / "3.json").read_text())["TESTCTX"]["CERTIFICATE"]

    assert base64.b64encode(trust.key_id_of(base64.b64decode(told))) == b"JLxre3vSwyg="
