"""Reads the extended key usages of a certificate, and nothing else of its extensions.

The general library reads all extensions or none, and refuses some that countries really use: an
empty list of usages, defaults that are written out. Only certificates of a trust list come here.

Source: X.690 (DER); RFC 5280, sections 4.1 and 4.2.1.12.
"""

from collections.abc import Iterator
from itertools import islice

EXTENDED_KEY_USAGE = bytes.fromhex("0603551d25")  # the object identifier 2.5.29.37, encoded
OBJECT_IDENTIFIER, OCTET_STRING, EXTENSIONS = 0x06, 0x04, 0xA3


class NotDer(ValueError):
    """These bytes are not nested in each other as they say."""


def extended_key_usages(certificate: bytes) -> frozenset[str]:
    """Return the object identifiers, dotted; none if the certificate does not restrict its use.

    Raises:
        NotDer: not a certificate.
    """
    for tag, content in _parts(_first(_first(certificate))):
        if tag == EXTENSIONS:
            return frozenset(_usages(content))
    return frozenset()


def _usages(content: bytes) -> Iterator[str]:
    for _, extension in _parts(_first(content)):
        if not extension.startswith(EXTENDED_KEY_USAGE):
            continue
        for tag, octets in _parts(extension):
            if tag == OCTET_STRING:
                listed = _parts(_first(octets))
                yield from (_dotted(one) for kind, one in listed if kind == OBJECT_IDENTIFIER)


def _first(encoded: bytes) -> bytes:
    for _, content in _parts(encoded):
        return content
    raise NotDer("nothing inside")


def _parts(encoded: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(encoded):
        tag, length, at = encoded[at], *_length(encoded, at + 1)
        if at + length > len(encoded):
            raise NotDer("cut short")
        yield tag, encoded[at : at + length]
        at += length


def _length(encoded: bytes, at: int) -> tuple[int, int]:
    """Return the length that is written at a place, and where the content begins."""
    if at >= len(encoded):
        raise NotDer("cut short")
    first = encoded[at]
    if first < 0x80:
        return first, at + 1
    size = first & 0x7F
    if not 0 < size <= 4:
        raise NotDer("of no stated length, or far too long")
    return int.from_bytes(encoded[at + 1 : at + 1 + size], "big"), at + 1 + size


def _dotted(encoded: bytes) -> str:
    numbers, number = [], 0
    for byte in encoded:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    if not numbers:
        raise NotDer("an empty object identifier")
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *islice(numbers, 1, None))))
