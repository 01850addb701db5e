"""Signed PDFs, judged by `pdfsig`, and by the three judges of archives and screen readers."""

import io
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from hashlib import sha256

import pikepdf
import pytest
from asn1crypto import cms, tsp
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tests import papers
from tests.integration.papers.test_printed import EMPTY_TABLE, booklet, permit
from tests.judges import judged
from tests.papers import ISSUED
from tests.pdf_signatures import KEYS, certificate, is_signed_whole, provider, signature_of
from visavis.foundation.loops import run
from visavis.gateways.timestamps import client, fake
from visavis.papers.rules import DocumentKind

CANTONS = ["jura", "exemple"]


@pytest.fixture(scope="module")
def plain():
    """Both packs' permit, and the booklet, before they are signed."""
    return {
        **{(canton, DocumentKind.PAPER): permit(papers.issue(canton)) for canton in CANTONS},
        ("jura", DocumentKind.BOOKLET): booklet(papers.issue("jura")),
    }


@pytest.fixture(scope="module")
def unsigned(plain):
    return plain["jura", DocumentKind.PAPER]


@pytest.fixture
def signed(unsigned):
    return provider().sign(unsigned, now=ISSUED)


def read(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def field_of(opened: pikepdf.Pdf) -> pikepdf.Object:
    (field,) = opened.Root.AcroForm.Fields
    return field


@pytest.mark.parametrize(
    ("canton", "kind"),
    [
        ("jura", DocumentKind.PAPER),
        ("jura", DocumentKind.BOOKLET),
        ("exemple", DocumentKind.PAPER),
    ],
)
def test_every_paper_stays_accessible_and_archivable(plain, canton, kind):
    pdf = provider().sign(plain[canton, kind], now=ISSUED)

    assert is_signed_whole(pdf)
    assert judged(pdf, forgiving=EMPTY_TABLE if kind is DocumentKind.BOOKLET else ()) == []


@pytest.mark.parametrize("key", list(KEYS))
def test_signs_with_each_kind_of_key(unsigned, key):
    said = signature_of(provider(key).sign(unsigned, now=ISSUED))

    assert "Signature is Valid" in said
    assert "ETSI.CAdES.detached" in said
    assert "Signing Hash Algorithm: SHA-256" in said
    assert "Feb 12 2027" in said  # the moment of the paper, not that of the machine


def test_hands_the_certificates_above_along(unsigned):
    above = certificate(KEYS["P-256"]()).public_bytes(Encoding.DER)
    signer = replace(provider(), chain=[above])

    pdf = signer.sign(unsigned, now=ISSUED)

    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    assert [one.dump() for one in signature.other_embedded_certs] == [above]


def test_changes_no_byte_of_what_was_set(unsigned, signed):
    assert signed.startswith(unsigned)
    assert read(signed).docinfo.keys() == read(unsigned).docinfo.keys()


@pytest.mark.parametrize(
    ("language", "spoken"), [("fr", "Signature électronique"), ("de", "Elektronische Signatur")]
)
def test_names_the_signature_in_the_language_of_the_paper(language, spoken):
    pdf = provider().sign(permit(papers.issue(language=language)), now=ISSUED)

    with read(pdf) as opened:
        assert str(field_of(opened).TU) == spoken


def test_holds_neither_reason_nor_place(signed):
    with read(signed) as opened:
        said = set(field_of(opened).V.keys())

    assert {"/Reason", "/Location", "/ContactInfo", "/Name"}.isdisjoint(said)


def test_a_changed_byte_is_found(unsigned, signed):
    at = len(unsigned) // 2
    changed = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]

    said = signature_of(changed)

    assert not is_signed_whole(changed)
    assert "Signature is Valid" not in said


def test_an_update_behind_the_signature_is_found(signed):
    previous = int(signed[signed.rindex(b"startxref") :].split()[1])
    root, size = (
        re.search(rb"/Root (\d+ 0 R)", signed[previous:]),
        int(read(signed).trailer["/Size"]),
    )
    added = signed + f"{size} 0 obj\n<</Note (paid twice)>>\nendobj\n".encode()
    added += (
        f"xref\n{size} 1\n{len(signed):010d} 00000 n \n"
        f"trailer\n<</Size {size + 1}/Root {root[1].decode()}/Prev {previous}>>\n"
        f"startxref\n{len(added)}\n%%EOF\n"
    ).encode()

    said = signature_of(added)

    assert "Signature is Valid" in said  # of what was signed; and pdfsig says that there is more
    assert "Not total document signed" in said
    assert not is_signed_whole(added)


def test_costs_no_start_of_a_process(settings):
    """pyHanko takes half a second to import; only who signs pays for it."""
    code = (
        "import os, sys, django; django.setup();"
        "from visavis.papers import operations, pdf_signing, pkcs12;"
        "import visavis.config.urls;"
        "sys.exit(any(name.startswith(('pyhanko', 'asn1crypto')) for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestTimestamps:
    def asked_of(self, monkeypatch, authority) -> None:
        monkeypatch.setattr("visavis.gateways.timestamps.client.authority", lambda: authority)

    def test_an_authority_says_when_the_signature_was_made(self, signed):
        """Judged by pyHanko's own validation, of signature and timestamp, each by its issuer."""
        certificate, _ = fake.key()
        (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures

        status = run(
            async_validate_pdf_signature(
                signature,
                signer_validation_context=trusting(signature.signer_cert),
                ts_validation_context=trusting(certificate),
            )
        )

        assert status.intact
        assert status.valid
        assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        assert status.timestamp_validity.intact
        assert status.timestamp_validity.valid
        assert is_signed_whole(signed)

    @pytest.mark.parametrize("wish", ["silent", "refuses", "another", "garbled"])
    def test_a_paper_does_not_wait_for_an_authority(self, unsigned, monkeypatch, wish, caplog):
        self.asked_of(monkeypatch, fake.FakeAuthority(wish))

        pdf = provider().sign(unsigned, now=ISSUED)

        assert is_signed_whole(pdf)
        assert "without a timestamp" in caplog.text
        (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        assert not signature.signer_info["unsigned_attrs"].native

    @pytest.mark.parametrize("way", ["another-nonce", "no-nonce", "by-key", "longer", "bare"])
    def test_nor_for_one_that_answers_in_its_own_way(self, unsigned, monkeypatch, way):
        for _ in range(2):  # the next paper too
            self.asked_of(monkeypatch, Odd(way))
            assert is_signed_whole(provider().sign(unsigned, now=ISSUED))

    def test_the_live_world_asks_nobody_unless_it_is_told_whom(self, settings, monkeypatch):
        settings.WORLD = "live"
        monkeypatch.delenv(client.SETTING, raising=False)
        nobody = client.authority()
        monkeypatch.setenv(client.SETTING, "https://stamps.example.ch/tsa")

        assert nobody is None
        assert client.authority() == client.HttpAuthority("https://stamps.example.ch/tsa")

    def test_outside_it_only_the_fake_is_asked(self, monkeypatch):
        monkeypatch.setenv(client.SETTING, "https://stamps.example.ch/tsa")

        assert client.authority() == fake.FakeAuthority()


@dataclass(frozen=True)
class Odd:
    """An authority whose replies are well-formed and not what is expected."""

    way: str

    def stamp(self, request: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(request)
        if self.way == "another-nonce":
            asked["nonce"] = 1
        elif self.way == "no-nonce":
            del asked["nonce"]
        reply = tsp.TimeStampResp.load(fake.FakeAuthority().stamp(asked.dump(force=True)))
        message = reply["time_stamp_token"]["content"]
        is_measured = asked["message_imprint"]["hashed_message"].native == sha256(b"").digest()
        if self.way == "by-key":
            (signer,) = message["signer_infos"]
            signer["sid"] = cms.SignerIdentifier("subject_key_identifier", bytes(20))
        elif self.way == "bare":
            del message["certificates"]
        elif self.way == "longer" and not is_measured:
            (own,) = message["certificates"]
            message["certificates"] = [own] * 40
        return bytes(reply.dump(force=True))


def trusting(certificate) -> ValidationContext:
    return ValidationContext(trust_roots=[certificate])
