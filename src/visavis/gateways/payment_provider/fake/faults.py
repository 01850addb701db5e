"""How the fake misbehaves on request, so that our side is proven against it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

LATE_S = 20.0
SHUFFLE_S = 2.0  # events are held until the newest is this old, then sent newest first
SLOW_S = 6.0  # longer than our client waits


class Events(StrEnum):
    """What happens to the events sent to the merchant."""

    ON_TIME = "on-time"
    LATE = "late"
    TWICE = "twice"
    REVERSED = "reversed"
    NEVER = "never"


class Answers(StrEnum):
    """What happens to the answers of the API."""

    GOOD = "good"
    SLOW = "slow"
    ERROR = "error"  # 500, nothing done
    LOST = "lost"  # it acts, and the answer never arrives


class Listing(StrEnum):
    """How the list of transactions lies."""

    GOOD = "good"
    MISSING = "missing"  # the newest line is left out
    EXTRA = "extra"  # a line that nobody asked for
    OTHER_AMOUNT = "other-amount"  # the newest line says a franc more
    NOT_OFFERED = "not-offered"


class Refunds(StrEnum):
    """What becomes of refunds that were taken on."""

    DONE = "done"
    WAIT = "wait"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes wrong from now on, until told otherwise."""

    events: Events = Events.ON_TIME
    answers: Answers = Answers.GOOD
    listing: Listing = Listing.GOOD
    refunds: Refunds = Refunds.DONE


class Dated(Protocol):
    """Anything that was made at a moment, in seconds since 1970."""

    @property
    def made_at(self) -> float: ...


Made = TypeVar("Made", bound=Dated)


def plan_of(said: Mapping[str, Any]) -> Plan:
    """Read a plan.

    Raises:
        ValueError: a word that no plan has.
    """
    return Plan(
        events=Events(said.get("events", Events.ON_TIME)),
        answers=Answers(said.get("answers", Answers.GOOD)),
        listing=Listing(said.get("listing", Listing.GOOD)),
        refunds=Refunds(said.get("refunds", Refunds.DONE)),
    )


def due(notices: Sequence[Made], *, plan: Plan, at: float) -> list[Made]:
    """Return what is to be sent now, in the order of sending."""
    hold_s = {Events.LATE: LATE_S, Events.REVERSED: SHUFFLE_S}.get(plan.events, 0.0)
    ready = [notice for notice in notices if notice.made_at + hold_s <= at]
    if plan.events is Events.REVERSED:  # all or none, so that no older one slips out before
        return ready[::-1] if len(ready) == len(notices) else []
    if plan.events is Events.TWICE:
        return [notice for notice in ready for _ in range(2)]
    return ready
