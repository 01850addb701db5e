"""Decisions about the check of an identity: what state it is in, who may do it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from visavis.foundation.actor import Actor, Kind

TRIES = 3
CODE_DIGITS = 8
CHECKER = "checker"
CHECKS_A_DAY = (5, timedelta(days=1))  # of one account, so that nobody guesses a birth date
LOOK_UPS = (20, timedelta(minutes=10))  # of one checker


class State(StrEnum):
    """Where a check stands."""

    ASKED = "asked"  # the citizen has the code
    AGREED = "agreed"  # … and agreed, in the visit in which they are
    SEEN = "seen"  # one checker found it equal, a second one must
    PROVEN = "proven"
    CLOSED = "closed"  # three times not equal, taken back, or expired


class Outcome(StrEnum):
    """All that a checker is told."""

    EQUAL = "equal"
    EQUAL_SO_FAR = "equal_so_far"  # a second checker must compare too
    NOT_EQUAL = "not_equal"


@dataclass(frozen=True, slots=True)
class Moments:
    """What a check's state follows from."""

    expires_at: datetime
    agreed_at: datetime | None
    seen_at: datetime | None
    proven_at: datetime | None
    closed_at: datetime | None


def state(moments: Moments, *, now: datetime) -> State:
    """Return where a check stands at this moment."""
    if moments.proven_at:
        return State.PROVEN
    if moments.closed_at or now >= moments.expires_at:
        return State.CLOSED
    if moments.seen_at:
        return State.SEEN
    return State.AGREED if moments.agreed_at else State.ASKED


def may_check(actor: Actor, *, organisation: str, site: str) -> bool:
    """Tell whether somebody may compare documents at a site: as staff, in the role, being there."""
    return (
        actor.kind is Kind.CLERK
        and actor.site == site
        and actor.has_role(CHECKER, organisation=organisation, site=site)
    )
