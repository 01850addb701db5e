"""Outside live the register is the fake, whatever is set; in live it is what is set, or none."""

import pytest

from visavis.config import doctor
from visavis.config.instance import from_environment

URL, TOKEN = "VISAVIS_LABORATORY_REGISTER_URL", "VISAVIS_LABORATORY_REGISTER_TOKEN"


@pytest.fixture
def told(monkeypatch, tmp_path):
    def in_a_world(world, **settings):
        for name in (URL, TOKEN, "VISAVIS_PORT", "VISAVIS_HOST"):
            monkeypatch.delenv(name, raising=False)
        known = {"VISAVIS_WORLD": world, "VISAVIS_VAR": str(tmp_path), **settings}
        for name, value in known.items():
            monkeypatch.setenv(name, value)
        return from_environment()

    return in_a_world


@pytest.mark.parametrize("world", ["demonstration", "practice"])
def test_no_real_register_is_asked_about_invented_people(told, world):
    instance = told(world, **{URL: "https://register.example.ch", TOKEN: "secret"})

    assert instance.register_url == "http://127.0.0.1:8003"
    assert instance.register_token not in ("", "secret")


def test_live_asks_the_one_that_is_set(told):
    instance = told("live", **{URL: "https://register.example.ch", TOKEN: "secret"})

    assert (instance.register_url, instance.register_token) == (
        "https://register.example.ch", "secret",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({}, ""),
        ({URL: "https://register.example.ch", TOKEN: "secret"}, ""),
        ({URL: "http://127.0.0.1:8003", TOKEN: "secret"}, "no fake may run"),
        ({URL: "https://register.example.ch"}, TOKEN),
    ],
    ids=["none", "a real one", "the fake", "without a token"],
)
def test_the_doctor_says_what_is_to_do(told, settings, advice):
    instance = told("live", **settings)

    found = [one for one in doctor._world(instance) if one.name.startswith("laboratory register")]

    assert len(found) == 1
    assert (advice in found[0].advice) if advice else not found[0].advice
