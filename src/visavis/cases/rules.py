"""Decisions about cases: the states and their steps, who may do what. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from visavis.foundation.actor import Actor, Kind

OFFICER = "officer"
CLERK = "clerk"
NUMBER_DIGITS = 9
SPECIMENS_IN = "demonstration"
EMPTY_DRAFT_KEPT = timedelta(days=1)  # nothing is lost with it
ADOPTED_WITHIN = timedelta(hours=2)  # an older draft in a browser may be somebody else's
TAKE_UPS = 10  # tries of one visit or browser, right or wrong codes
TAKE_UPS_PER = timedelta(minutes=15)
TAKE_UPS_OF_ALL_BROWSERS = 600  # a code has ninety million values; visits and accounts go on
TAKE_UPS_OF_ALL_PER = timedelta(hours=1)
UNLOCKS = 20  # codes that one clerk may enter, right or wrong
UNLOCKS_PER = timedelta(minutes=10)
KEYS_KEPT = timedelta(days=7)  # a copy of the keys can be brought back for so long
LONGEST_MESSAGE = 2000  # characters
UNANSWERED = 10  # messages of a citizen that wait for an answer
REGISTER_TRIES = 13  # with the waits of the job more than two hours; then an officer decides
REGISTER_WITHIN = timedelta(days=1)  # whatever became of the job
VISIT_PREFIX = "visit:"


class State(StrEnum):
    DRAFT = "draft"
    CHECKING = "checking"  # a register is asked, before an officer or instead of one
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CORRECTION = "correction"
    PAYMENT = "payment"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    EXPIRED = "expired"


class Step(StrEnum):
    SUBMIT = "submit"
    CHECK = "check"
    HAND_OVER = "hand_over"
    TAKE = "take"
    PUT_BACK = "put_back"
    ASK_CORRECTION = "ask_correction"
    CORRECT = "correct"
    ACCEPT = "accept"
    REFUSE = "refuse"
    GRANT = "grant"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    EXPIRE = "expire"


STEPS: dict[State, dict[Step, State]] = {
    State.DRAFT: {
        Step.SUBMIT: State.SUBMITTED,
        Step.WITHDRAW: State.WITHDRAWN,
        Step.EXPIRE: State.EXPIRED,
    },
    State.CHECKING: {
        Step.ACCEPT: State.PAYMENT,
        Step.HAND_OVER: State.SUBMITTED,
        Step.WITHDRAW: State.WITHDRAWN,
    },
    State.SUBMITTED: {
        Step.CHECK: State.CHECKING,
        Step.TAKE: State.IN_REVIEW,
        Step.ACCEPT: State.PAYMENT,
        Step.WITHDRAW: State.WITHDRAWN,
    },
    State.IN_REVIEW: {
        Step.PUT_BACK: State.SUBMITTED,
        Step.ASK_CORRECTION: State.CORRECTION,
        Step.ACCEPT: State.PAYMENT,
        Step.REFUSE: State.REFUSED,
        Step.WITHDRAW: State.WITHDRAWN,
    },
    State.CORRECTION: {
        Step.CORRECT: State.SUBMITTED,
        Step.WITHDRAW: State.WITHDRAWN,
    },
    State.PAYMENT: {
        Step.GRANT: State.GRANTED,
        Step.WITHDRAW: State.WITHDRAWN,
        Step.LAPSE: State.LAPSED,
    },
    State.GRANTED: {},
    State.REFUSED: {},
    State.WITHDRAWN: {},
    State.LAPSED: {},
    State.EXPIRED: {},
}

OPEN = frozenset(state for state, steps in STEPS.items() if steps)
CLOSED = frozenset(State) - OPEN
WITH_THE_OFFICE = frozenset({State.SUBMITTED, State.IN_REVIEW})


class Held(Protocol):
    """What the rules need to know of a case."""

    owner: str
    held_by: str
    office: str
    state: str
    taken_by: str


def is_possible(state: str, step: Step) -> bool:
    """Tell whether a step leads on from a state.

    >>> is_possible("granted", Step.WITHDRAW)
    False
    """
    return step in STEPS[State(state)]


def next_state(state: str, step: Step) -> State:
    """Return where a possible step leads."""
    return STEPS[State(state)][step]


def is_theirs(case: Held, *, actor: Actor) -> bool:
    """Tell whether a case is the actor's own: of their account, or of this visit or browser."""
    if case.owner:
        return actor.name == case.owner or actor.on_behalf_of == case.owner
    if case.held_by == actor.name:
        return True
    return actor.visit is not None and case.held_by == f"{VISIT_PREFIX}{actor.visit}"


def is_bound_to_a_visit(case: Held) -> bool:
    """Tell whether a case can be opened only while the visit lives in which it was begun."""
    return not case.owner and case.held_by.startswith(VISIT_PREFIX)


def may_read(case: Held, *, actor: Actor) -> bool:
    """Tell whether the actor is an officer of the office that answers for the case."""
    return actor.has_role(OFFICER, organisation=case.office) and actor.kind == Kind.OFFICER


def may_decide(case: Held, *, actor: Actor) -> bool:
    """Tell whether the actor is the officer who has taken the case, and not its own citizen."""
    return may_read(case, actor=actor) and case.taken_by == actor.name and case.owner != actor.name


def may_unlock(*, actor: Actor) -> bool:
    """Tell whether the actor may open a locked draft code for a citizen who stands before them."""
    return actor.has_role(CLERK) or actor.has_role(OFFICER)


def may_be_granted(*, is_specimen: bool, world: str) -> bool:
    """Tell whether what has no legal basis any more may be granted: to show it, never in earnest."""
    return not is_specimen or world == SPECIMENS_IN


def is_four_digits(number: str) -> bool:
    return len(number) == 4 and number.isascii() and number.isdigit()


def is_same_birth(typed: str, kept: str) -> bool:
    """Compare a typed birth date with the one in a draft as far as both are known.

    A bare year is never enough against a full date.

    >>> is_same_birth("1961-04-12", "1961"), is_same_birth("1961", "1961-04-12")
    (True, False)
    """
    return bool(kept) and typed.startswith(kept)


def is_late(due_on: datetime | None, *, now: datetime) -> bool:
    return due_on is not None and due_on < now


def diagram() -> str:
    """Return the states and their steps as a Mermaid diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    for state, steps in STEPS.items():
        lines += [f"    {state} --> {to}: {step}" for step, to in steps.items()]
        if not steps:
            lines.append(f"    {state} --> [*]")
    return "\n".join(lines) + "\n"
