"""Reminders: each once, none after the fact, whatever time the worker comes back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from visavis.appointments import books, telling
from visavis.appointments.books import Book
from visavis.appointments.models import Booking
from visavis.appointments.rules import State
from visavis.foundation.actor import Actor

AT_ONCE = 500


def remind(*, now: datetime) -> int:
    """Remind of every appointment for which it is time, and return of how many.

    A reminder is due so many days before to the minute; only the nearest due one is sent, and
    none for which the booking itself was made too late. Repeatable.
    """
    return sum(_remind(book, now=now) for book in books.books().values())


def _remind(book: Book, *, now: datetime) -> int:
    days = sorted(set(book.rules_now(now).reminder_days))
    if not days:
        return 0
    coming = Booking.objects.filter(
        state=State.BOOKED, right__calendar=book.id,
        starts_at__gt=now, starts_at__lte=now + timedelta(days=days[-1]),
    )  # fmt: skip
    sent = 0
    for booking_id, starts_at, made_at, reminded in coming.values_list(
        "pk", "starts_at", "made_at", "reminded_days"
    )[:AT_ONCE]:
        due = next(day for day in days if starts_at <= now + timedelta(days=day))
        is_known_already = made_at > starts_at - timedelta(days=due)
        if (reminded is None or reminded > due) and not is_known_already:
            sent += _send(booking_id, due, book, now=now)
    return sent


@transaction.atomic
def _send(booking_id: UUID, days: int, book: Book, *, now: datetime) -> bool:
    booking = (
        Booking.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk=booking_id, state=State.BOOKED)
        .first()
    )
    if booking is None:
        return False
    booking.reminded_days = days
    booking.save(update_fields=["reminded_days"])
    return telling.remind(
        booking, book, days=days, actor=Actor.system("appointments.reminding"), now=now
    )
