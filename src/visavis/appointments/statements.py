"""SQL of what happens most often: Django takes longer to make these statements than to run them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models import JSONField

from visavis.appointments.models import STANDING, Booking, Right
from visavis.appointments.rules import State
from visavis.foundation.database import prepared
from visavis.places import queries as places

Row = TypeVar("Row", bound=models.Model)

SOME_TIME = datetime(1, 1, 1, tzinfo=UTC)  # where the moment belongs in SQL made beforehand
LET_IN = "SELECT FROM appointments_rightaccess WHERE right_id = {right} AND actor = %s"
CURRENT = [State.HOLD.value, *STANDING]


class Entrance(NamedTuple):
    """What must be known before somebody may do anything with a right.

    Attributes:
        version: of the loaded pack.
        is_let_in: whether the actor has opened this right.
        has_standing: whether something is booked for it.
    """

    version: str
    is_let_in: bool
    has_standing: bool


def entrance(right: Right, actor: str) -> Entrance:
    """Return what must be known of a right and an actor, in one query."""
    row = prepared(
        f"SELECT ({places.VERSION}), EXISTS ({LET_IN.format(right='%s')}), EXISTS ("  # noqa: S608 - no values
        f"SELECT FROM appointments_booking WHERE right_id = %s AND state IN ({quoted(STANDING)}))",
        [right.pk, actor, right.pk],
    ).fetchone()
    assert row is not None
    version, is_let_in, has_standing = row
    return Entrance(version or "", is_let_in, has_standing)


def locked_by_hold(hold_id: UUID, actor: str) -> tuple[Right, Entrance] | None:
    """Return the right for which something is or was held, locked, and what must be known of it.

    What is booked must be asked after the lock: `has_standing` says nothing here.
    """
    row = prepared(
        f"SELECT ({places.VERSION}), EXISTS ({LET_IN.format(right='whose.id')}), "  # noqa: S608 - no values
        f"{_columns(Right, 'whose')} FROM appointments_right AS whose "
        "JOIN appointments_booking AS held ON held.right_id = whose.id "
        "WHERE held.id = %s FOR UPDATE OF whose",
        [actor, hold_id],
    ).fetchone()
    if row is None:
        return None
    version, is_let_in, *values = row
    return _made(Right, values), Entrance(version or "", is_let_in, has_standing=False)


def current_of(right: Right) -> Sequence[Booking]:
    """Return what is held and what stands for a right, as of now."""
    rows = prepared(
        f"SELECT {_columns(Booking, 'mine')} FROM appointments_booking AS mine "  # noqa: S608 - no values
        f"WHERE right_id = %s AND state IN ({quoted(CURRENT)})",
        [right.pk],
    )
    return [_made(Booking, row) for row in rows]


def quoted(states: Sequence[str]) -> str:
    """Return states as constants of SQL, so that the plan for all parameters uses our indexes."""
    return ", ".join(f"'{state}'" for state in states)


def _columns(model: type[models.Model], alias: str) -> str:
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def _made(model: type[Row], values: Sequence[Any]) -> Row:
    """Make an instance of what `_columns` asked for, as Django does."""
    fields = model._meta.concrete_fields
    read = [
        json.loads(value) if isinstance(field, JSONField) else value
        for field, value in zip(fields, values, strict=True)
    ]
    return model.from_db(connection.alias, [field.attname for field in fields], read)


def blocking(now: datetime) -> tuple[str, list[Any]]:
    """Return SQL and parameters of what takes time now, to be put into a larger query."""
    statement, parameters = _blocking_some_time()
    return statement, [now if value == SOME_TIME else value for value in parameters]


@cache
def _blocking_some_time() -> tuple[str, tuple[Any, ...]]:
    columns = ("lane_id", "right_id", "held_by", "state", "starts_at", "busy_until")
    found: tuple[str, tuple[Any, ...]] = (
        Booking.objects.blocking(SOME_TIME).values(*columns).query.sql_with_params()
    )
    return found
