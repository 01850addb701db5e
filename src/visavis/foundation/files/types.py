"""What a file may be, how much of it, and what is left of it once it was judged."""

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """The kinds that are kept; whatever else is taken was drawn anew as one of these."""

    JPEG = "jpeg"
    PNG = "png"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        return "application/pdf" if self is FileKind.PDF else f"image/{self.value}"

    @property
    def suffix(self) -> str:
        return ".jpg" if self is FileKind.JPEG else f".{self.value}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may be, and how much the process that judges it may take.

    Attributes:
        size: bytes, as sent.
        pixels: of one picture, as sent.
        side: pixels of the longer side, as kept; larger pictures are made smaller.
        unpacked: bytes inside one PDF, all streams together.
        objects: of one PDF.
        memory: bytes of address space, the interpreter's own included.
        cpu_s: processor time of one process; a PDF takes three.
        wall_s: time on the clock of one process.
        wait_s: how long a file waits for its turn.
    """

    size: int = 10_000_000
    pixels: int = 50_000_000
    side: int = 4_096
    pages: int = 50
    unpacked: int = 400_000_000
    objects: int = 50_000
    memory: int = 1 << 30
    cpu_s: int = 10
    wall_s: int = 30
    wait_s: int = 15


STANDARD = Limits()


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that may be kept.

    Attributes:
        content: a picture drawn anew, or the PDF exactly as it was sent.
        preview: a JPEG of the first page, at most 1,000 pixels a side; empty if there is none.
        pages: 1 for a picture.
    """

    kind: FileKind
    content: bytes
    preview: bytes
    pages: int
