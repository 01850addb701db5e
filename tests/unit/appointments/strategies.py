"""Random calendars, needs and occupied lanes, for properties that hold for all of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.offering import (
    CITIZENS,
    Spans,
    agenda,
    book_of,
    calendar,
    hours,
    kind,
    lane,
    minute,
    said,
)
from visavis.appointments import listing, times
from visavis.appointments.books import Book
from visavis.appointments.listing import Need
from visavis.appointments.rules import Purpose

ZONES = {
    "Europe/Zurich": ["2026-10-25", "2027-03-28"],
    "America/St_Johns": ["2026-11-01", "2027-03-14"],
    "Asia/Kathmandu": ["2026-10-25"],
    "Australia/Lord_Howe": ["2026-10-04", "2027-04-04"],
    "America/Havana": ["2026-11-01", "2027-03-14"],  # there the clock changes at midnight
}
ANY_DAY = ["2026-12-31", "2027-01-01", "2028-02-29", "2026-07-15"]
GRIDS = [5, 10, 15, 20, 30, 60]
LANES = ["one", "two", "three"]


@dataclass(frozen=True)
class Situation:
    """A calendar, what somebody needs, and what is busy, around one day."""

    book: Book
    need: Need
    busy: Spans
    day: date
    now: datetime

    @property
    def days(self) -> list[date]:
        return [self.day + timedelta(days=offset) for offset in (-1, 0, 1)]


def offered(
    book: Book, need: Need, *, first: date, last: date, now: datetime, busy: Spans
) -> set[tuple[str, int, str]]:
    """Return what the room lists if the database said that these spans are busy."""

    def say(lanes, from_, until, **_):
        return {one: times.merged(busy[one]) for one in lanes if busy.get(one)}

    with patch.object(listing, "busy_spans", say):
        return {
            (where.code, start, one.entry.code)
            for where, start, lanes in listing.free(book, need, first=first, last=last, now=now)
            for one in lanes
        }


def listed(situation: Situation, **more) -> set[tuple[str, int, str]]:
    """Return what the room lists in a situation, or in one that differs a little."""
    given = {
        "book": situation.book, "need": situation.need, "first": situation.days[0],
        "last": situation.days[-1], "now": situation.now, "busy": situation.busy,
    } | more  # fmt: skip
    return offered(
        given["book"], given["need"], first=given["first"], last=given["last"],
        now=given["now"], busy=given["busy"],
    )  # fmt: skip


@st.composite
def stretches(draw, step=5):
    # Half of them lie where clocks change: the hour that is missing, or comes twice.
    last = draw(st.sampled_from([180, 1435])) // step
    opens = draw(st.integers(0, last - 1)) * step
    closes = draw(st.integers(opens // step + 1, last)) * step
    return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


@st.composite
def openings(draw, lanes, step=5):
    return hours(
        *draw(st.lists(stretches(step), min_size=1, max_size=2)),
        lanes=draw(st.lists(st.sampled_from(lanes), unique=True, max_size=1)),
        purposes=draw(st.lists(st.sampled_from([*CITIZENS, "walk-in"]), min_size=1, unique=True)),
        for_all=draw(st.sampled_from([None, None, 0, 3])),
    )


@st.composite
def places(draw, day, code="here", step=5):
    codes = LANES[: draw(st.integers(1, 3))]
    exception = {
        "on": day, "lanes": draw(st.lists(st.sampled_from(codes), unique=True, max_size=1)),
        "hours": draw(st.lists(stretches(step), max_size=2)), "reason": said("x"),
        "assumption": True,
    }  # fmt: skip
    return agenda(
        code,
        grid=draw(st.sampled_from(GRIDS)) if step == 5 else step,
        lanes=[
            lane(
                one,
                kinds=draw(st.sampled_from([[], ["car"], ["bike"], ["car", "bike"]])),
                heaviest_kg=draw(st.sampled_from([None, 3500])),
            )
            for one in codes
        ],
        openings=draw(st.lists(openings(codes, step), min_size=1, max_size=4)),
        exceptions=[exception] if draw(st.integers(0, 4)) == 0 else [],
        holidays=draw(st.sampled_from(["open", "closed"])),
    )


@st.composite
def spans_around(draw, day, zone):
    """Draw stretches in which a lane is busy; they may lie side by side, never over one another."""
    here = minute(datetime(day.year, day.month, day.day, tzinfo=zone)) - 1440
    found = []
    for gap, length in draw(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 400)), max_size=12)):  # fmt: skip
        found.append((here + gap, here + gap + length))
        here += gap + length
    return found


@st.composite
def situations(draw, zones=tuple(ZONES), step=5, places_=1):
    name = draw(st.sampled_from(zones))
    zone = ZoneInfo(name)
    day = date.fromisoformat(draw(st.sampled_from(ZONES[name] + ANY_DAY)))
    agendas = [draw(places(day, code, step)) for code in ["here", "there"][:places_]]
    book = book_of(
        calendar(agendas=agendas, kinds=[kind(), kind("bike")]), zone=zone,
        holidays=[day] if draw(st.integers(0, 4)) == 0 else [],
    )  # fmt: skip
    now = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(
        minutes=draw(st.sampled_from([-3 * 1440, -1440, -1500, 0, 17, 480]))
    )
    return Situation(
        book, draw(needs(now, places_)),
        {lane_id: draw(spans_around(day, zone)) for lane_id in range(1, 3 * places_ + 1)}, day, now,
    )  # fmt: skip


@st.composite
def needs(draw, now, places_=1):
    minutes = draw(st.sampled_from([5, 15, 20, 30, 50, 60, 90]))
    notice = timedelta(minutes=draw(st.sampled_from([0, 60, 1440])), seconds=draw(st.integers(0, 59)))  # fmt: skip
    return Need(
        kind=draw(st.sampled_from(["car", "bike"])),
        weight_kg=draw(st.sampled_from([None, 1200, 9000])),
        purpose=draw(st.sampled_from([Purpose.FREE, Purpose.SECOND, Purpose.WALK_IN])),
        minutes=minutes,
        busy_minutes=minutes + draw(st.sampled_from([0, 0, 5, 10, 45])),
        not_before=now + notice,
        not_after=now + timedelta(minutes=draw(st.integers(1, 5 * 1440))),
        agendas=("here", "there")[:places_],
    )
