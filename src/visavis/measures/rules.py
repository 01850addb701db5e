"""The closed vocabulary: which events there are and what each may say. Pure.

Source: the events of the pilot's evaluation; an event not named here does not exist.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

SCHEMA_VERSION = 1

Value = str | int
Test = Callable[[Value], bool]


class NotInVocabulary(Exception):
    """The event or one of its values is not in the closed list; a mistake in the program."""


class Event(StrEnum):
    """What can be counted."""

    DEVICE_ONLINE = "device.online"
    DEVICE_OFFLINE = "device.offline"
    DEVICE_DEGRADED = "device.degraded"
    SESSION_STARTED = "session.started"
    LANGUAGE_SET = "language.set"
    SERVICE_CHOSEN = "service.chosen"
    INFO_VIEWED = "info.viewed"
    HELP_REQUESTED = "help.requested"
    HELP_ARRIVED = "help.arrived"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REFUSED = "consent.refused"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    HANDOVER_TO_CITIZEN = "handover.to_citizen"
    HANDOVER_TO_HELPER = "handover.to_helper"
    PORTAL_OPENED = "portal.opened"
    STEP_REACHED = "step.reached"
    DOCUMENT_PRINTED = "document.printed"
    DOCUMENT_SENT = "document.sent"
    SESSION_ENDED = "session.ended"
    WIPE_DONE = "wipe.done"
    WIPE_FAILED = "wipe.failed"
    FEEDBACK_GIVEN = "feedback.given"
    RECORD_COMPLETED = "record.completed"
    INCIDENT_RAISED = "incident.raised"


LANGUAGES = frozenset({"fr", "de", "it", "en"})
CHANNELS = frozenset({"kiosk", "tablet", "web"})
END_REASONS = frozenset(
    {
        "completed",
        "completed_not_eligible",
        "referred_counter",
        "referred_other",
        "abandoned_citizen",
        "idle",
        "technical",
        "helper_unavailable",
        "stopped_safeguard",
    }
)
OUTCOMES = frozenset({"completed", "completed_not_eligible", "referred_counter", "referred_other"})

_CODE = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def _one_of(allowed: frozenset[str]) -> Test:
    return lambda value: value in allowed


def _code(value: Value) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _number(least: int, most: int) -> Test:
    return lambda value: type(value) is int and least <= value <= most


VOCABULARY: Mapping[Event, Mapping[str, Test]] = {
    **{event: {} for event in Event},
    Event.SESSION_STARTED: {"channel": _one_of(CHANNELS)},
    Event.LANGUAGE_SET: {"language": _one_of(LANGUAGES)},
    Event.SERVICE_CHOSEN: {"service": _code, "arrived_by": _code},
    Event.INFO_VIEWED: {"service": _code, "topic": _code},
    Event.HELP_REQUESTED: {"service": _code, "step": _code},
    Event.PORTAL_OPENED: {"arrived_by": _code},
    Event.STEP_REACHED: {"service": _code, "step": _code, "n": _number(1, 99)},
    Event.DOCUMENT_PRINTED: {"kind": _code, "service": _code},
    Event.DOCUMENT_SENT: {"kind": _code, "service": _code},
    Event.SESSION_ENDED: {"reason": _one_of(END_REASONS), "outcome": _one_of(OUTCOMES)},
    Event.WIPE_DONE: {"duration_ms": _number(0, 86_400_000)},
    Event.WIPE_FAILED: {"duration_ms": _number(0, 86_400_000)},
}
REQUIRED: Mapping[Event, frozenset[str]] = {
    Event.SESSION_ENDED: frozenset({"reason"}),
    Event.LANGUAGE_SET: frozenset({"language"}),
    Event.SERVICE_CHOSEN: frozenset({"service"}),
    Event.STEP_REACHED: frozenset({"n"}),
}


def checked(event: str, values: Mapping[str, Value]) -> Event:
    """Return the event, if it and each of its values are in the closed list.

    Raises:
        NotInVocabulary: naming the event and the value's name, never what the value was.
    """
    try:
        known = Event(event)
    except ValueError:
        raise NotInVocabulary("no such event") from None
    allowed = VOCABULARY[known]
    for name, value in values.items():
        if name not in allowed or not allowed[name](value):
            raise NotInVocabulary(
                f"{known}: {name if name in allowed else 'a value without a name'}"
            )
    missing = REQUIRED.get(known, frozenset()) - values.keys()
    if missing:
        raise NotInVocabulary(f"{known}: without {', '.join(sorted(missing))}")
    return known


def is_source(text: str) -> bool:
    """Tell whether a text names a source: a device's code or one process of the web door."""
    return _CODE.fullmatch(text) is not None
