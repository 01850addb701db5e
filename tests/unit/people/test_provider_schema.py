"""What a pack may say of an identity provider."""

import pytest
from pydantic import ValidationError

from visavis.people.provider_schema import IdentityProviderEntry

FOUR = dict.fromkeys(("fr", "de", "it", "en"), "text")
ENTRY = {
    "code": "agov", "name": FOUR, "about": FOUR, "issuer": "https://id.example.ch",
    "assurance": [{"acr": "a", "level": 1}, {"acr": "b", "level": 2}, {"acr": "c", "level": 4}],
    "proof_days": 365, "assumption": True,
}  # fmt: skip


def test_asks_for_the_least_that_is_enough_first():
    entry = IdentityProviderEntry.model_validate(ENTRY)

    assert entry.acrs_for(2) == ("b", "c")
    assert entry.acrs_for(1, rather=2) == ("b", "c", "a")
    assert (entry.level_of("c"), entry.level_of("d"), entry.level_of(None)) == (4, None, None)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"issuer": "http://id.example.ch"}, id="not encrypted"),
        pytest.param({"issuer": "https://id.example.ch/"}, id="a stroke at the end"),
        pytest.param({"scopes": ["profile"]}, id="without openid"),
        pytest.param({"assurance": []}, id="no level"),
        pytest.param(
            {"assurance": [{"acr": "a", "level": 2}, {"acr": "b", "level": 1}]}, id="levels fall"
        ),
        pytest.param(
            {"assurance": [{"acr": "a", "level": 1}, {"acr": "a", "level": 2}]}, id="a word twice"
        ),
        pytest.param({"assurance": [{"acr": "a b", "level": 1}]}, id="a word with a blank"),
    ],
)
def test_is_refused(changes):
    with pytest.raises(ValidationError):
        IdentityProviderEntry.model_validate({**ENTRY, **changes})
