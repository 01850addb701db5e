"""A recovery certificate whose result is looked for in the register, before an officer looks."""

# ruff: noqa: F811 - fixtures ask for each other by name

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections

from tests.attaching import files, picture  # noqa: F401
from tests.registers import HELENE, ask, outcome_of, register, send  # noqa: F401
from visavis.cases import asking, checking, decisions, followers, operations, queries, rules
from visavis.cases.checking import NoAnswer, Outcome
from visavis.cases.models import RegisterQuestion
from visavis.cases.refusals import NotComplete, NotGrantedHere, NothingToAsk, NotYours
from visavis.cases.rules import State
from visavis.foundation import jobs
from visavis.gateways.laboratory_register.fake.people import Fault
from visavis.journal.models import Entry

pytestmark = pytest.mark.django_db


class TestSending:
    def test_waits_for_the_register_and_is_in_no_officers_list(self, send):
        case = send()

        assert case.state == State.CHECKING
        assert [entry.code for entry in queries.timeline(case)][-2:] == ["checking_now", "result"]
        assert not queries.queue("health").exists()

    def test_the_job_asks_with_what_the_definition_says(self, send, register, run_jobs):
        send()

        run_jobs()

        (asked,) = register.asked
        assert (asked.family_name, asked.birth_date, asked.analysis) == (
            "Exemple", "1984-04-12", "pcr",
        )  # fmt: skip

    def test_a_test_abroad_goes_to_an_officer_at_once(self, send, register, run_jobs):
        case = send(country="fr", proof=picture())
        run_jobs()

        assert (case.state, case.reasons) == (State.SUBMITTED, ["abroad"])
        assert register.asked == []

    def test_a_test_abroad_comes_with_its_proof(self, send):
        with pytest.raises(NotComplete, match="proof"):
            send(country="fr")


class TestAnswer:
    def test_one_that_is_the_same_is_granted_by_itself(self, send, now):
        case = ask(send(), now)

        assert (case.state, case.is_automatic, case.taken_by) == (State.GRANTED, True, "")
        assert [event.what for event in case.events.order_by("id")] == [
            "submitted", "accepted", "granted",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("fault", "outcome"),
        [
            (Fault.SEVERAL, Outcome.SEVERAL),
            (Fault.NEAR, Outcome.NEAR),
            (Fault.WRONG_PERSON, Outcome.NOT_FOUND),
            (Fault.PENDING, Outcome.PENDING),
        ],
    )
    def test_anything_else_goes_to_an_officer_and_never_to_a_refusal(
        self, send, register, now, fault, outcome
    ):
        register.fault = fault

        case = ask(send(), now)

        assert (case.state, outcome_of(case)) == (State.SUBMITTED, outcome)
        assert list(queries.queue("health")) == [case]

    def test_a_birth_date_known_in_part_goes_to_an_officer(self, send, now):
        assert ask(send(birth_date="1984"), now).state == State.SUBMITTED

    def test_no_register_goes_to_an_officer_at_once(self, send, now, monkeypatch, settings):
        monkeypatch.undo()
        settings.LABORATORY_REGISTER = {"url": "", "token": ""}

        case = ask(send(), now)

        assert (case.state, outcome_of(case)) == (State.SUBMITTED, Outcome.NOT_SET_UP)

    def test_is_sealed_and_written_down_without_its_outcome(self, send, register, now):
        register.fault = Fault.NEAR
        case = ask(send(), now)

        kept = bytes(RegisterQuestion.objects.get(case=case).finding)
        assert b"near" not in kept
        assert "near" not in str(list(Entry.objects.values_list("details", flat=True)))
        assert Entry.objects.filter(what="cases.register_asked", subject=case.subject).count() == 1

    def test_is_gone_with_the_case(self, send, register, elodie, now):
        register.fault = Fault.NEAR
        case = ask(send(), now)
        operations.withdraw(case_id=case.pk, actor=elodie, now=now)

        followers.keep_no_longer(now + timedelta(days=400))

        assert bytes(RegisterQuestion.objects.get(case=case).finding) == b""


class TestRepeating:
    def test_asking_again_after_the_answer_changes_nothing(self, send, register, now):
        case = send()
        for _ in range(3):
            ask(case, now)

        assert len(register.asked) == 1
        assert queries.case(case.pk).events.filter(what="granted").count() == 1

    def test_a_crash_before_the_answer_was_written_asks_again(
        self, send, register, now, monkeypatch
    ):
        case = send()
        with monkeypatch.context() as crash:
            crash.setattr(asking, "_write", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                ask(case, now)
        assert queries.case(case.pk).state == State.CHECKING

        assert ask(case, now).state == State.GRANTED
        assert len(register.asked) == 2

    def test_given_up_meanwhile_stays_given_up(self, send, elodie, now):
        case = send()
        operations.withdraw(case_id=case.pk, actor=elodie, now=now)

        assert ask(case, now).state == State.WITHDRAWN

    def test_what_is_given_up_is_not_told_to_the_register(self, send, register, elodie, now):
        case = send()
        operations.withdraw(case_id=case.pk, actor=elodie, now=now)

        ask(case, now)

        assert register.asked == []

    def test_given_up_while_the_register_thinks_stays_given_up(
        self, send, elodie, now, monkeypatch
    ):
        case = send()

        def think(register, facts):
            operations.withdraw(case_id=case.pk, actor=elodie, now=now)
            return checking.Finding(Outcome.CONFIRMED)

        monkeypatch.setattr(checking, "ask", think)

        assert ask(case, now).state == State.WITHDRAWN

    @pytest.mark.django_db(transaction=True)
    def test_two_jobs_at_once_grant_once(self, send, now):
        case = send()

        def run(_: int) -> None:
            try:
                ask(case, now)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as workers:
            list(workers.map(run, range(4)))

        assert queries.case(case.pk).state == State.GRANTED
        assert case.events.filter(what="granted").count() == 1


class TestRegisterDown:
    @pytest.fixture
    def down(self, register):
        register.fault = Fault.DOWN
        return register

    def test_is_tried_again_and_granted_once_it_is_up(self, send, down, now):
        case = send()
        for hours in range(3):
            with pytest.raises(NoAnswer):
                ask(case, now + timedelta(hours=hours))
        assert queries.case(case.pk).state == State.CHECKING

        down.fault = Fault.GOOD

        assert ask(case, now + timedelta(hours=4)).state == State.GRANTED

    @pytest.mark.parametrize("fault", [Fault.SLOW, Fault.DOWN, Fault.GARBLED])
    def test_an_officer_has_it_after_the_last_try(self, send, register, now, fault):
        register.fault = fault
        case = send()
        for _ in range(rules.REGISTER_TRIES - 1):
            with pytest.raises(NoAnswer):
                ask(case, now)

        case = ask(case, now)

        assert (case.state, outcome_of(case)) == (State.SUBMITTED, Outcome.UNREACHABLE)
        assert len(register.asked) == rules.REGISTER_TRIES
        assert ask(case, now).state == State.SUBMITTED

    def test_the_job_outlives_all_tries(self):
        assert jobs.AGAIN.max_attempts > rules.REGISTER_TRIES

    def test_an_officer_has_it_when_the_job_itself_is_lost(self, send, now):
        case = send()

        followers.keep_no_longer(now + rules.REGISTER_WITHIN - timedelta(minutes=1))
        assert queries.case(case.pk).state == State.CHECKING

        followers.keep_no_longer(now + rules.REGISTER_WITHIN)
        case = queries.case(case.pk)
        assert (case.state, outcome_of(case)) == (State.SUBMITTED, Outcome.UNREACHABLE)
        assert ask(case, now + timedelta(days=2)).state == State.SUBMITTED


class TestOfficer:
    @pytest.fixture
    def taken(self, send, register, now):
        register.fault = Fault.PENDING
        case = ask(send(), now)
        return decisions.take(case_id=case.pk, actor=HELENE, now=now)

    def test_asks_again_and_decides_themselves(self, taken, register, now):
        register.fault = Fault.GOOD
        decisions.ask_register(case_id=taken.pk, actor=HELENE, now=now + timedelta(days=1))

        case = ask(taken, now + timedelta(days=1))

        assert (case.state, outcome_of(case)) == (State.IN_REVIEW, Outcome.CONFIRMED)

    def test_is_told_at_the_first_try_that_there_is_no_answer(self, taken, register, now):
        register.fault = Fault.DOWN
        decisions.ask_register(case_id=taken.pk, actor=HELENE, now=now)

        assert outcome_of(ask(taken, now)) is Outcome.UNREACHABLE

    def test_asks_only_about_what_they_have_taken(self, taken, now):
        other = replace(HELENE, name="p-officer00010")

        with pytest.raises(NotYours):
            decisions.ask_register(case_id=taken.pk, actor=other, now=now)

    def test_a_correction_makes_the_answer_old(self, taken, elodie, now):
        decisions.ask_correction(
            case_id=taken.pk, fields=["given_name"], message="?", actor=HELENE, now=now
        )
        operations.correct(
            case_id=taken.pk, typed={"given_name": "Élodie Marie"}, based_on=99, client="one",
            language="fr", actor=elodie, now=now,
        )  # fmt: skip

        case = queries.case(taken.pk)
        assert (case.state, queries.question_of(case)) == (State.IN_REVIEW, None)

    def test_a_service_without_a_register_asks_none(self, waiting, officer, now):
        decisions.take(case_id=waiting.pk, actor=officer, now=now)

        with pytest.raises(NothingToAsk):
            decisions.ask_register(case_id=waiting.pk, actor=officer, now=now)


class TestOutsideTheDemonstration:
    @pytest.fixture
    def sent(self, send, settings):
        """A request from before: none can be begun there."""
        case = send()
        settings.WORLD = "practice"
        return case

    def test_it_cannot_even_be_begun(self, sent, send):
        with pytest.raises(NotGrantedHere):
            send()

    def test_nothing_is_granted_by_itself(self, sent, now):
        case = ask(sent, now)

        assert (case.state, outcome_of(case)) == (State.SUBMITTED, Outcome.CONFIRMED)

    def test_an_officer_cannot_grant_it_but_refuse_it(self, sent, now):
        case = ask(sent, now)
        decisions.take(case_id=case.pk, actor=HELENE, now=now)

        with pytest.raises(NotGrantedHere):
            decisions.accept(case_id=case.pk, actor=HELENE, now=now)

        refused = decisions.refuse(case_id=case.pk, reason="?", actor=HELENE, now=now)
        assert refused.state == State.REFUSED
