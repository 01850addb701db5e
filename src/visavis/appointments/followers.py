"""What appointments do when something happened, and by the clock."""

from datetime import datetime
from uuid import UUID

from visavis.appointments import books, telling
from visavis.appointments.models import Closure
from visavis.appointments.operations import closing, keeping, reminding, waiting
from visavis.appointments.rules import State
from visavis.foundation.actor import Actor
from visavis.foundation.jobs import follow, periodically

STANDS = frozenset({State.BOOKED.value})
GIVEN_BACK = frozenset({State.CANCELLED.value})


def _tell(subject: str, template: str, only_in: frozenset[str], now: datetime) -> None:
    booking_id = str(UUID(subject.removeprefix("booking:")))
    actor = Actor.system("appointments.telling")
    telling.tell(booking_id, template, only_in=only_in, actor=actor, now=now)


@follow("appointment.summoned")
def tell_summoned(subject: str, now: datetime) -> None:
    _tell(subject, "appointment-summons", STANDS, now)


@follow("appointment.booked")
def tell_booked(subject: str, now: datetime) -> None:
    _tell(subject, "appointment-booked", STANDS, now)


@follow("appointment.moved")
def tell_moved(subject: str, now: datetime) -> None:
    _tell(subject, "appointment-moved", STANDS, now)


@follow("appointment.cancelled")
def tell_cancelled(subject: str, now: datetime) -> None:
    _tell(subject, "appointment-cancelled", GIVEN_BACK, now)


@follow("appointment.moved_by_office")
def tell_moved_by_office(subject: str, now: datetime) -> None:
    _tell(subject, "appointment-moved-by-office", STANDS, now)


@follow("appointment.cancelled_by_office")
def tell_cancelled_by_office(subject: str, now: datetime) -> None:
    _tell(subject, "appointment-cancelled-by-office", GIVEN_BACK, now)


@follow("appointment.failed")
def tell_failed(subject: str, now: datetime) -> None:
    _tell(subject, telling.SECOND, frozenset({State.FAILED.value}), now)


@follow("appointment.missed")
def tell_missed(subject: str, now: datetime) -> None:
    _tell(subject, "appointment-missed", frozenset({State.MISSED.value}), now)


@follow("appointment.offered")
def tell_offered(subject: str, now: datetime) -> None:
    _tell(subject, telling.OFFER, frozenset({State.HOLD.value}), now)


@follow("appointment.freed")
def offer_what_is_free(subject: str, now: datetime) -> None:
    book = books.books().get(subject.removeprefix("calendar:"))
    if book is not None:
        waiting.offer(book=book, now=now)


@follow("appointment.closed")
def move_who_stands_in_closed_time(subject: str, now: datetime) -> None:
    closure = Closure.objects.select_related("agenda").get(pk=subject.removeprefix("closure:"))
    closing.rehouse(closure=closure, actor=Actor.system("appointments.closing"), now=now)


@periodically("* * * * *")
def offer_again(now: datetime) -> None:
    for book in books.books().values():
        waiting.offer(book=book, now=now)


@periodically("*/5 * * * *")
def remind(now: datetime) -> None:
    reminding.remind(now=now)


@periodically("43 2 * * *")
def keep_no_longer(now: datetime) -> None:
    keeping.tidy(now=now)
    keeping.close_unused(now=now)
    keeping.erase_old(now=now)
