"""Base64 for addresses (RFC 4648, section 5), without padding, one spelling for each value."""

import base64
import binascii
import re

ALPHABET = re.compile(r"[A-Za-z0-9_-]+")


class NotBase64url(ValueError):
    """The text holds other characters, or is not how these bytes are written."""


def written(plain: bytes) -> str:
    """Return the bytes as text.

    >>> written(b"visavis?")
    'dmlzYXZpcz8'
    """
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def read(text: str) -> bytes:
    """Return the bytes of a text.

    Raises:
        NotBase64url: padded, empty, with other characters, or with bits that belong to no byte.
    """
    if not ALPHABET.fullmatch(text):
        raise NotBase64url("not base64url")
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise NotBase64url("not base64url") from None
    if written(plain) != text:
        raise NotBase64url("bits left over")
    return plain
