"""What a virus scanner says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of one file.

    Attributes:
        found: the name of the signature that matched; empty for a clean file.
    """

    found: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.found


@dataclass(frozen=True, slots=True)
class Signatures:
    """What the scanner knows.

    Attributes:
        version: as the scanner says it, such as `ClamAV 1.4.3/27512/Mon Jan 6 10:35:47 2025`.
        made_at: of the newest signatures, aware; None where the scanner has only its own.
    """

    version: str
    made_at: datetime | None


class Scanner(Protocol):
    """A virus scanner. Asking may be repeated without harm.

    Raises:
        Unreachable, Garbled, NotScanned: there is no verdict; ask again later.
    """

    def scan(self, content: bytes) -> Verdict:
        """Say whether a file is clean."""
        ...

    def signatures(self) -> Signatures:
        """Say what the scanner knows, and since when."""
        ...
