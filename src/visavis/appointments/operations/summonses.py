"""Reads a CSV file of summonses line by line, and says what is wrong with each."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from visavis.appointments import facts, periodicity, times
from visavis.appointments.books import Book, NoSuchKind
from visavis.appointments.listing import Time
from visavis.appointments.operations import entering
from visavis.appointments.rules import Purpose
from visavis.foundation.text import LANGUAGES
from visavis.notices.rules import Channel
from visavis.people import rules as people

COLUMNS = (
    *("number", "kind", "weight_kg", "agenda", "starts_at", "latest_on", "language"),
    *("channel", "address", "first_registered_on", "inspections", "last_inspected_on"),
)
"""Columns of every calendar; behind them one column a fact, by its code."""

ADDRESSES = {Channel.MAIL.value: people.email_from, Channel.SMS.value: people.mobile_from}
MOST_LINES = 5000
LONGEST_CELL = 300
HEAVIEST_KG = 200_000


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is not imported, and why.

    Attributes:
        line: number in the file, from 1.
        column: which cell is at fault, or empty when it is the line as a whole.
        why: code: missing, unreadable, unknown, known-already, taken, not-offered, not-due,
            cells, header, too-many.
    """

    line: int
    column: str
    why: str


@dataclass(frozen=True, slots=True)
class Summons:
    """A line that was understood."""

    line: int
    number: str
    kind: str
    weight_kg: int | None
    time: Time | None
    latest_on: date | None
    language: str
    channel: str
    address: str
    facts: Mapping[str, str]
    subject: str  # as `entering.subject_of` says


@dataclass(slots=True)
class Report:
    """What an import would do, or did."""

    good: list[Summons] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    known: int = 0  # lines whose right exists already: importing a file again does no harm


class _Bad(Exception):
    def __init__(self, column: str, why: str) -> None:
        super().__init__(f"{column}: {why}")
        self.column, self.why = column, why


def header(book: Book) -> list[str]:
    """Return the columns of a calendar's file."""
    return [*COLUMNS, *(fact.code for fact in book.entry.facts)]


def read(text: str, book: Book, report: Report, *, now: datetime) -> Iterator[Summons]:
    """Yield the lines that can be understood; the others go into the report."""
    for line, cells in _rows(text, book, report):
        try:
            yield _summons(line, cells, book, now=now)
        except _Bad as fault:
            report.bad.append(BadLine(line, fault.column, fault.why))


def _rows(text: str, book: Book, report: Report) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.lstrip("\ufeff").partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator)
    names = [name.strip() for name in next(_readable(reader), None) or []]
    known = set(header(book))
    if "kind" not in names or not set(names) <= known or len(set(names)) != len(names):
        strangers = [name for name in names if name not in known]
        report.bad.append(BadLine(1, strangers[0] if strangers else "kind", "header"))
        return
    for count, cells in enumerate(_readable(reader)):
        if cells is None:
            report.bad.append(BadLine(reader.line_num, "", "unreadable"))
            return
        if count >= MOST_LINES:
            report.bad.append(BadLine(reader.line_num, "", "too-many"))
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            report.bad.append(BadLine(reader.line_num, "", "cells"))
            continue
        filled = {n: c.strip() for n, c in zip(names, cells, strict=True) if c.strip()}
        yield reader.line_num, filled


def _readable(lines: Iterator[list[str]]) -> Iterator[list[str] | None]:
    """Yield lines as long as they can be told apart, then None: a quote may have no end."""
    try:
        yield from lines
    except csv.Error:
        yield None


def _summons(line: int, cells: Mapping[str, str], book: Book, *, now: datetime) -> Summons:
    for name, cell in cells.items():
        if len(cell) > LONGEST_CELL or "\0" in cell:
            raise _Bad(name, "unreadable")
    known, wrong = entering.readable(
        book, {fact.code: cells[fact.code] for fact in book.entry.facts if fact.code in cells}
    )
    if wrong:
        raise _Bad(wrong[0], "unreadable")
    number = cells.get("number", "")
    if number:
        number = _read(cells, "number", lambda text: facts.canonical(facts.Shape.APPOINTMENT_NUMBER, text))  # fmt: skip
    _require_a_key(known, book)
    time = _time(cells, book)
    channel, address, language = _contact(cells)
    _refuse_what_is_not_due(cells, book, time, now=now)
    return Summons(
        line=line, number=number, kind=_kind(cells, book),
        weight_kg=_read(cells, "weight_kg", _weight) if "weight_kg" in cells else None,
        time=time, latest_on=_day(cells, "latest_on"), language=language,
        channel=channel, address=address, facts=known, subject=entering.subject_of(book, known),
    )  # fmt: skip


def _weight(text: str) -> int:
    weight = int(text)
    if not 0 < weight <= HEAVIEST_KG:
        raise ValueError(weight)
    return weight


def _require_a_key(known: Mapping[str, str], book: Book) -> None:
    """A summons that nobody can open is of no use; a number that is left out will be drawn."""
    given = {facts.NUMBER, *known}
    if not any(set(pair) <= given for pair in book.entry.opens_with):
        missing = next(code for code in book.entry.opens_with[0] if code not in given)
        raise _Bad(missing, "missing")


def _kind(cells: Mapping[str, str], book: Book) -> str:
    written = cells.get("kind", "")
    if not written:
        raise _Bad("kind", "missing")
    found = next(
        (kind.code for kind in book.entry.kinds if written == kind.code or written in kind.numbers),
        "",
    )
    try:
        book.minutes(found, Purpose.SUMMONS)
    except NoSuchKind:
        raise _Bad("kind", "unknown") from None
    return found


def _time(cells: Mapping[str, str], book: Book) -> Time | None:
    if "starts_at" not in cells and "agenda" not in cells:
        return None
    agenda = cells.get("agenda", "")
    if agenda not in book.agendas:
        raise _Bad("agenda", "unknown" if agenda else "missing")
    if "starts_at" not in cells:
        raise _Bad("starts_at", "missing")
    local = _read(
        cells, "starts_at",
        lambda text: datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=book.zone),
    )  # fmt: skip
    return Time(local, agenda)


def _contact(cells: Mapping[str, str]) -> tuple[str, str, str]:
    language = cells.get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        raise _Bad("language", "unknown")
    channel, address = cells.get("channel", ""), cells.get("address", "")
    if channel and channel not in [one.value for one in Channel]:
        raise _Bad("channel", "unknown")
    if bool(channel) != bool(address):
        raise _Bad("address" if channel else "channel", "missing")
    if channel in ADDRESSES:
        address = _read(cells, "address", ADDRESSES[channel])
    return channel, address, language


def _refuse_what_is_not_due(
    cells: Mapping[str, str], book: Book, time: Time | None, *, now: datetime
) -> None:
    registered_on, last_on = _day(cells, "first_registered_on"), _day(cells, "last_inspected_on")
    group = book.kind(_kind(cells, book)).group
    if registered_on is None or group is None:
        return
    count = _read(cells, "inspections", int) if "inspections" in cells else int(bool(last_on))
    try:
        due = periodicity.next_due(
            group, registered_on=registered_on, inspections=count, last_on=last_on
        )
    except periodicity.ImpossibleDates:
        raise _Bad("last_inspected_on", "unreadable") from None
    on = book.today(time.starts_at if time else now)
    if due is None or on < due.from_:
        raise _Bad("starts_at" if time else "first_registered_on", "not-due")


def _day(cells: Mapping[str, str], name: str) -> date | None:
    day = _read(cells, name, date.fromisoformat) if name in cells else None
    if day is not None and not times.is_imaginable(day):
        raise _Bad(name, "unreadable")
    return day


Read = TypeVar("Read")


def _read(cells: Mapping[str, str], name: str, read: Callable[[str], Read]) -> Read:
    try:
        return read(cells[name])
    except ValueError:
        raise _Bad(name, "unreadable") from None
