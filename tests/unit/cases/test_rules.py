"""Who may do what with a case, and which steps lead where."""

from dataclasses import dataclass, replace
from uuid import uuid4

import pytest

from visavis.cases import rules
from visavis.cases.rules import State, Step
from visavis.foundation.actor import Actor, Channel, Kind


@dataclass
class Held:
    owner: str = "p-elodie"
    held_by: str = "browser:one"
    office: str = "environment"
    state: str = "in_review"
    taken_by: str = "p-officer"


CITIZEN = Actor(Kind.CITIZEN, "p-elodie", Channel.WEB)
OFFICER = Actor(Kind.OFFICER, "p-officer", Channel.WEB, roles=frozenset({"officer@environment"}))
VISIT = uuid4()


class TestSteps:
    def test_every_state_is_reached_from_the_draft(self):
        reached, waiting = {State.DRAFT}, [State.DRAFT]
        while waiting:
            for following in rules.STEPS[waiting.pop()].values():
                if following not in reached:
                    reached.add(following)
                    waiting.append(following)

        assert reached == set(State)

    def test_from_every_open_state_an_end_can_be_reached(self):
        for state in rules.OPEN:
            assert any(
                rules.is_possible(state, step)
                for step in (Step.WITHDRAW, Step.EXPIRE, Step.REFUSE, Step.GRANT)
            )

    def test_nothing_leads_on_from_an_end(self):
        assert all(not rules.STEPS[state] for state in rules.CLOSED)

    def test_the_citizen_can_give_up_until_it_is_decided_for_good(self):
        for state in rules.OPEN:
            assert rules.is_possible(state, Step.WITHDRAW)

    def test_only_paying_grants(self):
        assert [state for state in State if rules.is_possible(state, Step.GRANT)] == [State.PAYMENT]


class TestWhose:
    @pytest.mark.parametrize(
        ("case", "actor", "expected"),
        [
            pytest.param(Held(), CITIZEN, True, id="the account's own"),
            pytest.param(Held(), replace(CITIZEN, name="p-other"), False, id="another account"),
            pytest.param(
                Held(), replace(CITIZEN, name="browser:one"), False, id="the browser, once owned"
            ),
            pytest.param(
                Held(owner=""), replace(CITIZEN, name="browser:one"), True, id="the browser's own"
            ),
            pytest.param(
                Held(owner=""), replace(CITIZEN, name="browser:two"), False, id="another browser"
            ),
            pytest.param(
                Held(owner="", held_by=f"visit:{VISIT}"),
                replace(CITIZEN, visit=VISIT),
                True,
                id="signed in during the visit",
            ),
            pytest.param(
                Held(owner="", held_by=f"visit:{VISIT}"),
                replace(CITIZEN, visit=uuid4()),
                False,
                id="the next visit",
            ),
            pytest.param(
                Held(),
                replace(CITIZEN, kind=Kind.CLERK, name="p-clerk", on_behalf_of="p-elodie"),
                True,
                id="a clerk on their behalf",
            ),
        ],
    )
    def test_is_theirs(self, case, actor, expected):
        assert rules.is_theirs(case, actor=actor) is expected

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({}, True),
            ({"name": "p-colleague"}, False),
            ({"kind": Kind.CITIZEN}, False),
            ({"roles": frozenset({"officer@vehicles"})}, False),
            ({"roles": frozenset({"board@environment"})}, False),
        ],
        ids=["who has taken it", "a colleague", "as a citizen", "another office", "another role"],
    )
    def test_may_decide(self, change, expected):
        assert rules.may_decide(Held(), actor=replace(OFFICER, **change)) is expected

    def test_nobody_decides_their_own(self):
        assert not rules.may_decide(Held(owner="p-officer"), actor=OFFICER)


@pytest.mark.parametrize(
    ("typed", "kept", "expected"),
    [
        ("1961-04-12", "1961-04-12", True),
        ("1961-04-12", "1961-04", True),
        ("1961-04-12", "1961", True),
        ("1961", "1961-04-12", False),
        ("1961-04-13", "1961-04-12", False),
        ("1961-04-12", "", False),
        ("", "", False),
    ],
)
def test_birth_dates_are_compared_as_far_as_the_draft_knows(typed, kept, expected):
    assert rules.is_same_birth(typed, kept) is expected


@pytest.mark.parametrize("number", ["", "123", "12345", "12a4", "１２３４", "12 4"])
def test_four_digits_are_four_digits(number):
    assert not rules.is_four_digits(number)
    assert rules.is_four_digits("0471")
