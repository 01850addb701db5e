import pytest
from pydantic import ValidationError

from visavis.people.schema import DemonstrationPerson

WHOLE = {
    "login": "elodie",
    "kind": "citizen",
    "given_name": "Élodie",
    "family_name": "Exemple",
    "birth_year": 1961,
    "about": {"fr": "a", "de": "b", "it": "c", "en": "d"},
}


def test_a_whole_person_is_accepted():
    assert DemonstrationPerson.model_validate(WHOLE).language == "fr"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param({"birth_day": 3}, "month", id="day without month"),
        pytest.param(
            {"birth_year": None, "birth_month": 3}, "without birth_year", id="month without year"
        ),
        pytest.param({"kind": "staff"}, "0 roles", id="staff without a role"),
        pytest.param({"roles": ["officer@environment"]}, "1 roles", id="citizen with a role"),
        pytest.param({"kind": "staff", "roles": ["king@canton"]}, "king@canton", id="unknown role"),
        pytest.param({"kind": "staff", "roles": ["officer"]}, "roles", id="role without a place"),
        pytest.param({"about": {"fr": "a"}}, "missing", id="a language is missing"),
        pytest.param({"password": "x"}, "password", id="a field that does not exist"),
    ],
)
def test_a_broken_person_is_refused(change, complaint):
    with pytest.raises(ValidationError, match=complaint):
        DemonstrationPerson.model_validate({**WHOLE, **change})
