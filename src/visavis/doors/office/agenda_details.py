"""All that the office knows of one appointment, in words."""

from dataclasses import replace
from datetime import datetime

from django.utils.dateformat import format as date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from visavis.appointments import books, facts, fees, office_queries, queries
from visavis.appointments.books import Book
from visavis.appointments.models import Booking, Right
from visavis.appointments.rules import State
from visavis.doors.office import agenda_labels as labels
from visavis.doors.office import agenda_rows as rows
from visavis.foundation.codes import spoken
from visavis.foundation.text import said_in
from visavis.notices import queries as notices

MOMENT = "d.m.Y H:i"


def of(booking: Booking, *, language: str, now: datetime) -> dict[str, object]:
    """Return what the page of an appointment shows."""
    right = booking.right
    assert right is not None
    book = books.by_id(right.calendar_id)
    closed = office_queries.closures(book, from_=now)
    row = rows.row_of(book, booking, language, now=now, closed=closed)
    marks = labels.buttons(
        labels.all_marks_for(booking, book, now=now), booking, has_result=book.entry.has_result
    )
    return {
        "row": replace(row, marks=marks),
        "what": f"{row.kind}, {row.purpose}",
        "booking": booking,
        "right": right,
        "calendar": said_in(book.entry.name, language),
        "agenda": booking.lane.agenda.code,
        "day": book.today(booking.starts_at),
        "facts": facts_of(right, book, language),
        "reach": _reach(right),
        "waits": queries.wish_of(right) is not None,
        "fees": fees.fees_of(right),
        "told": [
            (one, labels.NOTICE_STATES[one.state]) for one in notices.about(right.subject)[:20]
        ],
        "story": [_event(one, book, language) for one in queries.story_of(right)],
        "is_booked": booking.state == State.BOOKED,
        "instead": _instead(booking, right),
        "second": _second(right),
    }


def facts_of(right: Right, book: Book, language: str) -> list[tuple[str, str]]:
    """Return the label and value of what is known of a right."""
    return [
        (said_in(fact.label, language), facts.shown(fact.shape, right.facts[fact.code]))
        for fact in book.entry.facts
        if fact.code in right.facts
    ]


def _reach(right: Right) -> str:
    """Say how somebody is told, and where; the officer may want to call them."""
    reach = queries.reach_of(right)
    if reach is None:
        return _("Cannot be told: only when they ask")
    return reach.address if right.contact_address else _("By their account")


def _event(booking: Booking, book: Book, language: str) -> dict[str, object]:
    state = labels.state_label(booking.state, has_result=book.entry.has_result)
    when = date_format(localtime(booking.starts_at, book.zone), MOMENT)
    changed = booking.changed_at or booking.made_at
    why = labels.WHY_GIVEN_BACK.get(booking.why, "") if booking.state == State.CANCELLED else ""
    return {
        "title": f"{when} · {rows.place_name(booking, language)}",
        "state": "now" if booking.state in (State.BOOKED, State.ARRIVED) else "done",
        "when": f"{why or state}, {date_format(localtime(changed, book.zone), MOMENT)}",
        "text": _("Confirmed by the citizen") if booking.confirmed_at else "",
    }


def _instead(booking: Booking, right: Right) -> Booking | None:
    """Return what stands now, if this one was moved or given back."""
    standing = queries.standing_of(right)
    return standing if standing is not None and standing.pk != booking.pk else None


def _second(right: Right) -> dict[str, object] | None:
    """Return the second appointment that followed a failure: its number, deadline and time."""
    following = right.followed_by.first()
    if following is None:
        return None
    return {
        "number": spoken(following.number),
        "right": following,
        "latest_on": following.latest_on,
        "booking": queries.standing_of(following) or queries.latest_of(following),
    }
