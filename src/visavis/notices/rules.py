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


STEPS: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.SENT, State.FAILED}),
    State.SENT: frozenset(),
    State.FAILED: frozenset({State.WAITING}),
}
CONTENT_KEPT = timedelta(days=30)
