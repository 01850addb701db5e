"""Calendars made up for tests, and what they offer, worked out minute by minute.

The reckoning is slow on purpose and knows nothing of how the room does it: it looks at each minute
of a day as the clock on the wall shows it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from visavis.appointments import books
from visavis.appointments.books import Book
from visavis.appointments.lanes import Agenda, Calendar, Lane
from visavis.appointments.listing import Need
from visavis.appointments.rules import Purpose
from visavis.appointments.schema import CalendarEntry

ZURICH = ZoneInfo("Europe/Zurich")
EVERY_DAY = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
CITIZENS = ["summons", "second", "free"]
Spans = Mapping[int, Sequence[tuple[int, int]]]
"""By lane, in minutes since 1970, half-open, in any order."""


def said(word: str) -> dict[str, str]:
    return dict.fromkeys(("fr", "de", "it", "en"), word)


def hours(
    *stretches: str, days: Sequence[str] = EVERY_DAY, lanes: Sequence[str] = (),
    purposes: Sequence[str] = CITIZENS, for_all: int | None = None, since: str = "2020-01-01",
) -> dict[str, Any]:  # fmt: skip
    """Return opening hours as a pack writes them."""
    return {
        "valid_from": since, "days": list(days), "hours": list(stretches), "lanes": list(lanes),
        "for": list(purposes), "for_all_days_before": for_all, "assumption": True,
    }  # fmt: skip


def kind(
    code: str = "car", *, summons: int | None = 30, second: int | None = 15,
    free: int | None = 30, make_ready: int = 0, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """Return a kind as a pack writes it."""
    lengths = {"summons": summons, "second": second, "free": free}
    return {
        "code": code, "name": said(code), "minutes": lengths, "buffer_minutes": make_ready,
        "assumption": True, **more,
    }  # fmt: skip


def lane(code: str = "one", **more: Any) -> dict[str, Any]:
    return {"code": code, "name": said(code), **more}


def agenda(code: str = "here", *, grid: int = 20, **more: Any) -> dict[str, Any]:
    """Return a place as a pack writes it."""
    return {
        "code": code, "name": said(code), "address": {"postal_code": "2350", "locality": "X"},
        "grid_minutes": grid, "lanes": [lane()], "openings": [hours("08:00-12:00")],
        "assumption": True, **more,
    }  # fmt: skip


def ruling(**more: Any) -> dict[str, Any]:
    """Return rules as a pack writes them."""
    return {
        "valid_from": "2020-01-01", "minimum_notice_minutes": 0, "horizon_days": 60,
        "free_change": {"days": 0}, "late": "refused", "most_moves": 20, "assumption": True,
        **more,
    }  # fmt: skip


def calendar(**more: Any) -> dict[str, Any]:
    """Return a calendar as a pack writes it."""
    return {
        "code": "rush", "office": "waters", "name": said("rush"), "kinds": [kind()],
        "facts": [{"code": "sign", "shape": "plate", "label": said("sign")}],
        "opens_with": [["appointment-number", "sign"]],
        "agendas": [agenda()], "rules": [ruling()], **more,
    }  # fmt: skip


def book_of(
    written: Mapping[str, Any], *, zone: ZoneInfo = ZURICH, holidays: Iterable[date] = ()
) -> Book:
    """Return the book of a calendar that no database knows."""
    entry = CalendarEntry.model_validate(written)
    row = Calendar(
        pk=1, code=entry.code, office=entry.office,
        definition=entry.model_dump(mode="json", by_alias=True),
    )  # fmt: skip
    lanes, count = {}, 0
    for place, where in enumerate(entry.agendas, start=1):
        kept = Agenda(pk=place, code=where.code, calendar=row)
        for one in where.lanes:
            count += 1
            lanes[where.code, one.code] = Lane(pk=count, agenda=kept, code=one.code)
    return books._book(row, lanes, zone, frozenset(holidays))


@lru_cache(maxsize=500)
def clock_of(day: date, zone: ZoneInfo) -> tuple[tuple[int, int], ...]:
    """Return each minute of a local day, and how many minutes after midnight its clock shows."""
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()) // 60
    shown = []
    for minute in range(noon - 30 * 60, noon + 30 * 60):
        local = datetime.fromtimestamp(minute * 60, tz=UTC).astimezone(zone)
        if local.date() == day:
            shown.append((minute, local.hour * 60 + local.minute))
    return tuple(shown)


def reckoned(
    book: Book, need: Need, *, days: Iterable[date], now: datetime, busy: Spans,
    known: dict[tuple[object, ...], list[int]] | None = None,
) -> set[tuple[str, int, str]]:  # fmt: skip
    """Return what may begin: place, minute, lane.

    Args:
        known: of the same book, kept by the caller, so that nothing is worked out twice.
    """
    known = {} if known is None else known
    return {
        (where.code, start, one.entry.code)
        for where in book.agendas.values()
        if where.code in need.agendas
        for one in where.lanes
        if _fits(one.entry, need)
        for day in days
        for start in _starts(book, where.entry, one.entry.code, need, day, now, known)
        if _is_soon_enough(start, need)
        and all(
            start + need.busy_minutes <= begins or ends <= start
            for begins, ends in busy.get(one.id, ())
        )
    }


def _fits(entry: Any, need: Need) -> bool:
    if entry.kinds and need.kind not in entry.kinds:
        return False
    return not (entry.heaviest_kg and need.weight_kg and need.weight_kg > entry.heaviest_kg)


def _is_soon_enough(start: int, need: Need) -> bool:
    moment = datetime.fromtimestamp(start * 60, tz=UTC)
    return need.not_before <= moment <= need.not_after


def _starts(
    book: Book, where: Any, lane_code: str, need: Need, day: date, now: datetime,
    known: dict[tuple[object, ...], list[int]],
) -> list[int]:  # fmt: skip
    today = now.astimezone(book.zone).date()
    key = (where.code, lane_code, need.purpose, need.minutes, day, today)
    if key in known:
        return known[key]
    anybody, mine = set[int](), set[int]()
    for stretch, purposes in _stretches(book, where, lane_code, day, now):
        minutes = _minutes_of(stretch, day, book.zone)
        anybody |= minutes
        if need.purpose in purposes:
            mine |= minutes
    began: dict[int, int] = {}
    for minute in sorted(anybody):
        began[minute] = began.get(minute - 1, minute)
    lasts: dict[int, int] = {}
    for minute in sorted(mine, reverse=True):
        lasts[minute] = lasts.get(minute + 1, 0) + 1
    known[key] = [
        minute
        for minute in sorted(mine)
        if lasts[minute] >= need.minutes and (minute - began[minute]) % where.grid_minutes == 0
    ]
    return known[key]


def _stretches(
    book: Book, where: Any, lane_code: str, day: date, now: datetime
) -> list[tuple[str, set[Purpose]]]:
    everybody = {Purpose.SUMMONS, Purpose.SECOND, Purpose.FREE}
    for other in where.exceptions:
        if other.on == day and (not other.lanes or lane_code in other.lanes):
            return [(stretch, everybody) for stretch in other.hours]
    if day in book.holidays and where.holidays == "closed":
        return []
    ahead = (day - now.astimezone(book.zone).date()).days
    found = []
    for opening in where.openings:
        if opening.lanes and lane_code not in opening.lanes:
            continue
        if EVERY_DAY[day.weekday()] not in opening.days or day < opening.valid_from:
            continue
        if opening.valid_until is not None and day >= opening.valid_until:
            continue
        released = opening.for_all_days_before is not None and ahead <= opening.for_all_days_before
        purposes = set(opening.for_) | (everybody if released else set())
        found += [(stretch, purposes) for stretch in opening.hours]
    return found


def _minutes_of(stretch: str, day: date, zone: ZoneInfo) -> set[int]:
    """Return the minutes from the first that is not before the opening to the last before closing."""
    opens, closes = (
        int(part[:2]) * 60 + int(part[3:]) for part in stretch.replace(" ", "").split("-")
    )
    shown = clock_of(day, zone)
    after = [minute for minute, clock in shown if clock >= opens]
    before = [minute for minute, clock in shown if clock < closes]
    if not after or not before:
        return set()
    return set(range(min(after), max(before) + 1))


def minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def moment(minute_: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute_)
