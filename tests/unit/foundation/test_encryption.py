import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.foundation.encryption import Undecipherable, decrypt, encrypt, new_key

KEY = new_key()


@given(st.binary(max_size=200), st.text(max_size=30))
def test_what_was_encrypted_can_be_read_with_the_same_key_and_context(plain, context):
    assert decrypt(encrypt(plain, key=KEY, context=context), key=KEY, context=context) == plain


@pytest.mark.parametrize(
    ("key", "context"),
    [
        pytest.param(new_key(), "case:1", id="another key"),
        pytest.param(KEY, "case:2", id="elsewhere"),
    ],
)
def test_it_cannot_be_read_otherwise(key, context):
    sealed = encrypt(b"answers", key=KEY, context="case:1")

    with pytest.raises(Undecipherable):
        decrypt(sealed, key=key, context=context)


@given(st.integers(0, 40), st.integers(1, 255))
def test_every_altered_byte_is_noticed(position, difference):
    sealed = bytearray(encrypt(b"twelve bytes", key=KEY, context="case:1"))
    sealed[position % len(sealed)] ^= difference

    with pytest.raises(Undecipherable):
        decrypt(bytes(sealed), key=KEY, context="case:1")
