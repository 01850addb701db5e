"""What a pack says about services: the shapes of `themes.yaml` and `services/<code>.yaml`."""

from itertools import combinations
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from visavis.catalog.definition.form import Form
from visavis.catalog.rules import Access
from visavis.foundation.pack import Code, Entry, Period, Stated, WebAddress, refuse
from visavis.foundation.text import Language, Multilingual

SUMMARY_LENGTH = 200  # two lines on a phone


class ThemeEntry(Entry):
    """One division of the catalogue."""

    code: Code
    name: Multilingual
    summary: Multilingual
    icon: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class Synonyms(Entry):
    """Words that people say for a service."""

    fr: list[str]
    de: list[str]
    it: list[str]
    en: list[str]

    def items(self) -> list[tuple[str, list[str]]]:
        return [("fr", self.fr), ("de", self.de), ("it", self.it), ("en", self.en)]


class VersionEntry(Stated, Period):
    """A service during one stretch of its validity."""

    office: Code
    themes: Annotated[list[Code], Field(min_length=1)]
    name: Multilingual
    summary: Multilingual
    who: Multilingual
    level: Annotated[int, Field(ge=0, le=3)]
    sensitive: bool = False  # a document must have been seen by two
    bring: list[Multilingual]
    cost: Multilingual
    cost_cents: Annotated[int, Field(ge=0)] | None = None
    minutes: Annotated[int, Field(ge=1, le=240)] | None = None
    answer_days: Annotated[int, Field(ge=0, le=365)] | None = None
    synonyms: Synonyms
    access: Access
    calendar: Code | None = None  # of which an appointment is given
    links: dict[Language, WebAddress] = Field(default_factory=dict)
    at_kiosk: bool = True
    notes: list[Multilingual] = Field(default_factory=list)
    form: Form | None = None

    @field_validator("summary")
    @classmethod
    def _short(cls, value: Multilingual) -> Multilingual:
        for language, text in value.items():
            if len(text) > SUMMARY_LENGTH:
                refuse(
                    f"the summary has {len(text)} characters in {language}",
                    f"say it in one sentence of at most {SUMMARY_LENGTH}",
                )
        return value

    @model_validator(mode="after")
    def _can_be_asked_for(self) -> Self:
        if self.access is Access.FORM and self.form is None:
            refuse(
                "access is form, but there is no form:",
                "write the form (see definition.md), or access: link or branch",
            )
        if self.access is not Access.FORM and self.form is not None:
            refuse(
                f"there is a form:, but access is {self.access}",
                "write access: form, or take the form out",
            )
        if self.access is Access.LINK and not self.links:
            refuse("access is link, but there is no address", "write links: {fr: https://…}")
        if (self.access is Access.APPOINTMENT) != (self.calendar is not None):
            refuse(
                f"access is {self.access}, and calendar: {self.calendar or 'missing'}",
                "a service of which an appointment is given, and only such a one, names its calendar:",
            )
        return self


class ServiceEntry(Entry):
    """`services/<code>.yaml`: a service with all its versions."""

    code: Code
    versions: Annotated[list[VersionEntry], Field(min_length=1)]

    @field_validator("versions")
    @classmethod
    def _do_not_overlap(cls, value: list[VersionEntry]) -> list[VersionEntry]:
        for one, other in combinations(value, 2):
            if one.overlaps(other):
                refuse(
                    f"the versions of {one.valid_from} and {other.valid_from} overlap",
                    f"end the earlier one: valid_until: {max(one.valid_from, other.valid_from)}",
                )
        return value
