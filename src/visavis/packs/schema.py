"""What `demo/overlay.yaml` says; the people of a demonstration are read by `people.schema`."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from visavis.foundation.pack import Code, Entry, refuse
from visavis.foundation.text import Multilingual
from visavis.places.rules import SiteState

Day = Annotated[int, Field(ge=-4000, le=4000)]
"""Days from the anchor, before it negative."""


class OverlaidState(Entry):
    state: SiteState
    day: Day


class OverlaidPeriod(Entry):
    """A period in days from the anchor."""

    from_: Day = Field(alias="from")
    until: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until <= self.from_:
            refuse(f"until {self.until} is not after from {self.from_}", "correct one of the two")
        return self


class OverlaidService(OverlaidPeriod):
    """Another period for one version of a service."""

    code: Code
    version: date


class Overlay(Entry):
    """Re-dates the pilot relative to the anchor."""

    explanation: Multilingual
    kiosk: Code | None = None  # the device that `visavis up` plays
    sites: dict[Code, Annotated[list[OverlaidState], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    partnerships: dict[Code, OverlaidPeriod] = Field(default_factory=dict)
    services: list[OverlaidService] = Field(default_factory=list)
    settings: Day | None = None

    @field_validator("sites")
    @classmethod
    def _in_order(cls, value: dict[str, list[OverlaidState]]) -> dict[str, list[OverlaidState]]:
        for code, states in value.items():
            if any(after.day <= before.day for before, after in pairwise(states)):
                refuse(
                    f"the states of {code} do not follow in time", "put them in order of their days"
                )
        return value
