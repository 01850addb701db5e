"""SQL of what happens most often: Django takes longer to make these statements than to run them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from visavis.appointments.models import STANDING, Booking, Right
from visavis.appointments.rules import State
from visavis.places import queries as places

SOME_TIME = datetime(1, 1, 1, tzinfo=UTC)  # where the moment belongs in SQL made beforehand
LET_IN = "SELECT FROM appointments_rightaccess WHERE right_id = {right} AND actor = %s"
CURRENT = [State.HOLD, *STANDING]


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
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({places.VERSION}), EXISTS ({LET_IN.format(right='%s')}), "  # noqa: S608 - no values
            "EXISTS (SELECT FROM appointments_booking WHERE right_id = %s AND state = ANY(%s))",
            [right.pk, actor, right.pk, STANDING],
        )
        version, is_let_in, has_standing = cursor.fetchone()
    return Entrance(version or "", is_let_in, has_standing)


def locked_by_hold(hold_id: UUID, actor: str) -> tuple[Right, Entrance] | None:
    """Return the right for which something is or was held, locked, and what must be known of it.

    What is booked must be asked after the lock: `has_standing` says nothing here.
    """
    found = Right.objects.raw(
        f"SELECT whose.*, ({places.VERSION}) AS pack_version, "  # noqa: S608 - no values
        f"EXISTS ({LET_IN.format(right='whose.id')}) AS is_let_in "
        "FROM appointments_right AS whose JOIN appointments_booking AS held ON held.right_id = whose.id "
        "WHERE held.id = %s FOR UPDATE OF whose",
        [actor, hold_id],
    )
    for right in found:
        seen: dict[str, object] = vars(right)
        return right, Entrance(str(seen["pack_version"] or ""), bool(seen["is_let_in"]), False)
    return None


def current_of(right: Right) -> Sequence[Booking]:
    """Return what is held and what stands for a right, as of now."""
    return list(
        Booking.objects.raw(
            "SELECT * FROM appointments_booking WHERE right_id = %s AND state = ANY(%s)",
            [right.pk, CURRENT],
        )
    )


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
