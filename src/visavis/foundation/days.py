"""Days and moments as people say them, in the four languages of the counter. Pure."""

import re
from datetime import date, datetime

from babel.dates import format_date

LOCALES = {"fr": "fr_CH", "de": "de_CH", "it": "it_CH", "en": "en_GB"}
FIRST = re.compile(r"\b1(?= \w)")
ORDINALS = {"fr": "1er", "it": "1º"}


def locale_of(language: str) -> str:
    """Return the locale in which a language is written here."""
    return LOCALES.get(language, "en_GB")


def in_words(day: date | datetime, language: str, *, weekday: bool = False) -> str:
    """Return a day in words; the first of a month as French and Italian write it.

    >>> in_words(date(2026, 12, 1), "fr", weekday=True), in_words(date(2026, 12, 1), "de")
    ('mardi 1er décembre 2026', '1. Dezember 2026')
    """
    written = format_date(day, format="full" if weekday else "long", locale=locale_of(language))
    return FIRST.sub(ORDINALS.get(language, "1"), str(written), count=1)
