"""What officers may do with a case, and what comes of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.answers import BROWSER, season_answers
from tests.money import coins_for
from visavis.cases import decisions, followers, operations, queries
from visavis.cases.models import CaseKey
from visavis.cases.queries import NoSuchCase
from visavis.cases.refusals import (
    AlreadyPaid,
    NoReason,
    NothingMarked,
    NotOpen,
    NotYours,
    Stale,
    TakenByAnother,
)
from visavis.cases.rules import State
from visavis.foundation.actor import Kind
from visavis.journal.models import Entry
from visavis.payments import settling
from visavis.payments.models import Payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(waiting, officer, now):
    return decisions.take(case_id=waiting.pk, actor=officer, now=now)


@pytest.fixture
def marked(taken, officer, now):
    return decisions.ask_correction(
        case_id=taken.pk,
        fields=["sana_number"],
        message="Le numéro n’existe pas.",
        actor=officer,
        now=now,
    )


@pytest.fixture
def correct(marked, elodie, now):
    def corrected(*, client=BROWSER, based_on=None, **typed):
        return operations.correct(
            case_id=marked.pk,
            typed=typed,
            based_on=marked.revision if based_on is None else based_on,
            client=client,
            language="fr",
            actor=elodie,
            now=now,
        )

    return corrected


def pay(case, *, system, now):
    payment = Payment.objects.get(subject=case.subject)
    settling.settle(payment, coins_for(payment), actor=system, now=now)


class TestQueue:
    def test_holds_what_waits_late_first(self, fill, elodie, now):
        cases = []
        for days in (3, 0, 1):
            at = now + timedelta(days=days)
            draft = fill(elodie, season_answers(), at=at)
            cases.append(operations.submit(case_id=draft.pk, actor=elodie, now=at))

        assert list(queries.queue("environment")) == [cases[1], cases[2], cases[0]]

    def test_knows_late_from_not_yet(self, waiting, now):
        assert not waiting.is_late(now)
        assert waiting.is_late(now + timedelta(days=30))

    def test_does_not_show_drafts_or_other_offices(self, season, waiting, fill, elodie):
        fill(elodie)

        assert list(queries.queue("environment")) == [waiting]
        assert not queries.queue("vehicles").exists()

    def test_does_not_grow_its_queries(self, fill, elodie, now, django_assert_num_queries):
        for _ in range(3):
            draft = fill(elodie, season_answers())
            operations.submit(case_id=draft.pk, actor=elodie, now=now)

        with django_assert_num_queries(1):
            assert [case.version.code for case in queries.queue("environment")]


class TestReadFile:
    def test_writes_every_reading_down(self, waiting, officer, now):
        for _ in range(2):
            decisions.read_file(case_id=waiting.pk, actor=officer, now=now)

        read = Entry.objects.filter(what="cases.read", subject=waiting.subject)
        assert [entry.actor for entry in read] == [officer.name] * 2

    def test_a_draft_is_nobodys_business(self, season, officer, now):
        with pytest.raises(NoSuchCase):
            decisions.read_file(case_id=season.pk, actor=officer, now=now)

    @pytest.mark.parametrize(
        "change",
        [
            {"roles": frozenset({"officer@vehicles"})},
            {"roles": frozenset({"clerk@environment"})},
            {"kind": Kind.CITIZEN},
        ],
        ids=["another office", "another role", "as a citizen"],
    )
    def test_the_case_does_not_exist_for_others(self, waiting, officer, now, change):
        with pytest.raises(NoSuchCase):
            decisions.read_file(case_id=waiting.pk, actor=replace(officer, **change), now=now)


class TestTake:
    def test_taking_twice_is_taking_once(self, taken, officer, now):
        again = decisions.take(case_id=taken.pk, actor=officer, now=now)

        assert (again.state, again.taken_by) == (State.IN_REVIEW, officer.name)

    def test_refuses_what_a_colleague_has(self, taken, colleague, now):
        with pytest.raises(TakenByAnother):
            decisions.take(case_id=taken.pk, actor=colleague, now=now)

    def test_refuses_ones_own_request(self, waiting, officer, elodie, now):
        with pytest.raises(NotYours):
            decisions.take(case_id=waiting.pk, actor=replace(officer, name=elodie.name), now=now)

    def test_refuses_what_is_decided(self, taken, officer, now):
        decisions.refuse(case_id=taken.pk, reason="Non.", actor=officer, now=now)

        with pytest.raises(NotOpen):
            decisions.take(case_id=taken.pk, actor=officer, now=now)

    def test_put_back_lets_a_colleague_take_it(self, taken, officer, colleague, now):
        decisions.put_back(case_id=taken.pk, actor=officer, now=now)

        assert decisions.take(case_id=taken.pk, actor=colleague, now=now).taken_by == (
            colleague.name
        )


DECIDE = {
    "accept": {},
    "refuse": {"reason": "Non."},
    "put_back": {},
    "ask_correction": {"fields": ["sana_number"], "message": "?"},
}


@pytest.mark.parametrize(("verb", "given"), DECIDE.items(), ids=list(DECIDE))
class TestDeciding:
    def test_only_who_has_taken_it_decides(self, taken, colleague, now, verb, given):
        with pytest.raises(NotYours):
            getattr(decisions, verb)(case_id=taken.pk, actor=colleague, now=now, **given)

    def test_only_what_is_taken_is_decided(self, waiting, officer, now, verb, given):
        with pytest.raises((NotOpen, NotYours)):
            getattr(decisions, verb)(case_id=waiting.pk, actor=officer, now=now, **given)

    def test_a_case_that_is_not_there_is_not_decided(self, service, officer, now, verb, given):
        with pytest.raises(NoSuchCase):
            getattr(decisions, verb)(case_id=uuid4(), actor=officer, now=now, **given)


class TestAccept:
    def test_asks_for_the_frozen_fee(self, taken, officer, now):
        case = decisions.accept(case_id=taken.pk, actor=officer, now=now)

        assert case.state == State.PAYMENT
        assert Payment.objects.get().amount_cents == case.fee_cents == 28000

    def test_accepting_twice_asks_once(self, taken, officer, now):
        for _ in range(2):
            decisions.accept(case_id=taken.pk, actor=officer, now=now)

        assert Payment.objects.count() == 1


class TestRefuse:
    def test_keeps_the_reason_sealed_and_shows_it_to_the_citizen(self, taken, officer, now):
        case = decisions.refuse(
            case_id=taken.pk, reason=" Attestation inconnue. ", actor=officer, now=now
        )

        assert case.state == State.REFUSED
        assert queries.last_words(case, "refused") == "Attestation inconnue."
        assert b"Attestation" not in bytes(case.events.get(what="refused").words)

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_refuses_to_refuse_without_a_reason(self, taken, officer, now, reason):
        with pytest.raises(NoReason):
            decisions.refuse(case_id=taken.pk, reason=reason, actor=officer, now=now)


class TestCorrection:
    @pytest.mark.parametrize(
        ("fields", "message"),
        [([], "?"), (["sana_number"], " "), (["unknown"], "?"), (["starts_on"], "?")],
        ids=["no field", "no message", "unknown field", "a question that was not asked"],
    )
    def test_refuses_to_ask_for_nothing(self, taken, officer, now, fields, message):
        with pytest.raises(NothingMarked):
            decisions.ask_correction(
                case_id=taken.pk, fields=fields, message=message, actor=officer, now=now
            )

    def test_gives_the_case_back_to_the_same_officer(self, marked, correct, officer):
        correct(sana_number="DEMO-99")

        case = queries.case(marked.pk)
        assert (case.state, case.taken_by, case.marked) == (State.IN_REVIEW, officer.name, [])
        assert queries.answers(case)["sana_number"] == "DEMO-99"

    def test_changes_only_what_is_marked(self, marked, correct):
        correct(sana_number="DEMO-99", family_name="Mallory")

        assert queries.answers(queries.case(marked.pk))["family_name"] == "Exemple"

    def test_shows_again_what_is_not_good(self, marked, correct):
        saved = correct(sana_number="")

        assert [trouble.field for trouble in saved.troubles] == ["sana_number"]
        assert queries.case(marked.pk).state == State.CORRECTION

    def test_makes_the_bill_again_from_the_corrected_answers(self, taken, officer, elodie, now):
        decisions.ask_correction(
            case_id=taken.pk, fields=["residence"], message="?", actor=officer, now=now
        )

        operations.correct(
            case_id=taken.pk, typed={"residence": "elsewhere"}, based_on=99, client=BROWSER,
            language="fr", actor=elodie, now=now + timedelta(days=400),
        )  # fmt: skip

        assert queries.case(taken.pk).fee_cents == 46000

    def test_a_question_that_comes_up_is_marked_too(self, taken, officer, elodie, now):
        decisions.ask_correction(
            case_id=taken.pk, fields=["habitat_done"], message="?", actor=officer, now=now
        )

        saved = operations.correct(
            case_id=taken.pk, typed={"habitat_done": "yes"}, based_on=99, client=BROWSER,
            language="fr", actor=elodie, now=now,
        )  # fmt: skip

        assert "habitat_number" in {trouble.field for trouble in saved.troubles}
        assert "habitat_number" in queries.case(taken.pk).marked

    def test_another_device_is_told(self, correct):
        correct(sana_number="")

        with pytest.raises(Stale):
            correct(sana_number="DEMO-5", client="another", based_on=0)

    def test_refuses_when_nothing_is_asked(self, taken, elodie, now):
        with pytest.raises(NotOpen):
            operations.correct(
                case_id=taken.pk, typed={}, based_on=0, client=BROWSER, language="fr",
                actor=elodie, now=now,
            )  # fmt: skip


class TestWithdraw:
    def test_is_possible_until_it_is_decided(self, waiting, elodie, now):
        case = operations.withdraw(case_id=waiting.pk, actor=elodie, now=now)

        assert case.state == State.WITHDRAWN

    def test_withdrawing_twice_is_withdrawing_once(self, waiting, elodie, now):
        for _ in range(2):
            case = operations.withdraw(case_id=waiting.pk, actor=elodie, now=now)

        assert case.events.filter(what="withdrawn").count() == 1

    def test_asks_no_longer_for_the_fee(self, week, elodie, now):
        operations.submit(case_id=week.pk, actor=elodie, now=now)

        operations.withdraw(case_id=week.pk, actor=elodie, now=now)

        assert Payment.objects.get().is_cancelled

    def test_refuses_what_is_paid(self, week, elodie, system, now):
        operations.submit(case_id=week.pk, actor=elodie, now=now)
        pay(week, system=system, now=now)

        with pytest.raises(AlreadyPaid):
            operations.withdraw(case_id=week.pk, actor=elodie, now=now)

    def test_erases_a_draft_at_once(self, week, elodie, now):
        operations.withdraw(case_id=week.pk, actor=elodie, now=now)

        assert not CaseKey.objects.filter(case_id=week.pk).exists()

    def test_refuses_what_is_granted(self, week, elodie, system, now, run_jobs):
        operations.submit(case_id=week.pk, actor=elodie, now=now)
        pay(week, system=system, now=now)
        followers.grant_what_is_paid(week.subject, now)

        with pytest.raises((NotOpen, AlreadyPaid)):
            operations.withdraw(case_id=week.pk, actor=elodie, now=now)


class TestGrant:
    def test_follows_the_payment_however_often_it_is_told(self, week, elodie, system, now):
        operations.submit(case_id=week.pk, actor=elodie, now=now)
        pay(week, system=system, now=now)

        for _ in range(3):
            followers.grant_what_is_paid(week.subject, now)

        case = queries.case(week.pk)
        assert case.state == State.GRANTED
        assert [event.what for event in case.events.order_by("id")] == [
            "submitted", "accepted", "paid", "granted",
        ]  # fmt: skip

    def test_believes_the_payment_not_the_message(self, week, elodie, now):
        operations.submit(case_id=week.pk, actor=elodie, now=now)

        followers.grant_what_is_paid(week.subject, now)

        assert queries.case(week.pk).state == State.PAYMENT

    def test_is_not_about_other_subjects(self, service, now):
        followers.grant_what_is_paid("appointment:17", now)
        followers.grant_what_is_paid("case:not-an-id", now)

    def test_lapses_when_nobody_pays_in_time(self, week, elodie, now):
        operations.submit(case_id=week.pk, actor=elodie, now=now)

        followers.keep_no_longer(now + timedelta(days=31))

        assert queries.case(week.pk).state == State.LAPSED
        assert Payment.objects.get().is_cancelled

    def test_does_not_lapse_when_the_money_is_there(self, week, elodie, system, now):
        operations.submit(case_id=week.pk, actor=elodie, now=now)
        pay(week, system=system, now=now)

        followers.keep_no_longer(now + timedelta(days=31))

        assert queries.case(week.pk).state == State.PAYMENT

    def test_is_erased_when_its_retention_is_over(self, taken, officer, now):
        decisions.refuse(case_id=taken.pk, reason="Non.", actor=officer, now=now)
        days = queries.form_of(taken).retention_days

        followers.keep_no_longer(now + timedelta(days=days - 1))
        assert queries.case(taken.pk).erased_at is None

        followers.keep_no_longer(now + timedelta(days=days))
        gone = queries.case(taken.pk)
        assert gone.erased_at
        assert queries.last_words(gone, "refused") == ""


class TestTimeline:
    def test_says_what_happened_who_has_it_and_what_comes(self, marked):
        story = [(entry.code, entry.state) for entry in queries.timeline(marked)]

        assert story == [
            ("submitted", "done"), ("taken", "done"), ("correction", "done"),
            ("correct_now", "now"), ("office", "next"), ("result", "next"),
        ]  # fmt: skip

    def test_holds_what_the_office_wrote(self, marked):
        words = [entry.words for entry in queries.timeline(marked) if entry.words]

        assert words == ["Le numéro n’existe pas."]
