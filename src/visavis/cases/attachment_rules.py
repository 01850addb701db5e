"""Decisions about the files of a case: what becomes of one, how many, how much. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from visavis.catalog.definition.form import Field, FileSort
from visavis.foundation.files.types import FileKind

LONGEST_NAME = 120  # characters
MOST_OF_A_CASE = 30  # files, replaced ones too
MOST_BYTES_OF_A_CASE = 60_000_000
KILOBYTES_AN_HOUR = 100_000  # of one visit, account or browser
LEAST_KILOBYTES = 500  # as much counts even a small file: each costs a process of its own
KILOBYTES_OF_ALL_BROWSERS = (
    4_000_000  # a browser is named anew for nothing; visits and accounts go on
)
PER = timedelta(hours=1)
SWEPT_AFTER = timedelta(hours=6)  # a file without a row that is younger may still get one
SORTS = {
    FileKind.JPEG: FileSort.PICTURE,
    FileKind.PNG: FileSort.PICTURE,
    FileKind.PDF: FileSort.PDF,
}


class Verdict(StrEnum):
    """What the virus scanner said; without one, what was examined counts as clean."""

    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"


class Standing(StrEnum):
    """Whether a file belongs to the request; what was replaced is kept for the office."""

    CURRENT = "current"
    REPLACED = "replaced"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Held:
    """How much a case holds already: files and bytes, and current files of one question."""

    files: int
    bytes: int
    of_question: int


def is_taken(field: Field, kind: FileKind) -> bool:
    """Tell whether a question takes files of a kind."""
    return SORTS[kind] in field.file_sorts


def has_room(field: Field, held: Held) -> bool:
    """Tell whether one more file fits the question."""
    return held.of_question < field.most_files


def is_full(held: Held, *, more: int) -> bool:
    """Tell whether a case can take no file of so many bytes any more."""
    return held.files >= MOST_OF_A_CASE or held.bytes + more > MOST_BYTES_OF_A_CASE


def name_of(typed: str) -> str:
    """Return a file's name as it may be shown: without folders, signs that cannot be printed, length.

    >>> name_of("C:\\\\Users\\\\me\\\\attestation.pdf"), name_of("../../etc/x\\u202e.jpg"), name_of(" ")
    ('attestation.pdf', 'x.jpg', '')
    """
    last = typed.replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if sign.isprintable())
    return " ".join(plain.split())[-LONGEST_NAME:].lstrip(". ")
