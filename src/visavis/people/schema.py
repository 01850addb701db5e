"""What a pack says about people: the fictitious ones of a demonstration."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from visavis.foundation.pack import Code, Entry, Fso, MailAddress, Phone, PostalCode, refuse
from visavis.foundation.text import Language, Multilingual
from visavis.people import rules

RolePlace = Annotated[str, Field(pattern=r"^[a-z]+@[a-z][a-z0-9-]{1,39}(/[a-z][a-z0-9-]{1,39})?$")]


class DemonstrationPerson(Entry):
    """One invented person with an account; only ever loaded outside the live world."""

    login: Code
    kind: Literal["citizen", "staff"]
    given_name: Annotated[str, Field(min_length=1, max_length=rules.LONGEST_NAME)]
    family_name: Annotated[str, Field(min_length=1, max_length=rules.LONGEST_NAME)]
    birth_year: int | None = None
    birth_month: int | None = None
    birth_day: int | None = None
    language: Language = "fr"
    email: MailAddress | None = None
    mobile: Phone | None = None
    street: Annotated[str, Field(max_length=60)] = ""
    house_number: Annotated[str, Field(max_length=12)] = ""
    postal_code: PostalCode | Literal[""] = ""
    locality: Annotated[str, Field(max_length=40)] = ""
    commune: Fso | None = None
    notify_by: Literal["mail", "sms", "letter", "counter"] = "mail"
    level: Annotated[int, Field(ge=1, le=4)] = 1
    roles: list[RolePlace] = Field(default_factory=list)
    about: Multilingual

    @field_validator("roles")
    @classmethod
    def _known_roles(cls, value: list[str]) -> list[str]:
        known = [name.value for name in rules.RoleName]
        for role in value:
            if role.partition("@")[0] not in known:
                refuse(
                    f"“{role}” is not a role that exists",
                    f"begin it with one of {', '.join(known)}",
                )
        return value

    @model_validator(mode="after")
    def _birth_is_a_day(self) -> Self:
        if self.birth_year is None:
            if self.birth_month is not None or self.birth_day is not None:
                refuse(
                    "birth_month and birth_day come without birth_year",
                    "write birth_year too, or leave all three out",
                )
            return self
        try:
            rules.PartialDate(self.birth_year, self.birth_month, self.birth_day)
        except rules.NoSuchDay as fault:
            refuse(
                f"this birth date does not exist: {fault}",
                "correct birth_year, birth_month and birth_day",
            )
        return self

    @model_validator(mode="after")
    def _staff_have_roles(self) -> Self:
        if (self.kind == "staff") != bool(self.roles):
            refuse(
                f"{self.login} is of kind {self.kind} and has {len(self.roles)} roles",
                "staff need one role or more, citizens none",
            )
        return self
