from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.foundation.actor import Actor, Channel, Kind
from visavis.gateways.payment_provider.types import State as Said
from visavis.payments import rules
from visavis.payments.rules import AttemptState, State

NOW = datetime(2026, 10, 25, 0, 30, 1, tzinfo=UTC)
ALLOWED = {
    (State.OPEN, State.PENDING),
    (State.OPEN, State.SETTLED),
    (State.OPEN, State.CANCELLED),
    (State.PENDING, State.OPEN),
    (State.PENDING, State.SETTLED),
    (State.PENDING, State.CANCELLED),
}


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_a_payment_takes_exactly_the_steps_of_the_table(before, after):
    assert rules.may_step(before, after) is ((before, after) in ALLOWED)


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        pytest.param(AttemptState.STARTING, Said.OPEN, AttemptState.OPEN, id="first answer"),
        pytest.param(AttemptState.OPEN, Said.FAILED, AttemptState.FAILED, id="a try failed"),
        pytest.param(AttemptState.FAILED, Said.PAID, AttemptState.PAID, id="paid after failing"),
        pytest.param(AttemptState.FAILED, Said.OPEN, AttemptState.OPEN, id="open after failing"),
        pytest.param(AttemptState.OPEN, Said.CLOSED, AttemptState.CLOSED, id="closed"),
        pytest.param(
            AttemptState.CLOSED, Said.PAID, AttemptState.PAID, id="money on a closed page"
        ),
        pytest.param(AttemptState.CLOSED, Said.OPEN, AttemptState.CLOSED, id="an old answer"),
        pytest.param(AttemptState.PAID, Said.FAILED, AttemptState.PAID, id="failed after paid"),
        pytest.param(AttemptState.PAID, Said.CLOSED, AttemptState.PAID, id="closed after paid"),
        pytest.param(AttemptState.PAID, Said.OPEN, AttemptState.PAID, id="open after paid"),
    ],
)
def test_an_answer_moves_an_attempt_only_forward(before, said, after):
    assert rules.said_of(before, said) is after


@given(st.permutations(list(Said)))
def test_whatever_the_order_of_answers_money_that_came_stays(answers):
    state = AttemptState.STARTING

    for said in answers:
        state = rules.said_of(state, said)

    assert state is AttemptState.PAID


@given(st.integers(min_value=1, max_value=10_000_000))
def test_cash_is_rounded_to_five_centimes_and_the_difference_is_kept(due_cents):
    cash = rules.in_cash(due_cents)

    assert cash.received_cents % 5 == 0
    assert -2 <= cash.difference_cents <= 2
    assert cash.received_cents - cash.difference_cents == due_cents


@given(st.integers(min_value=1, max_value=1_000_000), st.integers(min_value=0, max_value=5))
def test_rounding_never_turns_more_into_less(due_cents, more):
    assert rules.in_cash(due_cents).received_cents <= rules.in_cash(due_cents + more).received_cents


class TestNextAskAt:
    def test_waits_twice_as_long_each_time_up_to_six_hours(self):
        pauses = [
            rules.next_ask_at(begun_at=NOW, asks=asks, now=NOW) - NOW for asks in range(1, 13)
        ]

        assert [pause.total_seconds() / 60 for pause in pauses[:4]] == [1, 2, 4, 8]
        assert pauses[-1] == rules.LONGEST_PAUSE
        assert pauses == sorted(pauses)

    def test_gives_up_after_ten_days_and_not_a_second_before(self):
        end = NOW + rules.GIVE_UP_AFTER

        assert rules.next_ask_at(begun_at=NOW, asks=99, now=end - timedelta(seconds=1)) is not None
        assert rules.next_ask_at(begun_at=NOW, asks=99, now=end) is None


@pytest.mark.parametrize(
    ("kind", "site", "roles", "expected"),
    [
        pytest.param(
            Kind.CLERK, "saignelegier", {"cashier@post/saignelegier"}, True, id="her till"
        ),
        pytest.param(
            Kind.CLERK, "saignelegier", {"cashier@post"}, True, id="all tills of the post"
        ),
        pytest.param(Kind.CLERK, "noirmont", {"cashier@post/saignelegier"}, False, id="other site"),
        pytest.param(Kind.CLERK, "saignelegier", {"clerk@post"}, False, id="no till"),
        pytest.param(Kind.CLERK, None, {"cashier@post"}, False, id="nowhere"),
        pytest.param(Kind.CITIZEN, "saignelegier", {"cashier@post"}, False, id="as a citizen"),
    ],
)
def test_only_a_clerk_with_a_till_at_this_site_takes_cash(kind, site, roles, expected):
    actor = Actor(kind=kind, name="p-1", channel=Channel.TABLET, site=site, roles=frozenset(roles))

    assert rules.may_take_cash(actor) is expected
