"""What people type, and how it is compared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.appointments import facts
from visavis.appointments.facts import Shape, Unreadable

HOSTILE = [
    "", " ", "\0", "JU\0123", "'; DROP TABLE rights; --", "<script>", "９８７６５４３２１", "１２３",
    "ＪＵ１２３", "JU 12345\u202e", "٦٨٣٧٣٧٥٣٧", "💥", "JU" * 10_000, "1" * 10_000, "-1", "1e9",
    "ΑΒ123", "\u200bJU1", "JU①②",
]  # fmt: skip
NO_NAMES = [shape for shape in Shape if shape is not Shape.NAME]


@pytest.mark.parametrize(
    ("shape", "typed", "expected"),
    [
        pytest.param(Shape.PLATE, "JU 12345", "JU12345", id="as it is written"),
        pytest.param(Shape.PLATE, " ju·12'345 ", "JU12345", id="small, with signs"),
        pytest.param(Shape.PLATE, "JU 000123", "JU123", id="zeros in front mean nothing"),
        pytest.param(Shape.PLATE, "ju–1", "JU1", id="the shortest"),
        pytest.param(Shape.PLATE, "ZH_999999", "ZH999999", id="the longest"),
        pytest.param(Shape.MASTER_NUMBER, "683.737.537", "683737537", id="with dots"),
        pytest.param(Shape.MASTER_NUMBER, "683 737 537", "683737537", id="with blanks"),
        pytest.param(Shape.MASTER_NUMBER, "683’737’537", "683737537", id="with apostrophes"),
        pytest.param(Shape.MASTER_NUMBER, "000683737537", "683737537", id="from another file"),
        pytest.param(Shape.MASTER_NUMBER, "000737537", "000737537", id="zeros of its own"),
        pytest.param(Shape.CHASSIS_NUMBER, "wvwzzz1jz3w386752", "WVWZZZ1JZ3W386752", id="small"),
        pytest.param(Shape.CHASSIS_NUMBER, "WVWZZZIJZ3W386752", "WVWZZZ1JZ3W386752", id="I for 1"),
        pytest.param(Shape.CHASSIS_NUMBER, "VF1OOOOO5Q1234567", "VF100000501234567", id="O and Q for 0"),
        pytest.param(Shape.CHASSIS_NUMBER, "A-12/34", "A1234", id="an old, short one"),
        pytest.param(Shape.APPOINTMENT_NUMBER, "482 913-756", "482913756", id="as it is read aloud"),
        pytest.param(Shape.NAME, "  Élodie   Müller ", "Élodie Müller", id="blanks of a name"),
    ],
)  # fmt: skip
def test_canonical_is_the_same_however_it_was_typed(shape, typed, expected):
    assert facts.canonical(shape, typed) == expected


@pytest.mark.parametrize(
    ("shape", "typed"),
    [
        pytest.param(Shape.PLATE, "12345", id="a plate without a canton"),
        pytest.param(Shape.PLATE, "JU", id="a plate without a number"),
        pytest.param(Shape.PLATE, "JU 0", id="nought"),
        pytest.param(Shape.PLATE, "JU 1234567", id="seven digits"),
        pytest.param(Shape.PLATE, "JUR 123", id="three letters"),
        pytest.param(Shape.MASTER_NUMBER, "68373753", id="eight digits"),
        pytest.param(Shape.MASTER_NUMBER, "6837375371", id="ten digits"),
        pytest.param(Shape.MASTER_NUMBER, "001683737537", id="twelve digits, but no zeros"),
        pytest.param(Shape.MASTER_NUMBER, "68373753O", id="a letter"),
        pytest.param(Shape.CHASSIS_NUMBER, "1234", id="too short"),
        pytest.param(Shape.CHASSIS_NUMBER, "A" * 21, id="too long"),
        pytest.param(Shape.APPOINTMENT_NUMBER, "482 913 757", id="a wrong check digit"),
        pytest.param(Shape.APPOINTMENT_NUMBER, "482 913 576", id="two digits swapped"),
        pytest.param(Shape.NAME, "X", id="one letter is no name"),
        pytest.param(Shape.NAME, "Y" * 81, id="no name is as long"),
        pytest.param(Shape.NAME, "Anna\x07", id="a bell in a name"),
        pytest.param(Shape.NAME, "Anna\u202eannA", id="a name that reads backwards"),
    ],
)
def test_what_cannot_be_it_is_unreadable(shape, typed):
    with pytest.raises(Unreadable):
        facts.canonical(shape, typed)


@pytest.mark.parametrize("shape", NO_NAMES)
@pytest.mark.parametrize("typed", HOSTILE, ids=lambda text: ascii(text)[:20])
def test_hostile_input_is_unreadable_or_harmless(shape, typed):
    try:
        read = facts.canonical(shape, typed)
    except Unreadable:
        return
    assert read.isascii()
    assert read.isalnum()
    assert len(read) <= 20


@settings(max_examples=300, derandomize=True, deadline=None)
@given(shape=st.sampled_from(list(Shape)), typed=st.text(max_size=40))
def test_reading_again_what_was_read_changes_nothing(shape, typed):
    try:
        read = facts.canonical(shape, typed)
    except Unreadable:
        return
    assert facts.canonical(shape, read) == read
    assert facts.canonical(shape, facts.shown(shape, read)) == read


class TestDigest:
    def test_does_not_depend_on_the_order_of_facts(self):
        first = facts.digest("cars", {"plate": "JU1", "number": "2"}, key=b"k")

        assert first == facts.digest("cars", {"number": "2", "plate": "JU1"}, key=b"k")

    @pytest.mark.parametrize(
        ("calendar", "given_facts", "key"),
        [
            pytest.param("boats", {"plate": "JU1", "number": "2"}, b"k", id="another calendar"),
            pytest.param("cars", {"plate": "JU1", "number": "2"}, b"l", id="another key"),
            pytest.param("cars", {"plate": "2", "number": "JU1"}, b"k", id="facts swapped"),
            pytest.param("cars", {"plate": "JU1"}, b"k", id="one fact only"),
        ],
    )
    def test_is_another_for_anything_else(self, calendar, given_facts, key):
        digest = facts.digest("cars", {"plate": "JU1", "number": "2"}, key=b"k")

        assert facts.digest(calendar, given_facts, key=key) != digest
