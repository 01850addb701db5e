"""From what was typed to an answer, or to the reason why it is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.catalog_definition.forms import text
from visavis.catalog.definition.fields import Problem, Unreadable, read
from visavis.catalog.definition.form import Field, FieldType

OPTIONS = [{"code": code, "label": text(code)} for code in ("a", "b", "c")]


def field(type_, **more):
    options = OPTIONS if type_ in ("choice", "choices") else []
    return Field(code="it", type=type_, label=text("It"), options=options, **more)


@pytest.mark.parametrize(
    ("type_", "raw", "answer"),
    [
        ("text", "  two   words ", "two words"),
        ("text", "e\u0301", "é"),
        ("long_text", "one\r\ntwo ", "one\ntwo"),
        ("choice", "a", "a"),
        ("choices", ["c", "a"], ["a", "c"]),
        ("yes_no", "yes", True),
        ("yes_no", False, False),
        ("confirm", "on", True),
        ("confirm", "no", False),
        ("date", "2024-02-29", "2024-02-29"),
        ("partial_date", "1961", "1961"),
        ("partial_date", "1961-04", "1961-04"),
        ("number", " 1’234 ", 1234),
        ("number", "-3", -3),
        ("email", "a@example.ch", "a@example.ch"),
        ("phone", "079 123 45 67", "+41791234567"),
        ("phone", "+33 1 23 45 67 89", "+33123456789"),
        ("postal_code", "2800", "2800"),
        ("text", "   ", None),
        ("choices", [], None),
        ("date", "", None),
    ],
)
def test_reads(type_, raw, answer):
    assert read(field(type_), raw) == answer


@pytest.mark.parametrize(
    ("type_", "raw", "problem"),
    [
        ("text", "a\u0000b", Problem.NOT_PRINTABLE),
        ("text", "a\u202eb", Problem.NOT_PRINTABLE),
        ("text", "a\u2066b", Problem.NOT_PRINTABLE),
        ("text", "x" * 101, Problem.TOO_LONG),
        ("choice", "d", Problem.NOT_A_CHOICE),
        ("choices", ["a", "d"], Problem.NOT_A_CHOICE),
        ("yes_no", "maybe", Problem.NOT_A_CHOICE),
        ("date", "2023-02-29", Problem.NOT_A_DAY),
        ("date", "2024-02", Problem.NOT_A_DAY),
        ("date", "1.1.24", Problem.NOT_A_DAY),
        ("date", "1024-01-01", Problem.NOT_A_DAY),
        ("partial_date", "1961-13", Problem.NOT_A_DAY),
        ("partial_date", "61", Problem.NOT_A_DAY),
        ("number", "1.5", Problem.NOT_A_NUMBER),
        ("number", "１２", Problem.NOT_A_NUMBER),
        ("email", "a@", Problem.NOT_AN_EMAIL),
        ("phone", "12", Problem.NOT_A_PHONE),
        ("phone", "call me", Problem.NOT_A_PHONE),
        ("postal_code", "280", Problem.NOT_A_POSTAL_CODE),
        ("postal_code", "０２３４", Problem.NOT_A_POSTAL_CODE),
    ],
)
def test_refuses(type_, raw, problem):
    with pytest.raises(Unreadable) as refusal:
        read(field(type_), raw)

    assert refusal.value.problem == problem


@pytest.mark.parametrize(
    ("raw", "problem", "limit"), [("0", Problem.TOO_SMALL, 1), ("4", Problem.TOO_LARGE, 3)]
)
def test_says_the_limit_that_was_passed(raw, problem, limit):
    with pytest.raises(Unreadable) as refusal:
        read(field("number", least=1, most=3), raw)

    assert (refusal.value.problem, refusal.value.limit) == (problem, limit)


def test_a_pattern_must_fit_as_a_whole():
    with pytest.raises(Unreadable) as refusal:
        read(field("text", pattern="[0-9]{4}", pattern_say=text("4")), "12345")

    assert refusal.value.problem == Problem.NOT_AS_EXPECTED


@given(
    type_=st.sampled_from(list(FieldType)),
    raw=st.one_of(st.text(max_size=60), st.lists(st.text(max_size=5), max_size=3), st.none()),
)
def test_anything_typed_is_an_answer_or_a_problem_and_reading_twice_changes_nothing(type_, raw):
    asked = field(type_.value)
    try:
        once = read(asked, raw)
    except Unreadable:
        return
    assert read(asked, once) == once
