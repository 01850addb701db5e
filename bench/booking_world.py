"""The workload: offices of four lanes, booked to 70 % for half a year, always the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings

from visavis.appointments import books
from visavis.appointments.books import Book
from visavis.appointments.listing import Need, Time, need_of, times_between
from visavis.appointments.models import Right
from visavis.appointments.operations.loading import load
from visavis.appointments.schema import CalendarEntry
from visavis.config import embedded, prepare
from visavis.config.instance import from_environment
from visavis.foundation.actor import Actor, Channel, Kind

NOW = datetime(2027, 1, 3, 12, tzinfo=UTC)  # a Sunday
FIRST = date(2027, 1, 4)
WEEKS = 26  # on 2027-03-28 clocks go forward
EMPTY_DAY = FIRST + timedelta(weeks=WEEKS)
LANES = 4
SLOTS = 28  # a day: 07:30, 07:50 … 16:30
MINUTES = 20
BOOKED = 0.7
VISITORS = 7000
WARM_UP = 14  # pairs of each client

RIGHTS = """
INSERT INTO appointments_right (id, number, calendar_id, purpose, kind, facts, subject_digest, owner,
    language, contact_channel, contact_address, moves, misses, sequence, made_at, made_by, outcome)
SELECT md5(who || '/' || n)::uuid, left(md5(who || '/' || n), 18), %(calendar)s, 'summons', 'car', '{}', '', '',
    'de', '', '', 0, 0, 1, %(made)s, who, ''
FROM (SELECT %(who)s::text AS who) AS named, generate_series(1, %(count)s) AS n
"""
ACCESSES = """
INSERT INTO appointments_rightaccess (right_id, actor, opened_at)
SELECT md5(%(who)s || '/' || n)::uuid, 'browser:' || n, %(made)s FROM generate_series(1, %(count)s) AS n
"""
BOOKINGS = """
WITH place AS (
    SELECT lane.id AS lane,
        (day + time '07:30' + slot * interval '20 minutes') AT TIME ZONE 'Europe/Zurich' AS starts_at,
        row_number() OVER (ORDER BY hashtextextended(lane.id || '/' || day || '/' || slot, 7)) AS n
    FROM appointments_lane AS lane, generate_series(0, %(slots)s - 1) AS slot,
        generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') AS day
    WHERE lane.agenda_id = %(agenda)s AND extract(isodow FROM day) < 6
)
INSERT INTO appointments_booking (id, lane_id, right_id, state, starts_at, ends_at, busy_until,
    held_by, channel, made_at, confirmed_at, changed_by, why, before)
SELECT md5('booking' || %(who)s || '/' || n)::uuid, lane, md5(%(who)s || '/' || n)::uuid, 'booked', starts_at,
    starts_at + interval '20 minutes', starts_at + interval '20 minutes', '', 'web', %(made)s,
    %(made)s, '', '', '{}'
FROM place WHERE n <= %(count)s ORDER BY lane, starts_at
"""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has opened a right."""

    right: Right
    actor: Actor


def prepare_tables() -> None:
    prepare.tables(from_environment())


def superuser() -> Any:
    return embedded.superuser(settings.VAR, "visavis")


def add_offices(first: int, last: int) -> None:
    """Add offices with lanes and bookings; the one before the first must be there."""
    load([_entry(number) for number in range(1, last + 1)], now=NOW)
    books.forget()
    made = {"made": NOW - timedelta(days=30)}
    count = int(WEEKS * 5 * SLOTS * LANES * BOOKED)
    with superuser() as connection:
        connection.execute("SET session_replication_role = replica")  # the keys are right: ours
        for number in range(first, last + 1):
            own = office(number)
            values = {
                **made, "who": own.code, "count": count, "slots": SLOTS, "calendar": own.id,
                "agenda": own.agendas[own.code].id, "first": FIRST,
                "last": FIRST + timedelta(weeks=WEEKS) - timedelta(days=1),
            }  # fmt: skip
            connection.execute(RIGHTS, values)
            connection.execute(BOOKINGS, values)
    settle()


def warm_up(visitors: Sequence[Visitor], client: int) -> list[tuple[Visitor, Time]]:
    """Return what a client does before time is taken: statements get planned, memory gets filled."""
    last = len(visitors) - client * WARM_UP
    day = EMPTY_DAY + timedelta(weeks=client + 1)
    return list(zip(visitors[last - WARM_UP : last], of_day(day), strict=False))


def office(number: int) -> Book:
    return books.book(f"office-{number}")


def visitors() -> list[Visitor]:
    """Return people who may each book one appointment at the first office."""
    values = {"made": NOW, "who": "visitor", "count": VISITORS, "calendar": office(1).id}
    with superuser() as connection:
        connection.execute(RIGHTS, values)
        connection.execute(ACCESSES, values)
    rights = Right.objects.filter(made_by="visitor").order_by("pk").prefetch_related("accesses")
    return [Visitor(right, _citizen(right.accesses.all()[0].actor)) for right in rights]


def clear() -> None:
    """Take away what was booked while measuring."""
    with superuser() as connection:
        connection.execute("DELETE FROM appointments_booking WHERE made_at >= %s", [NOW])
        connection.execute(
            "UPDATE appointments_right SET first_on = NULL, sequence = 1 WHERE made_by = 'visitor' AND sequence > 1"
        )
    settle()


def settle() -> None:
    """Leave nothing for the database to do by itself while we measure."""
    with superuser() as connection:
        connection.execute("VACUUM ANALYZE appointments_booking, appointments_right")
        connection.execute("CHECKPOINT")


def need(visitor: Visitor) -> Need:
    return need_of(visitor.right, office(1), now=NOW)


def free_times(visitor: Visitor) -> list[Time]:
    """Return all free times of the half year."""
    last = EMPTY_DAY - timedelta(days=1)
    return times_between(office(1), need(visitor), first=FIRST, last=last, now=NOW)


def of_day(day: date) -> list[Time]:
    """Return all times of the first office on a day, free or not."""
    begins = datetime(day.year, day.month, day.day, 7, 30, tzinfo=office(1).zone).astimezone(UTC)
    return [Time(begins + timedelta(minutes=MINUTES * slot), "office-1") for slot in range(SLOTS)]


def double_bookings(lanes: Sequence[int]) -> int:
    """Count pairs in one lane that overlap, by comparing all with all."""
    with superuser() as connection:
        row = connection.execute(
            "SELECT count(*) FROM appointments_booking a JOIN appointments_booking b "
            "ON a.lane_id = b.lane_id AND a.id < b.id "
            "AND tstzrange(a.starts_at, a.busy_until) && tstzrange(b.starts_at, b.busy_until) "
            "WHERE a.lane_id = ANY(%s) AND a.state NOT IN ('moved', 'cancelled', 'released') "
            "AND b.state NOT IN ('moved', 'cancelled', 'released')",
            [list(lanes)],
        ).fetchone()
    return int(row[0])


def _citizen(name: str) -> Actor:
    return Actor(kind=Kind.CITIZEN, name=name, channel=Channel.WEB)


def _entry(number: int) -> CalendarEntry:
    name = {"fr": "Bureau", "de": "Stelle", "it": "Ufficio", "en": "Office"}
    code, stated = f"office-{number}", {"assumption": True}
    lanes = [{"code": f"lane-{lane}", "name": name} for lane in range(1, LANES + 1)]
    days = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    opening = {**stated, "valid_from": "2026-01-01", "days": days, "hours": ["07:30-17:00"]}
    agenda = {
        **stated, "code": code, "name": name, "grid_minutes": MINUTES, "lanes": lanes,
        "address": {"street": "Quai", "postal_code": "2800", "locality": "Ville"},
        "openings": [opening], "holidays": "open",
    }  # fmt: skip
    rules = {
        **stated, "valid_from": "2026-01-01", "minimum_notice_minutes": 0, "horizon_days": 400,
        "free_change": {"days": 3}, "late": "refused", "most_moves": 3,
    }  # fmt: skip
    kind = {**stated, "code": "car", "name": name, "minutes": {"summons": MINUTES}}
    return CalendarEntry.model_validate(
        {
            "code": code, "office": "roads", "name": name, "kinds": [kind], "agendas": [agenda],
            "rules": [rules],
        }
    )  # fmt: skip
