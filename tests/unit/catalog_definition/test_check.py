"""Definitions that are wrong, and what is said of each."""

import pytest
from pydantic import ValidationError

from tests.unit.catalog_definition.forms import FISHING, SMALL, bent, fishing, small, text
from visavis.catalog.definition.check import faults
from visavis.catalog.definition.form import Form

FIELD = ("steps", 1, "fields", 0)


def said(definition):
    return [
        (fault.path, fault.what, fault.mend) for fault in faults(Form.model_validate(definition))
    ]


def test_the_small_definition_is_right():
    assert said(SMALL) == []


@pytest.mark.parametrize(("canton", "valid_from"), FISHING)
def test_the_packs_definitions_are_right(canton, valid_from):
    assert faults(fishing(canton, valid_from)) == []


@pytest.mark.parametrize(
    ("path", "value", "what", "mend"),
    [
        (("steps", 2, "show_if"), "knid == 'long'", "unknown name knid", "Did you mean kind?"),
        (("steps", 2, "show_if"), "agon(born) > 3", "unknown function agon", "Did you mean age_on?"),
        (("steps", 2, "show_if"), "kind == 'medium'", "is never shown", "can ever hold"),
        (("steps", 0, "show_if"), "kind == 'long'", "asked later", "earlier"),
        (("steps", 0, "show_if"), "group == 'adult'", "depends on born", "earlier"),
        (("steps", 2, "show_if"), "kind", "gives str", "Compare"),
        (("steps", 2, "show_if"), "kind == 'long' && age == name", "never shown", ""),
        (("steps", 2, "show_if"), "name > 3", "cannot be worked out", "one kind"),
        ((*FIELD, "options", 1, "offered_if"), "today > date('2200-01-01')", "never offered", ""),
        (("steps", 0, "checks", 0, "field"), "kind", "not asked in this step", "its field"),
        (("facts", 0, "is"), "group == 'x' ? 1 : 2", "before it is worked out", "above"),
        (("not_eligible", 0, "when"), "age > 500", "never happens", ""),
        (("not_eligible", 0, "change"), "knd", "unknown name knd", "kind"),
        (("fees", "lines", 0, "rows", 0, "when"), {"kind": "shrt"}, "never shrt", "short"),
        (("fees", "lines", 0, "rows", 0, "when"), {"knd": "short"}, "unknown name knd", "kind"),
        (("fees", "lines", 0, "rows", 2), {"when": {"kind": "long", "group": "adult"}, "cents": 1},
         "rows give a price", "exactly one row"),
        (("fees", "lines", 0, "label_from"), "name", "no choice", "choice"),
        (("filters",), ["name"], "personal", "not personal"),
        (("filters",), ["knd"], "unknown name", "kind"),
        (("birth_field",), "kind", "not a day", "birth date"),
        (("tests",), [], "no test case", "at least one"),
        (("tests", 0, "expect", "fee_cents"), 501, "fee_cents should be 501, is 500", "Mend"),
        (("tests", 0, "expect", "decision"), "officer", "decision should be officer", "Mend"),
        (("tests", 1, "expect", "reasons"), [], "reasons", "Mend"),
        (("tests", 0, "expect", "errors"), ["name"], "errors", "Mend"),
        (("tests", 0, "expect", "steps"), ["who"], "steps", "Mend"),
        (("tests", 0, "answers", "nme"), "x", "unknown name nme", "name"),
        (("decision", "reasons", 0, "when"), "kind == 'longer'", "never happens", ""),
        ((*FIELD, "label"), text("Kind {opnes}"), "unknown name opnes", "opens"),
        (("steps", 1, "code"), "who", "used 2 times", "Rename"),
        ((*FIELD, "code"), "name", "used 2 times", "name of its own"),
    ],
)  # fmt: skip
def test_names_the_fault_the_place_and_how_to_mend_it(path, value, what, mend):
    found = said(bent(path, value))

    assert any(what in one and mend in how for _, one, how in found), found
    assert all(how for _, _, how in found)


def test_points_to_the_place():
    [(path, _, _)] = said(bent(("steps", 2, "show_if"), "knid == 'long'"))

    assert path == ("steps", 2, "show_if")


def test_a_price_that_is_missing_names_the_combination():
    [(path, what, _)] = said(
        bent(
            ("fees", "lines", 0, "rows"),
            [
                {"when": {"kind": "short"}, "cents": 500},
                {"when": {"kind": "long", "group": "adult"}, "cents": 500},
            ],
        )
        | {"tests": [*SMALL["tests"][:1], SMALL["tests"][1] | {"expect": {}}]}
    )

    assert path == ("fees", "lines", 0, "rows")
    assert "group = child" in what
    assert "kind = long" in what


@pytest.mark.parametrize(
    ("definition", "where"),
    [
        (bent(("steps", 2, "show_if"), "kind == "), "show_if"),
        (bent(("steps", 0, "title"), {"fr": "Qui", "de": "Wer", "it": "Chi"}), "title"),
        (bent(("steps", 0, "title"), text("Who") | {"en": " "}), "title"),
        (bent((*FIELD, "type"), "chioce"), "type"),
        (bent((*FIELD, "options"), []), "options"),
        (
            bent((*FIELD, "options", 1), {"code": "x", "label": text("x"), "offered_if": "true"}),
            "why",
        ),
        (bent(("fees", "lines", 0, "rows", 0, "cents"), -5), "cents"),
        (bent(("fees", "lines", 0, "rows", 0, "cents"), "five"), "cents"),
        (bent(("fees", "lines", 0, "cents"), 5), "cents or rows"),
        (small(colour="blue"), "colour"),
        (small(steps=[]), "steps"),
        (small(retention_days=0), "retention_days"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_shape_is_refused_with_its_place(definition, where):
    with pytest.raises(ValidationError) as refusal:
        Form.model_validate(definition)

    assert where in str(refusal.value)


def test_is_judged_the_same_every_time():
    broken = bent(("not_eligible", 0, "when"), "age > 500")

    assert said(broken) == said(broken)
