"""Reads the files of a pack so that every value knows the line on which it stands."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

Step = str | int
Trail = tuple[Step, ...]

INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NOTHING = ("", "~", "null")
TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a pack, for the person who mends it."""

    file: str  # relative to the pack's folder
    line: int  # from 1
    what: str
    how: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}\n    {self.how}"


@dataclass(slots=True)
class Document:
    """One file as plain data, with the line of every value; `data` is None when unreadable."""

    file: str
    data: object = None
    lines: dict[Trail, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, trail: Trail) -> int:
        """Return the line of a value, or of the nearest thing around it.

        Steps that are not in the file are passed over: pydantic names, besides keys and indexes,
        the branch of a union that it tried.
        """
        here: Trail = ()
        for step in trail:
            if (*here, step) in self.lines:
                here = (*here, step)
        return self.lines.get(here, 1)

    def fault(self, trail: Trail, what: str, how: str) -> Fault:
        return Fault(self.file, self.line(trail), what, how)

    def refuse(self, line: int, what: str, how: str) -> None:
        self.faults.append(Fault(self.file, line, what, how))


def read_text(path: Path, document: Document) -> str | None:
    """Return a file's text, or None with a fault in the document."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        document.refuse(
            1, "this file is missing", "write it; docs/reference/pack.md says what it holds"
        )
        return None
    if raw.startswith(b"\xef\xbb\xbf"):
        document.refuse(1, "the file begins with a byte order mark", "save it as UTF-8 without BOM")
        raw = raw[3:]
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        document.refuse(line, f"byte {error.start} is not UTF-8", "save the file as UTF-8")
        return None


def read_yaml(folder: Path, file: str) -> Document:
    """Read a YAML file; words stay words, and nothing is hidden behind anchors or tags."""
    document = Document(file)
    text = read_text(folder / file, document)
    if text is None:
        return document
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.refuse(
            mark.line + 1 if mark else 1,
            f"this is not YAML: {error.problem or error.context}",
            "look at this line and the one above: indentation, a missing quote, or a colon in a text "
            "(put such a text in quotes)",
        )
        return document
    except yaml.YAMLError as error:
        document.refuse(1, f"this is not YAML: {error}", "save it as plain UTF-8 text")
        return document
    _refuse_anchors(text, document)
    if document.faults:
        return document
    if node is None:
        document.refuse(
            1, "the file is empty", "write at least [] for a list, or take the file away"
        )
        return document
    document.data = _Plain(document).of(node, ())
    return document


def _refuse_anchors(text: str, document: Document) -> None:
    """With them a value could stand far from its line, hold itself, or grow without bounds."""
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        anchor = getattr(event, "anchor", None)
        if anchor and event.start_mark:
            line = event.start_mark.line + 1
            document.refuse(line, f"an anchor ({anchor}) stands here", "write the value out")


class _Plain:
    """Makes plain data out of YAML nodes."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def of(self, node: yaml.Node, trail: Trail) -> object:
        line = node.start_mark.line + 1
        self.document.lines.setdefault(trail, line)
        if not node.tag.startswith("tag:yaml.org,2002:"):
            self.document.refuse(line, f"a tag ({node.tag}) stands here", "take the tag away")
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, trail))
        if isinstance(node, yaml.SequenceNode):
            return [self.of(child, (*trail, index)) for index, child in enumerate(node.value)]
        return self._scalar(node, line)

    def _pairs(self, node: yaml.MappingNode, trail: Trail) -> Iterator[tuple[str, object]]:
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            # A key is always a word, so that a code such as 1e3 or on stays what was written.
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in first:
                self.document.refuse(
                    line,
                    f"“{key}” stands here twice, first on line {first[key]}",
                    "keep one of the two",
                )
                continue
            first[key] = line
            self.document.lines[(*trail, key)] = line
            yield key, self.of(value_node, (*trail, key))

    def _scalar(self, node: yaml.Node, line: int) -> object:
        written = str(node.value)
        if getattr(node, "style", None) in ('"', "'", "|", ">"):
            return written
        if written in NOTHING:
            return None
        if written in TRUTH:
            return TRUTH[written]
        if INTEGER.fullmatch(written):
            return int(written)
        if DECIMAL.fullmatch(written):
            return float(written)
        if DAY.fullmatch(written):
            return self._day(written, line)
        return written

    def _day(self, written: str, line: int) -> object:
        try:
            return date.fromisoformat(written)
        except ValueError:
            self.document.refuse(line, f"{written} is no day of the calendar", "correct the day")
            return date(1900, 1, 1)  # keeps the reader from saying the same again in other words


def read_csv(folder: Path, file: str, header: tuple[str, ...]) -> Document:
    """Read a CSV file into a list of rows by column; empty cells are left out."""
    document = Document(file, data=[])
    text = read_text(folder / file, document)
    if text is None:
        return document
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[dict[str, str]] = []
    try:
        found = next(reader, [])
        if tuple(found) != header:
            document.refuse(
                1, f"the header is {','.join(found) or 'missing'}", f"write {','.join(header)}"
            )
            return document
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                document.refuse(
                    reader.line_num,
                    f"this line has {len(cells)} cells instead of {len(header)}",
                    "separate with commas, and put quotes around a cell that holds one",
                )
                continue
            trail: Trail = (len(rows),)
            document.lines[trail] = reader.line_num
            rows.append(
                {
                    name: cell.strip()
                    for name, cell in zip(header, cells, strict=True)
                    if cell.strip()
                }
            )
    except csv.Error as error:
        document.refuse(
            reader.line_num, f"this is not CSV: {error}", "look at the quotes of this line"
        )
    document.data = rows
    return document
