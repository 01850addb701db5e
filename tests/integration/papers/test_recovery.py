"""A recovery certificate: asked for, accepted by an officer, printed as a specimen."""

import unicodedata
from datetime import timedelta

import pytest

from tests.integration.papers.test_printed import pages_of, scanned, text_of
from tests.judges import judged
from tests.people import make_canton
from tests.requesting import answer, entry
from visavis.cases import asking, decisions, operations
from visavis.cases.models import Case
from visavis.catalog.models import ServiceVersion
from visavis.catalog.operations import load_services
from visavis.foundation import icao
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.papers import followers, queries
from visavis.papers.dcc import demonstration, trust, verifying
from visavis.papers.models import Paper
from visavis.papers.rules import DocumentKind

pytestmark = pytest.mark.django_db
OFFICER = Actor(Kind.OFFICER, "p-officer00009", Channel.WEB, roles=frozenset({"officer@health"}))


@pytest.fixture
def accepted(db, elodie, now, settings) -> Case:
    """A request that no register settled and an officer of the office of health accepted."""
    settings.LABORATORY_REGISTER = {"url": "", "token": ""}
    make_canton(now)
    load_services([entry("jura", "recovery-certificate")], redated={}, now=now)
    service = ServiceVersion.objects.get(code="recovery-certificate", written_from="2022-02-17")
    case = operations.start(service=service, language="fr", actor=elodie, now=now)
    positive = (now - timedelta(days=20)).date().isoformat()
    answers = {
        "analysis": "pcr", "country": "ch", "first_positive_on": positive,
        "given_name": "Zoé", "family_name": "Müller-Żółć", "birth_date": "1961-04",
    }  # fmt: skip
    case = answer(case, answers, actor=elodie, at=now)
    case = operations.submit(case_id=case.pk, actor=elodie, now=now)
    asking.answer(case_id=case.pk, now=now)
    assert not Paper.objects.exists()
    decisions.take(case_id=case.pk, actor=OFFICER, now=now)
    return decisions.accept(case_id=case.pk, actor=OFFICER, now=now)


def test_the_paper_carries_a_certificate_that_verifies(accepted, now, run_jobs):
    run_jobs()
    paper = Paper.objects.get(subject=accepted.subject)
    pdf = queries.pdf_of(paper, DocumentKind.PAPER)
    listed = trust.written_list(dict.fromkeys(demonstration.keys().certificates(), "CH"))

    (text,) = [code for code in scanned(pdf, dots_an_inch=200) if code.startswith("HC1:")]
    verdict = verifying.verify(text, signers=trust.read_list(listed), now=now)
    entry_ = verdict.certificate.entry
    assert verdict.is_valid
    assert verdict.certificate.name.family_transliterated == "MUELLER<ZOLC"
    assert entry_.issuer.startswith("SPECIMEN")
    first = (now - timedelta(days=20)).date()
    assert entry_.valid_until == (first + timedelta(days=179)).isoformat()
    assert "clé de démonstration" in text_of(pdf)
    assert judged(pdf) == []
    assert pages_of(pdf) == 1


def test_no_other_world_issues_it(accepted, now, settings):
    settings.WORLD = "practice"

    with pytest.raises(demonstration.NotIssuedHere):
        followers.issue_the_paper(str(accepted.pk), now)

    assert not Paper.objects.exists()


def test_every_letter_that_the_form_takes_can_be_written_for_machines():
    form = entry("jura", "recovery-certificate").versions[-1].form
    letters = [chr(code) for code in (*range(0xC0, 0x17F), *map(ord, "ȘșȚț"))]

    assert form.field("family_name").pattern == "[A-Za-zÀ-ÖØ-öø-žȘșȚț' ’.-]+"
    for letter in letters:
        if unicodedata.category(letter).startswith("L"):
            assert icao.transliterated(letter)
