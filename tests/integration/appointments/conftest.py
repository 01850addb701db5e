"""A calendar of its own for these tests: small, busy, open at night when clocks change too."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

import pytest

from tests.booking import officer
from tests.offering import agenda, calendar, hours, kind, lane, ruling, said
from tests.visiting import begin, device, site
from visavis.appointments import books
from visavis.appointments.books import Book
from visavis.appointments.models import Right
from visavis.appointments.operations import entering, loading
from visavis.appointments.rules import Purpose
from visavis.appointments.schema import CalendarEntry
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.places.models import Site

RUSH = calendar(
    facts=[
        {"code": "sign", "shape": "plate", "label": said("sign")},
        {"code": "hull", "shape": "chassis-number", "label": said("hull")},
    ],
    opens_with=[["appointment-number", "sign"], ["sign", "hull"]],
    free_asks=["sign", "hull"],
    one_for_each="hull",
    has_result=True,
    kinds=[
        kind("car", make_ready=10, numbers=["01"]),
        kind("bike", summons=15, second=15, free=15, group="private"),
        kind("lorry", summons=60, second=None, free=None, moved_by="office"),
    ],
    agendas=[
        agenda(
            "here",
            grid=15,
            lanes=[lane("one"), lane("two", kinds=["car"], heaviest_kg=3500)],
            openings=[
                hours("01:00-04:00", "08:00-09:30"),
                hours("09:30-10:30", purposes=["second"], for_all=1),
                hours("10:30-11:30", lanes=["one"], purposes=["walk-in"]),
            ],
        ),
        agenda("there", grid=20, openings=[hours("02:00-03:20", "14:00-15:00")]),
    ],
    rules=[
        ruling(
            minimum_notice_minutes=30, horizon_days=3, hold_minutes=5, free_change={"days": 1},
            late="charged", late_fee_cents=2000, most_moves=3, missed_fee_cents=2500,
            reminder_days=[2, 1], offer_minutes=30, most_offers=2, kept_days=10,
        )
    ],
)  # fmt: skip


def person(name: object) -> Actor:
    return Actor(kind=Kind.CITIZEN, name=f"browser:{name}", channel=Channel.WEB)


@pytest.fixture
def load_calendar(site: Site, now: datetime) -> Callable[[dict[str, Any]], Book]:
    """Return a function that loads one calendar in place of all others."""

    def load(written: dict[str, Any]) -> Book:
        loading.load([CalendarEntry.model_validate(written)], now=now)
        books.forget()
        return books.book(written["code"])

    return load


@pytest.fixture
def rush(load_calendar: Callable[[dict[str, Any]], Book]) -> Book:
    return load_calendar(RUSH)


@pytest.fixture
def give(rush: Book, now: datetime) -> Callable[..., Right]:
    """Return a function that makes a right and lets its holder open it."""
    numbers = count(1)

    def make(
        holder: Actor | None = None, *, kind: str = "car", purpose: Purpose = Purpose.SUMMONS,
        at: datetime | None = None, **more: object,
    ) -> Right:  # fmt: skip
        number = next(numbers)
        right = entering.make(
            book=rush, purpose=purpose, kind=kind,
            given={"sign": f"EX{number}", "hull": f"HULL{number:05}"}, language="fr",
            actor=Actor.system("tests"), now=at or now, **more,
        )  # fmt: skip
        entering.let_in(right, actor=holder or person(number), now=at or now)
        return right

    return make


@pytest.fixture
def office() -> Actor:
    return officer("waters")


@pytest.fixture
def line(load_calendar: Callable[[dict[str, Any]], Book]) -> Book:
    """A calendar with one lane, open from 8 to 12 every day."""
    return load_calendar(
        calendar(
            facts=[], opens_with=[], kinds=[kind(summons=60, second=None, free=None)],
            agendas=[agenda(lanes=[lane()], openings=[hours("08:00-12:00")])],
            rules=[ruling(hold_minutes=5, horizon_days=90)],
        )
    )  # fmt: skip


@pytest.fixture
def rights(line: Book, system: Actor, now: datetime) -> Callable[[int], list[Right]]:
    """Return a function that makes so many rights, each of a person of its own."""

    def make(count: int) -> list[Right]:
        found = []
        for number in range(count):
            right = entering.make(
                book=line, purpose=Purpose.SUMMONS, kind="car", given={}, language="fr",
                actor=system, now=now,
            )  # fmt: skip
            entering.let_in(right, actor=person(number), now=now)
            found.append(right)
        return found

    return make
