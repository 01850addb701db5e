"""The words that all files of a pack share: codes, days, telephone numbers, provenance.

The rooms build their `schema.py` on these; `docs/reference/pack.md` is for who writes a pack.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, NoReturn, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


def refuse(what: str, how: str, *, kind: str = "pack") -> NoReturn:
    """Refuse a value with a sentence that says what is wrong and one that says how to mend it.

    Raises:
        PydanticCustomError: always; its context holds `what` and `how`.
    """
    # The sentence is a template for pydantic, so braces of the value are doubled.
    template = what.replace("{", "{{").replace("}", "}}")
    raise PydanticCustomError(kind, template, {"what": what, "how": how})


def _phone(value: str) -> str:
    digits = value.removeprefix("+")
    if not (
        value.startswith("+") and digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15
    ):
        refuse(
            f"“{value}” is not a telephone number in the international form",
            'write it with country code and without blanks, in quotes: "+41324201234"',
        )
    return value


def _address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(mark in value for mark in " <>\"'{}"):
        refuse(
            f"“{value}” is not a web address", "write the whole address, beginning with https://"
        )
    return value


def _mail(value: str) -> str:
    name, at, domain = value.partition("@")
    if not (name and at and "." in domain) or " " in value:
        refuse(f"“{value}” is not an e-mail address", "write it like guichet@example.ch")
    return value


Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
"""A word for machines, stable for ever: it stands in addresses and on posters."""

Phone = Annotated[str, AfterValidator(_phone)]
WebAddress = Annotated[str, AfterValidator(_address)]
MailAddress = Annotated[str, AfterValidator(_mail)]
Fso = Annotated[int, Field(ge=1, le=9999)]
"""The number of a commune in the federal register."""

PostalCode = Annotated[str, Field(pattern=r"^[1-9][0-9]{3}$")]


def plain(text: Mapping[str, str]) -> dict[str, str]:
    """Return a text as the tables keep it."""
    return dict(text)


class Entry(BaseModel):
    """Something written in a pack: unknown fields are refused, and it never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Stated(Entry):
    """A fact with its provenance: where it was read, or that it is assumed."""

    source: str | list[str] | None = None
    assumption: bool = False
    because: str = ""

    @model_validator(mode="after")
    def _has_one_provenance(self) -> Self:
        if bool(self.source) == self.assumption:
            both = (
                "both a source and assumption: true"
                if self.source
                else "neither a source nor assumption: true"
            )
            refuse(
                f"this fact carries {both}",
                "write either source: <key of sources.yaml>, or assumption: true",
                kind="provenance",
            )
        return self

    @property
    def source_keys(self) -> list[str]:
        """The keys of `sources.yaml` that are named; whole sentences are not keys."""
        named = [self.source] if isinstance(self.source, str) else self.source or []
        return [key for key in named if " " not in key.strip()]


class Period(Entry):
    """From its first day to the first day on which it is no longer valid."""

    valid_from: date
    valid_until: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until is not None and self.valid_until <= self.valid_from:
            refuse(
                f"valid_until {self.valid_until} is not after valid_from {self.valid_from}",
                "valid_until is the first day on which it no longer holds; correct one of the two",
            )
        return self

    def overlaps(self, other: "Period") -> bool:
        """Tell whether a day exists that lies in both."""
        return (other.valid_until is None or self.valid_from < other.valid_until) and (
            self.valid_until is None or other.valid_from < self.valid_until
        )
