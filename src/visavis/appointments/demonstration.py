"""Invented summonses of a demonstration, and lanes that look as busy as real ones; never live."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from visavis.appointments import books, facts, listing, times
from visavis.appointments.books import AgendaBook, Book, LaneBook
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import entering
from visavis.appointments.rules import Purpose, State
from visavis.appointments.schema import DemonstrationRight
from visavis.appointments.taking import take
from visavis.foundation import codes
from visavis.foundation.actor import Actor, Channel
from visavis.places import queries as places

FILLED_DAYS = 28
SHARE = 0.62  # of the time
FILLED_BY = "demonstration.fill"


class NotInLive(Exception):
    """Invented summonses have no business in the live world."""


def load(rights: Sequence[DemonstrationRight], *, actor: Actor, now: datetime) -> int:
    """Make what is missing or lies in the past, fill the lanes, and return how many were made.

    Raises:
        NotInLive: this instance is live.
    """
    if settings.WORLD == "live":
        raise NotInLive
    found = books.books()
    made = 0
    for wanted in rights:
        made += _load(wanted, found[wanted.calendar], actor=actor, now=now)
    for book in found.values():
        _fill(book, now=now)
    return made


@transaction.atomic
def _load(wanted: DemonstrationRight, book: Book, *, actor: Actor, now: datetime) -> int:
    standing = Right.objects.filter(number=wanted.number).first()
    if standing is not None:
        if _is_fresh(standing, now=now):
            return 0
        _take_away(standing)
    known, wrong = entering.readable(book, wanted.facts)
    assert not wrong, f"{wanted.number}: {wrong}"
    right = entering.make(
        book=book, purpose=Purpose(wanted.purpose), kind=wanted.kind, given=known,
        language=wanted.language, actor=actor, now=now, number=wanted.number,
        latest_on=book.today(now) + timedelta(days=wanted.latest_days),
        contact_channel="mail" if wanted.contact else "", contact_address=wanted.contact,
    )  # fmt: skip
    if wanted.agenda is not None:
        _book(right, book, wanted, now=now)
    return 1


def _is_fresh(right: Right, *, now: datetime) -> bool:
    rows = right.bookings.filter(state__in=[State.BOOKED, State.ARRIVED])
    return right.is_open and not rows.filter(starts_at__lt=now).exists()


def _take_away(right: Right) -> None:
    for second in right.followed_by.all():
        _take_away(second)
    right.bookings.update(moved_from=None)
    right.bookings.all().delete()
    right.delete()


def _book(right: Right, book: Book, wanted: DemonstrationRight, *, now: datetime) -> None:
    need = listing.need_of(right, book, now=now)
    day = book.today(now) + timedelta(days=wanted.days_ahead)
    wish = listing.Wanted(agendas=[wanted.agenda or ""], from_=day)
    for time in listing.first_times(book, need, count=1, now=now, wanted=wish):
        booking = Booking(
            id=uuid4(), right=right, state=State.BOOKED, starts_at=time.starts_at,
            ends_at=time.starts_at + timedelta(minutes=need.minutes),
            busy_until=time.starts_at + timedelta(minutes=need.busy_minutes),
            channel=Channel.API, made_at=now,
        )  # fmt: skip
        if take(booking, lanes=listing.lanes_at(book, need, time, now=now) or [], now=now):
            Right.objects.filter(pk=right.pk).update(first_on=book.today(time.starts_at))


@transaction.atomic
def _fill(book: Book, *, now: datetime) -> None:
    """Book invented people into every day of the next weeks in which there are none yet."""
    tomorrow = book.today(now) + timedelta(days=1)
    last = tomorrow + timedelta(days=FILLED_DAYS)
    begins, ends = book.day_span(tomorrow)[0], book.day_span(last)[1]
    filled = Booking.objects.filter(
        right__calendar=book.id, right__made_by=FILLED_BY, starts_at__range=(begins, ends)
    )
    days = {
        (agenda, book.today(at)) for agenda, at in filled.values_list("lane__agenda", "starts_at")
    }
    for agenda in book.agendas.values():
        for day in times.days_between(tomorrow, last):
            if (agenda.id, day) not in days:
                _fill_day(book, agenda, day, now=now)


def _fill_day(book: Book, agenda: AgendaBook, day: date, *, now: datetime) -> None:
    chance = random.Random(f"{agenda.code} {day}")  # noqa: S311 - the same at each start
    rows = [
        row for lane in agenda.lanes for row in _lane_rows(book, agenda, lane, day, chance, now)
    ]
    Right.objects.bulk_create(row.right for row in rows if row.right)
    Booking.objects.bulk_create(rows, ignore_conflicts=True)


def _lane_rows(
    book: Book, agenda: AgendaBook, lane: LaneBook, day: date, chance: random.Random, now: datetime
) -> Iterator[Booking]:
    kinds = [kind for kind in book.entry.kinds if lane.takes(kind.code, None)]
    free_from = 0
    for window in book.windows(agenda, lane, day, today=book.today(now)):
        minute = max(window.span[0], free_from)
        while True:
            kind = chance.choice(kinds)
            purpose = Purpose.SUMMONS if kind.minutes.summons else Purpose.FREE
            length = kind.minutes.of(purpose) or agenda.entry.grid_minutes
            if purpose not in window.purposes or minute + length > window.span[1]:
                break
            busy_until = minute + length + kind.buffer_minutes
            if chance.random() < SHARE:
                yield Booking(
                    lane_id=lane.id, right=_right(book, kind.code, purpose, chance, now=now),
                    state=State.BOOKED, starts_at=times.moment_of(minute),
                    ends_at=times.moment_of(minute + length),
                    busy_until=times.moment_of(busy_until), channel=Channel.API, made_at=now,
                    confirmed_at=now if chance.random() < SHARE else None,
                )  # fmt: skip
            grid = agenda.entry.grid_minutes
            minute += -(-(busy_until - minute) // grid) * grid
        free_from = minute


def _right(
    book: Book, kind: str, purpose: Purpose, chance: random.Random, *, now: datetime
) -> Right:
    canton = str(places.canton().issuer["code"])[:2]
    invented = {
        facts.Shape.PLATE: f"{canton}{chance.randint(100, 99_999)}",
        facts.Shape.MASTER_NUMBER: f"{chance.randint(100_000_000, 999_999_999)}",
        facts.Shape.CHASSIS_NUMBER: f"DEM0{chance.randint(10**12, 10**13 - 1)}",
        facts.Shape.NAME: "Exemple",
    }
    known = {fact.code: invented[fact.shape] for fact in book.entry.facts if fact.shape in invented}
    return Right(
        number=codes.new_number(), calendar_id=book.id, purpose=purpose, kind=kind, facts=known,
        language="fr", made_at=now, made_by=FILLED_BY,
    )  # fmt: skip
