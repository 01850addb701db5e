"""The strict reader: one encoding for each value."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.papers import cbor

VALUES = st.recursive(
    st.integers(-(2**64), 2**64 - 1)
    | st.binary(max_size=40)
    | st.text(max_size=20)
    | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(0, 2**32) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)


def is_shallow(value: object, depth: int = cbor.MAX_DEPTH) -> bool:
    inner = (
        value
        if isinstance(value, list)
        else list(value.values())
        if isinstance(value, dict)
        else []
    )
    return depth >= 0 and all(is_shallow(item, depth - 1) for item in inner)


@given(VALUES.filter(is_shallow))
def test_reads_what_the_general_library_writes_with_care(value):
    encoded = sorted_by_bytes(value)

    assert cbor.read(encoded) == value


@given(st.binary(max_size=64))
def test_either_refuses_bytes_or_reads_what_would_be_written_the_same(encoded):
    try:
        value = cbor.read(encoded)
    except cbor.NotCanonical:
        return

    assert sorted_by_bytes(value) == encoded


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param("", id="nothing"),
        pytest.param("0000", id="something left over"),
        pytest.param("1800", id="a number longer than needed"),
        pytest.param("190010", id="a number in two bytes that fits in one"),
        pytest.param("1a0000ffff", id="a number in four bytes that fits in two"),
        pytest.param("1b00000000ffffffff", id="a number in eight bytes that fits in four"),
        pytest.param("a201010102", id="a key twice"),
        pytest.param("a202010101", id="keys out of order"),
        pytest.param("a101", id="cut short in a map"),
        pytest.param("a1f501", id="true as a key"),
        pytest.param("a1410101", id="bytes as a key"),
        pytest.param("a1800101", id="a list as a key"),
        pytest.param("5f4101ff", id="no stated length"),
        pytest.param("f93c00", id="a floating-point number"),
        pytest.param("f6", id="null"),
        pytest.param("f7", id="undefined"),
        pytest.param("61ff", id="text that is not UTF-8"),
        pytest.param("5a7fffffff00", id="a boast of two gigabytes"),
        pytest.param("9b7fffffffffffffff00", id="a boast of very many items"),
        pytest.param("81" * 200 + "00", id="two hundred lists in each other"),
    ],
)
def test_refuses(encoded):
    with pytest.raises(cbor.NotCanonical):
        cbor.read(bytes.fromhex(encoded))


def test_keeps_a_tag_as_it_is_and_computes_nothing():
    fraction = bytes.fromhex("c5821affffffff03")  # 3 times 2 to the power of four billion

    assert cbor.read(fraction) == cbor.Tagged((5, [0xFFFFFFFF, 3]))


def sorted_by_bytes(value: object) -> bytes:
    """Encode with keys sorted by their bytes; the library sorts by length first."""
    if isinstance(value, dict):
        pairs = sorted((cbor2.dumps(key), sorted_by_bytes(item)) for key, item in value.items())
        return head(5, len(pairs)) + b"".join(key + item for key, item in pairs)
    if isinstance(value, cbor.Tagged):
        return head(6, value[0]) + sorted_by_bytes(value[1])
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(sorted_by_bytes(item) for item in value)
    return cbor2.dumps(value, canonical=True)


def head(major: int, argument: int) -> bytes:
    encoded = cbor2.dumps(argument)
    return bytes([encoded[0] | major << 5]) + encoded[1:]
