"""Files of a request: sent once, whatever the taps; kept sealed; replaced, never lost."""

# ruff: noqa: F811 - fixtures ask for each other by name

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.attaching import QUESTION, claiming, files, pdf, picture, sent  # noqa: F401
from tests.integration.cases.conftest import *  # noqa: F403
from visavis.cases import (
    attaching,
    attachment_rules,
    attachments,
    decisions,
    operations,
    queries,
    scanning,
)  # fmt: skip
from visavis.cases.attachment_models import Attachment
from visavis.cases.attachment_rules import Standing, Verdict
from visavis.cases.queries import NoSuchCase
from visavis.cases.refusals import (
    CaseFull,
    NoSuchFile,
    NotAsked,
    NotOpen,
    NotYetScanned,
    Quarantined,
    TooManyFiles,
)
from visavis.foundation.files.refusals import FileRefused
from visavis.foundation.throttles import TooMany
from visavis.gateways.virus_scanner.errors import VirusScannerError
from visavis.journal.models import Entry

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def attach(claiming, elodie, now):
    def attached(one=None, *, case=None, field=QUESTION, actor=elodie, at=now):
        case = case or claiming
        return attaching.attach(
            case_id=case.pk, field=field, sent=one or sent(), actor=actor, now=at
        )

    return attached


@pytest.fixture
def given_back(claiming, attach, elodie, officer, now):
    """A request with one file, which the office has asked to see again, better."""
    attach(sent(name="floue.jpg"))
    case = operations.submit(case_id=claiming.pk, actor=elodie, now=now + SECOND)
    decisions.take(case_id=case.pk, actor=officer, now=now + SECOND)
    decisions.ask_correction(
        case_id=case.pk,
        fields=[QUESTION],
        message="Illisible.",
        actor=officer,
        now=now + 2 * SECOND,
    )
    return case


def on_disk(files):
    return sorted(file for file in files.rglob("*") if file.is_file())


class TestAttach:
    def test_keeps_the_file_sealed_and_counts_it_as_the_answer(self, claiming, attach, files, now):
        content = picture()

        attach(sent(content, name="C:\\Photos\\attestation.jpg"))

        (shown,) = attachments.files_of(claiming)
        assert (shown.name, shown.pages, shown.has_preview) == ("attestation.jpg", 1, True)
        assert queries.answers(queries.case(claiming.pk), now=now)[QUESTION] == 1
        assert len(on_disk(files)) == 2
        for file in on_disk(files):
            assert b"JFIF" not in file.read_bytes()
            assert "attestation" not in file.name
        assert Entry.objects.filter(what="cases.attached", subject=claiming.subject).exists()

    def test_the_same_key_again_makes_no_second(self, claiming, attach, files):
        one = sent()

        rows = {attach(one).pk for _ in range(10)}

        assert len(rows) == 1
        assert len(on_disk(files)) == 2

    def test_a_draft_with_nothing_but_a_file_is_one_with_something_in_it(
        self, claiming, attach, now
    ):
        before = queries.case(claiming.pk)

        attach(at=now + timedelta(days=1))

        after = queries.case(claiming.pk)
        assert after.revision == before.revision + 1
        assert after.kept_until > before.kept_until

    def test_saving_a_page_shown_before_is_not_stale(self, claiming, attach, elodie, now):
        attach()

        saved = operations.save_step(
            case_id=claiming.pk, step="habitat", typed={"habitat_number": "X-1", QUESTION: "7"},
            based_on=claiming.revision, client="another", language="fr", actor=elodie, now=now,
        )  # fmt: skip

        assert not saved.troubles
        assert queries.answers(queries.case(claiming.pk), now=now)[QUESTION] == 1

    @pytest.mark.parametrize("field", ["habitat_number", "nothing", "sana_number"])
    def test_refuses_what_is_no_question_for_files(self, attach, field):
        with pytest.raises(NotAsked):
            attach(field=field)

    def test_refuses_a_question_that_is_not_asked(self, attach, season):
        with pytest.raises(NotAsked):
            attach(case=season)

    def test_refuses_more_than_the_question_takes(self, attach):
        attach()
        attach()

        with pytest.raises(TooManyFiles):
            attach()

    def test_refuses_what_no_examination_lets_through(self, attach, files):
        with pytest.raises(FileRefused):
            attach(sent(b"<svg onload=alert(1)>", name="photo.jpg"))

        assert not on_disk(files)
        assert not Attachment.objects.exists()

    def test_refuses_when_the_case_is_full(self, attach, monkeypatch):
        monkeypatch.setattr(attachment_rules, "MOST_OF_A_CASE", 1)
        attach()

        with pytest.raises(CaseFull):
            attach()

    def test_refuses_who_sends_too_much_in_an_hour(self, attach, monkeypatch):
        monkeypatch.setattr(attachment_rules, "KILOBYTES_AN_HOUR", 500)
        attach()  # a small file, which costs a process of its own as a large one does

        with pytest.raises(TooMany):
            attach()

    def test_a_neighbour_finds_no_case(self, attach, neighbour, nobody):
        for other in (neighbour, nobody):
            with pytest.raises(NoSuchCase):
                attach(actor=other)

    def test_a_visit_that_has_ended_finds_no_case(self, attach, claiming, nobody):
        gone = uuid4()
        type(claiming).objects.filter(pk=claiming.pk).update(owner="", held_by=f"visit:{gone}")

        with pytest.raises(NoSuchCase):
            attach(actor=replace(nobody, name=f"visit:{gone}", visit=gone))

    def test_refuses_once_it_is_sent(self, claiming, attach, elodie, now):
        operations.submit(case_id=claiming.pk, actor=elodie, now=now)

        with pytest.raises(NotOpen):
            attach()


class TestRemove:
    def test_takes_a_file_of_a_draft_from_the_disk(
        self, claiming, attach, elodie, now, files, run_jobs
    ):
        row = attach()

        for _ in range(2):
            attaching.remove(case_id=claiming.pk, key=row.key, actor=elodie, now=now)
        run_jobs()

        assert attachments.files_of(claiming) == []
        assert on_disk(files) == []
        row.refresh_from_db()
        assert (row.standing, bytes(row.name)) == (Standing.REMOVED, b"")

    def test_a_file_that_was_removed_stays_so_when_it_is_sent_late(
        self, claiming, attach, elodie, now
    ):
        one = sent()
        attach(one)
        attaching.remove(case_id=claiming.pk, key=one.key, actor=elodie, now=now)

        attach(one)

        assert attachments.files_of(claiming) == []

    def test_a_neighbour_cannot(self, claiming, attach, neighbour, now):
        row = attach()

        with pytest.raises(NoSuchCase):
            attaching.remove(case_id=claiming.pk, key=row.key, actor=neighbour, now=now)

    def test_no_more_once_it_is_sent(self, claiming, attach, elodie, now):
        row = attach()
        operations.submit(case_id=claiming.pk, actor=elodie, now=now)

        with pytest.raises(NotOpen):
            attaching.remove(case_id=claiming.pk, key=row.key, actor=elodie, now=now)


class TestSubmit:
    def test_leaves_behind_the_files_of_questions_that_are_not_asked_any_more(
        self, claiming, attach, elodie, now, run_jobs, files
    ):
        attach()
        operations.save_step(
            case_id=claiming.pk, step="habitat", typed={"habitat_done": "no"},
            based_on=99, client="x", language="fr", actor=elodie, now=now,
        )  # fmt: skip
        assert len(attachments.files_of(claiming)) == 1

        operations.submit(case_id=claiming.pk, actor=elodie, now=now)
        run_jobs()

        assert attachments.files_of(claiming) == []
        assert on_disk(files) == []


class TestACorrection:
    def correct(self, case, elodie, now):
        return operations.correct(
            case_id=case.pk, typed={}, based_on=99, client="x", language="fr", actor=elodie, now=now
        )

    def test_keeps_the_earlier_file_as_replaced(
        self, given_back, attach, elodie, officer, now, run_jobs
    ):
        run_jobs()
        (earlier,) = attachments.files_of(given_back)
        later = now + 3 * SECOND

        attaching.remove(case_id=given_back.pk, key=earlier.key, actor=elodie, now=later)
        attach(sent(name="nette.jpg"), at=later)
        self.correct(given_back, elodie, later)

        shown = {one.name: one.standing for one in attachments.files_of(given_back)}
        assert shown == {"floue.jpg": Standing.REPLACED, "nette.jpg": Standing.CURRENT}
        opened = attaching.open_file(
            case_id=given_back.pk, key=earlier.key, actor=officer, now=later
        )
        assert opened.name == "floue.jpg"

    def test_what_was_sent_and_taken_back_within_it_is_gone(self, given_back, attach, elodie, now):
        later = now + 3 * SECOND
        row = attach(sent(name="fausse.jpg"), at=later)

        attaching.remove(case_id=given_back.pk, key=row.key, actor=elodie, now=later)

        assert [one.name for one in attachments.files_of(given_back)] == ["floue.jpg"]

    def test_lets_nobody_touch_what_is_not_marked(self, claiming, attach, elodie, officer, now):
        row = attach()
        operations.submit(case_id=claiming.pk, actor=elodie, now=now)
        decisions.take(case_id=claiming.pk, actor=officer, now=now)
        decisions.ask_correction(
            case_id=claiming.pk, fields=["sana_number"], message="?", actor=officer, now=now
        )

        with pytest.raises(NotAsked):
            attach()
        with pytest.raises(NotAsked):
            attaching.remove(case_id=claiming.pk, key=row.key, actor=elodie, now=now)


class TestOpenFile:
    @pytest.fixture
    def row(self, claiming, attach, elodie, now, run_jobs):
        row = attach(sent(pdf(), name="attestation.pdf"))
        run_jobs()
        operations.submit(case_id=claiming.pk, actor=elodie, now=now)
        return row

    def opens(self, row, actor, now):
        return attaching.open_file(case_id=row.case_id, key=row.key, actor=actor, now=now)

    def test_hands_out_a_pdf_as_it_came_and_writes_it_down(self, row, officer, now):
        opened = self.opens(row, officer, now)

        assert opened.content.startswith(b"%PDF")
        (entry,) = Entry.objects.filter(what="cases.file_opened", actor=officer.name)
        assert entry.details == {"file": str(row.key)}

    def test_another_office_finds_no_case(self, row, officer, now):
        stranger = replace(officer, roles=frozenset({"officer@health"}))

        with pytest.raises(NoSuchCase):
            self.opens(row, stranger, now)

    def test_a_file_of_another_case_is_not_found(self, row, waiting, officer, now):
        with pytest.raises(NoSuchFile):
            attaching.open_file(case_id=waiting.pk, key=row.key, actor=officer, now=now)

    def test_not_before_it_is_scanned(self, row, officer, now):
        Attachment.objects.update(verdict=Verdict.WAITING)

        with pytest.raises(NotYetScanned):
            self.opens(row, officer, now)

    def test_never_what_is_infected(self, row, officer, now):
        Attachment.objects.update(verdict=Verdict.INFECTED)

        with pytest.raises(Quarantined):
            self.opens(row, officer, now)


def test_a_harmful_file_keeps_a_draft_from_being_sent(claiming, attach, elodie, now):
    attach()
    Attachment.objects.update(verdict=Verdict.INFECTED)

    with pytest.raises(operations.NotComplete) as refused:
        operations.submit(case_id=claiming.pk, actor=elodie, now=now)

    assert refused.value.step == "habitat"


class TestScan:
    def verdict(self, row):
        row.refresh_from_db()
        return row.verdict

    def test_clears_a_clean_file(self, attach, run_jobs):
        row = attach()
        assert self.verdict(row) == Verdict.WAITING

        run_jobs()

        assert self.verdict(row) == Verdict.CLEAN

    def test_keeps_a_harmful_one_in_quarantine(self, attach, run_jobs):
        row = attach(sent(pdf("VISAVIS-TEST-VIRUS"), name="a.pdf"))

        run_jobs()

        assert self.verdict(row) == Verdict.INFECTED
        assert Entry.objects.filter(what="cases.file_quarantined").exists()

    def test_lets_a_file_wait_while_nobody_answers(self, attach, run_jobs, system, now):
        row = attach(sent(pdf("VISAVIS-SCANNER-DOWN"), name="a.pdf"))

        with pytest.raises(VirusScannerError):
            run_jobs()

        assert scanning.scan_again(actor=system, now=now + timedelta(hours=1)) == 0
        assert self.verdict(row) == Verdict.WAITING

    def test_asks_again_and_passes_over_what_alone_cannot_be_judged(self, attach, system, now):
        stuck = attach(sent(pdf("VISAVIS-SCANNER-LIMIT"), name="a.pdf"))
        other = attach()

        assert scanning.scan_again(actor=system, now=now + timedelta(hours=1)) == 1

        assert (self.verdict(stuck), self.verdict(other)) == (Verdict.WAITING, Verdict.CLEAN)

    def test_without_a_scanner_what_was_examined_is_clean(self, attach, settings):
        settings.WORLD, settings.VIRUS_SCANNER = "live", ""

        assert self.verdict(attach()) == Verdict.CLEAN


def test_the_sweep_removes_what_no_row_names_and_nothing_else(attach, claiming, files, now):
    attach()
    lost = attach()
    Attachment.objects.filter(pk=lost.pk).delete()

    assert attaching.sweep(now=now - timedelta(days=9000)) == 0
    assert attaching.sweep(now=now + timedelta(days=9000)) == 2

    assert len(on_disk(files)) == 2


def test_the_sweep_goes_on_where_a_folder_goes_or_is_none_of_ours(
    attach, claiming, files, now, monkeypatch
):
    Attachment.objects.filter(pk=attach().pk).delete()
    (files / "lost+found" / "half").mkdir(parents=True)
    (files / "lost+found" / "half" / "notes").write_text("not ours")
    gone = files / "aa" / str(uuid4())
    gone.mkdir(parents=True)
    seen = Path.iterdir

    def meanwhile(folder):
        if folder == gone:
            raise FileNotFoundError
        return seen(folder)

    monkeypatch.setattr(Path, "iterdir", meanwhile)

    assert attaching.sweep(now=now + timedelta(days=9000)) == 2
