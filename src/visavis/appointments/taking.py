"""Taking a stretch of a lane, so that the database alone decides who gets it."""

import random
import sys
from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q

from visavis.appointments.books import LaneBook
from visavis.appointments.models import LIVE, Booking, BookingQuerySet
from visavis.appointments.rules import LONGEST, State

SWEEPS = 3  # tries more than there are lanes; each lost one means that somebody else won a lane
FIELDS = [field for field in Booking._meta.concrete_fields if field.name != "lane"]


def take(wanted: Booking, *, lanes: Sequence[LaneBook], now: datetime) -> Booking | None:
    """Write a booking into the first of some lanes that is free, or return None if none is.

    One `INSERT … SELECT … ON CONFLICT DO NOTHING RETURNING`: a plain INSERT on an exclusion
    constraint deadlocks when many race. Dead holds in the way are released; so is another hold of
    the same right or holder, but only once there is room for the new one.

    Args:
        wanted: everything but the lane.
        lanes: any order; those that take fewest kinds come first, and equal ones are shuffled,
            because who begins with the same lane as everybody loses more races.
    """
    ids = [lane.id for lane in sorted(lanes, key=_preference)]
    for _ in range(len(ids) + SWEEPS):
        if _insert(wanted, ids):
            return wanted
        if _release(_dead(wanted, ids, now=now), now=now):
            continue
        if not _has_room(wanted, ids):
            return None
        _release(_own(wanted), now=now)
    return None


def _preference(lane: LaneBook) -> tuple[int, float]:
    kinds = len(lane.entry.kinds) or sys.maxsize
    return kinds, random.random()  # noqa: S311 - no secret


def _insert(wanted: Booking, lanes: Sequence[int]) -> bool:
    columns = ", ".join(f'"{field.column}"' for field in FIELDS)
    values = [
        field.get_db_prep_save(getattr(wanted, field.attname), connection) for field in FIELDS
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO appointments_booking (lane_id, {columns}) "  # noqa: S608 - names come from the model
            f"SELECT lane, {_MARKS} FROM unnest(%s::bigint[]) WITH ORDINALITY AS wished(lane, place) "
            f"WHERE NOT EXISTS ({_OVERLAP}) ORDER BY place LIMIT 1 "
            "ON CONFLICT DO NOTHING RETURNING lane_id",
            [*values, list(lanes), *_bounds(wanted)],
        )
        row = cursor.fetchone()
    if row is None:
        return False
    wanted.lane_id = row[0]
    wanted._state.adding = False
    wanted._state.db = connection.alias
    return True


def _type(field: object) -> str:
    name = str(field.db_type(connection))  # type: ignore[attr-defined]  # a Field
    return "text" if name.startswith("varchar") else name  # an explicit varchar(n) would cut


_MARKS = ", ".join(f"%s::{_type(field)}" for field in FIELDS)
_OVERLAP = (
    "SELECT 1 FROM appointments_booking AS other WHERE other.lane_id = lane "
    "AND other.state = ANY(%s) AND other.starts_at > %s AND other.starts_at < %s "
    "AND other.busy_until > %s"
)


def _bounds(wanted: Booking) -> list[list[str] | datetime]:
    return [LIVE, wanted.starts_at - LONGEST, wanted.busy_until, wanted.starts_at]


def _dead(wanted: Booking, lanes: Sequence[int], *, now: datetime) -> BookingQuerySet:
    in_the_way = Booking.objects.overlapping(wanted.starts_at, wanted.busy_until)
    return in_the_way.filter(lane__in=lanes).dead_holds(now)


def _own(wanted: Booking) -> BookingQuerySet:
    """Return what the new hold takes the place of; an offer takes the place of nothing."""
    mine = Q(held_by=wanted.held_by)
    if wanted.wish_id is None:
        mine |= Q(right=wanted.right_id)
    return Booking.objects.filter(mine, state=State.HOLD)


def _release(holds: BookingQuerySet, *, now: datetime) -> int:
    return holds.update(state=State.RELEASED, changed_at=now, changed_by="appointments")


def _has_room(wanted: Booking, lanes: Sequence[int]) -> bool:
    """Tell whether a lane is free once the holder's own hold is given up."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM unnest(%s::bigint[]) AS wished(lane) WHERE NOT EXISTS ({_OVERLAP} "  # noqa: S608 - no values
            "AND NOT (other.state = 'hold' AND (other.right_id = %s OR other.held_by = %s))) LIMIT 1",
            [list(lanes), *_bounds(wanted), wanted.right_id, wanted.held_by],
        )
        return cursor.fetchone() is not None
