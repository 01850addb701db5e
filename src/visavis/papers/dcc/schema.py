"""What a certificate must look like: the JSON schema of the EU, 1.3.0 to 1.3.3, as models.

What the schema leaves open stays open: unknown fields are ignored, coded values are not compared
with the value sets, which changed until 2023. Dates must exist, as `format: date` means it.

Source: ehn-dcc-development/eu-dcc-schema, DCC.combined-schema.json.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from visavis.papers.dcc.claims import Json
from visavis.papers.dcc.refusals import Refusal, Refused

DETECTED = "260373001"  # SNOMED CT, value set of test results


class Kind(StrEnum):
    """What a certificate is about."""

    VACCINATION = "vaccination"
    TEST = "test"
    RECOVERY = "recovery"


GROUPS = {"v": Kind.VACCINATION, "t": Kind.TEST, "r": Kind.RECOVERY}


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _is_moment(text: str) -> str:
    datetime.fromisoformat(text.upper())
    return text


Short = Annotated[str, Field(max_length=80)]
Transliterated = Annotated[str, Field(max_length=80, pattern=r"^[A-Z<]*$")]
Country = Annotated[str, Field(pattern=r"[A-Z]{1,10}")]
Positive = Annotated[int, Field(ge=1)]
Version = Annotated[str, Field(pattern=r"^1\.[0-9]+\.[0-9]+$")]
BirthDate = Annotated[str, Field(pattern=r"^((19|20)[0-9]{2}(-[0-9]{2}){0,2})?$")]
Day = Annotated[
    str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_is_day)
]  # RFC 3339, full-date
Moment = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
        r"([Zz]|[+-][0-9]{2}:[0-9]{2})$"
    ),
    AfterValidator(_is_moment),
]  # RFC 3339, date-time


class Strict(BaseModel):
    """No value is turned into another type; what the schema does not name may stand there."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Name(Strict):
    """How the person is called; at least one of the two transliterations."""

    family: Short = Field("", alias="fn")
    given: Short = Field("", alias="gn")
    family_transliterated: Transliterated | None = Field(None, alias="fnt")
    given_transliterated: Transliterated | None = Field(None, alias="gnt")

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if self.family_transliterated is None and self.given_transliterated is None:
            raise ValueError("neither fnt nor gnt")
        return self


class Entry(Strict):
    """What the three kinds have in common."""

    disease: str = Field(alias="tg")
    country: Country = Field(alias="co")
    issuer: Short = Field(alias="is")
    identifier: Short = Field(alias="ci")


class Vaccination(Entry):
    """One dose."""

    prophylaxis: str = Field(alias="vp")
    product: str = Field(alias="mp")
    maker: str = Field(alias="ma")
    dose: Positive = Field(alias="dn")
    doses: Positive = Field(alias="sd")
    given_on: Day = Field(alias="dt")


class Test(Entry):
    """One test."""

    method: str = Field(alias="tt")
    name: Short | None = Field(None, alias="nm")
    maker: str | None = Field(None, alias="ma")
    sampled_at: Moment = Field(alias="sc")
    result: str = Field(alias="tr")
    centre: Short | None = Field(None, alias="tc")


class Recovery(Entry):
    """A recovery, reckoned from the first positive test."""

    first_positive_on: Day = Field(alias="fr")
    valid_from: Day = Field(alias="df")
    valid_until: Day = Field(alias="du")


class Certificate(Strict):
    """A whole certificate, of one person, about one thing."""

    version: Version = Field(alias="ver")
    name: Name = Field(alias="nam")
    born: BirthDate = Field(alias="dob")
    vaccinations: list[Vaccination] = Field([], alias="v", max_length=1)
    tests: list[Test] = Field([], alias="t", max_length=1)
    recoveries: list[Recovery] = Field([], alias="r", max_length=1)

    @property
    def entry(self) -> Vaccination | Test | Recovery:
        if self.vaccinations:
            return self.vaccinations[0]
        return self.tests[0] if self.tests else self.recoveries[0]

    @property
    def kind(self) -> Kind:
        if self.vaccinations:
            return Kind.VACCINATION
        return Kind.TEST if self.tests else Kind.RECOVERY


def checked(found: Mapping[str, Json]) -> Certificate:
    """Return the certificate that a JSON object is.

    Raises:
        Refused: version_unsupported, not_one_entry, schema.
    """
    version = found.get("ver")
    if isinstance(version, str) and not version.startswith("1."):
        raise Refused(Refusal.VERSION_UNSUPPORTED)
    groups = [found[group] for group in GROUPS if group in found]
    if len(groups) != 1 or (isinstance(groups[0], list) and len(groups[0]) != 1):
        raise Refused(Refusal.NOT_ONE_ENTRY)
    try:
        return Certificate.model_validate(dict(found))
    except ValidationError as fault:
        raise Refused(Refusal.SCHEMA, _where(fault)) from None


def _where(fault: ValidationError) -> str:
    """Return the places of all faults; the values stay out, because they are about a person."""
    places = {".".join(str(step) for step in one["loc"]) or "nam" for one in fault.errors()}
    return ", ".join(sorted(places))
