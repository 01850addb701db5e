"""A fault in a definition, and the way to every expression in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from visavis.catalog.definition.form import Form, Part

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where, and how to mend it.

    Attributes:
        path: keys and positions from `form:` down, as in pydantic's `loc`.
    """

    path: Path
    what: str
    mend: str


class Gives(StrEnum):
    """What an expression must give."""

    YES_OR_NO = "true or false"
    DAY = "a day"
    ANYTHING = "a value"


EXPRESSIONS = {
    "show_if": Gives.YES_OR_NO,
    "required_if": Gives.YES_OR_NO,
    "offered_if": Gives.YES_OR_NO,
    "must": Gives.YES_OR_NO,
    "when": Gives.YES_OR_NO,
    "waived_if": Gives.YES_OR_NO,
    "automatic_when": Gives.YES_OR_NO,
    "valid_from": Gives.DAY,
    "valid_until": Gives.DAY,
    "is_": Gives.ANYTHING,
    "value": Gives.ANYTHING,
}


@dataclass(frozen=True, slots=True)
class Place:
    """One expression, where it stands and what it must give."""

    path: Path
    source: str
    gives: Gives


def places(form: Form) -> Iterator[Place]:
    """Yield every expression of a form."""
    yield from _walk(form, ())


def _walk(part: object, path: Path) -> Iterator[Place]:
    if isinstance(part, Part):
        for name, described in type(part).model_fields.items():
            value = getattr(part, name)
            here = (*path, described.alias or name)
            if isinstance(value, str) and name in EXPRESSIONS:
                yield Place(here, value, EXPRESSIONS[name])
            else:
                yield from _walk(value, here)
    elif isinstance(part, tuple):
        for position, inner in enumerate(part):
            yield from _walk(inner, (*path, position))
