"""Files that hold keys: written whole or not at all, by one process at a time."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class KeyFileOpen(Exception):
    """Others may read a file that holds a key, so nothing is signed with it."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"Others may read the key {file.name}: chmod 600 {file}")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one process at a time look and make, so that two never make the first key at once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(file: Path, content: bytes, *, mode: int) -> None:
    """Put a file in its place whole or not at all, even if the power goes."""
    draft = file.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)


def read_private(file: Path) -> bytes:
    """Return the content of a file that only its owner can read.

    Raises:
        KeyFileOpen: others can read it too.
    """
    with file.open("rb") as opened:
        if stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
            raise KeyFileOpen(file)
        return opened.read()
