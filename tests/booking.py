"""Fixtures for whatever needs somebody who may book; a conftest imports the ones it wants.

The fictitious canton inspects boats: two lanes at one quay, Tuesdays, Thursdays and Saturdays from
08:00 to 12:00 and from 13:00 to 17:40, a start every 20 minutes; a motor boat takes 50 minutes and
ten to make ready again, and only the north lane takes it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from visavis.appointments import books, listing
from visavis.appointments.books import Book
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import booking, entering
from visavis.appointments.rules import Purpose
from visavis.foundation.actor import Actor, Channel, Kind

ZURICH = ZoneInfo("Europe/Zurich")


def at(day: str, clock: str, *, fold: int = 0, agenda: str = "quay") -> Time:
    """Return a time as the office's clock shows it."""
    local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZURICH, fold=fold)
    return Time(local, agenda)


def citizen(name: str = "one") -> Actor:
    """Return somebody unknown at home."""
    return Actor(kind=Kind.CITIZEN, name=f"browser:{name}", channel=Channel.WEB)


def officer(office: str = "waters") -> Actor:
    """Return an officer at their desk."""
    return Actor(
        kind=Kind.OFFICER, name="p-officer", channel=Channel.WEB,
        roles=frozenset({f"officer@{office}"}),
    )  # fmt: skip


@pytest.fixture
def book(exemple: str) -> Book:
    """The calendar of boat inspections of the fictitious canton."""
    return books.book("boat-inspection")


@pytest.fixture
def make_right(book: Book, now: datetime) -> Callable[..., Right]:
    """Return a function that makes a right and lets somebody open it."""
    count = iter(range(1, 10_000))

    def make(
        holder: Actor | None = None, *, kind: str = "motor-boat",
        purpose: Purpose = Purpose.SUMMONS, at: datetime | None = None, **more: object,
    ) -> Right:  # fmt: skip
        number = next(count)
        right = entering.make(
            book=book, purpose=purpose, kind=kind,
            given={"sign": f"EX{number}", "hull": f"HULL{number:05}"}, language="de",
            actor=Actor.system("tests"), now=at or now, **more,
        )  # fmt: skip
        if holder is not None:
            entering.let_in(right, actor=holder, now=at or now)
        return right

    return make


@pytest.fixture
def book_at(now: datetime) -> Callable[..., Booking]:
    """Return a function that holds a time for a right and books it."""

    def book_(right: Right, time: Time, actor: Actor, *, moment: datetime | None = None) -> Booking:
        when = moment or now
        held = booking.hold(right=right, time=time, actor=actor, now=when)
        return booking.confirm(hold_id=held.pk, actor=actor, now=when + timedelta(seconds=1))

    return book_


def offered(right: Right, book: Book, now: datetime, *, count: int = 20) -> list[Time]:
    """Return the first times that are shown to a right."""
    from visavis.appointments import queries

    need = listing.need_of(right, book, now=now, standing=queries.standing_of(right))
    return listing.first_times(book, need, count=count, now=now)
