"""The shape of a definition: what a pack may write under `form:`."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Limits

from visavis.catalog.definition.expressions import Expression
from visavis.foundation.text import Multilingual

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Cents = Annotated[int, Limits(ge=0, le=10_000_000, strict=True)]
Constant = bool | int | str | list[int] | list[str]


def _day_as_text(value: object) -> object:
    """YAML reads 2026-03-01 as a day; the language writes days as text."""
    return value.isoformat() if isinstance(value, date) else value


Day = Annotated[
    str, BeforeValidator(_day_as_text), StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")
]
Answer = Annotated[bool | int | str | list[str], BeforeValidator(_day_as_text)]


class Part(BaseModel):
    """Anything in a definition: never changed, no key that the language does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NAME = "name"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    CONFIRM = "confirm"
    DATE = "date"
    PARTIAL_DATE = "partial_date"
    NUMBER = "number"
    EMAIL = "email"
    PHONE = "phone"
    STREET = "street"
    HOUSE_NUMBER = "house_number"
    POSTAL_CODE = "postal_code"
    LOCALITY = "locality"
    FILE = "file"


class FileSort(StrEnum):
    """What may be sent where a file is asked for."""

    PICTURE = "picture"
    PDF = "pdf"


CHOOSING = frozenset({FieldType.CHOICE, FieldType.CHOICES})

MOST_FILES, MOST_MEGABYTES = 10, 10  # of one question, and of one file

# Lengths of eCH-0044 (names) and eCH-0010 (addresses); an e-mail address after RFC 5321.
LENGTHS = {
    FieldType.TEXT: 100,
    FieldType.LONG_TEXT: 2000,
    FieldType.NAME: 100,
    FieldType.EMAIL: 254,
    FieldType.PHONE: 30,
    FieldType.STREET: 60,
    FieldType.HOUSE_NUMBER: 12,
    FieldType.POSTAL_CODE: 4,
    FieldType.LOCALITY: 40,
}


class Fact(Part):
    """A named value worked out from answers, constants, today and earlier facts."""

    name: Name
    is_: Expression = Limits(alias="is")
    one_of: tuple[Code, ...] = ()


class Option(Part):
    """One possibility of a choice; `why_not` is shown beside it while it is not offered."""

    code: Code
    label: Multilingual
    hint: Multilingual | None = None
    offered_if: Expression | None = None
    why_not: Multilingual | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.offered_if is None) != (self.why_not is None):
            raise ValueError("offered_if and why_not come together: say why it is not offered")
        return self


class Field(Part):
    """One question, known everywhere by its code."""

    code: Name
    type: FieldType
    label: Multilingual
    hint: Multilingual | None = None
    required: bool = True
    required_if: Expression | None = None
    show_if: Expression | None = None
    options: tuple[Option, ...] = ()
    least: int | None = None
    most: int | None = None
    longest: Annotated[int, Limits(ge=1, le=4000)] | None = None
    pattern: str | None = None
    pattern_say: Multilingual | None = None
    kinds: tuple[FileSort, ...] = ()  # of the type file; left out, both
    at_most: Annotated[int, Limits(ge=1, le=MOST_FILES)] | None = None
    max_megabytes: Annotated[int, Limits(ge=1, le=MOST_MEGABYTES)] | None = None
    personal: bool = False
    prefill: Annotated[str, StringConstraints(pattern=r"^profile\.[a-z_]+$")] | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if (self.type in CHOOSING) != bool(self.options):
            raise ValueError("options belong to the types choice and choices, and only there")
        if (self.least is not None or self.most is not None) and self.type != FieldType.NUMBER:
            raise ValueError("least and most belong to the type number; say other limits in checks")
        if (self.pattern is None) != (self.pattern_say is None):
            raise ValueError("pattern and pattern_say come together: say what is expected")
        if self.longest is not None and self.type not in LENGTHS:
            raise ValueError(f"longest has no meaning for the type {self.type}")
        if (self.kinds or self.at_most or self.max_megabytes) and self.type != FieldType.FILE:
            raise ValueError("kinds, at_most and max_megabytes belong to the type file")
        if self.prefill and self.type == FieldType.FILE:
            raise ValueError("a profile holds no files: take prefill away")
        return self

    @property
    def length_limit(self) -> int | None:
        """The most characters an answer may have, or None where length means nothing."""
        limit = LENGTHS.get(self.type)
        return min(self.longest, limit) if self.longest and limit else limit

    @property
    def file_sorts(self) -> tuple[FileSort, ...]:
        """What may be sent; both when the definition says nothing."""
        return self.kinds or tuple(FileSort)

    @property
    def most_files(self) -> int:
        return self.at_most or 1

    @property
    def most_bytes(self) -> int:
        """The most bytes that one file may have, as sent."""
        return (self.max_megabytes or MOST_MEGABYTES) * 1_000_000

    def option(self, code: object) -> Option | None:
        return next((option for option in self.options if option.code == code), None)


class Check(Part):
    """Something that must be true of the answers so far; otherwise `say` stands at the field."""

    must: Expression
    say: Multilingual
    field: Name


class Step(Part):
    """One page of the form."""

    code: Code
    title: Multilingual
    intro: Multilingual | None = None
    guidance: Multilingual | None = None  # for the clerk who helps, never for the citizen
    show_if: Expression | None = None
    fields: tuple[Field, ...] = ()
    checks: tuple[Check, ...] = ()


class Ending(Part):
    """A legitimate end: who cannot ask, and what they can do instead."""

    code: Code
    when: Expression
    title: Multilingual
    say: Multilingual
    change: Name | None = None  # the field whose other answer would open the way again


class PriceRow(Part):
    """One line of a price matrix; `when` gives a value for each name the matrix goes by."""

    when: dict[Name, Code | bool] = {}
    cents: Cents


class FeeLine(Part):
    """One line of the bill: a fixed amount, or a matrix by the values of some names."""

    code: Code
    label: Multilingual
    label_from: Name | None = None  # the chosen option's label is said after the line's
    cents: Cents | None = None
    rows: tuple[PriceRow, ...] = ()
    when: Expression | None = None
    waived_if: Expression | None = None
    waived_say: Multilingual | None = None

    @model_validator(mode="after")
    def _has_one_price(self) -> Self:
        if (self.cents is None) != bool(self.rows):
            raise ValueError("a line of a fee has either cents or rows")
        if (self.waived_if is None) != (self.waived_say is None):
            raise ValueError("waived_if and waived_say come together: say why it is waived")
        return self


class Fees(Part):
    note: Multilingual | None = None
    lines: tuple[FeeLine, ...]


class Reason(Part):
    """Why an officer must look before the decision."""

    code: Code
    when: Expression
    say: Multilingual


class Decision(Part):
    """Decided by itself when `automatic_when` holds and no reason speaks against it."""

    automatic_when: Expression = "true"
    reasons: tuple[Reason, ...] = ()
    officer_checks: Multilingual | None = None
    answer_days: Annotated[int, Limits(ge=0, le=365)] = 5


class Holder(Part):
    """The fields that name the person on the paper."""

    family_name: Name
    given_name: Name
    born: Name
    locality: Name | None = None


class EuRecovery(Part):
    """The fields of a recovery certificate of the EU, whose code then stands on the paper too."""

    first_positive_on: Name
    country: Name  # a choice whose codes are those of countries, in small letters


class PaperLine(Part):
    label: Multilingual
    value: Expression
    when: Expression | None = None


class Booklet(Part):
    """The control booklet that comes with the paper."""

    title: Multilingual
    instructions: tuple[Multilingual, ...]
    waters: tuple[str, ...] = ()
    species: tuple[Multilingual, ...] = ()
    rows: Annotated[int, Limits(ge=1, le=400)] = 60


class Paper(Part):
    """What is issued once the case is granted."""

    template: Code
    title: Multilingual
    holder: Holder
    valid_from: Expression
    valid_until: Expression
    facts: tuple[PaperLine, ...] = ()
    conditions: tuple[Multilingual, ...] = ()
    signed_by_holder: bool = False
    booklet: Booklet | None = None
    eu_recovery: EuRecovery | None = None


class Expected(Part):
    """What an own test case expects; what is left out is not looked at."""

    fee_cents: int | None = None
    decision: Annotated[str, StringConstraints(pattern="^(automatic|officer)$")] | None = None
    reasons: tuple[Code, ...] | None = None
    not_eligible: Code | None = None
    errors: tuple[Name, ...] | None = None
    steps: tuple[Code, ...] | None = None
    facts: dict[Name, Answer] = {}


class TestCase(Part):
    """Answers on a day, and what must come of them."""

    __test__ = False

    says: str
    today: Day
    answers: dict[Name, Answer]
    expect: Expected


class Form(Part):
    """A whole definition: what is asked, decided, charged and issued."""

    constants: dict[Name, Constant] = {}
    facts: tuple[Fact, ...] = ()
    steps: Annotated[tuple[Step, ...], Limits(min_length=1)]
    not_eligible: tuple[Ending, ...] = ()
    fees: Fees | None = None
    decision: Decision
    paper: Paper | None = None
    filters: tuple[Name, ...] = ()
    birth_field: Name | None = None
    retention_days: Annotated[int, Limits(ge=1)]
    tests: tuple[TestCase, ...] = ()

    def fields(self) -> Iterator[Field]:
        """Yield every field in the order in which it is asked."""
        for step in self.steps:
            yield from step.fields

    def file_fields(self) -> tuple[Field, ...]:
        """Return the questions that are answered with files."""
        return tuple(field for field in self.fields() if field.type == FieldType.FILE)

    def field(self, code: str) -> Field | None:
        return next((field for field in self.fields() if field.code == code), None)

    def step(self, code: str) -> Step | None:
        return next((step for step in self.steps if step.code == code), None)

    def step_of(self, field_code: str) -> Step | None:
        """Return the step that asks a field."""
        asking = (step for step in self.steps if any(f.code == field_code for f in step.fields))
        return next(asking, None)
