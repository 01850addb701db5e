"""Holds that begin and end, many times: what they leave in the index that decides."""

import time
from functools import partial
from statistics import median

from bench import booking_world as world
from bench.booking_world import EMPTY_DAY, FIRST, LANES, NOW, SLOTS, Visitor, office
from bench.figures import say
from visavis.appointments.listing import times_between
from visavis.appointments.models import ONE_AT_A_TIME

RUNS = 40
AT_ONCE = 1000

# Each hold and each release is committed by itself, as in the field, but nobody waits for the disk.
CYCLES = """
DO $$
DECLARE
    lanes bigint[] := ARRAY[{lanes}];
    who uuid;
    held uuid;
    begins timestamptz;
BEGIN
    SELECT id INTO who FROM appointments_right WHERE made_by = 'visitor' ORDER BY id LIMIT 1;
    FOR n IN {first}..{last} LOOP
        begins := '{day}'::timestamptz + (n / {count} % {slots}) * interval '20 minutes';
        INSERT INTO appointments_booking (id, lane_id, right_id, state, starts_at, ends_at, busy_until,
            hold_until, held_by, channel, made_at, changed_by, why, before)
        VALUES (gen_random_uuid(), lanes[n % {count} + 1], who, 'hold', begins, begins + interval '20 minutes',
            begins + interval '20 minutes', '{now}', 'browser:1', 'web', '{now}', '', '', '{{}}')
        RETURNING id INTO held;
        COMMIT;
        UPDATE appointments_booking SET state = 'released', changed_at = '{now}' WHERE id = held;
        COMMIT;
    END LOOP;
END $$
"""


def holds_that_pass(visitors: list[Visitor], *, count: int) -> None:
    """Let so many holds pass, and measure the index and a list before and after."""
    before, listed_before = _index_bytes(), _list_ms(visitors[0])
    book = office(1)
    lanes = ", ".join(str(lane.id) for lane in book.agendas[book.code].lanes)
    begins = world.of_day(EMPTY_DAY)[0].starts_at
    began = time.perf_counter()
    with world.superuser() as connection:
        connection.execute("SET synchronous_commit = off")
        for first in range(0, count, AT_ONCE):
            last = min(first + AT_ONCE, count) - 1
            values = {
                "lanes": lanes, "count": LANES, "slots": SLOTS, "first": first, "last": last,
                "day": begins.isoformat(), "now": NOW.isoformat(),
            }  # fmt: skip
            connection.execute(CYCLES.format(**values))
    seconds = time.perf_counter() - began
    after, listed_after = _index_bytes(), _list_ms(visitors[0])
    say(
        f"{count} holds that begin and end, with autovacuum", seconds=seconds,
        index_mb_before=before / 1e6, index_mb_after=after / 1e6,
        list_ratio_to_before=listed_after / listed_before, target="list at most 2 times as long",
    )  # fmt: skip
    world.clear()


def _index_bytes() -> int:
    with world.superuser() as connection:
        row = connection.execute(
            "SELECT pg_relation_size(%s::regclass)", [ONE_AT_A_TIME]
        ).fetchone()
    return int(row[0])


def _list_ms(visitor: Visitor) -> float:
    """Return the median time of a list that reaches over the day of the holds."""
    find = partial(
        times_between, office(1), world.need(visitor), first=FIRST, last=EMPTY_DAY, now=NOW
    )
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        find()
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
