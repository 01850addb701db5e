"""Saving, keeping, parking and taking up drafts: nothing is lost, nothing is handed to another."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.answers import BROWSER, OTHER_BROWSER, week_answers
from visavis.cases import operations, queries, rules, vault
from visavis.cases.models import Case, CaseKey
from visavis.cases.queries import NoSuchCase
from visavis.cases.refusals import (
    BelongsToAnAccount,
    NotOpen,
    NotYours,
    OnlyInABranch,
    Stale,
    WeakNumber,
    WrongFacts,
)
from visavis.cases.rules import State
from visavis.catalog.definition.fields import Problem
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.foundation.throttles import TooMany
from visavis.people import closing

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(elodie, now):
    def saved(case, step, *, client=BROWSER, based_on=None, actor=elodie, **typed):
        return operations.save_step(
            case_id=case.pk,
            step=step,
            typed=typed,
            based_on=queries.case(case.pk).revision if based_on is None else based_on,
            client=client,
            language="fr",
            actor=actor,
            now=now,
        )

    return saved


@pytest.fixture
def draft(service, elodie, now):
    return operations.start(service=service, language="fr", actor=elodie, now=now)


@pytest.fixture
def at_home():
    return Actor(Kind.CITIZEN, "browser:home", Channel.WEB)


class TestSaveStep:
    def test_says_which_page_follows(self, draft, save):
        assert save(draft, "kind", kind="week").next_step == "first-day"
        assert save(draft, "kind", kind="season").next_step == "holder"

    def test_keeps_good_answers_beside_a_bad_one(self, draft, save):
        saved = save(
            draft, "holder", given_name="Élodie", family_name="Exemple", birth_date="31.2.1961"
        )

        written = queries.document_of(saved.case)
        assert written.answers == {"given_name": "Élodie", "family_name": "Exemple"}
        assert written.raw == {"birth_date": "31.2.1961"}
        assert [(t.field, t.problem) for t in saved.troubles] == [("birth_date", Problem.NOT_A_DAY)]

    def test_says_where_the_answers_end(self, draft, save):
        save(draft, "kind", kind="season")
        save(draft, "holder", given_name="É", family_name="E", birth_date="1961")

        assert save(draft, "sana", has_sana="no").ending == "no-sana"

    def test_a_question_that_comes_up_on_the_page_is_missing(self, draft, save):
        save(draft, "kind", kind="season")
        save(draft, "holder", given_name="É", family_name="E", birth_date="1961")

        assert [trouble.field for trouble in save(draft, "sana", has_sana="yes").troubles] == [
            "sana_number"
        ]

    def test_an_answer_no_longer_asked_does_not_count_and_comes_back(self, week, save, now):
        save(week, "kind", kind="season")
        assert "starts_on" not in queries.answers(queries.case(week.pk), now=now)

        save(week, "kind", kind="week")
        assert queries.answers(queries.case(week.pk), now=now)["starts_on"] == "2027-06-01"

    def test_the_same_browser_may_go_back_and_change_its_mind(self, draft, save):
        save(draft, "kind", kind="week", based_on=0)
        save(draft, "kind", kind="season", based_on=0)

        assert queries.document_of(queries.case(draft.pk)).answers["kind"] == "season"

    def test_another_browser_is_told_and_overwrites_nothing(self, draft, save):
        save(draft, "kind", kind="week")

        with pytest.raises(Stale) as refusal:
            save(draft, "kind", kind="season", based_on=0, client=OTHER_BROWSER)

        assert refusal.value.fields == ["kind"]
        assert queries.document_of(queries.case(draft.pk)).answers["kind"] == "week"

    def test_another_browser_that_saw_the_newest_may_change_it(self, draft, save):
        save(draft, "kind", kind="week")
        save(draft, "kind", kind="season", client=OTHER_BROWSER)

        assert queries.document_of(queries.case(draft.pk)).answers["kind"] == "season"

    def test_two_devices_on_two_pages_lose_nothing(self, draft, save):
        save(draft, "kind", kind="week", based_on=0)
        save(draft, "residence", residence="canton", based_on=0, client=OTHER_BROWSER)

        answers = queries.document_of(queries.case(draft.pk)).answers
        assert answers == {"kind": "week", "residence": "canton"}

    def test_fields_of_other_pages_are_not_looked_at(self, draft, save):
        save(draft, "kind", kind="week", family_name="Mallory")

        assert "family_name" not in queries.document_of(queries.case(draft.pk)).answers

    def test_answers_are_not_readable_in_the_database(self, week):
        stored = bytes(Case.objects.values_list("document", flat=True).get(pk=week.pk))

        assert b"Exemple" not in stored
        assert b"Saignel" not in stored

    def test_what_officers_filter_by_lies_beside(self, week):
        assert queries.case(week.pk).filters == {"kind": "week", "residence": "canton"}

    def test_refuses_once_it_is_submitted(self, week, save, elodie, now):
        operations.submit(case_id=week.pk, actor=elodie, now=now)

        with pytest.raises(NotOpen):
            save(week, "kind", kind="day")

    def test_the_neighbours_draft_does_not_exist(self, draft, save, neighbour):
        with pytest.raises(NoSuchCase):
            save(draft, "kind", actor=neighbour, kind="day")


class TestKeep:
    def test_keeps_what_is_typed_beside_the_answers(self, week, elodie, now):
        operations.keep(
            case_id=week.pk, typed={"locality": "Saigne"}, based_on=99, actor=elodie, now=now
        )

        written = queries.document_of(queries.case(week.pk))
        assert written.raw == {"locality": "Saigne"}
        assert written.answers["locality"] == "Saignelégier"

    def test_what_arrives_after_the_page_was_saved_is_not_taken(self, week, elodie, now):
        operations.keep(
            case_id=week.pk, typed={"locality": "Saigne"}, based_on=0, actor=elodie, now=now
        )

        assert queries.document_of(queries.case(week.pk)).raw == {}

    def test_foreign_names_are_not_kept(self, draft, elodie, now):
        operations.keep(
            case_id=draft.pk, typed={"password": "x"}, based_on=0, actor=elodie, now=now
        )

        assert queries.document_of(queries.case(draft.pk)).raw == {}

    def test_makes_a_draft_that_can_be_found_again(self, draft, elodie, now):
        assert not queries.drafts_of(elodie).exists()

        operations.keep(case_id=draft.pk, typed={"kind": "day"}, based_on=0, actor=elodie, now=now)

        assert queries.drafts_of(elodie).count() == 1

    def test_refuses_once_it_is_submitted(self, week, elodie, now):
        operations.submit(case_id=week.pk, actor=elodie, now=now)

        with pytest.raises(NotOpen):
            operations.keep(
                case_id=week.pk, typed={"kind": "day"}, based_on=0, actor=elodie, now=now
            )


class TestTakeUp:
    def test_hands_the_draft_to_who_knows_code_and_birth_date(self, fill, nobody, at_home, now):
        draft = fill(nobody)

        operations.take_up(code=draft.code, fact="1961-04-12", actor=at_home, now=now)

        assert queries.case_for(draft.pk, actor=at_home).pk == draft.pk
        with pytest.raises(NoSuchCase):
            queries.case_for(draft.pk, actor=nobody)

    def test_takes_the_code_as_people_type_it(self, fill, nobody, at_home, now):
        draft = fill(nobody)
        spoken = f" {draft.code[:3]} {draft.code[3:6]}.{draft.code[6:]} "

        assert operations.take_up(code=spoken, fact="1961-04-12", actor=at_home, now=now)

    def test_takes_the_number_that_the_citizen_chose(self, fill, nobody, at_home, now):
        draft = fill(nobody)
        operations.park(case_id=draft.pk, number="4711", actor=nobody, now=now)

        assert operations.take_up(code=draft.code, fact="4711", actor=at_home, now=now)

    def test_the_number_lies_as_a_slow_hash(self, fill, nobody, now):
        draft = fill(nobody)
        operations.park(case_id=draft.pk, number="4711", actor=nobody, now=now)

        kept = Case.objects.values_list("second_fact", flat=True).get(pk=draft.pk)
        assert "4711" not in kept.split("$")
        assert kept.startswith("scrypt$")

    @pytest.mark.parametrize("number", ["471", "47110", "four", "４７１１", ""])
    def test_refuses_a_number_that_is_not_four_digits(self, fill, nobody, now, number):
        draft = fill(nobody)

        with pytest.raises(WeakNumber):
            operations.park(case_id=draft.pk, number=number, actor=nobody, now=now)

    @pytest.mark.parametrize("fact", ["1961-04-13", "1961", "4711", "", "0000"])
    def test_refuses_a_wrong_fact(self, fill, nobody, at_home, now, fact):
        draft = fill(nobody)

        with pytest.raises(WrongFacts):
            operations.take_up(code=draft.code, fact=fact, actor=at_home, now=now)

        assert queries.case(draft.pk).tries == 1

    def test_a_partial_birth_date_is_compared_as_far_as_it_goes(self, fill, nobody, at_home, now):
        draft = fill(nobody, week_answers(birth_date="1961"))

        assert operations.take_up(code=draft.code, fact="1961-11-30", actor=at_home, now=now)

    def test_browsers_without_cookies_share_a_budget_and_a_kiosk_does_not(
        self, fill, nobody, at_home, now, monkeypatch
    ):
        monkeypatch.setattr(rules, "TAKE_UPS_OF_ALL_BROWSERS", 3)
        draft = fill(nobody)
        for number in range(3):
            guesser = replace(at_home, name=f"browser:{number}")
            with pytest.raises(WrongFacts):
                operations.take_up(code="123", fact="1961-04-12", actor=guesser, now=now)

        with pytest.raises(TooMany):
            operations.take_up(code=draft.code, fact="1961-04-12", actor=at_home, now=now)
        in_visit = replace(at_home, name="visit:1", visit=uuid4())
        assert operations.take_up(code=draft.code, fact="1961-04-12", actor=in_visit, now=now)

    @pytest.mark.parametrize("code", ["", "123", "794", "999999999"])
    def test_refuses_a_code_that_nobody_has_in_the_same_words(self, service, at_home, now, code):
        with pytest.raises(WrongFacts):
            operations.take_up(code=code, fact="1961-04-12", actor=at_home, now=now)

    def test_after_five_wrong_tries_only_in_a_branch_even_with_the_right_fact(
        self, fill, nobody, at_home, now
    ):
        draft = fill(nobody)
        for _ in range(5):
            with pytest.raises(WrongFacts):
                operations.take_up(code=draft.code, fact="0000", actor=at_home, now=now)

        with pytest.raises(OnlyInABranch):
            operations.take_up(code=draft.code, fact="1961-04-12", actor=at_home, now=now)

    def test_a_clerk_opens_it_again_without_seeing_inside(
        self, fill, nobody, at_home, officer, now
    ):
        draft = fill(nobody)
        Case.objects.filter(pk=draft.pk).update(tries=5)
        clerk = replace(officer, kind=Kind.CLERK, roles=frozenset({"clerk@post/saignelegier"}))

        operations.unlock(code=draft.code, actor=clerk, now=now)

        assert operations.take_up(code=draft.code, fact="1961-04-12", actor=at_home, now=now)

    def test_nobody_else_opens_it_again(self, fill, nobody, at_home, now):
        draft = fill(nobody)

        with pytest.raises(NotYours):
            operations.unlock(code=draft.code, actor=at_home, now=now)

    def test_refuses_a_draft_in_an_account(self, week, at_home, now):
        with pytest.raises(BelongsToAnAccount):
            operations.take_up(code=week.code, fact="1961-04-12", actor=at_home, now=now)

    def test_refuses_a_draft_whose_time_is_over(self, fill, nobody, at_home, now):
        draft = fill(nobody)

        with pytest.raises(WrongFacts):
            operations.take_up(
                code=draft.code, fact="1961-04-12", actor=at_home, now=now + timedelta(days=31)
            )

    def test_is_limited_for_one_browser_over_all_codes(self, service, at_home, now):
        for _ in range(10):
            with pytest.raises(WrongFacts):
                operations.take_up(code="999999999", fact="1", actor=at_home, now=now)

        with pytest.raises(TooMany):
            operations.take_up(code="999999999", fact="1", actor=at_home, now=now)


class TestAdopt:
    def test_brings_a_fresh_draft_into_the_account(self, fill, nobody, elodie, now):
        draft = fill(nobody)

        assert operations.adopt(held_by=nobody.name, actor=elodie, now=now) == 1

        assert queries.case_for(draft.pk, actor=elodie).owner == elodie.name

    def test_leaves_an_older_draft_it_may_be_somebody_elses(self, fill, nobody, elodie, now):
        fill(nobody)

        later = now + timedelta(hours=3)
        assert operations.adopt(held_by=nobody.name, actor=elodie, now=later) == 0

    def test_takes_nothing_from_another_account(self, week, neighbour, elodie, now):
        assert operations.adopt(held_by=elodie.name, actor=neighbour, now=now) == 0


class TestCaseFor:
    def test_a_draft_of_a_visit_is_gone_with_the_visit(self, fill, nobody, now):
        visit = uuid4()
        there = replace(nobody, name=f"visit:{visit}", visit=visit, channel=Channel.KIOSK)
        case = operations.start(service=fill(nobody).version, language="fr", actor=there, now=now)

        with pytest.raises(NoSuchCase):  # no such visit is alive
            queries.case_for(case.pk, actor=there, now=now)

    def test_the_next_visitor_of_a_device_sees_nothing(self, fill, nobody, now):
        case = fill(nobody)

        with pytest.raises(NoSuchCase):
            queries.case_for(case.pk, actor=replace(nobody, name=f"visit:{uuid4()}"), now=now)


class TestTime:
    def test_a_draft_is_erased_when_its_time_is_over(self, week, now):
        from visavis.cases import followers

        followers.keep_no_longer(now + timedelta(days=30, minutes=1))

        gone = queries.case(week.pk)
        assert (gone.state, bytes(gone.document), gone.filters) == (State.EXPIRED, b"", {})
        assert not CaseKey.objects.filter(case_id=week.pk).exists()

    def test_it_is_kept_until_then(self, week, now):
        from visavis.cases import followers

        followers.keep_no_longer(now + timedelta(days=29))

        assert queries.case(week.pk).state == State.DRAFT

    def test_a_saved_page_keeps_it_longer(self, week, save, now):
        before = queries.case(week.pk).kept_until

        operations.save_step(
            case_id=week.pk, step="kind", typed={"kind": "day"}, based_on=99, client=BROWSER,
            language="fr", actor=Actor(Kind.CITIZEN, week.owner, Channel.WEB),
            now=now + timedelta(days=5),
        )  # fmt: skip

        assert queries.case(week.pk).kept_until == before + timedelta(days=5)

    def test_whoever_destroys_the_key_erases_the_answers(self, week):
        vault.destroy(week.pk)

        with pytest.raises(vault.KeyDestroyed):
            queries.document_of(queries.case(week.pk))


def test_the_drafts_of_a_closed_account_are_erased_and_nobody_elses(
    fill, elodie, citizen, neighbour, now, run_jobs
):
    mine, anothers = fill(elodie), fill(neighbour)

    closing.close_account(user=citizen, actor=elodie, now=now)
    run_jobs()

    mine.refresh_from_db()
    anothers.refresh_from_db()
    assert (mine.state, mine.erased_at) == (State.EXPIRED, now)
    assert anothers.state == State.DRAFT
