"""An append-only file of JSON lines: what was appended survives a kill."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class JournalFile:
    """The fake's memory on disk. Without a path it remembers nothing beyond its process."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")

    def lines(self) -> Iterator[Line]:
        """Yield every whole line from the first on, and cut off what was torn by a kill."""
        if self._file is None:
            return
        self._file.seek(0)
        whole = 0
        for raw in self._file.readlines():
            try:
                line = json.loads(raw) if raw.endswith(b"\n") else None
            except ValueError:
                line = None
            if not isinstance(line, dict):
                break
            whole += len(raw)
            yield line
        self._file.truncate(whole)

    def append(self, line: Line) -> None:
        """Write a line and wait until the disk has it."""
        if self._file is None:
            return
        self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
