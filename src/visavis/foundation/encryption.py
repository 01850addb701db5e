"""Encryption of what belongs to one person, under a key that can be destroyed."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class Undecipherable(Exception):
    """The text was altered, belongs elsewhere, or was encrypted with another key."""


def new_key() -> bytes:
    """Return 32 random bytes, a key for AES-256."""
    return secrets.token_bytes(KEY_BYTES)


def encrypt(plain: bytes, *, key: bytes, context: str) -> bytes:
    """Return nonce, ciphertext and tag in one.

    Args:
        plain: any number of bytes.
        key: 32 bytes.
        context: where the text belongs, such as `case:<uuid>:answers`; it must be the same again
            when reading, so that one ciphertext cannot be put in another's place.

    Source:
        NIST SP 800-38D, AES-256 in Galois/Counter Mode with a random 96-bit nonce.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def decrypt(sealed: bytes, *, key: bytes, context: str) -> bytes:
    """Return what `encrypt` was given.

    Raises:
        Undecipherable: altered, cut short, another key or another context.
    """
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as fault:
        raise Undecipherable(context) from fault
