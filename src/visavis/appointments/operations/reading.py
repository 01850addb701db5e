"""Opening one appointment at the office: that it was read is written down."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.appointments import office_queries
from visavis.appointments.models import Booking
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal


@transaction.atomic
def read(*, booking_id: UUID, actor: Actor, now: datetime) -> Booking:
    """Return a booking of the actor's own office with its right, and write in the journal who read it.

    Raises:
        NoSuchRight: see `office_queries.booking_for`.
    """
    booking = office_queries.booking_for(booking_id, actor=actor)
    assert booking.right is not None
    journal.record(what="appointments.read", subject=booking.right.subject, actor=actor, now=now)
    return booking
