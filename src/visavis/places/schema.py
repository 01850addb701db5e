"""What a pack says about places: the shapes of its files."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, field_validator, model_validator

from visavis.foundation import accounts
from visavis.foundation.pack import (
    Code,
    Entry,
    Fso,
    MailAddress,
    Period,
    Phone,
    PostalCode,
    Stated,
    WebAddress,
    refuse,
)
from visavis.foundation.text import LANGUAGES, Language, Multilingual
from visavis.places import rules

WEST, EAST, SOUTH, NORTH = 5.95, 10.50, 45.81, 47.81  # Switzerland, WGS 84


def _hours(value: str) -> str:
    try:
        rules.stretch(value)
    except ValueError:
        refuse(
            f"“{value}” is not a stretch of one day",
            'write opening and closing time: "08:00-12:00"',
        )
    return value


Hours = Annotated[str, AfterValidator(_hours)]


class Address(Entry):
    """Where a letter goes."""

    street: str = ""
    house_number: str = ""
    postal_code: PostalCode
    locality: str
    extra: str = ""


class Contact(Stated):
    """How the canton's counter is reached by people."""

    hotline: Phone
    hotline_hours: Multilingual
    email: MailAddress | None = None
    web: WebAddress | None = None
    address: Address | None = None


class Issuer(Entry):
    """Who signs papers."""

    organisation: Code
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "CH"
    code: Annotated[str, Field(pattern=r"^[A-Z]{2,8}$")]
    name: Multilingual


class SettingsEntry(Stated):
    """The canton's figures from a day on; what is left out has the default."""

    valid_from: date
    draft_kept_days: Annotated[int, Field(ge=1, le=365)] = 30
    draft_tries: Annotated[int, Field(ge=3, le=20)] = 5
    visit_idle_s: Annotated[int, Field(ge=30, le=600)] = 90
    visit_warning_s: Annotated[int, Field(ge=20, le=300)] = 30
    visit_extensions: Annotated[int, Field(ge=10, le=1000)] = 10  # WCAG 2.2.1 asks for ten
    visit_longest_s: Annotated[int, Field(ge=600, le=43200)] = 7200
    payment_open_days: Annotated[int, Field(ge=1, le=365)] = 30
    code_letter_days: Annotated[int, Field(ge=1, le=90)] = 14
    identity_branch_level: Annotated[int, Field(ge=2, le=3)] = 3
    identity_branch_days: Annotated[int, Field(ge=30, le=3650)] = 1825
    identity_slip_days: Annotated[int, Field(ge=1, le=90)] = 30
    identity_letter_level: Annotated[int, Field(ge=1, le=2)] = 2
    identity_letter_days: Annotated[int, Field(ge=30, le=3650)] = 730
    letter_again_days: Annotated[int, Field(ge=1, le=30)] = 5
    letters_a_year: Annotated[int, Field(ge=1, le=12)] = 3
    keys_kept_days: Annotated[int, Field(ge=1, le=365)] = 30


class CantonEntry(Entry):
    """`pack.yaml`: the canton itself."""

    code: Code
    name: Multilingual
    counter_name: Multilingual
    claim: Multilingual
    languages: list[Language]
    default_language: Language
    timezone: str
    contact: Contact
    issuer: Issuer
    most_asked: Annotated[list[Code], Field(max_length=8)] = Field(default_factory=list)
    settings: Annotated[list[SettingsEntry], Field(min_length=1)]
    assumptions: list[str] = Field(default_factory=list)

    @field_validator("languages")
    @classmethod
    def _all_four(cls, value: list[Language]) -> list[Language]:
        if sorted(value) != sorted(LANGUAGES):
            refuse(
                "languages does not hold each of fr, de, it, en once",
                "list all four, in the order of the switch",
            )
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            refuse(
                f"“{value}” is not a time zone",
                "write its IANA name, for Switzerland Europe/Zurich",
            )
        return value

    @field_validator("settings")
    @classmethod
    def _settings_in_order(cls, value: list[SettingsEntry]) -> list[SettingsEntry]:
        for before, after in pairwise(value):
            if after.valid_from <= before.valid_from:
                refuse(
                    f"settings of {after.valid_from} do not follow in time",
                    "put settings in the order of valid_from",
                )
        return value


class SourceEntry(Entry):
    """Where facts were read."""

    title: str
    url: WebAddress | None = None


def _account(value: str) -> str:
    if not accounts.is_account(value):
        refuse(
            f"“{value}” is not an IBAN of Switzerland or Liechtenstein",
            "write its 21 characters in capitals and without blanks",
        )
    return value


def _for_banks(value: str) -> str:
    if not accounts.is_permitted(value) or value != value.strip():
        refuse(
            f"“{value}” holds a character that banks do not take",
            "write Latin letters, a straight apostrophe, and no blank at the ends",
        )
    return value


Account = Annotated[str, AfterValidator(_account)]
ForBanks = Annotated[str, AfterValidator(_for_banks)]


class CreditorEntry(Stated):
    """Where the money of bills goes: account and holder, as the bank knows them."""

    account: Account  # a QR-IBAN makes QR references, another IBAN creditor references
    statement_account: Account | None = None  # a QR-IBAN's money is booked on another number
    prefix: Annotated[str, Field(pattern=r"^[0-9]{0,18}$")] = ""  # the bank's, before our number
    name: Annotated[ForBanks, Field(min_length=1, max_length=70)]
    street: Annotated[ForBanks, Field(max_length=70)] = ""
    house_number: Annotated[ForBanks, Field(max_length=16)] = ""
    postal_code: PostalCode
    town: Annotated[ForBanks, Field(min_length=1, max_length=35)]


class OrganisationEntry(Stated):
    """Somebody who answers for services, runs a site, or takes part."""

    code: Code
    kind: rules.OrganisationKind
    name: Multilingual
    part_of: Code | None = None
    commune: Fso | None = None
    phone: Phone | None = None
    email: MailAddress | None = None
    web: WebAddress | None = None
    creditor: CreditorEntry | None = None  # without one: that of the organisation it is part of

    @model_validator(mode="after")
    def _commune_of_communes(self) -> Self:
        if (self.commune is not None) != (self.kind is rules.OrganisationKind.COMMUNE):
            refuse(
                f"only communes have a number, and all do; “{self.code}” does not fit",
                "organisations of kind commune, and only these, carry commune: <FSO number>",
            )
        return self


class Coordinates(Entry):
    """A point, WGS 84, in Switzerland."""

    latitude: float
    longitude: float

    @model_validator(mode="after")
    def _in_switzerland(self) -> Self:
        if not (SOUTH <= self.latitude <= NORTH and WEST <= self.longitude <= EAST):
            swapped = SOUTH <= self.longitude <= NORTH and WEST <= self.latitude <= EAST
            hint = (
                "latitude and longitude are swapped"
                if swapped
                else "write WGS 84 degrees, about 47.3 and 7.1"
            )
            refuse(f"the point {self.latitude}, {self.longitude} does not lie in Switzerland", hint)
        return self


class StateEntry(Stated):
    """From when on a site is in a state."""

    state: rules.SiteState
    from_: date = Field(alias="from")


class WeekEntry(Stated):
    """Opening hours from a day on."""

    valid_from: date
    week: dict[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        list[Hours],
    ]
    holidays: Literal["closed", "open"] = "closed"


class ExceptionEntry(Stated):
    """Other hours on one day."""

    on: date
    hours: list[Hours]
    reason: Multilingual


class DeviceEntry(Entry):
    """A kiosk or tablet; the room `devices` keeps it."""

    code: Code
    kind: Literal["kiosk", "tablet"]
    label: Multilingual


class SiteEntry(Stated):
    """A place where devices stand."""

    code: Code
    organisation: Code
    kind: rules.SiteKind
    name: Multilingual
    commune: Fso | None = None
    address: Address | None = None
    coordinates: Coordinates | None = None
    coordinates_assumption: bool = False
    counter: Multilingual | None = None
    hotline: Phone | None = None
    states: Annotated[list[StateEntry], Field(min_length=1)]
    hours: list[WeekEntry] = Field(default_factory=list)
    exceptions: list[ExceptionEntry] = Field(default_factory=list)
    devices: list[DeviceEntry] = Field(default_factory=list)

    @field_validator("states")
    @classmethod
    def _possible_life(cls, value: list[StateEntry]) -> list[StateEntry]:
        for before, after in pairwise(value):
            if after.from_ <= before.from_:
                refuse(
                    f"state {after.state} of {after.from_} does not follow in time",
                    "put states in the order of their days",
                )
            if not rules.may_follow(before.state, after.state):
                allowed = ", ".join(sorted(rules.STEPS[before.state]))
                refuse(
                    f"a site cannot go from {before.state} to {after.state}",
                    f"after {before.state} comes {allowed}",
                )
        return value

    @field_validator("hours")
    @classmethod
    def _hours_in_order(cls, value: list[WeekEntry]) -> list[WeekEntry]:
        for before, after in pairwise(value):
            if after.valid_from <= before.valid_from:
                refuse(
                    f"hours of {after.valid_from} do not follow in time",
                    "put hours in the order of valid_from",
                )
        return value

    @model_validator(mode="after")
    def _has_a_place_once_it_serves(self) -> Self:
        if any(stage.state in rules.SERVING for stage in self.states):
            for field in ("commune", "address", "coordinates", "counter", "hours"):
                if not getattr(self, field):
                    refuse(
                        f"“{field}” is missing at {self.code}, a site that people can go to",
                        f"add {field}:, or leave the site announced while its place is not known",
                    )
        return self


class CommuneRow(Period):
    """A line of `communes.csv`."""

    fso: Fso
    name: Annotated[str, Field(min_length=1)]
    district: str
    merged_into: Fso | None = None
    source: Annotated[str, Field(min_length=1)]


class LocalityRow(Entry):
    """A line of `localities.csv`."""

    postal_code: PostalCode
    locality: Annotated[str, Field(min_length=1)]
    commune_fso: Fso
    source: Annotated[str, Field(min_length=1)]


class HolidayLibrary(Entry):
    """Which calendar of the package `holidays` is meant."""

    country: str
    subdivision: str | None = None
    language: str | None = None


class YearlyDay(Entry):
    """A day off that the library does not know."""

    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]
    name: Multilingual

    @model_validator(mode="after")
    def _exists(self) -> Self:
        try:
            date(2024, self.month, self.day)  # a leap year
        except ValueError:
            refuse(
                f"no year has a day {self.day} in month {self.month}",
                "correct the day or the month",
            )
        return self


class HolidaysEntry(Stated):
    """`holidays.yaml`."""

    library: HolidayLibrary
    treated_as_sunday: list[str] = Field(default_factory=list)
    working: list[str] = Field(default_factory=list)
    also: list[YearlyDay] = Field(default_factory=list)


class PartnershipEntry(Stated, Period):
    """Who runs the pilot together, and what the partner's staff may see."""

    code: Code
    name: Multilingual
    parties: Annotated[list[Code], Field(min_length=2)]
    sites: list[Code]
    services: Literal["all"] | list[Code]
    purpose: Multilingual
    staff_may_see: Multilingual
