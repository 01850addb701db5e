"""Texts of a definition that name values: "from {season_opens}", said in each language. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from visavis.catalog.definition.form import Form, Part
from visavis.catalog.definition.reading import Reading
from visavis.foundation import days

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def filled(text: Mapping[str, str] | None, reading: Reading) -> dict[str, str]:
    """Return a text with its values said: days in words, choices by their label.

    What is not known yet is said as "…".
    """
    return {
        language: filled_in(words, reading, language) for language, words in (text or {}).items()
    }


def filled_in(words: str, reading: Reading, language: str) -> str:
    """Return the words of one language with their values said."""
    return PLACEHOLDER.sub(lambda found: said(found[1], reading, language), words)


def said(name: str, reading: Reading, language: str) -> str:
    """Return the value of a name as one says it in a language."""
    value = reading.value(name)
    if value is None:
        return "…"
    if isinstance(value, datetime):
        return said_day(value, language)
    field = reading.form.field(name)
    option = field.option(value) if field else None
    return option.label[language] if option else str(value)


def said_day(day: datetime, language: str) -> str:
    """Return a day in words, such as "6 March 2027"."""
    return days.in_words(day, language)


def named_in_texts(form: Form) -> Iterator[tuple[tuple[str | int, ...], frozenset[str]]]:
    """Yield the way to each text and the names that stand in it in braces."""
    yield from _walk(form, ())


def _walk(
    part: object, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], frozenset[str]]]:
    if isinstance(part, Part):
        for name, described in type(part).model_fields.items():
            yield from _walk(getattr(part, name), (*path, described.alias or name))
    elif isinstance(part, tuple):
        for position, inner in enumerate(part):
            yield from _walk(inner, (*path, position))
    elif isinstance(part, dict) and {"fr", "de", "it", "en"} == part.keys():
        for language, words in part.items():
            yield (*path, language), frozenset(PLACEHOLDER.findall(words))
