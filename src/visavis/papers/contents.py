"""Decides what stands on a paper: words, holder, period and lines, in one language. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import yaml

from visavis.catalog.definition import expressions
from visavis.catalog.definition.form import Form, Holder, Paper
from visavis.catalog.definition.functions import Value, day_of
from visavis.catalog.definition.reading import Reading
from visavis.foundation import days
from visavis.foundation.text import said_in
from visavis.typesetting.rules import one_line, plain

TEXTS = Path(__file__).parent / "texts"
INK = "#16181d"
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class NotIssuable(Exception):
    """The answers do not give what the paper needs; the message names the field or expression."""


class Words:
    """The fixed words of papers in one language."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]], language: str) -> None:
        self._texts = texts
        self._language = language

    def __call__(self, name: str, **values: object) -> str:
        return said_in(self._texts[name], self._language).format(**values)


@cache
def fixed_words() -> dict[str, dict[str, str]]:
    """Return the words that come with the room, by name and language."""
    texts: dict[str, dict[str, str]] = yaml.safe_load((TEXTS / "words.yaml").read_text("utf-8"))
    return {str(name): text for name, text in texts.items()}


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the paper names, as frozen when it was issued."""

    family_name: str
    given_name: str
    born: str  # "1959", "1959-05" or "1959-05-14"
    locality: str = ""

    @property
    def name(self) -> str:
        return one_line(f"{self.given_name} {self.family_name}")

    @property
    def birth_year(self) -> int:
        return int(self.born[:4])

    @classmethod
    def named_by(cls, holder: Holder, reading: Reading) -> Self:
        """Return whom the answers name.

        Raises:
            NotIssuable: name or birth date are not answered.
        """

        def said(field: str | None) -> str:
            return one_line(plain(str(reading.answer(field) or ""))) if field else ""

        person = cls(
            family_name=said(holder.family_name),
            given_name=said(holder.given_name),
            born=said(holder.born),
            locality=said(holder.locality),
        )
        if not person.name or not re.match(r"\d{4}", person.born):
            raise NotIssuable(f"{holder.family_name}, {holder.given_name} or {holder.born}")
        return person


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included, as people say it."""

    first: date
    last: date

    @classmethod
    def given_by(cls, paper: Paper, reading: Reading) -> Self:
        """Return the days that the definition works out.

        Raises:
            NotIssuable: an expression gives no day, or the last lies before the first.
        """
        first, last = (
            day_of(reading.worked_out(expression))
            for expression in (paper.valid_from, paper.valid_until)
        )
        if first is None or last is None or last < first:
            raise NotIssuable(f"{paper.valid_from} to {paper.valid_until}")
        return cls(first, last)

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the half-open period of moments: days begin at midnight where the canton lies."""
        ends = self.last + timedelta(days=1)
        return (
            datetime.combine(self.first, time(), tzinfo=zone),
            datetime.combine(ends, time(), tzinfo=zone),
        )


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose paper it looks like."""

    name: str
    place: str = ""
    accent: str = INK
    logo: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What was paid: lines of label and amount in francs."""

    lines: Sequence[tuple[str, int]]
    total_cents: int
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class Issue:
    """One paper about to be printed, everything worked out."""

    form: Form
    reading: Reading
    language: str
    words: Words
    brand: Brand
    office: str
    number: str
    person: Person
    period: Period
    issued_on: date
    price: Price | None
    is_specimen: bool

    @property
    def paper(self) -> Paper:
        assert self.form.paper is not None
        return self.form.paper

    @property
    def title(self) -> str:
        return self.said(self.paper.title)

    def said(self, text: Mapping[str, str]) -> str:
        """Return a text of the definition in the language of the paper."""
        return said_in(text, self.language)


def francs(cents: int) -> str:
    """Return an amount for a column headed CHF.

    >>> francs(123450)
    '1’234.50'
    """
    return f"{cents / 100:,.2f}".replace(",", "’")


def in_words(issue: Issue, source: str, value: Value) -> str:
    """Return a value as people read it: a chosen option by its label, a day written out."""
    if isinstance(value, bool):
        return issue.words("yes" if value else "no")
    if isinstance(value, datetime):
        return days.in_words(value.date(), issue.language)
    if isinstance(value, list):
        return ", ".join(in_words(issue, source, item) for item in value)
    if isinstance(value, str):
        for name in expressions.names_in(source):
            field = issue.form.field(name)
            if field and (option := field.option(value)):
                return issue.said(option.label)
        if ISO_DAY.fullmatch(value) and (day := day_of(value)):
            return days.in_words(day, issue.language)
        return one_line(value)
    return "" if value is None else str(value)
