from hypothesis import given
from hypothesis import strategies as st

from visavis.foundation.codes import canonical, is_number, new_number, spoken


@given(st.integers(2, 18))
def test_a_new_number_is_one_of_ours_also_as_it_is_spoken(digits):
    number = new_number(digits)

    assert len(number) == digits
    assert number[0] != "0"
    assert is_number(canonical(spoken(number)))


@given(st.integers(0, 8), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(position, difference):
    number = new_number(9)
    wrong = (int(number[position]) + difference) % 10
    mistyped = number[:position] + str(wrong) + number[position + 1 :]

    assert not is_number(mistyped)


@given(st.text(max_size=25))
def test_hostile_text_is_no_number(text):
    assert not is_number(text) or (text.isascii() and text.isdigit())
