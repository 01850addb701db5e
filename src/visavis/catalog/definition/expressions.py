"""Conditions: compiled once, asked with whatever is known, answered with yes, no or not yet."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

import cel
from pydantic import AfterValidator

from visavis.catalog.definition.functions import FUNCTIONS, Value

BUILT_IN = frozenset(
    ["size", "contains", "startsWith", "endsWith", "matches", "string", "int", "double"]
)


class BrokenExpression(Exception):
    """An expression failed although everything it names was known: the definition is at fault."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(f"{why} in: {source}")
        self.source = source


@lru_cache(maxsize=4096)
def compiled(source: str) -> cel.Program:
    """Return the program of an expression.

    Raises:
        ValueError: it is not CEL.
    """
    return cel.compile(source)


def _is_cel(source: str) -> str:
    try:
        compiled(source)
    except ValueError as fault:
        where = str(fault).partition("ERROR: <input>:")[2].partition("\n")[0]
        raise ValueError(f"not a CEL expression ({where or fault}): {source}") from fault
    return source


Expression = Annotated[str, AfterValidator(_is_cel)]
"""A CEL expression whose grammar was checked."""


@lru_cache(maxsize=4096)
def names_in(source: str) -> frozenset[str]:
    """Return the names that an expression asks for."""
    return frozenset(compiled(source).variables())


def unknown_functions_in(source: str) -> list[str]:
    """Return the functions that an expression calls and nobody offers."""
    called = compiled(source).functions()
    known = BUILT_IN | FUNCTIONS.keys()
    return sorted(name for name in called if name[0].isalpha() and name not in known)


def worked_out(source: str, values: Mapping[str, Value]) -> Value:
    """Return what an expression gives, or None when something it needs is not known yet.

    CEL's `&&` and `||` answer as soon as one side decides, so an unanswered question only
    matters where it would.

    Raises:
        BrokenExpression: everything is known and it still cannot be worked out.
    """
    try:
        context = cel.Context(variables=dict(values), functions=FUNCTIONS)
        found: Value = compiled(source).execute(context)
    except (TypeError, RuntimeError, KeyError, OverflowError, ValueError, IndexError) as fault:
        if any(values.get(name) is None for name in names_in(source)):
            return None
        # The library's message may quote an answer; only the definition's own text is repeated.
        raise BrokenExpression(source, type(fault).__name__) from None
    return found


def holds(source: str, values: Mapping[str, Value]) -> bool | None:
    """Tell whether a condition holds: yes, no, or None while it cannot be said."""
    answer = worked_out(source, values)
    return answer if isinstance(answer, bool) else None
