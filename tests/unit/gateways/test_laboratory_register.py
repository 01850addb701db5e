"""What the register sends is distrusted until it fits."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.gateways.laboratory_register import wire
from visavis.gateways.laboratory_register.errors import Unreachable
from visavis.gateways.laboratory_register.fake.people import Fault, found
from visavis.gateways.laboratory_register.types import Result, Status, Wanted

TODAY = date(2026, 10, 25)
WANTED = Wanted("Exemple", "Élodie", "1984-04-12", date(2026, 10, 5), "pcr")
RESULT = Result("Exemple", "Élodie", "1984-04-12", date(2026, 10, 5), "pcr", Status.POSITIVE)


def test_a_question_arrives_as_it_was_asked():
    assert wire.wanted_of(wire.question(WANTED)) == WANTED


@pytest.mark.parametrize("demonstration", [True, False])
def test_an_answer_arrives_as_it_was_given(demonstration):
    said = wire.answer([RESULT, RESULT], demonstration=demonstration)

    assert wire.results_of(said) == ([RESULT, RESULT], demonstration)


def changed(**changes):
    said = json.loads(wire.answer([RESULT], demonstration=False))
    said["results"][0] |= changes
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"null", b'{"results": {}}', b'{"results": [1]}', b'{"results": [{}]}',
        b"[" * 100_000, b"\xff", wire.answer([RESULT], demonstration=False)[:40],
        wire.answer([RESULT] * (wire.MOST_RESULTS + 1), demonstration=False),
        changed(status="maybe"), changed(family_name=1), changed(given_name=""),
        changed(birth_date="1" * 300), changed(first_positive_on="5.10.2026"),
    ],
)  # fmt: skip
def test_what_is_no_answer_counts_as_none_and_is_not_quoted(body):
    with pytest.raises(Unreachable) as refused:
        wire.results_of(body)

    assert "Exemple" not in str(refused.value)
    assert refused.value.__cause__ is None


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_none(body):
    try:
        results, _demonstration = wire.results_of(body)
    except Unreachable:
        return
    assert isinstance(results, list)


class TestTheFakesPeople:
    def test_the_demonstrations_citizen_is_among_them(self):
        assert found(WANTED, today=TODAY) == [RESULT]

    @pytest.mark.parametrize(
        ("fault", "check"),
        [
            (Fault.SEVERAL, lambda results: results == [RESULT] * 2),
            (Fault.NEAR, lambda results: results[0].birth_date == "1948-04-12"),
            (Fault.PENDING, lambda results: results[0].status is Status.PENDING),
            (Fault.WRONG_PERSON, lambda results: results[0].family_name == "Quelconque"),
        ],
    )
    def test_misbehave_on_request(self, fault, check):
        assert check(found(WANTED, today=TODAY, fault=fault))

    def test_strangers_are_not_known(self):
        stranger = Wanted("Inconnu", "Ida", "1999-09-09", TODAY, "pcr")

        assert found(stranger, today=TODAY) == []
