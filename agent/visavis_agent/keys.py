"""The device's key: made here, kept in one file that only its owner reads, never sent."""

import base64
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class KeyTrouble(Exception):
    """The key file cannot be used; the message says why and what to do."""


def ensure(path: Path) -> Ed25519PrivateKey:
    """Return the device's key, made at the first call.

    A file that is there but damaged is never replaced: that would silently make another device.

    Raises:
        KeyTrouble: the file is not a key, or others may read it.
    """
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise KeyTrouble(f"{path} can be read by others; correct it with: chmod 600 {path}")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyTrouble(
            f"{path} holds no Ed25519 key. "
            "Put the right file back, or remove it and enrol the device anew."
        )
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """Return the public half as the counter stores it: 32 bytes in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename it never replaces a key that another process made
    except FileExistsError:
        pass
    finally:
        draft.unlink()
