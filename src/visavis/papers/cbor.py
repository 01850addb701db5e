"""Reads CBOR as strictly as a barcode of ours is written, and nothing more.

The general library is used to write. It does not read here, because it accepts what we never
write: the same key twice, `true` for the key 1, lengths in other than their shortest form, and
tags that make it compute (fractions with huge exponents), compile or look up. What this reader
accepts has exactly one encoding, so two different barcodes can never say the same.

Source: RFC 8949, section 4.2.1 (core deterministic encoding), without floating point.
"""

from typing import TypeAlias

Read: TypeAlias = "int | bytes | str | bool | list[Read] | dict[int | str, Read] | Tagged"

MAX_DEPTH = 4
UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
FALSE, TRUE = 20, 21


class NotCanonical(Exception):
    """These bytes are not what a careful writer makes of any value."""


class Tagged(tuple[int, "Read"]):
    """A number that says what a value is, and the value."""

    __slots__ = ()


def read(encoded: bytes) -> Read:
    """Return the one value that the bytes hold.

    Raises:
        NotCanonical: cut short, followed by more, nested too deep, of a kind we never write, or
            not in the shortest form with sorted, unique keys.
    """
    value, end = _value(encoded, 0, MAX_DEPTH)
    if end != len(encoded):
        raise NotCanonical("bytes are left over")
    return value


def _value(encoded: bytes, at: int, depth: int) -> tuple[Read, int]:
    if depth < 0:
        raise NotCanonical("nested too deep")
    major, argument, at = _head(encoded, at)
    if major == UNSIGNED:
        return argument, at
    if major == NEGATIVE:
        return -1 - argument, at
    if major in (BYTES, TEXT):
        return _string(encoded, at, argument, is_text=major == TEXT)
    if major == ARRAY:
        return _array(encoded, at, argument, depth)
    if major == MAP:
        return _map(encoded, at, argument, depth)
    if major == TAG:
        inner, at = _value(encoded, at, depth - 1)
        return Tagged((argument, inner)), at
    if argument in (FALSE, TRUE):
        return argument == TRUE, at
    raise NotCanonical("a simple value that we never write")


def _head(encoded: bytes, at: int) -> tuple[int, int, int]:
    """Return major type, argument, and where to go on."""
    if at >= len(encoded):
        raise NotCanonical("cut short")
    major, short = divmod(encoded[at], 32)
    at += 1
    if short < 24:
        return major, short, at
    if short > 27 or major == SIMPLE:
        raise NotCanonical("of no stated length, or a floating-point number")
    size = 1 << (short - 24)
    argument = int.from_bytes(encoded[at : at + size], "big")
    fewest = 24 if size == 1 else 1 << (4 * size)
    if at + size > len(encoded) or argument < fewest:
        raise NotCanonical("cut short, or longer than needed")
    return major, argument, at + size


def _string(encoded: bytes, at: int, length: int, *, is_text: bool) -> tuple[bytes | str, int]:
    found = encoded[at : at + length]
    if len(found) != length:
        raise NotCanonical("cut short")
    if not is_text:
        return found, at + length
    try:
        return found.decode(), at + length
    except UnicodeDecodeError:
        raise NotCanonical("text that is not UTF-8") from None


def _array(encoded: bytes, at: int, length: int, depth: int) -> tuple[list[Read], int]:
    items: list[Read] = []
    # Each turn eats a byte or ends, so that a boast of 2**64 items costs nothing.
    for _ in range(length):
        item, at = _value(encoded, at, depth - 1)
        items.append(item)
    return items, at


def _map(encoded: bytes, at: int, length: int, depth: int) -> tuple[dict[int | str, Read], int]:
    items: dict[int | str, Read] = {}
    before = b""
    for _ in range(length):
        start = at
        key, at = _value(encoded, at, 0)
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise NotCanonical("a key that is neither number nor text")
        if encoded[start:at] <= before:
            raise NotCanonical("keys twice or out of order")
        before = encoded[start:at]
        items[key], at = _value(encoded, at, depth - 1)
    return items, at
