"""Decides which characters reach the page. Pure but for the table of glyphs."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
HOLLOW_SQUARE = "\u25a1"  # DejaVu Sans has it: what we cannot print is at least seen to be missing

Scalar = str | int | float | bool | None
Printable = Scalar | list["Printable"] | dict[str, "Printable"]

# Blanks that only differ in width, and the no-break hyphen: our typeface has the plain ones.
PLAINER = str.maketrans({"\u202f": "\u00a0", "\u2009": "\u00a0", "\u2011": "-"})


class NotPrintable(Exception):
    """The data hold something that JSON cannot say, such as a moment or a row."""


@cache
def covered() -> frozenset[int]:
    """Return the code points for which one of our typefaces has a glyph."""
    ranges = json.loads((FONTS / "coverage.json").read_text(encoding="ascii"))
    return frozenset(point for first, last in ranges for point in range(first, last + 1))


def plain(text: str) -> str:
    r"""Return the text composed, without control characters and those that turn its direction.

    With them a name could make the words beside it read differently, on paper and on a screen.

    >>> plain("Z\u0307o\u0301łc\u0301 \u202eabc\x07")
    'Żółć abc'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        character
        for character in unicodedata.normalize("NFC", lines)
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf")
    )


def printable(text: str) -> str:
    r"""Return the text as it can be printed: plain, and a hollow square for each missing glyph.

    PDF/A refuses a page with a missing glyph, and one odd letter must not cost a permit.

    >>> printable("Jo\u202e 李")
    'Jo □'
    """
    return "".join(
        character if character == "\n" or ord(character) in covered() else HOLLOW_SQUARE
        for character in plain(text).translate(PLAINER)
    )


def one_line(text: str) -> str:
    """Return the text with every stretch of blanks and line ends made one blank.

    >>> one_line("  Anna\\n Maria ")
    'Anna Maria'
    """
    return " ".join(text.split())


def cleaned(value: object) -> Printable:
    """Return data with every text made printable, keys included.

    Raises:
        NotPrintable: something else than texts, numbers, truth values, lists and mappings.
    """
    match value:
        case str():
            return printable(value)
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {printable(str(key)): cleaned(item) for key, item in value.items()}
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [cleaned(item) for item in value]
        case _:
            raise NotPrintable(type(value).__name__)
