"""Which payment provider the environment may choose, and where."""

import pytest

from visavis.config.instance import Misconfigured, from_environment

LOGIN = {f"VISAVIS_SAFERPAY_{name}": "x" for name in ("CUSTOMER", "TERMINAL", "USER", "PASSWORD")}


@pytest.fixture
def environment(monkeypatch):
    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    put(VISAVIS_PAYMENT_PROVIDER="saferpay", VISAVIS_WORLD="live", **LOGIN)
    return put


def test_saferpay_is_told_who_we_are(environment):
    told = from_environment().payment_provider

    assert told["name"] == "saferpay"
    assert told["url"] == "https://www.saferpay.com/api"
    assert told["terminal"] == "x"


def test_the_test_environment_is_another_address(environment):
    environment(VISAVIS_SAFERPAY_URL="https://test.saferpay.com/api")

    assert from_environment().payment_provider["url"] == "https://test.saferpay.com/api"
    assert from_environment().provider_origin == "https://test.saferpay.com"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"VISAVIS_WORLD": "demonstration"}, "only the fake"),
        ({"VISAVIS_WORLD": "practice"}, "only the fake"),
        ({"VISAVIS_PAYMENT_PROVIDER": "another"}, "must be saferpay"),
        ({"VISAVIS_SAFERPAY_PASSWORD": ""}, "VISAVIS_SAFERPAY_PASSWORD"),
    ],
)
def test_what_cannot_be_stops_the_start_with_a_sentence(environment, wrong, says):
    environment(**wrong)

    with pytest.raises(Misconfigured, match=says):
        from_environment()
