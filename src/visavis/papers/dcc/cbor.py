"""Reads CBOR as the countries of the EU write it: any well-formed encoding, but one meaning.

Other than the reader of our own papers it takes lengths left open, floating-point numbers, null,
and keys in any order, because real issuers write all of these. Like it, it refuses a key that
stands twice, takes only whole numbers and texts as keys (so `true` cannot pass for 1), and
computes nothing that a tag asks for.

Source: RFC 8949, appendix C (well-formedness).
"""

import struct
from typing import NoReturn, TypeAlias

from visavis.papers.dcc.refusals import Refusal, Refused

Read: TypeAlias = (
    "int | float | bytes | str | bool | list[Read] | dict[int | str, Read] | Tagged | None"
)

MAX_DEPTH = 12  # a certificate needs 5, its two tags included
UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
KEYS = (UNSIGNED, NEGATIVE, TEXT)
OPEN, BREAK = 31, 0xFF
SIMPLE_VALUES: dict[int, bool | None] = {20: False, 21: True, 22: None}
FLOATS = {25: ">e", 26: ">f", 27: ">d"}


class Tagged(tuple[int, "Read"]):
    """A number that says what a value is, and the value."""

    __slots__ = ()


def read(encoded: bytes) -> Read:
    """Return the one value that the bytes hold.

    Raises:
        Refused: not_cbor, duplicate_key, nested_too_deep.
    """
    reader = _Reader(encoded)
    value = reader.value(MAX_DEPTH)
    if reader.at != len(encoded):
        _malformed("bytes are left over")
    return value


def _malformed(detail: str) -> NoReturn:
    raise Refused(Refusal.NOT_CBOR, detail)


class _Reader:
    """The bytes, and how far they were read."""

    def __init__(self, encoded: bytes) -> None:
        self.encoded = encoded
        self.at = 0

    def value(self, depth: int) -> Read:
        if depth < 0:
            raise Refused(Refusal.NESTED_TOO_DEEP)
        major, short = divmod(self.take(1)[0], 32)
        if major == SIMPLE:
            return self.simple(short)
        length = self.argument(major, short)
        if major in (BYTES, TEXT):
            return self.string(major, length)
        if major == ARRAY:
            return self.array(length, depth)
        if major == MAP:
            return self.map(length, depth)
        assert length is not None
        if major == TAG:
            return Tagged((length, self.value(depth - 1)))
        return length if major == UNSIGNED else -1 - length

    def take(self, size: int) -> bytes:
        found = self.encoded[self.at : self.at + size]
        if len(found) != size:
            _malformed("cut short")
        self.at += size
        return found

    def argument(self, major: int, short: int) -> int | None:
        """Return the number behind the first byte, None for a length left open."""
        if short < 24:
            return short
        if short <= 27:
            return int.from_bytes(self.take(1 << (short - 24)), "big")
        if short == OPEN and major in (BYTES, TEXT, ARRAY, MAP):
            return None
        _malformed("a reserved length")

    def simple(self, short: int) -> Read:
        if form := FLOATS.get(short):
            (number,) = struct.unpack(form, self.take(struct.calcsize(form)))
            assert isinstance(number, float)
            return number
        if short not in SIMPLE_VALUES:
            _malformed("undefined, or a simple value that nobody uses")
        return SIMPLE_VALUES[short]

    def string(self, major: int, length: int | None) -> bytes | str:
        if length is not None:
            return self.piece(major, length)
        pieces: list[bytes | str] = []
        while not self.ended():
            kind, short = divmod(self.take(1)[0], 32)
            size = self.argument(kind, short) if kind == major else None
            if size is None:
                _malformed("a string in pieces that are none")
            pieces.append(self.piece(major, size))
        if major == BYTES:
            return b"".join(piece for piece in pieces if isinstance(piece, bytes))
        return "".join(piece for piece in pieces if isinstance(piece, str))

    def piece(self, major: int, size: int) -> bytes | str:
        found = self.take(size)
        if major == BYTES:
            return found
        try:
            return found.decode()
        except UnicodeDecodeError:
            _malformed("text that is not UTF-8")

    def array(self, length: int | None, depth: int) -> list[Read]:
        items: list[Read] = []
        # Each turn eats a byte or ends, so that a boast of 2**64 items costs nothing.
        while (len(items) < length) if length is not None else not self.ended():
            items.append(self.value(depth - 1))
        return items

    def map(self, length: int | None, depth: int) -> dict[int | str, Read]:
        items: dict[int | str, Read] = {}
        while (len(items) < length) if length is not None else not self.ended():
            key = self.key()
            if key in items:
                raise Refused(Refusal.DUPLICATE_KEY)
            items[key] = self.value(depth - 1)
        return items

    def key(self) -> int | str:
        is_plain = self.encoded[self.at : self.at + 1] and self.encoded[self.at] // 32 in KEYS
        key = self.value(0) if is_plain else None
        if not isinstance(key, int | str):
            _malformed("a key that is neither whole number nor text")
        return key

    def ended(self) -> bool:
        """Tell whether what was left open ends here, and step over the end."""
        if self.at >= len(self.encoded):
            _malformed("cut short")
        if self.encoded[self.at] != BREAK:
            return False
        self.at += 1
        return True
