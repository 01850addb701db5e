"""Answers of a case as people read them, for the citizen's review and for the officer alike."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from visavis.catalog.definition.fields import Answer
from visavis.catalog.definition.form import Field, FieldType, Step
from visavis.catalog.definition.functions import day_of
from visavis.catalog.definition.reading import Reading
from visavis.catalog.definition.texts import filled_in
from visavis.foundation import days
from visavis.foundation.text import said_in


@dataclass(frozen=True, slots=True)
class Row:
    """One question and its answer; `value` is empty when none was given."""

    code: str
    label: str
    value: str
    is_personal: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The questions of one step."""

    step: str
    title: str
    rows: tuple[Row, ...]


def sheets(reading: Reading, *, language: str) -> Iterator[Sheet]:
    """Yield every step that is shown, with what was asked and answered there."""
    for step in reading.steps():
        rows = tuple(_rows(step, reading, language))
        if rows:
            yield Sheet(step.code, said_in(step.title, language), rows)


def _rows(step: Step, reading: Reading, language: str) -> Iterator[Row]:
    for field in reading.asked(step):
        yield Row(
            code=field.code,
            label=filled_in(said_in(field.label, language), reading, language),
            value=in_words(field, reading.answer(field.code), language=language),
            is_personal=field.personal,
        )


def in_words(field: Field, answer: Answer | None, *, language: str) -> str:
    """Return an answer in words: the option's label, yes or no, a day written out.

    A partial date is said as far as it is known.
    """
    if answer is None or field.type == FieldType.FILE:  # files are shown, not said
        return ""
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    if isinstance(answer, list):
        return ", ".join(_option(field, code, language) for code in answer)
    if field.options:
        return _option(field, str(answer), language)
    if field.type in (FieldType.DATE, FieldType.PARTIAL_DATE):
        return _day(str(answer), language)
    return str(answer)


def _option(field: Field, code: str, language: str) -> str:
    option = field.option(code)
    return said_in(option.label, language) if option else code


def _day(text: str, language: str) -> str:
    if len(text) == 10 and (day := day_of(text)):
        return days.in_words(day, language)
    year, _sep, month = text.partition("-")
    return f"{month}.{year}" if month else year
