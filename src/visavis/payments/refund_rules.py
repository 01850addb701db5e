"""Decisions about money that goes back. Pure: no database, no clock, no I/O."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from visavis.foundation.actor import Actor, Kind
from visavis.gateways.payment_provider.types import RefundState as Said
from visavis.payments import rules

LATE_AFTER = timedelta(days=10)  # a provider takes hours, a bank days


class Way(StrEnum):
    """How money goes back."""

    PROVIDER = "provider"  # to the card or account that paid
    TILL = "till"  # in cash, out of a clerk's till
    TRANSFER = "transfer"  # to an account that the citizen names


class Reason(StrEnum):
    """Why money goes back: codes, so that nothing personal stands beside it."""

    TOO_MUCH = "too-much"  # more was asked than is due
    NOT_PROVIDED = "not-provided"  # what was paid for is not given
    GOODWILL = "goodwill"
    SURPLUS = "surplus"  # came twice, too late, or did not fit


class State(StrEnum):
    """Where a refund stands."""

    ASKED = "asked"
    APPROVED = "approved"  # by a second person
    SENT = "sent"  # the provider or the bank may have heard of it
    SETTLED = "settled"
    RETURNED = "returned"  # the provider or the bank says that it did not go through
    REFUSED = "refused"


STEPS: dict[State, frozenset[State]] = {
    State.ASKED: frozenset({State.APPROVED, State.REFUSED}),
    State.APPROVED: frozenset({State.SENT, State.SETTLED, State.REFUSED}),
    State.SENT: frozenset({State.SETTLED, State.RETURNED}),
    State.SETTLED: frozenset(),
    State.RETURNED: frozenset(),
    State.REFUSED: frozenset(),
}
ENDED = frozenset({State.SETTLED, State.RETURNED, State.REFUSED})
# What counts against the money that came: all but what surely never left.
COUNTED = frozenset(State) - {State.RETURNED, State.REFUSED}

WAYS: dict[str, tuple[Way, ...]] = {
    rules.Method.PROVIDER: (Way.PROVIDER, Way.TRANSFER),
    rules.Method.CASH: (Way.TILL, Way.TRANSFER),
    rules.Method.BILL: (Way.TRANSFER,),
}


def may_step(before: State, after: State) -> bool:
    """Tell whether a refund may go from one state to another."""
    return after in STEPS[before]


def said_of(before: State, said: Said) -> State:
    """Return a refund's state after an answer of the provider; an end is never undone.

    >>> said_of(State.SENT, Said.PENDING).value, said_of(State.SETTLED, Said.FAILED).value
    ('sent', 'settled')
    """
    wanted = {Said.DONE: State.SETTLED, Said.FAILED: State.RETURNED}.get(said, before)
    return wanted if wanted in STEPS[before] else before


def next_ask_at(*, asks: int, now: datetime) -> datetime:
    """Return when to ask the provider again. We never give up: it is the citizen's money.

    Args:
        asks: how often it was asked by now; each pause is twice the one before.
    """
    return now + min(rules.FIRST_ASK * (1 << min(max(asks - 1, 0), 10)), rules.LONGEST_PAUSE)


def may_ask(office: str, *, actor: Actor) -> bool:
    """Tell whether the actor may ask for, approve or refuse refunds of this office's money."""
    return rules.may_put_right(office, actor=actor)


def is_second_person(asked_by: str, *, actor: Actor) -> bool:
    """Tell whether the actor is an officer, and another than who asked."""
    return actor.kind is Kind.OFFICER and actor.name != asked_by


def diagram() -> str:
    """Return the states of a refund as a Mermaid diagram in Markdown."""
    steps: Mapping[State, frozenset[State]] = STEPS
    return f"## A refund\n\n```mermaid\n{rules.drawing(State.ASKED, steps)}```\n"
