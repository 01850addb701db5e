"""Going on later, my requests, corrections, withdrawing; and words for everything."""

# ruff: noqa: F811 - fixtures are imported, and asked for by name

import re

import pytest
from django.test import Client

from tests.answers import season_answers, week_answers
from tests.filling_in import Browser, address, browser, drafted, signed_in  # noqa: F401
from tests.money import coins_for
from tests.requesting import citizen, elodie, fill, neighbour, nobody, officer, service  # noqa: F401
from visavis.cases import decisions, queries, refusals
from visavis.cases.models import Case
from visavis.cases.rules import State
from visavis.catalog.definition.fields import Problem
from visavis.doors.portal import cases_file_words, cases_words
from visavis.foundation import codes
from visavis.foundation.files.refusals import BY_NAME
from visavis.payments import settling
from visavis.payments.models import Payment

pytestmark = pytest.mark.django_db


class TestLater:
    def test_shows_the_code_and_keeps_a_number(self, browser):
        browser.begin()
        browser.post(kind="week", pause="1")
        assert "/later/" in browser.at

        browser.post(number="4711")

        assert Case.objects.get().second_fact
        assert codes.spoken(Case.objects.get().code) in browser.page

    def test_a_number_of_five_digits_is_refused(self, browser):
        browser.begin()
        browser.post(kind="week", pause="1")
        browser.post(number="47110")

        assert "errors__title" in browser.page

    def test_goes_on_elsewhere_with_code_and_birth_date(self, browser):
        browser.begin()
        browser.fill_in(week_answers())
        elsewhere = Browser(Client())
        elsewhere.get(address("case_take_up"))
        elsewhere.post(code=Case.objects.get().code, birth_0="12", birth_1="4", birth_2="1961")

        assert "/review/" in elsewhere.at
        assert "Élodie" in elsewhere.page

    def test_says_the_same_of_a_wrong_code_and_a_wrong_fact(self, browser):
        browser.begin()
        browser.fill_in(week_answers())
        code = Case.objects.get().code
        said = []
        for typed in ({"code": code, "number": "0000"}, {"code": "999999999", "number": "0000"}):
            browser.get(address("case_take_up"))
            said.append(re.search(r'role="alert".*?</div>', browser.post(**typed), re.S))

        assert said[0]
        assert said[1]
        assert said[0][0] == said[1][0]

    def test_asks_for_both(self, browser):
        browser.get(address("case_take_up"))
        browser.post(code="", number="")

        assert "errors__title" in browser.page

    def test_says_when_there_were_too_many_tries(self, browser):
        for _ in range(11):
            browser.get(address("case_take_up"))
            browser.post(code="999999999", number="0000")

        assert "quart d’heure" in browser.page or "quarter of an hour" in browser.page


class TestMine:
    def test_lists_drafts_requests_and_what_comes_next(self, drafted, signed_in):
        signed_in.get(address("cases"))
        assert address("case", drafted.pk) in signed_in.page

        signed_in.get(address("case_review", drafted.pk))
        signed_in.post()
        signed_in.get(address("cases"))
        number = codes.spoken(Case.objects.get().reference)
        assert number in signed_in.page.replace("\u00a0", " ")

    def test_is_friendly_when_empty(self, signed_in):
        assert address("services") in signed_in.get(address("cases"))

    def test_does_not_grow_its_queries(
        self, signed_in, fill, elodie, django_assert_max_num_queries
    ):
        for _ in range(6):
            fill(elodie)

        with django_assert_max_num_queries(20):
            signed_in.client.get(address("cases"))


class TestFollowing:
    @pytest.fixture
    def asked(self, signed_in, officer, now):
        signed_in.begin()
        signed_in.fill_in(season_answers())
        signed_in.post()
        case = Case.objects.get()
        decisions.take(case_id=case.pk, actor=officer, now=now)
        return decisions.ask_correction(
            case_id=case.pk, fields=["sana_number"], message="Numéro ?", actor=officer, now=now
        )

    def test_shows_only_what_is_marked_and_sends_it_back(self, asked, signed_in):
        signed_in.get(address("case_correct", asked.pk))
        assert "sana_number" in signed_in.page
        assert "family_name" not in signed_in.page
        assert "Numéro ?" in signed_in.page

        signed_in.post(sana_number="DEMO-2")

        assert signed_in.at == address("case", asked.pk)
        assert Case.objects.get().state == State.IN_REVIEW

    @pytest.mark.parametrize("revision", ["", "x", "²", "1e9", "-1", "9" * 5000])
    def test_an_invented_revision_breaks_nothing(self, asked, signed_in, revision):
        posted = {"on_page": "sana_number", "revision": revision, "sana_number": ""}

        answer = signed_in.client.post(address("case_correct", asked.pk), posted)

        assert answer.status_code == 200
        assert Case.objects.get().state == State.CORRECTION

    def test_an_empty_correction_is_refused(self, asked, signed_in):
        signed_in.get(address("case_correct", asked.pk))
        signed_in.post(sana_number="")

        assert "errors__title" in signed_in.page

    def test_tells_the_story(self, asked, signed_in):
        signed_in.get(address("case", asked.pk))

        assert signed_in.page.count("timeline__entry") >= 4
        assert "Numéro ?" in signed_in.page

    def test_shows_the_reason_of_a_refusal(self, asked, signed_in, officer, now, elodie):
        signed_in.get(address("case_correct", asked.pk))
        signed_in.post(sana_number="DEMO-2")
        decisions.refuse(case_id=asked.pk, reason="Inconnue.", actor=officer, now=now)

        assert "Inconnue." in signed_in.get(address("case", asked.pk))

    def test_withdrawing_is_asked_once_more(self, asked, signed_in):
        signed_in.get(address("case_withdraw", asked.pk))
        assert Case.objects.get().state == State.CORRECTION

        signed_in.post()
        assert Case.objects.get().state == State.WITHDRAWN

    def test_a_deleted_draft_leads_back_to_its_beginning(self, drafted, signed_in):
        signed_in.get(address("case_withdraw", drafted.pk))
        signed_in.post()

        assert signed_in.at == address("begin", "fishing-permit")

    def test_what_is_paid_cannot_be_withdrawn_here(self, drafted, signed_in, system, now):
        signed_in.post()
        payment = Payment.objects.get()
        settling.settle(payment, coins_for(payment), actor=system, now=now)
        signed_in.at = address("case_withdraw", drafted.pk)

        assert signed_in.client.post(signed_in.at).status_code == 409


def test_every_refusal_has_a_sentence():
    said = {refusal.__name__ for refusal in cases_words.REFUSALS | cases_file_words.REFUSALS}
    ancestors = {"TakeUpRefused", "CaseRefused", "AttachingRefused"}
    of_files = {"NotYetScanned", "Quarantined"}
    of_deciding = {"NothingMarked", "NoReason", "TakenByAnother", "NothingToAsk", "NotGrantedHere"}
    for_officers = ancestors | of_files | of_deciding
    every = {
        name
        for name, kind in vars(refusals).items()
        if isinstance(kind, type) and issubclass(kind, refusals.CaseRefused)
    }

    assert every - said == for_officers


def test_every_problem_state_and_happening_has_words():
    assert set(cases_words.PROBLEMS) == set(Problem)
    assert set(cases_words.STATES) == set(State)
    expected = {code for now, later in queries.HERE.values() for code in (now, *later)}
    assert expected == set(cases_words.EXPECTED)


def test_every_file_that_is_not_taken_is_answered_with_a_sentence():
    assert set(BY_NAME.values()) <= set(cases_file_words.REFUSALS)
