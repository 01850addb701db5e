"""From the text of a QR code to the signed bytes: prefix, base45, zlib."""

import zlib

import base45

from visavis.papers.dcc.refusals import Refusal, Refused

PREFIX = "HC1:"
MAX_CHARACTERS = 4296  # the most that a QR code can hold in capitals and digits
MAX_BYTES = 32 * 1024  # unpacked; the largest real certificates have less than 1 KiB


def signed_bytes(text: str) -> bytes:
    """Return the signed message that a text holds.

    Args:
        text: as read from the QR code, without line end; a blank is a character of base45.

    Raises:
        Refused: too_long, no_prefix, not_base45, not_compressed, bomb, left_over.
    """
    if len(text) > MAX_CHARACTERS:
        raise Refused(Refusal.TOO_LONG)
    if not text.startswith(PREFIX):
        raise Refused(Refusal.NO_PREFIX)
    return _unpacked(_decoded(text.removeprefix(PREFIX)))


def text_of(signed: bytes) -> str:
    """Return the text of the QR code for a signed message."""
    encoded: bytes = base45.b45encode(zlib.compress(signed, 9))
    return PREFIX + encoded.decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        plain: bytes = base45.b45decode(text)
    except ValueError:
        raise Refused(Refusal.NOT_BASE45) from None
    # The library drops line ends; whatever another version may forgive, two texts never mean one.
    if base45.b45encode(plain) != text.encode():
        raise Refused(Refusal.NOT_BASE45)
    return plain


def _unpacked(packed: bytes) -> bytes:
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(packed, MAX_BYTES)
        if not stream.eof and stream.decompress(stream.unconsumed_tail, 1):
            raise Refused(Refusal.BOMB)
    except zlib.error:
        raise Refused(Refusal.NOT_COMPRESSED) from None
    if not stream.eof:
        raise Refused(Refusal.NOT_COMPRESSED)
    if stream.unused_data:
        raise Refused(Refusal.LEFT_OVER)
    return plain
