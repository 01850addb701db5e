"""Texts in the four languages of the counter."""

from collections.abc import Mapping
from typing import Annotated, Literal, get_args
from unicodedata import combining, normalize

from pydantic import AfterValidator

Language = Literal["fr", "de", "it", "en"]
LANGUAGES: tuple[str, ...] = get_args(Language)


def _complete(text: dict[str, str]) -> dict[str, str]:
    unknown = sorted(text.keys() - set(LANGUAGES))
    if unknown:
        raise ValueError(f"unknown language {unknown[0]}: there are {', '.join(LANGUAGES)}")
    missing = [language for language in LANGUAGES if not text.get(language, "").strip()]
    if missing:
        raise ValueError(
            f"missing in {', '.join(missing)}: write the text in all of {', '.join(LANGUAGES)}"
        )
    return text


Multilingual = Annotated[dict[str, str], AfterValidator(_complete)]
"""A text that says the same in fr, de, it and en; none may be empty."""


def said_in(text: Mapping[str, str] | None, language: str) -> str:
    """Return the text in a language, or in the next one that has it, or nothing.

    >>> said_in({"fr": "Bonjour", "de": ""}, "de")
    'Bonjour'
    """
    if not text:
        return ""
    return text.get(language) or next((text[code] for code in LANGUAGES if text.get(code)), "")


def folded(text: str) -> str:
    """Return a text as it is compared: small letters, no accents, words parted by one blank.

    >>> folded("Élevage d’Œufs – Straße")
    'elevage d oeufs strasse'
    """
    plain = text.casefold().translate(_LIGATURES)
    bare = "".join(sign for sign in normalize("NFD", plain) if not combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o"})
