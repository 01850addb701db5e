"""Sealed files on the disk: a folder for each case, names that say nothing, whole or not there.

The bytes are sealed before they come here. A file is written before the row that names it, so a row
never lacks its file; a file that no row names is swept by the nightly job.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

PREVIEW = "-preview"
UNFINISHED = ".part"


def new_name() -> str:
    """Return a name for a file that is not there yet."""
    return secrets.token_hex(16)


def write(case_id: UUID, name: str, sealed: bytes) -> None:
    """Write a file so that it is whole, or not there, whatever happens meanwhile."""
    folder = _folder(case_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f"{name}{UNFINISHED}"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(sealed)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(folder / name)
    _remember(folder)


def read(case_id: UUID, name: str) -> bytes:
    """Return the sealed bytes of a file.

    Raises:
        FileNotFoundError: it is not there (any more).
    """
    return (_folder(case_id) / name).read_bytes()


def remove(case_id: UUID, name: str) -> None:
    """Remove a file and its preview. Repeating it changes nothing."""
    for each in (name, name + PREVIEW):
        (_folder(case_id) / each).unlink(missing_ok=True)


def remove_all(case_id: UUID) -> None:
    """Remove every file of a case. Repeating it changes nothing."""
    shutil.rmtree(_folder(case_id), ignore_errors=True)


def older_than(moment: datetime) -> Iterator[tuple[UUID, str]]:
    """Yield the case and name of every file that was written before a moment."""
    for file in sorted(Path(settings.FILES).glob("??/*-*/*")):  # a folder gone meanwhile has none
        with suppress(FileNotFoundError):  # removed meanwhile, as it should be
            if file.stat().st_mtime < moment.timestamp():
                yield UUID(file.parent.name), file.name


def _folder(case_id: UUID) -> Path:
    return Path(settings.FILES) / case_id.hex[:2] / str(case_id)


def _remember(folder: Path) -> None:
    """Write the folder's own list of files to the disk, so that the name survives a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
