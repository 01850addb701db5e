"""Whether two spellings are one name, as people and documents write it. Pure."""

import unicodedata

# Letters that Unicode does not take apart; documents and keyboards write them so.
WRITTEN_OUT = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
# ICAO Doc 9303-3, section 6: how the machine-readable zone writes them, and many people too.
MACHINE = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "ñ": "nn"})


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two spellings are one family name.

    Case, accents, hyphens, blanks and apostrophes do not count; ü may be written u or ue. All
    parts of a double name do, in their order: half a name is another name, and so is a longer one.

    >>> is_same_name("Müller-D’Arc", "MUELLER D ARC"), is_same_name("Müller", "Muller")
    (True, True)
    >>> is_same_name("Muller", "Mueller"), is_same_name("Dupont-Meier", "Dupont")
    (False, False)
    >>> is_same_name("Meier Dupont", "Dupont Meier")
    (False, False)
    """
    return bool(_forms(one) & _forms(other))


def is_same_given(one: str, other: str) -> bool:
    """Tell whether two spellings can be the first names of one person.

    One may leave out the later ones: documents list all, people use the first.

    >>> is_same_given("Élodie", "Elodie Marie"), is_same_given("Marie", "Élodie Marie")
    (True, False)
    """
    these, those = _words(one), _words(other)
    if not these or not those:
        return False
    pairs = zip(these, those, strict=False)
    return all(is_same_name(this, that) for this, that in pairs)


def _forms(name: str) -> frozenset[str]:
    """Return the ways in which a name is written without accents; none of an empty one."""
    composed = unicodedata.normalize("NFKC", name).casefold()
    forms = {_letters(composed), _letters(composed.translate(MACHINE))}
    return frozenset(form for form in forms if form)


def _letters(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(WRITTEN_OUT))
    return "".join(letter for letter in apart if letter.isalnum())


def _words(names: str) -> list[str]:
    return names.replace("-", " ").split()
