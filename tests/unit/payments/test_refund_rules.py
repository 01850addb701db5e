from datetime import UTC, datetime, timedelta

import pytest

from visavis.foundation.actor import Actor, Channel, Kind
from visavis.gateways.payment_provider.types import RefundState as Said
from visavis.payments import refund_rules as rules
from visavis.payments.account_seal import canonical
from visavis.payments.refund_rules import State

NOW = datetime(2026, 10, 25, 0, 30, 1, tzinfo=UTC)
ALLOWED = {
    (State.ASKED, State.APPROVED),
    (State.ASKED, State.REFUSED),
    (State.APPROVED, State.SENT),
    (State.APPROVED, State.SETTLED),
    (State.APPROVED, State.REFUSED),
    (State.SENT, State.SETTLED),
    (State.SENT, State.RETURNED),
}


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_a_refund_takes_exactly_the_steps_of_the_table(before, after):
    assert rules.may_step(before, after) is ((before, after) in ALLOWED)


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        pytest.param(State.SENT, Said.PENDING, State.SENT, id="not yet"),
        pytest.param(State.SENT, Said.DONE, State.SETTLED, id="done"),
        pytest.param(State.SENT, Said.FAILED, State.RETURNED, id="the provider says it failed"),
        pytest.param(State.SETTLED, Said.FAILED, State.SETTLED, id="an old answer"),
        pytest.param(State.RETURNED, Said.DONE, State.RETURNED, id="an answer to something else"),
        pytest.param(State.ASKED, Said.DONE, State.ASKED, id="never sent"),
    ],
)
def test_only_the_providers_word_ends_what_was_sent(before, said, after):
    assert rules.said_of(before, said) is after


def test_the_provider_is_asked_without_end_in_growing_pauses():
    pauses = [rules.next_ask_at(asks=asks, now=NOW) - NOW for asks in range(200)]

    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=1)
    assert pauses[-1] == timedelta(hours=6)


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (Kind.OFFICER, "p-oscar", True),
        (Kind.OFFICER, "p-olga", False),
        (Kind.CITIZEN, "p-oscar", False),
    ],
)
def test_the_second_person_is_another_officer(kind, name, expected):
    actor = Actor(kind=kind, name=name, channel=Channel.WEB)

    assert rules.is_second_person("p-olga", actor=actor) is expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("ch93 0076 2011 6238 5295 7", "CH9300762011623852957", id="as typed"),
        pytest.param("DE89 3704 0044 0532 0130 00", "DE89370400440532013000", id="abroad"),
        pytest.param("CH93 0076 2011 6238 5295 8", None, id="mistyped"),
        pytest.param("CH4431999123000889012", None, id="takes bills only"),
        pytest.param("CH93", None, id="too short"),
        pytest.param("CH93\u00b2076201162385295 7", None, id="digits of another kind"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_an_account_is_an_iban_to_which_money_can_be_sent(typed, expected):
    assert canonical(typed) == expected
