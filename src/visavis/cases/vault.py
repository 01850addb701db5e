"""One key a case, in a database of its own; whoever destroys the key erases what it sealed.

The keys lie wrapped by a master key, a file outside both databases, so that neither a copy of the
one nor of the other database can be read alone.

A row that is deleted stays on the disk for a while: in the table's free space, in the log of the
server, in every copy. So the master key changes after each night in which something was erased, all
living keys are wrapped anew, and the old file is removed some days later. From then on what is left
of a destroyed key, wherever it lies, opens nothing.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import router, transaction

from visavis.cases.models import CaseKey
from visavis.foundation import encryption
from visavis.foundation.encryption import KEY_BYTES, Undecipherable

FIRST, LATER = "cases-master.key", "cases-master-%Y%m%dT%H%M%SZ.key"
AT_ONCE = 500


class KeyDestroyed(Exception):
    """The key of this case is gone for good, and with it everything that it sealed."""


class MasterKeyMissing(Exception):
    """There are keys, but not the file that opens them: bring it back from its backup."""


def new_key(case_id: UUID) -> None:
    """Make the key of a new case."""
    wrapped = encryption.encrypt(
        encryption.new_key(), key=_masters()[0], context=_wrapping(case_id)
    )
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


def open_all(case_id: UUID, sealed: Mapping[str, bytes | memoryview]) -> dict[str, bytes]:
    """Return what was sealed for a case, by its context; the key is asked for once.

    Raises:
        KeyDestroyed, Undecipherable: as for `open_`.
    """
    key = _key(case_id) if sealed else b""
    return {
        context: encryption.decrypt(bytes(each), key=key, context=f"case:{case_id}:{context}")
        for context, each in sealed.items()
    }


def destroy(case_id: UUID) -> None:
    """Erase for good everything that was sealed for a case. Repeating it changes nothing."""
    CaseKey.objects.filter(case_id=case_id).delete()


def change_master(*, now: datetime) -> int:
    """Make a new master key, wrap every living key with it, and return how many.

    Repeatable: what an interrupted run has left under an older master is wrapped by the next one.
    """
    _made_once(_folder() / f"{now.astimezone(UTC):{LATER}}")
    return wrap_anew()


def wrap_anew() -> int:
    """Bring what is still wrapped by an older master under the newest, and return how much."""
    count, last = 0, UUID(int=0)
    while True:
        with transaction.atomic(using=router.db_for_write(CaseKey)):
            found = CaseKey.objects.select_for_update().filter(case_id__gt=last)
            rows = list(found.order_by("case_id")[:AT_ONCE])
            changed = [row for row in rows if _is_wrapped_anew(row)]
            CaseKey.objects.bulk_update(changed, ["wrapped"])
        count += len(changed)
        if not rows:
            return count
        last = rows[-1].case_id


def forget_masters(*, now: datetime, kept: timedelta) -> int:
    """Remove the masters that were replaced so long ago, and return how many.

    A copy of the keys that is older can be read by nobody any more.

    Args:
        kept: for how long after its replacement; within it a copy of the keys can be brought back.
    """
    files = _files()
    old = [file for successor, file in pairwise(files) if _made_at(successor) < now - kept]
    if old:
        wrap_anew()  # nothing that lives may depend on them
    for file in old:
        file.write_bytes(os.urandom(KEY_BYTES))
        file.unlink()
    return len(old)


def changed_at() -> datetime:
    """Return when the newest master key was made."""
    _masters()
    return _made_at(_files()[0])


def _is_wrapped_anew(row: CaseKey) -> bool:
    newest, context = _masters()[0], _wrapping(row.case_id)
    try:
        encryption.decrypt(bytes(row.wrapped), key=newest, context=context)
    except Undecipherable:
        row.wrapped = encryption.encrypt(_unwrapped(row), key=newest, context=context)
        return True
    return False


def _key(case_id: UUID) -> bytes:
    row = CaseKey.objects.filter(case_id=case_id).first()
    if row is None:
        raise KeyDestroyed(case_id)
    return _unwrapped(row)


def _unwrapped(row: CaseKey) -> bytes:
    for master in _masters():
        try:
            return encryption.decrypt(
                bytes(row.wrapped), key=master, context=_wrapping(row.case_id)
            )
        except Undecipherable:
            continue
    raise MasterKeyMissing(_folder())


def _wrapping(case_id: UUID) -> str:
    return f"case:{case_id}:key"


def _folder() -> Path:
    return Path(settings.VAR) / "keys"


def _made_at(file: Path) -> datetime:
    """Return when a master was made, as its name says; the first has always been there."""
    if file.name == FIRST:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.strptime(file.name, LATER).replace(tzinfo=UTC)


def _files() -> list[Path]:
    """Return the files of the masters, the newest first."""
    folder = _folder()
    first = [folder / FIRST] if (folder / FIRST).exists() else []
    return [*sorted(folder.glob("cases-master-*.key"), reverse=True), *first]


def _masters() -> tuple[bytes, ...]:
    """Return the master keys, the newest first; a new installation gets its own.

    Raises:
        MasterKeyMissing: there are keys, and no file; or a file is no key.
    """
    while True:
        files = _files()
        if not files:
            if CaseKey.objects.exists():
                raise MasterKeyMissing(_folder())
            files = [_made_once(_folder() / FIRST)]
        try:
            return _read(tuple(files))
        except FileNotFoundError:  # an old one was removed since we looked
            continue


@lru_cache(maxsize=4)
def _read(files: tuple[Path, ...]) -> tuple[bytes, ...]:
    keys = tuple(file.read_bytes() for file in files)
    for file, key in zip(files, keys, strict=True):
        if len(key) != KEY_BYTES:
            raise MasterKeyMissing(file)
    return keys


def _made_once(file: Path) -> Path:
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
    return file
