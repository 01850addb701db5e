"""A register in a definition: known, and told exactly what it wants to know."""

import re
from datetime import date

import pytest

from tests.unit.catalog_definition.forms import bent
from visavis.catalog.definition import fees
from visavis.catalog.definition.check import faults
from visavis.catalog.definition.form import Form
from visavis.catalog.definition.reading import Reading
from visavis.catalog.definition.registers import REGISTERS

ASKS = dict.fromkeys(REGISTERS["laboratory_register"], "name")


def said(**check):
    whole = bent(("tests", 0, "expect", "decision"), "register")
    whole["decision"]["check"] = {"register": "laboratory_register", "asks": ASKS} | check
    found = faults(Form.model_validate(whole))
    return [(fault.path, fault.what, fault.mend) for fault in found]


@pytest.mark.parametrize("source", ["name", "age"], ids=["a field", "a fact"])
def test_one_that_is_told_what_it_wants_is_right(source):
    assert said(asks=ASKS | {"given_name": source}) == []


@pytest.mark.parametrize(
    ("check", "path", "what", "mend"),
    [
        ({"register": "labor_register"}, ("register",), "unknown name", "laboratory_register"),
        ({"asks": {}}, ("asks",), "also wants family_name", "given_name|family_name"),
        ({"asks": ASKS | {"sex": "name"}}, ("asks", "sex"), "does not want sex", "It wants"),
        ({"asks": ASKS | {"analysis": "nme"}}, ("asks", "analysis"), "unknown name nme", "name"),
        ({"asks": ASKS | {"analysis": "adult"}}, ("asks", "analysis"), "unknown name adult", ""),
    ],
)
def test_another_is_refused_with_its_place_and_how_to_mend_it(check, path, what, mend):
    found = said(**check)

    assert any(
        place == ("decision", "check", *path) and what in one and re.search(mend, how)
        for place, one, how in found
    ), found


def test_a_reason_for_the_officer_comes_before_the_register():
    whole = bent(("decision", "check"), {"register": "laboratory_register", "asks": ASKS})
    long = {"name": "Ada", "born": "2012-01-01", "kind": "long", "has_proof": True, "number": "1"}
    reading = Reading(Form.model_validate(whole), long, today=date(2026, 5, 1))

    verdict = fees.verdict(reading)

    assert (verdict.automatic, verdict.by_register, len(verdict.reasons)) == (False, False, 1)
