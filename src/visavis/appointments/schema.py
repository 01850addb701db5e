"""What a pack says about appointments: the shape of `appointments/<code>.yaml`."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, Protocol, Self, TypeVar

from pydantic import Field, field_validator, model_validator

from visavis.appointments import rules
from visavis.appointments.facts import NUMBER, Shape
from visavis.appointments.periodicity import Group
from visavis.foundation.pack import Code, Entry, Period, Stated, refuse
from visavis.foundation.text import Language, Multilingual
from visavis.places.rules import WEEKDAYS
from visavis.places.schema import Address, Hours

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Minutes = Annotated[int, Field(ge=5, le=480)]


class HasCode(Protocol):
    """Anything that a pack names by a code."""

    @property
    def code(self) -> str: ...


Coded = TypeVar("Coded", bound=HasCode)
FOR_CITIZENS = [rules.Purpose.SUMMONS, rules.Purpose.SECOND, rules.Purpose.FREE]


class FactEntry(Entry):
    """Something that is known of an appointment, such as the number plate."""

    code: Code
    shape: Shape
    label: Multilingual
    hint: Multilingual | None = None


class Durations(Entry):
    """How many minutes something takes; what is left out is not offered."""

    summons: Minutes | None = None
    second: Minutes | None = None
    free: Minutes | None = None

    def of(self, purpose: rules.Purpose) -> int | None:
        """Return the minutes; somebody without an appointment takes as long as the longest."""
        if purpose is rules.Purpose.WALK_IN:
            return max((m for m in (self.summons, self.second, self.free) if m), default=None)
        minutes: int | None = getattr(self, purpose.value)
        return minutes


class KindEntry(Stated):
    """A kind of what is brought along, such as a motorcycle."""

    code: Code
    name: Multilingual
    numbers: list[Annotated[str, Field(pattern=r"^[0-9]{2}$")]] = Field(default_factory=list)
    group: Group | None = None  # which rhythm of inspections it has
    minutes: Durations
    buffer_minutes: Annotated[int, Field(ge=0, le=120)] = 0
    moved_by: Literal["citizen", "office"] = "citizen"


class OpeningEntry(Stated, Period):
    """Weekly hours of some lanes, and whom they are kept for."""

    lanes: list[Code] = Field(default_factory=list)  # empty: all of the agenda
    days: Annotated[list[Weekday], Field(min_length=1)]
    hours: Annotated[list[Hours], Field(min_length=1)]
    for_: Annotated[list[rules.Purpose], Field(alias="for", min_length=1)] = FOR_CITIZENS
    for_all_days_before: Annotated[int, Field(ge=0, le=90)] | None = None

    def holds_on(self, day: date) -> bool:
        return (
            self.valid_from <= day
            and (self.valid_until is None or day < self.valid_until)
            and WEEKDAYS[day.weekday()] in self.days
        )


class ExceptionEntry(Stated):
    """Other hours on one day."""

    on: date
    lanes: list[Code] = Field(default_factory=list)
    hours: list[Hours]
    reason: Multilingual


class LaneEntry(Entry):
    """What takes one at a time: a lane, a stall, an adviser."""

    code: Code
    name: Multilingual
    kinds: list[Code] = Field(default_factory=list)  # empty: all of the calendar
    heaviest_kg: Annotated[int, Field(ge=1)] | None = None


class AgendaEntry(Stated):
    """One place at which a calendar gives appointments."""

    code: Code
    name: Multilingual
    address: Address
    site: Code | None = None
    grid_minutes: Annotated[int, Field(ge=5, le=60)]
    lanes: Annotated[list[LaneEntry], Field(min_length=1)]
    openings: Annotated[list[OpeningEntry], Field(min_length=1)]
    exceptions: list[ExceptionEntry] = Field(default_factory=list)
    holidays: Literal["closed", "open"] = "closed"

    @model_validator(mode="after")
    def _lanes_exist(self) -> Self:
        known = {lane.code for lane in self.lanes}
        named = [code for opening in self.openings for code in opening.lanes]
        named += [code for exception in self.exceptions for code in exception.lanes]
        for code in named:
            if code not in known:
                refuse(
                    f"“{code}” is no lane of {self.code}",
                    f"write one of {', '.join(sorted(known))}",
                )
        return self


class AheadEntry(Entry):
    """How long before: `{days: 7}` or `{working_days: 5}`."""

    days: Annotated[int, Field(ge=0, le=60)] | None = None
    working_days: Annotated[int, Field(ge=0, le=60)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.days is None) == (self.working_days is None):
            refuse("this is not one number of days", "write days: or working_days:, one of the two")
        return self

    @property
    def ahead(self) -> rules.Ahead:
        if self.days is not None:
            return rules.Ahead(self.days)
        return rules.Ahead(self.working_days or 0, in_working_days=True)


class RulesEntry(Stated):
    """What the office allows, from a day on."""

    valid_from: date
    minimum_notice_minutes: Annotated[int, Field(ge=0, le=20160)] = 120
    horizon_days: Annotated[int, Field(ge=1, le=400)] = 90
    hold_minutes: Annotated[int, Field(ge=5, le=20)] = 10
    free_change: AheadEntry
    late: rules.Late
    late_fee_cents: Annotated[int, Field(ge=0, le=100_000)] = 0
    most_moves: Annotated[int, Field(ge=0, le=20)]
    longest_postponement_months: Annotated[int, Field(ge=0, le=24)] | None = None
    may_change_place: bool = True
    missed_fee_cents: Annotated[int, Field(ge=0, le=100_000)] = 0
    missed_again_within_days: Annotated[int, Field(ge=1, le=400)] = 30
    second_within_days: Annotated[int, Field(ge=1, le=400)] = 30
    reminder_days: list[Annotated[int, Field(ge=1, le=30)]] = Field(default_factory=lambda: [7, 1])
    offer_minutes: Annotated[int, Field(ge=30, le=60)] = 45
    most_offers: Annotated[int, Field(ge=1, le=10)] = 3
    kept_days: Annotated[int, Field(ge=1, le=3650)] = 365

    @model_validator(mode="after")
    def _says_its_fee(self) -> Self:
        if (self.late is rules.Late.REFUSED) == bool(self.late_fee_cents):
            refuse(
                f"late is {self.late}, and the late fee {self.late_fee_cents} cents",
                "a late change is either charged, with late_fee_cents, or refused, without",
            )
        return self


class CalendarEntry(Entry):
    """`appointments/<code>.yaml`: what appointments are given for."""

    code: Code
    office: Code
    name: Multilingual
    facts: list[FactEntry] = Field(default_factory=list)
    opens_with: list[Annotated[list[Code], Field(min_length=2, max_length=2)]] = Field(
        default_factory=list
    )
    free_asks: list[Code] = Field(default_factory=list)  # facts that a free booking asks for
    one_for_each: Code | None = None  # fact of which only one right may be open at a time
    has_result: bool = False  # passed or failed; otherwise simply done
    kinds: Annotated[list[KindEntry], Field(min_length=1)]
    bring: list[Multilingual] = Field(default_factory=list)
    agendas: Annotated[list[AgendaEntry], Field(min_length=1)]
    rules: Annotated[list[RulesEntry], Field(min_length=1)]

    @field_validator("rules")
    @classmethod
    def _rules_in_order(cls, value: list[RulesEntry]) -> list[RulesEntry]:
        for before, after in pairwise(value):
            if after.valid_from <= before.valid_from:
                refuse(
                    f"rules of {after.valid_from} do not follow in time",
                    "put rules in the order of valid_from",
                )
        return value

    @model_validator(mode="after")
    def _facts_are_known(self) -> Self:
        known = {NUMBER, *(fact.code for fact in self.facts)}
        named = {code for pair in self.opens_with for code in pair} | set(self.free_asks)
        named |= {self.one_for_each} if self.one_for_each else set()
        for code in sorted(named - known):
            refuse(f"“{code}” is no fact of this calendar", f"write one of {', '.join(known)}")
        return self

    @model_validator(mode="after")
    def _kinds_are_known(self) -> Self:
        known = {kind.code for kind in self.kinds}
        for agenda in self.agendas:
            for lane in agenda.lanes:
                for code in lane.kinds:
                    if code not in known:
                        refuse(
                            f"“{code}” is no kind of this calendar",
                            f"write one of {', '.join(sorted(known))}",
                        )
        return self

    def rules_on(self, day: date) -> RulesEntry:
        """Return the rules of a day; before the first ones, the first ones."""
        begun = [entry for entry in self.rules if entry.valid_from <= day]
        return begun[-1] if begun else self.rules[0]

    def kind(self, code: str) -> KindEntry:
        """Return a kind.

        Raises:
            KeyError: there is no such kind, or no longer.
        """
        return _find(self.kinds, code)

    def agenda(self, code: str) -> AgendaEntry:
        """Return an agenda.

        Raises:
            KeyError: there is no such agenda, or no longer.
        """
        return _find(self.agendas, code)

    def fact(self, code: str) -> FactEntry:
        """Return a fact.

        Raises:
            KeyError: there is no such fact.
        """
        return _find(self.facts, code)

    @property
    def free_kinds(self) -> list[KindEntry]:
        """The kinds for which somebody may book without being summoned."""
        return [kind for kind in self.kinds if kind.minutes.free]


def _find(entries: Iterable[Coded], code: str) -> Coded:
    for entry in entries:
        if entry.code == code:
            return entry
    raise KeyError(code)


class DemonstrationRight(Entry):
    """An invented summons of `demo/appointments.yaml`: always some days ahead."""

    number: Annotated[str, Field(pattern=r"^[0-9]{9}$")]
    calendar: Code
    purpose: Literal["summons", "second"] = "summons"
    kind: Code
    facts: Annotated[dict[Code, str], Field(min_length=1)]
    agenda: Code | None = None  # without one, nothing is booked yet
    days_ahead: Annotated[int, Field(ge=1, le=60)] = 10
    latest_days: Annotated[int, Field(ge=1, le=120)] = 45
    language: Language = "fr"
    contact: str = ""
