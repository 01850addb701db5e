"""An identity is compared in a branch: three tries, a citizen who is here and agreed, perhaps two checkers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from tests.checking import checker, shown
from tests.people import as_actor, register
from visavis.assistance import operations, queries
from visavis.assistance.models import IdentityCheck
from visavis.assistance.refusals import NoSuchCheck, NotAChecker, NotInVisit, SamePerson
from visavis.assistance.rules import Outcome, State
from visavis.foundation.actor import Kind
from visavis.foundation.throttles import TooMany
from visavis.journal.models import Entry
from visavis.people import operations as people
from visavis.people import queries as people_queries
from visavis.people.models import IdentityProof
from visavis.people.rules import PartialDate
from visavis.visits import operations as visits
from visavis.visits.rules import Reason

pytestmark = pytest.mark.django_db
WRONG = shown("Tremblay")


class TestAsk:
    def test_gives_one_code_for_ten_taps(self, citizen, at_home, now):
        codes = {
            operations.ask(citizen=citizen, needs_two=False, actor=at_home, now=now).code
            for _ in range(10)
        }

        assert len(codes) == IdentityCheck.objects.count() == 1

    def test_makes_the_waiting_check_one_of_two_for_a_sensitive_service(
        self, citizen, at_home, now
    ):
        operations.ask(citizen=citizen, needs_two=False, actor=at_home, now=now)

        assert operations.ask(citizen=citizen, needs_two=True, actor=at_home, now=now).needs_two

    def test_gives_a_new_code_when_the_old_one_expired(self, citizen, at_home, now):
        old = operations.ask(citizen=citizen, needs_two=False, actor=at_home, now=now)
        new = operations.ask(
            citizen=citizen, needs_two=False, actor=at_home, now=now + timedelta(days=30)
        )

        old.refresh_from_db()
        assert new.pk != old.pk
        assert old.ending == "expired"

    def test_is_not_asked_without_end(self, citizen, at_home, now):
        for _ in range(5):
            operations.ask(citizen=citizen, needs_two=False, actor=at_home, now=now)
            operations.take_back(citizen=citizen, actor=at_home, now=now)

        with pytest.raises(TooMany):
            operations.ask(citizen=citizen, needs_two=False, actor=at_home, now=now)

    def test_is_for_oneself(self, citizen, now):
        with pytest.raises(PermissionDenied):
            operations.ask(citizen=citizen, needs_two=False, actor=checker(), now=now)


class TestAgree:
    def test_needs_a_visit(self, citizen, at_home, now):
        operations.ask(citizen=citizen, needs_two=False, actor=at_home, now=now)

        with pytest.raises(NotInVisit):
            operations.agree(citizen=citizen, actor=at_home, now=now)

    def test_needs_a_visit_that_lives(self, citizen, here, visit, now):
        operations.ask(citizen=citizen, needs_two=False, actor=here, now=now)

        with pytest.raises(NotInVisit):
            operations.agree(citizen=citizen, actor=here, now=visit.expires_at)

    def test_needs_something_to_agree_to(self, citizen, here, now):
        with pytest.raises(NoSuchCheck):
            operations.agree(citizen=citizen, actor=here, now=now)

    def test_is_nobody_elses(self, citizen, here, now):
        with pytest.raises(PermissionDenied):
            operations.agree(citizen=citizen, actor=replace(here, name="p-other"), now=now)


class TestLookUp:
    def test_finds_the_check_of_who_is_here(self, agreed, now):
        check = agreed()

        assert operations.look_up(code=f"{check.code[:4]} {check.code[4:]}", actor=checker(), now=now) == check  # fmt: skip

    def test_does_not_find_what_was_not_agreed_to(self, citizen, here, now):
        check = operations.ask(citizen=citizen, needs_two=False, actor=here, now=now)

        with pytest.raises(NoSuchCheck):
            operations.look_up(code=check.code, actor=checker(), now=now)

    @pytest.mark.parametrize("code", ["", "12345678", "not a code"])
    def test_says_the_same_of_a_wrong_code(self, agreed, now, code):
        agreed()

        with pytest.raises(NoSuchCheck):
            operations.look_up(code=code, actor=checker(), now=now)

    def test_does_not_find_an_ended_visit(self, agreed, visit, here, now):
        check = agreed()
        visits.end(visit=visit, reason=Reason.ABANDONED_CITIZEN, actor=here, now=now)

        with pytest.raises(NoSuchCheck):
            operations.look_up(code=check.code, actor=checker(), now=now)

    @pytest.mark.parametrize(
        "actor",
        [
            pytest.param(checker(role="clerk"), id="another role"),
            pytest.param(checker(site="le-noirmont"), id="a site that is not there"),
            pytest.param(replace(checker(), site=None), id="nowhere"),
            pytest.param(replace(checker(), kind=Kind.CITIZEN), id="not as staff"),
            pytest.param(replace(checker(site="le-noirmont"), site="saignelegier"), id="the role elsewhere"),
        ],
    )  # fmt: skip
    def test_needs_the_role_at_this_site(self, agreed, now, actor):
        check = agreed()

        with pytest.raises(NotAChecker):
            operations.look_up(code=check.code, actor=actor, now=now)
        with pytest.raises(NotAChecker):
            operations.compare(check_id=check.pk, shown=shown(), actor=actor, now=now)

    def test_is_not_tried_through(self, agreed, now):
        check = agreed()
        for _ in range(20):
            with pytest.raises(NoSuchCheck):
                operations.look_up(code="11111111", actor=checker(), now=now)

        with pytest.raises(TooMany):
            operations.look_up(code=check.code, actor=checker(), now=now)


class TestCompare:
    def test_stores_the_proof_with_what_the_pack_says(self, agreed, citizen, now):
        check = agreed()

        outcome = operations.compare(
            check_id=check.pk, shown=shown("EXEMPLE"), actor=checker(), now=now
        )

        assert outcome is Outcome.EQUAL
        assert people_queries.level_of(citizen, now=now) == 3
        proof = IdentityProof.objects.get(method="branch")
        assert (proof.document_kind, proof.site) == ("passport", "saignelegier")
        assert (proof.expires_on - proof.proven_on).days == 1825
        assert proof.recorded_by == checker().name
        assert people_queries.level_of(citizen, now=now, by_two=True) == 1

    def test_journals_each_step_without_a_name(self, agreed, now):
        check = agreed()
        operations.compare(check_id=check.pk, shown=WRONG, actor=checker(), now=now)
        operations.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)

        entries = Entry.objects.filter(subject=check.subject).order_by("id")
        assert [entry.what.rpartition("_")[2] for entry in entries] == [
            "asked", "agreed", "equal", "proven",
        ]  # fmt: skip
        assert "Tremblay" not in str([entry.details for entry in entries])

    def test_is_over_after_three_tries(self, agreed, citizen, now):
        check = agreed()
        for _ in range(3):
            assert operations.compare(check_id=check.pk, shown=WRONG, actor=checker(), now=now) is Outcome.NOT_EQUAL  # fmt: skip

        with pytest.raises(NoSuchCheck):
            operations.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)
        assert people_queries.level_of(citizen, now=now) == 1
        assert queries.latest_of(citizen).ending == "not_equal"

    @pytest.mark.parametrize(
        "said",
        [
            pytest.param(shown(birth=PartialDate(1961, 4, 13)), id="another day"),
            pytest.param(shown(birth=PartialDate(1961, 4)), id="half a birth date"),
            pytest.param(shown("Exemple-Modèle"), id="a longer name"),
        ],
    )
    def test_is_exact_about_what_counts(self, agreed, now, said):
        assert operations.compare(check_id=agreed().pk, shown=said, actor=checker(), now=now) is Outcome.NOT_EQUAL  # fmt: skip

    def test_ends_with_the_visit(self, agreed, visit, here, now):
        check = agreed()
        visits.end(visit=visit, reason=Reason.ABANDONED_CITIZEN, actor=here, now=now)

        with pytest.raises(NoSuchCheck):
            operations.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)

    def test_is_over_when_the_citizen_takes_it_back(self, agreed, citizen, here, now):
        check = agreed()
        operations.take_back(citizen=citizen, actor=here, now=now)

        with pytest.raises(NoSuchCheck):
            operations.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)

    def test_is_nobodys_own(self, agreed, citizen, now):
        with pytest.raises(SamePerson):
            operations.compare(
                check_id=agreed().pk, shown=shown(), actor=checker(citizen.name), now=now
            )

    @pytest.mark.django_db(transaction=True)
    def test_counts_three_tries_of_twelve_at_once(self, agreed, now):
        check = agreed()

        def attempt(number: int) -> str:
            try:
                return operations.compare(
                    check_id=check.pk, shown=WRONG, actor=checker(f"p-checker{number}"), now=now
                )
            except NoSuchCheck:
                return "closed"
            finally:
                connection.close()

        with ThreadPoolExecutor(12) as checkers:
            outcomes = sorted(checkers.map(attempt, range(12)))

        assert outcomes == ["closed"] * 9 + ["not_equal"] * 3


class TestFourEyes:
    def test_two_checkers_prove_it_together(self, agreed, citizen, now):
        check = agreed(needs_two=True)

        first = operations.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)
        assert first is Outcome.EQUAL_SO_FAR
        assert people_queries.level_of(citizen, now=now) == 1
        second = operations.compare(
            check_id=check.pk, shown=shown(), actor=checker("p-checker00002"), now=now
        )

        assert second is Outcome.EQUAL
        assert people_queries.level_of(citizen, now=now, by_two=True) == 3

    def test_one_checker_is_not_two(self, agreed, now):
        check = agreed(needs_two=True)
        operations.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)

        with pytest.raises(SamePerson):
            operations.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)

    def test_begins_anew_when_the_account_says_something_else(self, agreed, citizen, here, now):
        check = agreed(needs_two=True)
        operations.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)
        profile = replace(people.profile_of(citizen), family_name="Tremblay")
        people.change_profile(user=citizen, profile=profile, actor=here, now=now)

        second = operations.compare(
            check_id=check.pk, shown=WRONG, actor=checker("p-checker00002"), now=now
        )

        assert second is Outcome.EQUAL_SO_FAR


def test_a_check_goes_from_state_to_state(agreed, now):
    check = agreed()
    assert check.state(now) is State.AGREED
    assert check.state(check.expires_at) is State.CLOSED
    operations.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)

    check.refresh_from_db()
    assert check.state(now) is State.PROVEN


def test_a_neighbours_code_is_a_neighbours_check(agreed, citizen, now):
    """Who brings somebody else's slip is compared with that account, not with their own."""
    check = agreed()
    neighbour = register(now, family_name="Voisin")

    outcome = operations.compare(check_id=check.pk, shown=shown("Voisin"), actor=checker(), now=now)

    assert outcome is Outcome.NOT_EQUAL
    assert people_queries.level_of(neighbour, now=now) == 1
    assert as_actor(neighbour).name != citizen.name
