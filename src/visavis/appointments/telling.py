"""What people are told about their appointment, and in which words. Nothing personal stands in it."""

from datetime import date, datetime

from babel.dates import format_time
from django.conf import settings

from visavis.appointments import books, queries
from visavis.appointments.books import Book
from visavis.appointments.models import Booking, Right
from visavis.foundation import codes, days
from visavis.foundation.actor import Actor
from visavis.foundation.text import said_in
from visavis.notices import operations as notices

OFFER = "appointment-offer"
SECOND = "appointment-second"


def tell(
    booking_id: str, template: str, *, only_in: frozenset[str], actor: Actor, now: datetime
) -> bool:
    """Tell the holder of a booking what became of it, unless something else became of it since.

    Args:
        only_in: the states in which it is still true.
    """
    booking = (
        Booking.objects.select_related("lane__agenda", "right__calendar", "moved_from")
        .filter(pk=booking_id)
        .first()
    )
    if booking is None or booking.state not in only_in or booking.right is None:
        return False
    if template == SECOND and not booking.right.followed_by.exists():
        return False  # this kind has no second appointment: the office said so on the spot
    book = books.by_id(booking.right.calendar_id)
    # What is said of the future is of no use once the appointment has begun.
    useless_at = booking.starts_at if booking.starts_at > now else None
    if template == OFFER:
        useless_at = booking.hold_until
    return _send(booking, booking.right, book, template, useless_at=useless_at, actor=actor, now=now)  # fmt: skip


def remind(booking: Booking, book: Book, *, days: int, actor: Actor, now: datetime) -> bool:
    """Remind the holder of a booking; once for so many days, and never after it began."""
    assert booking.right is not None
    right = booking.right
    template = "appointment-reminder"
    return _send(
        booking, right, book, template, useless_at=booking.starts_at, actor=actor, now=now,
        once_key=f"{template}:{booking.pk}:{days}",
    )  # fmt: skip


def _send(
    booking: Booking, right: Right, book: Book, template: str, *,
    useless_at: datetime | None, actor: Actor, now: datetime, once_key: str = "",
) -> bool:  # fmt: skip
    reach = queries.reach_of(right)
    if reach is None:
        return False
    notice = notices.send(
        channel=reach.channel,
        address=reach.address,
        language=reach.language,
        template=template,
        values=_values(booking, right, book, reach.language),
        subject=right.subject,
        actor=actor,
        now=now,
        once_key=once_key or f"{template}:{booking.pk}",
        useless_at=useless_at,
    )
    return notice is not None


def _values(booking: Booking, right: Right, book: Book, language: str) -> dict[str, str]:
    agenda = book.agendas.get(booking.lane.agenda.code)
    address = agenda.entry.address if agenda else None
    street = f"{address.street} {address.house_number}".strip() if address else ""
    town = f"{address.postal_code} {address.locality}" if address else ""
    until = booking.hold_until.astimezone(book.zone) if booking.hold_until else None
    latest = right.latest_on
    following = Right.objects.filter(follows=right).first()
    before = booking.moved_from
    return {
        "what": said_in(book.entry.name, language),
        "number": codes.spoken(following.number if following else right.number),
        "when": when(booking.starts_at, book, language),
        "before": when(before.starts_at, book, language) if before else "",
        "where": ", ".join(
            part for part in (said_in(booking.lane.agenda.names, language), street, town) if part
        ),
        "until": str(format_time(until, "short", locale=days.locale_of(language))) if until else "",
        "latest": _day(following.latest_on if following else latest, book, language),
        "link": f"{settings.BASE_URL}/a/{(following or right).pk}",
    }


def when(moment: datetime, book: Book, language: str) -> str:
    """Return day and time as one says them: “Tuesday, 1 December 2026, 08:30”.

    On the two days of the clock change the offset is said too, because a time may come twice.
    """
    local = moment.astimezone(book.zone)
    day = days.in_words(local, language, weekday=True)
    begins, ends = book.day_span(local.date())
    offset = f" (UTC{local:%z})" if begins.utcoffset() != ends.utcoffset() else ""
    return f"{day}, {local:%H:%M}{offset}"


def _day(day: date | None, book: Book, language: str) -> str:
    return "" if day is None else days.in_words(day, language)
