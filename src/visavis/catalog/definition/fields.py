"""From what somebody typed to an answer, or to the reason why it is none. Pure."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TypeAlias

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from visavis.catalog.definition.form import Field, FieldType
from visavis.catalog.definition.functions import (
    Value,
    day_of,
    earliest_of_partial,
    latest_of_partial,
    moment_of,
)

Answer: TypeAlias = bool | int | str | list[str]
"""One answer as it is kept: days as "2026-03-01", partial days as "1961" or "1961-04"."""

INFECTED_FILE = "infected"
"""Stands for the number of files while a harmful one is among them."""

FIRST_YEAR, LAST_YEAR = 1880, 2200
HOME_COUNTRY = "CH"
TURNING = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # bidirectional overrides


class Problem(StrEnum):
    """Why an answer cannot be taken; the doors hold the sentences."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_PRINTABLE = "not_printable"
    NOT_A_DAY = "not_a_day"
    NOT_A_NUMBER = "not_a_number"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    NOT_A_CHOICE = "not_a_choice"
    NOT_OFFERED = "not_offered"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_POSTAL_CODE = "not_a_postal_code"
    NOT_AS_EXPECTED = "not_as_expected"
    CHECK = "check"
    TOO_MANY_FILES = "too_many_files"
    INFECTED = "infected"


class Unreadable(Exception):
    """What was typed is not an answer to this question."""

    def __init__(self, problem: Problem, limit: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.limit = limit


def read(field: Field, raw: object) -> Answer | None:
    """Return the answer that somebody gave, or None when they gave none.

    Args:
        raw: text, a list of texts, or an answer that was read before.

    Raises:
        Unreadable: with the problem, and the limit that was passed where there is one.
    """
    if isinstance(raw, str):
        raw = _tidy(raw, keep_lines=field.type == FieldType.LONG_TEXT)
    if raw is None or raw in ("", []):
        return None
    return READERS.get(field.type, _text)(field, raw)


def as_value(field: Field, answer: Answer | None) -> Value:
    """Return an answer as conditions know it: a day as a moment, a confirmation never null, nor how
    many files."""
    if field.type == FieldType.CONFIRM:
        return answer is True
    if field.type == FieldType.FILE:
        return answer or 0
    if field.type == FieldType.DATE:
        day = day_of(answer)
        return moment_of(day) if day else None
    return answer


def _tidy(text: str, *, keep_lines: bool) -> str:
    text = unicodedata.normalize("NFC", text)
    if keep_lines:
        return text.replace("\r\n", "\n").strip()
    return " ".join(text.split())


def _is_unprintable(sign: str) -> bool:
    """Tell whether a sign cannot be printed, or turns round how the signs after it are read."""
    return sign in TURNING or (sign != "\n" and unicodedata.category(sign) in ("Cc", "Cs", "Co"))


def _text(field: Field, raw: object) -> str:
    text = str(raw)
    if any(_is_unprintable(sign) for sign in text):
        raise Unreadable(Problem.NOT_PRINTABLE)
    if field.length_limit and len(text) > field.length_limit:
        raise Unreadable(Problem.TOO_LONG, field.length_limit)
    if field.pattern and not re.fullmatch(field.pattern, text):
        raise Unreadable(Problem.NOT_AS_EXPECTED)
    return text


def _choice(field: Field, raw: object) -> Answer:
    if field.option(raw) is None:
        raise Unreadable(Problem.NOT_A_CHOICE)
    return str(raw)


def _choices(field: Field, raw: object) -> Answer:
    chosen = raw if isinstance(raw, list) else [raw]
    if any(field.option(code) is None for code in chosen):
        raise Unreadable(Problem.NOT_A_CHOICE)
    return [option.code for option in field.options if option.code in chosen]


def _yes_no(_field: Field, raw: object) -> Answer:
    known = {True: True, False: False, "yes": True, "no": False}
    if not isinstance(raw, bool | str) or raw not in known:
        raise Unreadable(Problem.NOT_A_CHOICE)
    return known[raw]


def _confirm(_field: Field, raw: object) -> Answer:
    return raw in (True, "yes", "on", "true")


def _day(_field: Field, raw: object) -> Answer:
    day = day_of(raw)
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable(Problem.NOT_A_DAY)
    return day.isoformat()


def _partial_day(_field: Field, raw: object) -> Answer:
    first, last = earliest_of_partial(raw), latest_of_partial(raw)
    if first is None or last is None or not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise Unreadable(Problem.NOT_A_DAY)
    return raw.isoformat() if isinstance(raw, date) else str(raw)


def _number(field: Field, raw: object) -> Answer:
    text = str(raw).translate(str.maketrans("", "", " ’'\u00a0\u202f"))
    if not re.fullmatch(r"-?[0-9]{1,12}", text, re.ASCII):
        raise Unreadable(Problem.NOT_A_NUMBER)
    number = int(text)
    if field.least is not None and number < field.least:
        raise Unreadable(Problem.TOO_SMALL, field.least)
    if field.most is not None and number > field.most:
        raise Unreadable(Problem.TOO_LARGE, field.most)
    return number


def _email(field: Field, raw: object) -> Answer:
    text = _text(field, raw)
    try:
        validate_email(text)
    except ValidationError:
        raise Unreadable(Problem.NOT_AN_EMAIL) from None
    return text


def _phone(field: Field, raw: object) -> Answer:
    text = _text(field, raw)
    try:
        number = phonenumbers.parse(text, HOME_COUNTRY)
    except phonenumbers.NumberParseException:
        raise Unreadable(Problem.NOT_A_PHONE) from None
    if not phonenumbers.is_valid_number(number):
        raise Unreadable(Problem.NOT_A_PHONE)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _postal_code(_field: Field, raw: object) -> Answer:
    if not re.fullmatch(r"[1-9][0-9]{3}", str(raw), re.ASCII):
        raise Unreadable(Problem.NOT_A_POSTAL_CODE)
    return str(raw)


def _files(field: Field, raw: object) -> Answer:
    """Read how many files were sent."""
    if raw == INFECTED_FILE:
        raise Unreadable(Problem.INFECTED)
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise Unreadable(Problem.NOT_A_NUMBER)
    if raw > field.most_files:
        raise Unreadable(Problem.TOO_MANY_FILES, field.most_files)
    return raw


READERS: dict[FieldType, Callable[[Field, object], Answer]] = {
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.YES_NO: _yes_no,
    FieldType.CONFIRM: _confirm,
    FieldType.DATE: _day,
    FieldType.PARTIAL_DATE: _partial_day,
    FieldType.NUMBER: _number,
    FieldType.EMAIL: _email,
    FieldType.PHONE: _phone,
    FieldType.POSTAL_CODE: _postal_code,
    FieldType.FILE: _files,
}
