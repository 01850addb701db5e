"""How long a visit lives and why it ends. Pure: no database, no clock, no I/O."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from visavis.foundation.actor import Actor, Kind

TICKET_LIFE = timedelta(minutes=15)
HANDOFF_LIFE = timedelta(minutes=2)
LENT_LIFE = timedelta(minutes=10)  # a confirmed phone photographs several pages
HANDOFF_KEPT = timedelta(hours=1)
LEAST_EXTENSIONS = 10  # WCAG 2.2.1: a time limit can be extended at least ten times
TOUCHES_APART = timedelta(seconds=5)  # a touch is written at most this often
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class State(StrEnum):
    """What a visit is at a moment; derived from its times, never stored."""

    OPEN = "open"
    WARNING = "warning"
    ENDED = "ended"


class Reason(StrEnum):
    """Why a visit ended; the closed list that the measures use."""

    COMPLETED = "completed"
    COMPLETED_NOT_ELIGIBLE = "completed_not_eligible"
    REFERRED_COUNTER = "referred_counter"
    REFERRED_OTHER = "referred_other"
    ABANDONED_CITIZEN = "abandoned_citizen"
    IDLE = "idle"
    TECHNICAL = "technical"
    HELPER_UNAVAILABLE = "helper_unavailable"
    STOPPED_SAFEGUARD = "stopped_safeguard"


OUTCOMES = frozenset(
    {
        Reason.COMPLETED,
        Reason.COMPLETED_NOT_ELIGIBLE,
        Reason.REFERRED_COUNTER,
        Reason.REFERRED_OTHER,
    }
)
STAFF_REASONS = frozenset(
    {
        Reason.ABANDONED_CITIZEN,
        Reason.REFERRED_COUNTER,
        Reason.TECHNICAL,
        Reason.STOPPED_SAFEGUARD,
    }
)
STEPS: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.WARNING, State.ENDED}),
    State.WARNING: frozenset({State.OPEN, State.ENDED}),
    State.ENDED: frozenset(),
}


class Contrast(StrEnum):
    """How strongly the page is drawn."""

    NORMAL = "normal"
    HIGH = "high"


TEXT_SIZES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the counter is; from the pack's settings.

    Attributes:
        idle: without a sign of life until the warning.
        warning: how long the warning stands before the end.
        extension: added by "I need more time", until the next warning.
        extensions: how often that is granted whatever the longest duration says.
        longest: a visit's duration that touches alone cannot pass.
        away: while the citizen is on somebody else's page, such as the payment provider's.
    """

    idle: timedelta = timedelta(seconds=90)
    warning: timedelta = timedelta(seconds=30)
    extension: timedelta = timedelta(seconds=120)
    extensions: int = LEAST_EXTENSIONS
    longest: timedelta = timedelta(hours=2)
    away: timedelta = timedelta(minutes=5)

    @property
    def silence(self) -> timedelta:
        """How long nobody may touch the screen until the visit is over."""
        return self.idle + self.warning


@dataclass(frozen=True, slots=True)
class Term:
    """Until when a visit lives: the two moments and the extensions used so far."""

    expires_at: datetime
    longest_until: datetime
    extensions: int = 0


@dataclass(frozen=True, slots=True)
class Ladder:
    """What the page shows of the time left; whole seconds, never negative."""

    state: State
    warns_in_s: int
    ends_in_s: int


def first_term(*, limits: Limits, now: datetime) -> Term:
    """Return the term of a visit that begins now."""
    longest_until = now + limits.longest
    return Term(min(now + limits.silence, longest_until), longest_until)


def touched(term: Term, *, limits: Limits, now: datetime) -> Term:
    """Return the term after a sign of life.

    It never takes away what an extension gave, but it does end the long wait of somebody who was
    away and is back. The longest duration holds.
    """
    usual = min(now + limits.silence, term.longest_until)
    most = now + limits.extension + limits.warning
    if term.expires_at > most:
        return replace(term, expires_at=usual)
    return replace(term, expires_at=max(term.expires_at, usual))


def extended(term: Term, *, limits: Limits, now: datetime) -> Term | None:
    """Return the term after "I need more time", or None when it cannot be longer any more.

    The first `limits.extensions` are always granted, past the longest duration too. Taps within
    five seconds of each other are one, so that an unsteady finger does not use them up.
    """
    wished = now + limits.extension + limits.warning
    if wished - term.expires_at < TOUCHES_APART:
        return term
    if term.extensions < limits.extensions:
        return Term(wished, max(term.longest_until, wished), term.extensions + 1)
    granted = min(wished, term.longest_until)
    if granted <= term.expires_at:
        return None
    return Term(granted, term.longest_until, term.extensions + 1)


def away(term: Term, *, limits: Limits, now: datetime) -> Term:
    """Return the term of somebody who leaves for another's page, where we see no touch."""
    until = max(term.expires_at, now + limits.away)
    return replace(term, expires_at=until, longest_until=max(term.longest_until, until))


def state(
    *, expires_at: datetime, ended_at: datetime | None, warning: timedelta, now: datetime
) -> State:
    """Return what a visit is: over from `expires_at` on, to the very moment."""
    if ended_at is not None or now >= expires_at:
        return State.ENDED
    return State.WARNING if now >= expires_at - warning else State.OPEN


def ladder(
    *, expires_at: datetime, ended_at: datetime | None, warning: timedelta, now: datetime
) -> Ladder:
    """Return state and whole seconds left, as the page counts them down."""
    at = state(expires_at=expires_at, ended_at=ended_at, warning=warning, now=now)
    if at is State.ENDED:
        return Ladder(at, 0, 0)
    ends_in_s = int((expires_at - now).total_seconds())
    return Ladder(at, max(0, ends_in_s - int(warning.total_seconds())), ends_in_s)


def reason_of_citizen(outcome: str) -> Reason:
    """Return why a visit ends that its citizen finishes: by what was reached, if anything was."""
    return Reason(outcome) if outcome in OUTCOMES else Reason.ABANDONED_CITIZEN


def may_stop(*, actor: Actor, organisation: str, site: str) -> bool:
    """Tell whether staff may end a visit: operators any, clerks those of their own site."""
    if actor.kind is Kind.OPERATOR:
        return actor.has_role("operator")
    return actor.kind is Kind.CLERK and actor.has_role(
        "clerk", organisation=organisation, site=site
    )


def is_code(text: str) -> bool:
    """Tell whether a text is a code as services and steps have, so that no answer slips in."""
    return _CODE.fullmatch(text) is not None


def is_home_of_device(url: str) -> bool:
    """Tell whether an address is the device's own, on its loopback: the only place to go back to.

    >>> is_home_of_device("http://127.0.0.1:8002/"), is_home_of_device("http://example.org/")
    (True, False)
    """
    try:
        parts = urlsplit(url)
        return (
            parts.scheme == "http"
            and parts.hostname in LOOPBACK
            and parts.username is None
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


def new_secret() -> str:
    """Return 128 random bits as text."""
    return secrets.token_urlsafe(16)


def new_number() -> int:
    """Draw the number of two digits that a phone shows."""
    return 10 + secrets.randbelow(90)


def numbers_beside(number: int, *, seed: str) -> list[int]:
    """Return three numbers of two digits in ascending order, one of them the given one.

    They begin with different digits, so that nobody takes one for the other.

    Args:
        seed: makes the same choice each time the page is shown.

    >>> numbers = numbers_beside(47, seed="any")
    >>> 47 in numbers, len({number // 10 for number in numbers}), numbers == sorted(numbers)
    (True, 3, True)
    """
    chosen = {number // 10: number}
    for byte in hashlib.sha512(seed.encode()).digest():
        beside = 10 + byte % 90
        if len(chosen) < 3:
            chosen.setdefault(beside // 10, beside)
    return sorted(chosen.values())


def hashed(secret: str) -> str:
    """Return what is stored of a secret: with 128 random bits a plain hash cannot be undone."""
    return hashlib.sha256(secret.encode()).hexdigest()


def visit_secret(*, ticket: str, browser: str) -> str:
    """Return the secret that a browser gets for a ticket: the same one for a second tap.

    Made from both, so that neither the ticket alone (it stood in an address) nor a copied mark of
    the browser opens the visit, and so that nothing readable need be stored for the second tap.
    """
    return hmac.new(browser.encode(), ticket.encode(), hashlib.sha256).hexdigest()
