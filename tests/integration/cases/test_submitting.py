"""From the last page of a draft to one request, one bill, one decision."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connections

from tests.answers import season_answers, week_answers
from tests.requesting import Fill
from visavis.cases import operations, queries
from visavis.cases.models import Case
from visavis.cases.queries import NoSuchCase
from visavis.cases.refusals import (
    IdentityTooWeak,
    NoForm,
    NotComplete,
    NotEligible,
    NotOpen,
    NotRegistered,
)
from visavis.cases.rules import State
from visavis.catalog.models import ServiceVersion
from visavis.foundation import codes
from visavis.foundation.actor import Actor
from visavis.journal.models import Entry
from visavis.notices.models import Notice
from visavis.payments.models import Payment
from visavis.people.models import User
from visavis.people.operations import prove_identity
from visavis.people.rules import ProofMethod

pytestmark = pytest.mark.django_db


class TestSubmit:
    def test_decides_by_itself_what_the_law_allows_and_asks_for_the_fee(self, week, elodie, now):
        case = operations.submit(case_id=week.pk, actor=elodie, now=now)

        payment = Payment.objects.get()
        assert (case.state, case.fee_cents, case.is_automatic) == (State.PAYMENT, 6000, True)
        assert (payment.subject, payment.amount_cents) == (case.subject, 6000)

    def test_gives_a_reference_that_can_be_read_aloud(self, week, elodie, now):
        case = operations.submit(case_id=week.pk, actor=elodie, now=now)

        assert codes.is_number(case.reference)
        assert case.reference != case.code

    def test_leaves_to_an_officer_what_must_be_checked(self, season, elodie, now):
        case = operations.submit(case_id=season.pk, actor=elodie, now=now)

        assert (case.state, case.reasons, case.fee_cents) == (State.SUBMITTED, ["sana"], 28000)
        assert not Payment.objects.exists()
        assert case.due_at > now

    def test_is_written_in_the_journal_without_a_word_of_the_answers(self, week, elodie, now):
        operations.submit(case_id=week.pk, actor=elodie, now=now)

        entries = Entry.objects.filter(subject=week.subject)
        assert {"cases.submitted", "cases.accepted"} <= {entry.what for entry in entries}
        assert not any("Exemple" in str(entry.details) for entry in entries)

    def test_ten_taps_are_one_request_and_one_payment(self, week, elodie, now):
        sent = {
            operations.submit(case_id=week.pk, actor=elodie, now=now).reference for _ in range(10)
        }

        assert len(sent) == Payment.objects.count() == 1

    def test_an_answer_lost_on_the_way_changes_nothing(self, week, elodie, now):
        first = operations.submit(case_id=week.pk, actor=elodie, now=now)
        again = operations.submit(case_id=week.pk, actor=elodie, now=now + timedelta(hours=3))

        assert (again.reference, again.submitted_at) == (first.reference, first.submitted_at)

    def test_refuses_somebody_unknown_and_keeps_the_draft(self, fill, nobody, now):
        draft = fill(nobody)

        with pytest.raises(NotRegistered):
            operations.submit(case_id=draft.pk, actor=nobody, now=now)

        assert queries.case(draft.pk).state == State.DRAFT

    def test_a_sensitive_service_asks_for_a_document_seen_by_two(
        self, week, elodie, citizen, system, now
    ):
        version = week.version
        version.definition = {**version.definition, "sensitive": True}
        version.digest = "sensitive"
        version.save()
        prove = partial(
            prove_identity, user=citizen, method=ProofMethod.BRANCH, level=3, actor=system, now=now
        )

        prove()
        with pytest.raises(IdentityTooWeak):
            operations.submit(case_id=week.pk, actor=replace(elodie, assurance=3), now=now)
        prove(confirmed_by="p-checker00002")

        assert operations.submit(
            case_id=week.pk, actor=replace(elodie, assurance=3), now=now
        ).submitted_at

    def test_refuses_an_identity_that_is_too_weak(self, week, elodie, now):
        with pytest.raises(IdentityTooWeak) as refusal:
            operations.submit(case_id=week.pk, actor=replace(elodie, assurance=0), now=now)

        assert refusal.value.level == 1

    def test_refuses_what_is_not_complete_and_says_where(self, fill, elodie, now):
        draft = fill(elodie, week_answers(locality=""))

        with pytest.raises(NotComplete) as refusal:
            operations.submit(case_id=draft.pk, actor=elodie, now=now)

        assert refusal.value.step == "address"

    def test_refuses_who_is_not_eligible(self, fill, elodie, now):
        draft = fill(elodie, week_answers(birth_date="2020-01-01"))

        with pytest.raises(NotEligible) as refusal:
            operations.submit(case_id=draft.pk, actor=elodie, now=now)

        assert refusal.value.ending == "too-young"

    def test_refuses_what_was_given_up(self, week, elodie, now):
        operations.withdraw(case_id=week.pk, actor=elodie, now=now)

        with pytest.raises(NotOpen):
            operations.submit(case_id=week.pk, actor=elodie, now=now)

    def test_reads_the_answers_again_on_the_day_itself(self, fill, elodie, now):
        draft = fill(elodie, week_answers())

        with pytest.raises(NotComplete):  # the first day has passed while the draft lay there
            operations.submit(
                case_id=draft.pk, actor=elodie, now=datetime(2027, 6, 2, tzinfo=now.tzinfo)
            )

    def test_the_neighbours_draft_does_not_exist(self, week, neighbour, now):
        with pytest.raises(NoSuchCase):
            operations.submit(case_id=week.pk, actor=neighbour, now=now)

    def test_tells_the_citizen_without_anything_personal(self, season, citizen, elodie, now):
        User.objects.filter(pk=citizen.pk).update(
            email="elodie@example.ch", email_confirmed_at=now, notify_by="mail"
        )

        operations.submit(case_id=season.pk, actor=elodie, now=now)

        notice = Notice.objects.get()
        assert notice.template == "case-submitted"
        assert "Élodie" not in notice.title + notice.body
        assert "Exemple" not in notice.title + notice.body

    def test_says_nothing_to_who_has_no_channel(self, season, elodie, now):
        operations.submit(case_id=season.pk, actor=elodie, now=now)

        assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answers", [week_answers(), season_answers()], ids=["week", "season"])
def test_of_eight_devices_at_once_one_request_comes_and_one_payment_at_most(
    fill: Fill, elodie: Actor, now: datetime, answers: dict[str, object]
) -> None:
    draft = fill(elodie, answers)

    def attempt(_: int) -> str | None:
        try:
            return operations.submit(case_id=draft.pk, actor=elodie, now=now).reference
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as devices:
        references = set(devices.map(attempt, range(8)))

    assert len(references) == 1
    assert Payment.objects.count() == (answers["kind"] == "week")
    assert Entry.objects.filter(what="cases.submitted").count() == 1


class TestStart:
    def test_beginning_twice_leads_to_the_same_empty_draft(self, service, elodie, now):
        first, second = (
            operations.start(service=service, language="fr", actor=elodie, now=now)
            for _ in range(2)
        )

        assert first.pk == second.pk

    def test_a_draft_with_something_in_it_stays_and_a_new_one_begins(self, week, elodie, now):
        new = operations.start(service=week.version, language="fr", actor=elodie, now=now)

        assert new.pk != week.pk
        assert list(queries.drafts_of(elodie)) == [week]

    def test_refuses_a_service_without_a_form(self, service, elodie, now):
        other = ServiceVersion.objects.exclude(access="form").first()

        with pytest.raises(NoForm):
            operations.start(service=other, language="fr", actor=elodie, now=now)

    @pytest.mark.django_db(transaction=True)
    def test_eight_taps_at_once_begin_one_draft(self, service, elodie, now):
        def attempt(_: int) -> object:
            try:
                return operations.start(service=service, language="fr", actor=elodie, now=now).pk
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as taps:
            begun = set(taps.map(attempt, range(8)))

        assert len(begun) == Case.objects.count() == 1
