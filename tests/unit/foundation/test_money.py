from hypothesis import given
from hypothesis import strategies as st

from visavis.foundation.money import chf, round_to_five

CENTS = st.integers(-(10**9), 10**9)


@given(CENTS)
def test_rounding_to_five_moves_at_most_two_centimes(cents):
    rounded = round_to_five(cents)

    assert rounded % 5 == 0
    assert abs(rounded - cents) <= 2


@given(CENTS)
def test_an_amount_can_be_read_back(cents):
    text = chf(cents).removeprefix("CHF ").replace("’", "").replace(".", "")

    assert int(text) == cents
