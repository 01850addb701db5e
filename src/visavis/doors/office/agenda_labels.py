"""Words of the office for appointments: states, marks, purposes, refusals, bad lines of a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visavis.appointments import books, refusals, rules
from visavis.appointments.books import Book
from visavis.appointments.models import Booking
from visavis.appointments.office_queries import may_be_marked
from visavis.appointments.rules import CancelReason, Purpose, State

STATES: dict[State, Promise] = {
    State.BOOKED: _("Expected"),
    State.ARRIVED: pgettext_lazy("appointment", "Here"),
    State.DONE: _("Passed"),
    State.FAILED: _("Failed"),
    State.MISSED: _("Did not come"),
    State.BLOCK: _("Closed"),
    State.MOVED: _("Moved away"),
    State.CANCELLED: _("Given back"),
}
WITHOUT_RESULT: dict[State, Promise] = {State.DONE: pgettext_lazy("appointment", "Done")}
KINDS: dict[State, str] = {
    State.ARRIVED: "info",
    State.DONE: "good",
    State.FAILED: "bad",
    State.MISSED: "waiting",
}
PURPOSES: dict[Purpose, Promise] = {
    Purpose.SUMMONS: _("Summons"),
    Purpose.SECOND: _("Second time"),
    Purpose.FREE: _("Free choice"),
    Purpose.WALK_IN: _("Walk-in"),
}
WHY_GIVEN_BACK: dict[str, Promise] = {
    CancelReason.OTHER_TIME: _("Given back by the citizen, who will choose another time"),
    CancelReason.NO_LONGER_DUE: _("Given back by the citizen: no longer due"),
    CancelReason.OFFICE: _("Cancelled by the office"),
}
MARKS: dict[State, Promise] = {
    State.ARRIVED: _("Arrived"),
    State.DONE: _("Passed"),
    State.FAILED: _("Failed"),
    State.MISSED: _("Did not come"),
}
UNDO = _("Undo")
REFUSALS: dict[type[Exception], Promise] = {
    refusals.NotPossible: _(
        "This mark cannot be set now. Its day has not come, the appointment has changed meanwhile, or "
        "something already depends on it: a second appointment, a new time, or a paid fee."
    ),
    refusals.NothingBooked: _(
        "This appointment no longer stands: it was moved or given back meanwhile."
    ),
    refusals.SlotTaken: _("This time is no longer free. Choose another one."),
    refusals.AlreadyOpen: _("For this vehicle or person another appointment is open already."),
    books.NoSuchKind: _("This kind of appointment is no longer offered."),
}
BAD_LINES: dict[str, Promise] = {
    "missing": _("This cell is empty, but it is needed."),
    "unreadable": _("This cannot be read. Check how it is written."),
    "unknown": _("This word is not known here."),
    "known-already": _("For this vehicle or person an appointment is open already."),
    "taken": _("This time is taken already."),
    "not-offered": _("At this time nothing of this kind is offered there, or it is in the past."),
    "not-due": _("The inspection is not due yet on this day."),
    "cells": _("This line has more or fewer cells than the header."),
    "header": _("The first line must name the columns, and only columns that are known here."),
    "too-many": _("The file is too long. From this line on nothing was read."),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One button: to which state it leads."""

    to: str
    label: Promise
    is_undo: bool = False


def state_label(state: str, *, has_result: bool) -> Promise:
    known = STATES if has_result else STATES | WITHOUT_RESULT
    return known[State(state)]


def state_kind(state: str) -> str:
    return KINDS.get(State(state), "neutral")


def marks_for(booking: Booking, *, now: datetime, today: tuple[datetime, datetime]) -> list[State]:
    """Return what is likely to be marked next, so that a sheet stays calm: at most three.

    Args:
        today: beginning and end of this day; before it only results matter, after it nothing does.
    """
    state, begins = State(booking.state), booking.starts_at
    if state is State.ARRIVED or (state is State.BOOKED and begins < today[0]):
        missed = [State.MISSED] if state is State.BOOKED else []
        return [State.DONE, State.FAILED, *missed]
    if state is not State.BOOKED or begins >= today[1]:
        return []
    return [State.ARRIVED, State.MISSED] if begins <= now else [State.ARRIVED]


def all_marks_for(booking: Booking, book: Book, *, now: datetime) -> list[State]:
    """Return all that may be marked."""
    if State(booking.state) not in rules.STANDING:
        return []  # a mark stands already: first it is taken back
    return [to for to in MARKS if may_be_marked(booking, to, book, now=now)]


def buttons(states: Iterable[State], booking: Booking, *, has_result: bool) -> list[Mark]:
    """Return the buttons of some marks, and the way back from the one that stands."""
    words = MARKS if has_result else MARKS | WITHOUT_RESULT
    allowed = [to for to in states if has_result or to is not State.FAILED]
    return [Mark(to.value, words[to]) for to in allowed] + undo_of(State(booking.state))


def undo_of(state: State) -> list[Mark]:
    """Return the way back from a mark."""
    back = {
        State.ARRIVED: State.BOOKED,
        State.MISSED: State.BOOKED,
        State.DONE: State.ARRIVED,
        State.FAILED: State.ARRIVED,
    }.get(state)
    return [Mark(back.value, UNDO, is_undo=True)] if back else []


def sentence_for(refusal: Exception) -> Promise:
    """Return what the officer reads when an operation refuses."""
    return REFUSALS[type(refusal)]


NOTICE_STATES: dict[str, str | Promise] = {
    "waiting": _("waits to be sent"),
    "sent": _("sent"),
    "failed": _("could not be sent"),
    "withdrawn": _("not sent: no longer true"),
}
