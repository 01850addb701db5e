"""Turns what pydantic says into what is wrong, and how to mend it."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from visavis.packs.reading import Document, Fault, Trail

Sentence = tuple[str, str]

PATTERNS = {
    r"^[a-z][a-z0-9-]{1,39}$": "small letters, digits and hyphens, 2 to 40 characters, a letter first",
    r"^[1-9][0-9]{3}$": "four digits",
    r"^[A-Z]{2,8}$": "two to eight capitals",
    r"^[A-Z]{2}$": "two capitals",
    r"^[a-z][a-z0-9-]*$": "the name of a lucide icon, such as fish",
    r"^[a-z][a-z0-9_]{0,39}$": "small letters, digits and underscores, a letter first",
}


def faults_of(
    error: ValidationError, document: Document, trail: Trail, model: type[BaseModel]
) -> list[Fault]:
    """Return the faults behind a refused value that stands at a trail of a document."""
    found: dict[tuple[int, str], Fault] = {}
    for detail in error.errors(include_url=False):
        where: Trail = (*trail, *detail["loc"])
        what, how = _sentence(detail, model)
        fault = document.fault(where, what, how)
        found.setdefault((fault.line, what), fault)
    return list(found.values())


def _sentence(detail: ErrorDetails, model: type[BaseModel]) -> Sentence:
    context = detail.get("ctx", {})
    if "what" in context and "how" in context:
        return str(context["what"]), str(context["how"])
    name = _name(detail["loc"])
    explain = SENTENCES.get(detail["type"])
    if explain is not None:
        return explain(name, detail, context)
    if detail["type"] == "missing":
        return f"“{name}” is missing", f"add {name}:"
    if detail["type"] == "extra_forbidden":
        return f"“{name}” is not a field here", _nearest(name, model)
    return f"“{name}”: {_plain(detail['msg'])}", "compare with docs/reference/pack.md"


def _name(location: Iterable[str | int]) -> str:
    words = [str(step) for step in location if isinstance(step, str)]
    return words[-1] if words else "this value"


def _plain(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _nearest(name: str, model: type[BaseModel]) -> str:
    near = get_close_matches(name, _fields(model), n=1, cutoff=0.7)
    return f"perhaps {near[0]} is meant? Otherwise take it out" if near else "take it out"


def _fields(model: type[BaseModel], seen: frozenset[type] = frozenset()) -> set[str]:
    names: set[str] = set()
    for name, field in model.model_fields.items():
        names.add(field.alias or name)
        for inner in _models_in(field.annotation):
            if inner not in seen:
                names |= _fields(inner, seen | {model, inner})
    return names


def _models_in(annotation: Any) -> list[type[BaseModel]]:  # annotations have no type of their own
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def _shown(detail: ErrorDetails) -> str:
    return repr(detail["input"]) if not isinstance(detail["input"], str) else f"“{detail['input']}”"


def _text(name: str, detail: ErrorDetails, _: dict[str, Any]) -> Sentence:
    value = detail["input"]
    if value is None:
        return f"“{name}” is empty", "write something after the colon, or take the line out"
    return f"“{name}” is {value}, which is not a text", f'put it in quotes: {name}: "{value}"'


def _number(name: str, detail: ErrorDetails, _: dict[str, Any]) -> Sentence:
    return f"“{name}” is {_shown(detail)}, which is not a number", "write digits without quotes"


def _day(name: str, detail: ErrorDetails, _: dict[str, Any]) -> Sentence:
    return f"“{name}” is {_shown(detail)}, which is not a day", "write a day like 2022-02-10"


def _truth(name: str, detail: ErrorDetails, _: dict[str, Any]) -> Sentence:
    return f"“{name}” is {_shown(detail)}, neither true nor false", "write true or false"


def _choice(name: str, detail: ErrorDetails, context: dict[str, Any]) -> Sentence:
    expected = context.get("expected", "")
    return f"“{name}” is {_shown(detail)}, which is unknown", f"write one of {expected}"


def _key(name: str, detail: ErrorDetails, context: dict[str, Any]) -> Sentence:
    key = str(detail["input"])
    return f"“{key}” is unknown here", f"write one of {context.get('expected', '')}"


def _list(name: str, detail: ErrorDetails, _: dict[str, Any]) -> Sentence:
    return f"“{name}” is not a list", "write each item on a line of its own, begun with a hyphen"


def _mapping(name: str, detail: ErrorDetails, _: dict[str, Any]) -> Sentence:
    return f"“{name}” is {_shown(detail)} instead of fields", "write fields, one a line, indented"


def _pattern(name: str, detail: ErrorDetails, context: dict[str, Any]) -> Sentence:
    wanted = PATTERNS.get(str(context.get("pattern")), f"something like {context.get('pattern')}")
    return f"“{name}” is {_shown(detail)}", f"write {wanted}"


def _bound(name: str, detail: ErrorDetails, context: dict[str, Any]) -> Sentence:
    limits = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    said = ", ".join(f"{word} {context[key]}" for key, word in limits.items() if key in context)
    return f"“{name}” is {_shown(detail)}", f"write a number of {said}"


def _too_few(name: str, detail: ErrorDetails, context: dict[str, Any]) -> Sentence:
    return f"“{name}” has too few items", f"write at least {context.get('min_length')}"


def _too_many(name: str, detail: ErrorDetails, context: dict[str, Any]) -> Sentence:
    return f"“{name}” has too many items", f"write at most {context.get('max_length')}"


def _value(name: str, detail: ErrorDetails, _: dict[str, Any]) -> Sentence:
    what, colon, how = _plain(detail["msg"]).partition(": ")
    return f"“{name}”: {what}", how if colon else "compare with docs/reference/pack.md"


SENTENCES: dict[str, Callable[[str, ErrorDetails, dict[str, Any]], Sentence]] = {
    "string_type": _text,
    "int_type": _number,
    "int_parsing": _number,
    "int_from_float": _number,
    "float_type": _number,
    "float_parsing": _number,
    "date_type": _day,
    "date_parsing": _day,
    "date_from_datetime_parsing": _day,
    "date_from_datetime_inexact": _day,
    "bool_type": _truth,
    "bool_parsing": _truth,
    "enum": _choice,
    "literal_error": _choice,
    "list_type": _list,
    "tuple_type": _list,
    "dict_type": _mapping,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "string_pattern_mismatch": _pattern,
    "greater_than_equal": _bound,
    "less_than_equal": _bound,
    "greater_than": _bound,
    "less_than": _bound,
    "too_short": _too_few,
    "too_long": _too_many,
    "value_error": _value,
}
