"""One key a case, in a database of its own; whoever destroys the key erases what it sealed.

The keys lie wrapped by a master key, a file outside both databases, so that neither a copy of the
one nor of the other database can be read alone.
"""

import os
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from visavis.cases.models import CaseKey
from visavis.foundation import encryption
from visavis.foundation.encryption import KEY_BYTES

MASTER = "cases-master.key"


class KeyDestroyed(Exception):
    """The key of this case is gone for good, and with it everything that it sealed."""


class MasterKeyMissing(Exception):
    """There are keys, but not the file that opens them: bring it back from its backup."""


def new_key(case_id: UUID) -> None:
    """Make the key of a new case."""
    wrapped = encryption.encrypt(encryption.new_key(), key=_master(), context=_wrapping(case_id))
    CaseKey.objects.create(case_id=case_id, wrapped=wrapped)


def seal(case_id: UUID, plain: bytes, *, context: str) -> bytes:
    """Return bytes that only this case's key opens, and only in the same context.

    Raises:
        KeyDestroyed: the case is erased.
    """
    return encryption.encrypt(plain, key=_key(case_id), context=f"case:{case_id}:{context}")


def open_(case_id: UUID, sealed: bytes | memoryview, *, context: str) -> bytes:
    """Return what `seal` was given.

    Raises:
        KeyDestroyed: the case is erased.
        Undecipherable: altered, or sealed elsewhere.
    """
    return encryption.decrypt(bytes(sealed), key=_key(case_id), context=f"case:{case_id}:{context}")


def destroy(case_id: UUID) -> None:
    """Erase for good everything that was sealed for a case. Repeating it changes nothing."""
    CaseKey.objects.filter(case_id=case_id).delete()


def ensure_master() -> None:
    """Make the master key on a new installation.

    Raises:
        MasterKeyMissing: it is not new; the file was lost.
    """
    _master()


def _key(case_id: UUID) -> bytes:
    wrapped = CaseKey.objects.filter(case_id=case_id).values_list("wrapped", flat=True).first()
    if wrapped is None:
        raise KeyDestroyed(case_id)
    return encryption.decrypt(bytes(wrapped), key=_master(), context=_wrapping(case_id))


def _wrapping(case_id: UUID) -> str:
    return f"case:{case_id}:key"


def _master() -> bytes:
    return _read_master(Path(settings.VAR) / "keys" / MASTER)


@lru_cache(maxsize=4)
def _read_master(file: Path) -> bytes:
    try:
        key = file.read_bytes()
    except FileNotFoundError:
        if CaseKey.objects.exists():
            raise MasterKeyMissing(file) from None
        key = _made_once(file)
    if len(key) != KEY_BYTES:
        raise MasterKeyMissing(file)
    return key


def _made_once(file: Path) -> bytes:
    """Write a new key whole or not at all; of two processes at once, one wins."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_suffix(f".{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(encryption.new_key())
        opened.flush()
        os.fsync(opened.fileno())
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return file.read_bytes()
