"""Signed PDFs, judged by `pdfsig`, and by the three judges of archives and screen readers."""

import io
import re
import subprocess
import sys

import pikepdf
import pytest

from tests import papers
from tests.integration.papers.test_printed import EMPTY_TABLE, booklet, permit
from tests.judges import judged
from tests.papers import ISSUED
from tests.pdf_signatures import KEYS, is_signed_whole, provider, signature_of
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
        "sys.exit(any(name.startswith('pyhanko') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
