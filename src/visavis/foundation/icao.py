"""Writes a name in the letters that machines read: A to Z and `<`.

Latin letters follow the table of ICAO; where it leaves a choice, German-speaking usage decides, as
in Swiss passports: Ä is AE, Ö is OE, Ü is UE, Å is AA. Hyphens and blanks become one `<`,
apostrophes and other punctuation disappear, accents fall off. What is out: digits (write numbers
of a name in Roman letters), and every script other than Latin (Cyrillic, Greek, Arabic have tables
of their own, which depend on the language); such a name is refused, never guessed.

Source: ICAO Doc 9303, part 3, section 4.6 and section 6, table A.
"""

import re
import unicodedata

LONGEST = 80  # of a certificate; a passport has 39
FILLER = "<"
LETTERS = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ö": "OE", "Ø": "OE", "Œ": "OE", "Ü": "UE", "ẞ": "SS",
    "Þ": "TH", "Ð": "D", "Đ": "D", "Ħ": "H", "Ĳ": "IJ", "ĸ": "Q", "Ł": "L", "Ŋ": "N", "Ŧ": "T",
    "ß": "SS", "ı": "I", "Ə": "E",
}  # fmt: skip
SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
DROPPED = ("Mn", "Po", "Pi", "Pf", "Ps", "Pe", "Sk", "Lm", "Cf")  # accents, punctuation, marks


class NotTransliterable(ValueError):
    """A letter is in no table that we know; the message names it."""


def transliterated(name: str) -> str:
    """Return a name as the fields `fnt` and `gnt` have it, cut to 80 characters.

    Raises:
        NotTransliterable: a digit, a symbol, or a letter of another script.

    >>> transliterated("d'Červenková Panklová")
    'DCERVENKOVA<PANKLOVA'
    >>> transliterated("Müller-Grünig")
    'MUELLER<GRUENIG'
    """
    composed = unicodedata.normalize("NFC", name)
    words = SEPARATORS.split(composed)
    written = ["".join(_letters(character) for character in word) for word in words]
    return FILLER.join(word for word in written if word)[:LONGEST].rstrip(FILLER)


def _letters(character: str) -> str:
    # ß and ĸ have no capital of one letter, and İ falls apart when made small.
    capital = character if character in LETTERS else character.upper()
    if capital in LETTERS:
        return LETTERS[capital]
    plain = unicodedata.normalize("NFKD", capital).upper()
    return "".join(_letter(one, character) for one in plain)


def _letter(one: str, of: str) -> str:
    if "A" <= one <= "Z":
        return one
    if one in LETTERS:
        return LETTERS[one]
    if unicodedata.category(one) in DROPPED or one.isspace():  # ´ is a blank with an accent
        return ""
    raise NotTransliterable(f"no Latin letter: {of!r} (U+{ord(of):04X})")
