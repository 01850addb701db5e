"""Issuing, handing out and taking back, through the rooms below as in life."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.integration.papers.test_printed import scanned, text_of
from tests.pdf_signatures import is_signed_whole, signature_of
from visavis.cases import keeping, vault
from visavis.cases import operations as cases
from visavis.foundation.actor import Actor
from visavis.foundation.encryption import Undecipherable
from visavis.journal.models import Entry
from visavis.papers import claims, followers, operations, queries, rules, signing
from visavis.papers import granted as granted_
from visavis.papers.models import Document, Paper
from visavis.papers.refusals import (
    AlreadyRevoked,
    Erased,
    NoSuchPaper,
    NothingToIssue,
    NotYourOffice,
)
from visavis.papers.rules import DocumentKind, Outcome, RevokeReason

pytestmark = pytest.mark.django_db
IN_TIME = datetime(2027, 6, 3, 12, tzinfo=UTC)


def entries(what: str) -> list[Entry]:
    return list(Entry.objects.filter(what=what))


class TestIssue:
    def test_follows_the_payment_by_itself(self, paper, granted):
        assert (paper.kind, paper.office, paper.language) == ("fishing-permit", "environment", "fr")
        assert paper.valid_from == datetime(2027, 5, 31, 22, tzinfo=UTC)  # midnight, summer time
        assert paper.valid_until == datetime(2027, 6, 7, 22, tzinfo=UTC)
        assert paper.is_specimen
        assert queries.document_kinds(paper) == [DocumentKind.PAPER, DocumentKind.BOOKLET]

    def test_writes_in_the_journal_what_and_not_who(self, paper, granted):
        (entry,) = entries("papers.issued")

        assert entry.subject == f"paper:{paper.pk}"
        assert entry.details["case"] == granted.subject
        assert "Exemple" not in json.dumps(entry.details)

    def test_issues_once_however_often_it_is_told(self, paper, granted, now):
        followers.issue_the_paper(str(granted.pk), now)
        again = operations.issue(
            subject=granted.subject, actor=Actor.system("again"), now=now + timedelta(days=1)
        )

        assert again == paper
        assert Paper.objects.count() == len(entries("papers.issued")) == 1
        assert Document.objects.count() == 2

    def test_the_constraint_holds_even_against_ourselves(self, paper):
        twin = Paper.objects.get(pk=paper.pk)
        twin.pk, twin.number, twin._state.adding = None, "100000007", True

        with (
            pytest.raises(IntegrityError, match="papers_one_paper_a_subject"),
            transaction.atomic(),
        ):
            twin.save(force_insert=True)

    def test_takes_another_number_when_one_is_taken(self, paper, granted, monkeypatch, now, system):
        Document.objects.all().delete()
        Paper.objects.filter(pk=paper.pk).update(subject="case:other")
        numbers = iter([paper.number, "100000007"])
        monkeypatch.setattr("visavis.foundation.codes.new_number", lambda digits: next(numbers))

        assert (
            operations.issue(subject=granted.subject, actor=system, now=now).number == "100000007"
        )

    @pytest.mark.parametrize("subject", ["case:nonsense", "visit:1", "", f"case:{'0' * 32}"])
    def test_issues_nothing_for_what_is_no_case(self, subject, system, now):
        with pytest.raises(NothingToIssue):
            operations.issue(subject=subject, actor=system, now=now)

    def test_issues_nothing_before_it_is_paid(self, week, elodie, system, now, run_jobs):
        case = cases.submit(case_id=week.pk, actor=elodie, now=now)
        run_jobs()

        with pytest.raises(NothingToIssue):
            operations.issue(subject=case.subject, actor=system, now=now)
        followers.issue_the_paper(str(case.pk), now)  # a job must not fail for ever over this

    def test_keeps_nothing_readable_beside_the_key(self, paper):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT papers_paper::text || papers_document::text FROM papers_paper, papers_document"
            )
            rows = " ".join(row[0] for row in cursor.fetchall())

        for secret in ("Exemple", "lodie", "VV1."):
            assert secret not in rows
            assert secret.encode().hex() not in rows


class TestPrinted:
    def test_the_paper_is_read_back_and_checked(self, paper, elodie, now):
        pdf = operations.hand_out(paper_id=paper.pk, kind=DocumentKind.PAPER, actor=elodie, now=now)

        (text,) = scanned(pdf)
        verdict = queries.check(text, now=IN_TIME)

        assert verdict.outcome is Outcome.SPECIMEN
        assert verdict.claims is not None
        assert verdict.claims.holder == "Élodie Exemple"
        assert verdict.claims.number == paper.number
        assert "Élodie Exemple" in text_of(pdf)
        assert "60.00" in text_of(pdf)

    @pytest.mark.parametrize("kind", list(DocumentKind))
    def test_every_document_is_signed_as_a_whole(self, paper, elodie, now, kind):
        pdf = operations.hand_out(paper_id=paper.pk, kind=kind, actor=elodie, now=now)

        assert is_signed_whole(pdf)
        assert "SPECIMEN" in signature_of(pdf)

    def test_officer_and_holder_get_the_same_signed_bytes(self, paper, elodie, officer, now):
        first, second = (
            operations.hand_out(paper_id=paper.pk, kind=DocumentKind.PAPER, actor=one, now=now)
            for one in (elodie, officer)
        )

        assert first == second
        assert is_signed_whole(second)

    def test_is_the_same_to_the_byte_whenever_it_is_fetched(self, paper, elodie, now):
        first, later = (
            operations.hand_out(
                paper_id=paper.pk, kind=DocumentKind.PAPER, actor=elodie, now=now + wait
            )
            for wait in (timedelta(), timedelta(days=100))
        )

        assert first == later


class TestInTheLiveWorld:
    def test_a_paper_is_no_specimen_and_is_valid(
        self, granted, run_jobs, settings, monkeypatch, elodie, now
    ):
        keys = signing.KeyFolder(settings.VAR / "vault", issuer=settings.CANTON, is_specimen=False)
        keys.signer(now - timedelta(days=1))
        settings.WORLD = "live"
        monkeypatch.setattr(signing, "signer", keys.signer)
        monkeypatch.setattr(queries, "trusted_keys", keys.trusted)
        settings.PDF_SIGNER = "tests.pdf_signatures.Provider"
        run_jobs()
        paper = Paper.objects.get()

        pdf = operations.hand_out(paper_id=paper.pk, kind=DocumentKind.PAPER, actor=elodie, now=now)

        assert queries.check(barcode_of(paper), now=IN_TIME).is_valid
        assert "Spécimen" not in text_of(pdf)
        assert "A provider" in signature_of(pdf)

    def test_nothing_is_issued_without_somebody_who_signs_its_pdf(
        self, granted, settings, monkeypatch, system, now
    ):
        keeping.settle(case_id=granted.pk, actor=system, now=now)
        keys = signing.KeyFolder(settings.VAR / "vault", issuer=settings.CANTON, is_specimen=False)
        settings.WORLD = "live"
        monkeypatch.setattr(signing, "signer", keys.signer)

        with pytest.raises(signing.NoSigner, match="VISAVIS_PDF_SIGNER"):
            operations.issue(subject=granted.subject, actor=system, now=now)
        assert Paper.objects.count() == 0

    def test_nothing_is_issued_with_a_key_in_a_file(self, granted, settings, system, now, run_jobs):
        keeping.settle(case_id=granted.pk, actor=system, now=now)
        settings.WORLD = "live"

        with pytest.raises(signing.NoSigner):
            operations.issue(subject=granted.subject, actor=system, now=now)
        assert Paper.objects.count() == 0


class TestHandOut:
    def test_is_written_down_each_time(self, paper, elodie, now):
        for _ in range(2):
            operations.hand_out(paper_id=paper.pk, kind=DocumentKind.BOOKLET, actor=elodie, now=now)

        assert [entry.details["document"] for entry in entries("papers.handed_out")] == [
            "booklet"
        ] * 2

    def test_the_neighbours_paper_does_not_exist(self, paper, neighbour, now):
        with pytest.raises(NoSuchPaper):
            operations.hand_out(
                paper_id=paper.pk, kind=DocumentKind.PAPER, actor=neighbour, now=now
            )
        assert entries("papers.handed_out") == []

    def test_an_officer_of_the_office_may_have_it(self, paper, officer, now):
        pdf = operations.hand_out(
            paper_id=paper.pk, kind=DocumentKind.PAPER, actor=officer, now=now
        )

        assert pdf.startswith(b"%PDF")

    def test_an_officer_of_another_office_may_not(self, paper, officer, now):
        other = replace(officer, roles=frozenset({"officer@vehicles"}))

        with pytest.raises(NoSuchPaper):
            operations.hand_out(paper_id=paper.pk, kind=DocumentKind.PAPER, actor=other, now=now)

    def test_is_over_once_the_key_of_the_case_is_destroyed(self, paper, granted, elodie, now):
        vault.destroy(granted.pk)

        with pytest.raises(Erased):
            operations.hand_out(paper_id=paper.pk, kind=DocumentKind.PAPER, actor=elodie, now=now)
        assert queries.holder_of(paper) is None

    def test_a_document_in_anothers_place_is_noticed(self, paper):
        permit, booklet = Document.objects.order_by("kind").reverse()
        permit.sealed, booklet.sealed = booklet.sealed, permit.sealed
        Document.objects.bulk_update([permit, booklet], ["sealed"])

        with pytest.raises(Undecipherable):
            queries.pdf_of(paper, DocumentKind.PAPER)


class TestRevoke:
    def test_is_seen_by_every_check(self, paper, officer, now):
        barcode = barcode_of(paper)

        operations.revoke(
            paper_id=paper.pk, reason=RevokeReason.ISSUED_IN_ERROR, actor=officer, now=now
        )

        assert queries.check(barcode, now=IN_TIME).outcome is Outcome.REVOKED
        assert queries.check_number(paper.number, 1961, now=IN_TIME).outcome is Outcome.REVOKED
        assert queries.revoked_numbers() == {paper.number}
        (entry,) = entries("papers.revoked")
        assert entry.details["reason"] == "issued_in_error"

    def test_is_done_once(self, paper, officer, now):
        reason = RevokeReason.HOLDER_ASKED
        operations.revoke(paper_id=paper.pk, reason=reason, actor=officer, now=now)

        with pytest.raises(AlreadyRevoked):
            operations.revoke(paper_id=paper.pk, reason=reason, actor=officer, now=now)
        assert len(entries("papers.revoked")) == 1

    def test_is_not_for_the_holder_nor_for_another_office(self, paper, elodie, officer, now):
        other = replace(officer, roles=frozenset({"officer@vehicles"}))

        for actor in (elodie, other):
            with pytest.raises(NotYourOffice):
                operations.revoke(
                    paper_id=paper.pk, reason=RevokeReason.MISUSED, actor=actor, now=now
                )

    def test_the_database_wants_moment_person_and_reason_together(self, paper, now):
        with pytest.raises(IntegrityError, match="papers_revoked_says"), transaction.atomic():
            Paper.objects.filter(pk=paper.pk).update(revoked_at=now)


class TestCheck:
    def test_a_genuine_signature_on_a_number_that_was_never_issued_is_foreign(self, paper):
        barcode = barcode_of(paper)
        Document.objects.all().delete()
        Paper.objects.all().delete()

        assert queries.check(barcode, now=IN_TIME).outcome is Outcome.FOREIGN

    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            pytest.param(
                datetime(2027, 5, 31, 21, 59, 59, tzinfo=UTC), Outcome.NOT_YET_VALID, id="eve"
            ),
            pytest.param(
                datetime(2027, 5, 31, 22, tzinfo=UTC), Outcome.SPECIMEN, id="first second"
            ),
            pytest.param(
                datetime(2027, 6, 7, 21, 59, 59, tzinfo=UTC), Outcome.SPECIMEN, id="last second"
            ),
            pytest.param(datetime(2027, 6, 7, 22, tzinfo=UTC), Outcome.EXPIRED, id="over"),
        ],
    )
    def test_by_barcode_and_by_number_agree(self, paper, moment, expected):
        assert queries.check(barcode_of(paper), now=moment).outcome is expected
        assert queries.check_number(paper.number, 1961, now=moment).outcome is expected

    def test_the_number_may_be_typed_as_it_is_read_aloud(self, paper):
        typed = f" {paper.number[:3]}.{paper.number[3:6]}-{paper.number[6:]} "

        assert queries.check_number(typed, 1961, now=IN_TIME).outcome is Outcome.SPECIMEN

    def test_by_number_never_tells_the_name(self, paper):
        verdict = queries.check_number(paper.number, 1961, now=IN_TIME)

        assert verdict.claims is not None
        assert verdict.claims.holder == ""

    @pytest.mark.parametrize(
        ("number", "year"), [(None, 1962), ("100000007", 1961), ("1", 1961), ("", 1961)]
    )
    def test_a_wrong_year_and_a_wrong_number_look_the_same(self, paper, number, year):
        found = queries.check_number(paper.number if number is None else number, year, now=IN_TIME)

        assert found == rules.Verdict(Outcome.UNKNOWN)

    def test_after_erasure_the_barcode_still_counts_and_the_year_no_longer(self, paper, granted):
        barcode = barcode_of(paper)
        vault.destroy(granted.pk)

        assert queries.check(barcode, now=IN_TIME).outcome is Outcome.SPECIMEN
        assert queries.check_number(paper.number, 1961, now=IN_TIME).outcome is Outcome.UNKNOWN


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_issue_one_paper(granted, now):
    keeping.settle(case_id=granted.pk, actor=Actor.system("cases.paid"), now=now)

    def work(_: int) -> str:
        try:
            issued = operations.issue(
                subject=granted.subject, actor=Actor.system("worker"), now=now
            )
            return issued.number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        numbers = set(workers.map(work, range(4)))

    assert len(numbers) == Paper.objects.count() == 1
    assert Document.objects.count() == 2


def test_lists_of_papers_ask_one_question_however_long(paper, granted, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert list(queries.papers_for([granted.subject, "case:other"])) == [paper]


def barcode_of(paper: Paper) -> str:
    plain = granted_.opened(paper.subject, bytes(paper.sealed), context=queries.context_of(paper))
    assert plain is not None
    text: str = json.loads(plain)["barcode"]
    assert claims.PAPER_PREFIX in text
    return text
