"""Channels, the states of a notice, and how often delivery is tried. Pure."""

from datetime import timedelta
from enum import StrEnum


class Channel(StrEnum):
    MAIL = "mail"
    SMS = "sms"
    LETTER = "letter"


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # no longer true, or too late to be of use: it must not go out


STEPS: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.SENT, State.FAILED, State.WITHDRAWN}),
    State.SENT: frozenset(),
    State.FAILED: frozenset({State.WAITING}),
    State.WITHDRAWN: frozenset(),
}
MOST_TRIES = 15  # together about two days; the job that tries is given up one later
CONTENT_KEPT = timedelta(days=30)
