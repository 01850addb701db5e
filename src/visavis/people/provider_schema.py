"""What a pack says in `identity.yaml`: whose logins the canton trusts, and how far."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from visavis.foundation.pack import Code, Entry, Stated, WebAddress, refuse
from visavis.foundation.text import Multilingual

ClaimName = Annotated[str, Field(min_length=1, max_length=100)]


class AssuranceEntry(Entry):
    """One word of the provider for how well it knows somebody, and our level."""

    acr: Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]
    level: Annotated[int, Field(ge=1, le=4)]


class ClaimsEntry(Entry):
    """Under which names the provider says who somebody is."""

    family_name: ClaimName = "family_name"
    given_name: ClaimName = "given_name"
    birth_date: ClaimName = "birthdate"


class IdentityProviderEntry(Stated):
    """One identity provider; its client id and secret come from the environment."""

    code: Code
    name: Multilingual
    about: Multilingual
    issuer: WebAddress
    scopes: list[Annotated[str, Field(pattern=r"^[!-~]{1,100}$")]] = Field(
        default_factory=lambda: ["openid", "profile"]
    )
    client_authentication: Literal["basic", "post"] = "basic"
    identity_from: Literal["id_token", "userinfo"] = "id_token"
    claims: ClaimsEntry = ClaimsEntry()
    assurance: Annotated[list[AssuranceEntry], Field(min_length=1)]
    proof_days: Annotated[int, Field(ge=1, le=3660)]
    public_screens: Literal["own_phone", "never"] = "own_phone"

    @field_validator("issuer")
    @classmethod
    def _is_compared_letter_by_letter(cls, value: str) -> str:
        if not value.startswith("https://") or value.endswith("/") or len(value) > 200:
            refuse(
                f"“{value}” is not an issuer",
                "write it exactly as the provider does, beginning with https:// and without / at the end",
            )
        return value

    @field_validator("scopes")
    @classmethod
    def _asks_for_openid(cls, value: list[str]) -> list[str]:
        if "openid" not in value:
            refuse("the scopes lack openid", "add openid to the scopes")
        return value

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if len({one.acr for one in self.assurance}) < len(self.assurance):
            refuse("an acr stands twice", "let each acr of a provider stand once")
        if any(after.level < before.level for before, after in pairwise(self.assurance)):
            refuse("the levels of assurance fall", "list the acr from the weakest to the strongest")
        return self

    @property
    def highest_level(self) -> int:
        return self.assurance[-1].level

    def level_of(self, acr: str | None) -> int | None:
        """Return our level for what the provider said, or None for what it never should say."""
        return next((one.level for one in self.assurance if one.acr == acr), None)

    def acrs_for(self, level: int, *, rather: int = 0) -> tuple[str, ...]:
        """Return what is asked of the provider to reach a level, the least that is enough first.

        Args:
            rather: a higher level that is wished for but not needed; what reaches it goes first.
        """
        enough = [one for one in self.assurance if one.level >= level]
        return tuple(one.acr for one in sorted(enough, key=lambda one: one.level < rather))
