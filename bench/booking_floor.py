"""The floor: the same work in bare SQL, one statement for each step, on a connection of its own."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection as django_connection

from bench.booking_world import MINUTES, NOW, Visitor, office
from visavis.appointments.listing import Time

LIST = """
WITH opening AS (
    SELECT range_agg(tstzrange(
        (day + time '07:30') AT TIME ZONE 'Europe/Zurich', (day + time '17:00') AT TIME ZONE 'Europe/Zurich'
    )) AS open
    FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') AS day
    WHERE extract(isodow FROM day) < 6
)
SELECT starts_at, count(*)
FROM opening, appointments_lane AS lane,
    LATERAL (
        SELECT coalesce(range_agg(tstzrange(starts_at, busy_until)), '{}') AS busy
        FROM appointments_booking AS booking
        WHERE booking.lane_id = lane.id AND starts_at > %(begins)s::timestamptz - interval '1 day'
            AND starts_at < %(ends)s AND busy_until > %(begins)s
            AND state IN ('arrived', 'block', 'booked', 'done', 'failed', 'hold', 'missed')
            AND (state <> 'hold' OR hold_until > %(now)s)
    ) AS taken,
    LATERAL unnest(open - busy) AS gap,
    LATERAL generate_series(lower(gap), upper(gap) - interval '20 minutes', interval '20 minutes') AS starts_at
WHERE lane.agenda_id = %(agenda)s
GROUP BY starts_at ORDER BY starts_at
"""
HOLD = """
INSERT INTO appointments_booking (id, lane_id, right_id, state, starts_at, ends_at, busy_until,
    hold_until, held_by, channel, made_at, changed_by, why, before)
SELECT gen_random_uuid(), lane, %(right)s, 'hold', %(begins)s, %(ends)s, %(ends)s, %(until)s, %(holder)s,
    'web', %(now)s, '', '', '{}'
FROM unnest(%(lanes)s::bigint[]) AS lane
WHERE NOT EXISTS (
    SELECT FROM appointments_booking AS other
    WHERE other.lane_id = lane AND other.starts_at > %(begins)s::timestamptz - interval '1 day'
        AND other.starts_at < %(ends)s AND other.busy_until > %(begins)s
        AND other.state IN ('arrived', 'block', 'booked', 'done', 'failed', 'hold', 'missed')
)
ORDER BY random() LIMIT 1
ON CONFLICT DO NOTHING RETURNING id
"""
CONFIRM = """
UPDATE appointments_booking SET state = 'booked', confirmed_at = %s, changed_at = %s
WHERE id = %s AND state = 'hold'
"""


class Floor:
    """Bare SQL on one connection; each statement is committed at once."""

    def __init__(self) -> None:
        django_connection.ensure_connection()
        own: Any = django_connection.connection
        password = django_connection.settings_dict["PASSWORD"]
        self._connection = psycopg.connect(own.info.dsn, password=password, autocommit=True)
        book = office(1)
        self._agenda = book.agendas[book.code]
        self._lanes = [lane.id for lane in self._agenda.lanes]
        self._span = book.day_span

    def list(self, first: date, last: date) -> list[tuple[datetime, int]]:
        """Return the free starts and how many lanes each has."""
        values = {
            "first": first, "last": last, "begins": self._span(first)[0],
            "ends": self._span(last)[1], "now": NOW, "agenda": self._agenda.id,
        }  # fmt: skip
        return self._connection.execute(LIST, values).fetchall()

    def hold(self, visitor: Visitor, time: Time) -> UUID | None:
        """Hold a time in any lane, or return None."""
        values = {
            "right": visitor.right.pk, "holder": visitor.actor.name, "lanes": self._lanes,
            "begins": time.starts_at, "ends": time.starts_at + timedelta(minutes=MINUTES),
            "until": NOW + timedelta(minutes=10), "now": NOW,
        }  # fmt: skip
        row = self._connection.execute(HOLD, values).fetchone()
        return row[0] if row else None

    def confirm(self, hold: UUID) -> bool:
        """Book what is held."""
        return self._connection.execute(CONFIRM, [NOW, NOW, hold]).rowcount == 1

    def close(self) -> None:
        self._connection.close()
