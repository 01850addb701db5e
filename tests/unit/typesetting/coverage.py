"""Which characters the committed typefaces have. Run as a module, it writes the table anew."""

import json
from itertools import pairwise

from fontTools.ttLib import TTFont

from visavis.typesetting.rules import FONTS


def points_of(file: str) -> set[int]:
    """Return the code points that one typeface has."""
    return set(TTFont(FONTS / file).getBestCmap())


def ranges() -> list[list[int]]:
    """Return pairs of first and last code point, ascending, of all that the typefaces have."""
    points = sorted({point for file in FONTS.glob("*.ttf") for point in points_of(file.name)})
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(points), 1) if b != a + 1), len(points)]
    return [[points[start], points[end - 1]] for start, end in pairwise(breaks)]


if __name__ == "__main__":
    (FONTS / "coverage.json").write_text(json.dumps(ranges(), separators=(",", ":")) + "\n")
