"""The files of a request at the office: seen, saved, written down; never before they are clean."""

# ruff: noqa: F401, F811 - fixtures of requests are imported, and asked for by name

import pytest

from tests.attaching import QUESTION, claiming, files, pdf, picture, sent
from tests.integration.office.test_money import address, officer_of
from tests.requesting import citizen, elodie, fill, service
from visavis.cases import attaching, operations
from visavis.cases.attachment_models import Attachment
from visavis.cases.attachment_rules import Verdict
from visavis.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(claiming, elodie, now):
    row = attaching.attach(case_id=claiming.pk, field=QUESTION, sent=sent(), actor=elodie, now=now)
    operations.submit(case_id=claiming.pk, actor=elodie, now=now)
    return row


@pytest.fixture
def clean(row, run_jobs):
    run_jobs()
    return row


@pytest.fixture
def olga(service, now):
    return officer_of("environment", now, "olga@example.ch")


def test_the_case_lists_them_with_a_preview(olga, clean):
    page = olga.get(address("case", clean.case_id)).content.decode()

    assert "attestation.jpg" in page
    assert address("file_preview", clean.case_id, clean.key) in page


def test_a_preview_and_a_file_are_written_down(olga, clean):
    seen = olga.get(address("file_preview", clean.case_id, clean.key))
    saved = olga.get(address("file", clean.case_id, clean.key))

    assert seen["Content-Type"] == saved["Content-Type"] == "image/jpeg"
    assert saved["Content-Disposition"] == 'attachment; filename="attestation.jpg"'
    assert "sandbox" in saved["Content-Security-Policy"]
    assert set(Entry.objects.values_list("what", flat=True)) >= {
        "cases.preview_seen", "cases.file_opened",
    }  # fmt: skip


@pytest.mark.parametrize("verdict", [Verdict.WAITING, Verdict.INFECTED])
def test_what_is_not_clean_is_listed_and_not_handed_out(olga, row, verdict):
    Attachment.objects.update(verdict=verdict)

    page = olga.get(address("case", row.case_id)).content.decode()

    assert "attestation.jpg" in page
    assert address("file", row.case_id, row.key) not in page
    assert olga.get(address("file_preview", row.case_id, row.key)).status_code == 404
    assert olga.get(address("file", row.case_id, row.key)).status_code == 302
    assert not Entry.objects.filter(what="cases.file_opened").exists()


def test_another_office_finds_nothing(service, clean, now):
    victor = officer_of("vehicles", now, "victor@example.ch")

    for name in ("file", "file_preview"):
        assert victor.get(address(name, clean.case_id, clean.key)).status_code == 404
