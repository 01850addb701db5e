"""Taking a stretch of a lane, so that the database alone decides who gets it."""

import random
import sys
from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q

from visavis.appointments import statements
from visavis.appointments.books import LaneBook
from visavis.appointments.models import LIVE, Booking, BookingQuerySet
from visavis.appointments.rules import LONGEST, State
from visavis.foundation.database import prepared

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
        if not _has_room(wanted, ids, now=now):
            return None
        if not _release(_dead(wanted, ids, now=now), now=now):
            _release(_own(wanted), now=now)
    return None


def _preference(lane: LaneBook) -> tuple[int, float]:
    kinds = len(lane.entry.kinds) or sys.maxsize
    return kinds, random.random()  # noqa: S311 - no secret


def _insert(wanted: Booking, lanes: Sequence[int]) -> bool:
    fields = [field for field in FIELDS if getattr(wanted, field.attname) is not None]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(f"%s::{_TYPES[field]}" for field in fields)
    values = [
        field.get_db_prep_save(getattr(wanted, field.attname), connection) for field in fields
    ]
    row = prepared(
        f"INSERT INTO appointments_booking (lane_id, {columns}) "  # noqa: S608 - names come from the model
        f"SELECT lane, {marks} FROM unnest(%s::bigint[]) WITH ORDINALITY AS wished(lane, place) "
        f"WHERE NOT EXISTS ({_OVERLAP}) ORDER BY place LIMIT 1 "
        "ON CONFLICT DO NOTHING RETURNING lane_id",
        [*values, list(lanes), *_bounds(wanted)],
    ).fetchone()
    if row is None:
        return False
    wanted.lane_id = row[0]
    wanted._state.adding = False
    wanted._state.db = connection.alias
    return True


def _type(field: object) -> str:
    name = str(field.db_type(connection))  # type: ignore[attr-defined]  # a Field
    return "text" if name.startswith("varchar") else name  # an explicit varchar(n) would cut


_TYPES = {field: _type(field) for field in FIELDS}
_TAKES_TIME = statements.quoted(LIVE)
_OVERLAP = (
    "SELECT 1 FROM appointments_booking AS other WHERE other.lane_id = lane "  # noqa: S608 - no values
    f"AND other.state IN ({_TAKES_TIME}) "
    "AND other.starts_at > %s AND other.starts_at < %s AND other.busy_until > %s"
)


def _bounds(wanted: Booking) -> list[datetime]:
    return [wanted.starts_at - LONGEST, wanted.busy_until, wanted.starts_at]


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


def _has_room(wanted: Booking, lanes: Sequence[int], *, now: datetime) -> bool:
    """Tell whether a lane is free once dead holds and the holder's own are given up."""
    inner, parameters = statements.blocking(now)
    found = prepared(
        f"SELECT 1 FROM unnest(%s::bigint[]) AS wished(lane) WHERE NOT EXISTS ("  # noqa: S608 - no values
        f"SELECT FROM ({inner}) AS other WHERE other.lane_id = lane AND other.starts_at > %s "
        "AND other.starts_at < %s AND other.busy_until > %s "
        "AND NOT (other.state = 'hold' AND (other.right_id = %s OR other.held_by = %s))) LIMIT 1",
        [list(lanes), *parameters, *_bounds(wanted), wanted.right_id, wanted.held_by],
    )
    return found.fetchone() is not None
