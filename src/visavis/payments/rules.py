"""Decisions about money. Pure: no database, no clock, no I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from visavis.foundation.actor import Actor, Kind
from visavis.foundation.money import round_to_five
from visavis.gateways.payment_provider.types import State as Said

Step = TypeVar("Step", bound=StrEnum)

CURRENCY = "CHF"
NUMBER_DIGITS = 8
MOST_IN_A_TILL = 1_000_000_00  # centimes; more is a slip of the finger
FIRST_ASK = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=10)  # a provider's page lives for hours; then a person looks
UNHEARD_AFTER = timedelta(minutes=15)  # no call of ours travels longer than this


class State(StrEnum):
    """Where a payment stands. There is no "failed": that is a try, and another may follow."""

    OPEN = "open"  # asked for; nobody is paying
    PENDING = "pending"  # an attempt lives: its outcome is not known yet
    SETTLED = "settled"
    CANCELLED = "cancelled"


STEPS: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.PENDING, State.SETTLED, State.CANCELLED}),
    State.PENDING: frozenset({State.OPEN, State.SETTLED, State.CANCELLED}),
    State.SETTLED: frozenset(),
    State.CANCELLED: frozenset(),
}
ASKED = frozenset({State.OPEN, State.PENDING})


class AttemptState(StrEnum):
    """What the provider last said about an attempt; STARTING until it said anything."""

    STARTING = "starting"
    OPEN = "open"
    FAILED = "failed"  # the last try; the page takes another
    PAID = "paid"
    CLOSED = "closed"


LIVE = frozenset({AttemptState.STARTING, AttemptState.OPEN, AttemptState.FAILED})
ATTEMPT_STEPS: dict[AttemptState, frozenset[AttemptState]] = {
    AttemptState.STARTING: frozenset(AttemptState) - {AttemptState.STARTING},
    AttemptState.OPEN: frozenset({AttemptState.FAILED, AttemptState.PAID, AttemptState.CLOSED}),
    AttemptState.FAILED: frozenset({AttemptState.OPEN, AttemptState.PAID, AttemptState.CLOSED}),
    # A provider may find money on a page that it had closed; it never loses money it had.
    AttemptState.CLOSED: frozenset({AttemptState.PAID}),
    AttemptState.PAID: frozenset(),
}


class Method(StrEnum):
    """How a payment was settled."""

    PROVIDER = "provider"
    CASH = "cash"
    BILL = "bill"


class TroubleKind(StrEnum):
    """Why a person must look at money."""

    PAID_TWICE = "paid-twice"
    PAID_AFTER_CANCELLING = "paid-after-cancelling"
    OTHER_AMOUNT = "other-amount"
    NO_ANSWER = "no-answer"


class DifferenceKind(StrEnum):
    """What did not fit when a day was compared."""

    MISSING_THERE = "missing-there"  # we have it, the provider's list has not
    MISSING_HERE = "missing-here"  # the provider's list has it, we have not
    BACK_MISSING_THERE = "back-missing-there"  # the same of refunds
    BACK_MISSING_HERE = "back-missing-here"
    OTHER_AMOUNT = "other-amount"
    TILL_OPEN = "till-open"  # nobody counted it by the end of its day
    LEDGER = "ledger"  # the ledger and what it was made from


class Fate(StrEnum):
    """What became of money that a bank's statement names: settled, or why a person must look."""

    SETTLED = "settled"
    UNKNOWN_REFERENCE = "unknown-reference"
    NO_DETAILS = "no-details"  # a sum of several payments, not told apart
    OTHER_CURRENCY = "other-currency"
    TOO_LITTLE = "too-little"
    TOO_MUCH = "too-much"
    PAID_TWICE = "paid-twice"
    PAID_AFTER_CANCELLING = "paid-after-cancelling"
    TAKEN_BACK = "taken-back"  # the bank reversed a credit


class Remedy(StrEnum):
    """What a person did about it."""

    REFUNDED = "refunded"
    NOTHING_DUE = "nothing-due"
    ASSIGNED = "assigned"  # to a payment that it then settled
    PAID_AGAIN = "paid-again"  # what the bank had taken back
    TAKEN_BACK = "taken-back"  # by the bank, before anybody had used it


@dataclass(frozen=True, slots=True)
class CashDue:
    """What is due, what the till takes, and the difference that rounding makes."""

    due_cents: int
    received_cents: int

    @property
    def difference_cents(self) -> int:
        return self.received_cents - self.due_cents


def may_step(before: State, after: State) -> bool:
    """Tell whether a payment may go from one state to another."""
    return after in STEPS[before]


def said_of(before: AttemptState, said: Said) -> AttemptState:
    """Return an attempt's state after an answer; an old answer never undoes a newer one.

    >>> said_of(AttemptState.PAID, Said.OPEN).value
    'paid'
    """
    after = AttemptState(said.value)
    return after if after in ATTEMPT_STEPS[before] else before


def in_cash(due_cents: int) -> CashDue:
    """Return what is taken in coins: rounded to five centimes, on cash only.

    >>> in_cash(1002).difference_cents
    -2
    """
    return CashDue(due_cents=due_cents, received_cents=round_to_five(due_cents))


def next_ask_at(*, begun_at: datetime, asks: int, now: datetime) -> datetime | None:
    """Return when to ask the provider again, or None when only a person can help.

    Args:
        asks: how often it was asked by now; each pause is twice the one before.
    """
    if now - begun_at >= GIVE_UP_AFTER:
        return None
    return now + min(FIRST_ASK * (1 << min(max(asks - 1, 0), 10)), LONGEST_PAUSE)


def was_never_heard_of(*, begun_at: datetime, now: datetime) -> bool:
    """Tell whether an order that the provider does not know can no longer be on its way."""
    return now - begun_at >= UNHEARD_AFTER


def may_take_cash(actor: Actor) -> bool:
    """Tell whether this is a clerk who holds the till of the site at which they stand."""
    return (
        actor.kind is Kind.CLERK and bool(actor.site) and actor.has_role("cashier", site=actor.site)
    )


def is_in_coins(cents: int) -> bool:
    """Tell whether an amount can lie in a till.

    >>> is_in_coins(150_00), is_in_coins(102), is_in_coins(-5)
    (True, False, False)
    """
    return 0 <= cents <= MOST_IN_A_TILL and cents == round_to_five(cents)


def may_put_right(office: str, *, actor: Actor) -> bool:
    """Tell whether the actor may decide about money of this office."""
    return actor.kind is Kind.OFFICER and actor.has_role("officer", organisation=office)


def diagram() -> str:
    """Return the states of a payment, and of an attempt, as two Mermaid diagrams in Markdown."""
    payment, attempt = drawing(State.OPEN, STEPS), drawing(AttemptState.STARTING, ATTEMPT_STEPS)
    return (
        f"## A payment\n\n```mermaid\n{payment}```\n\n"
        f"## An attempt with the provider\n\n```mermaid\n{attempt}```\n"
    )


def drawing(first: str, steps: Mapping[Step, Iterable[Step]]) -> str:
    """Return a table of states and steps as a Mermaid diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {first}"]
    for before, afters in steps.items():
        lines += [f"    {before} --> {after}" for after in sorted(afters)]
        if not afters:
            lines.append(f"    {before} --> [*]")
    return "\n".join(lines) + "\n"
