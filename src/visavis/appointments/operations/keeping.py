"""What is kept no longer: facts of appointments long over, and holds nobody looks at."""

from datetime import datetime, timedelta

from django.db import transaction

from visavis.appointments import books
from visavis.appointments.models import Booking, Right, RightAccess, RightKey
from visavis.appointments.rules import State
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal

HOLDS_KEPT = timedelta(days=1)
AT_ONCE = 500


def tidy(*, now: datetime) -> int:
    """Release holds that are long over. Cosmetic: they block nobody."""
    old = Booking.objects.filter(state=State.HOLD, hold_until__lt=now - HOLDS_KEPT)
    return old.update(state=State.RELEASED, changed_at=now, changed_by="appointments")


def erase_old(*, now: datetime) -> int:
    """Erase what is personal in rights that ended long ago, and return of how many.

    The bookings stay as times without a person, so that past occupancy can still be counted.
    """
    erased = 0
    for book in books.books().values():
        before = now - timedelta(days=book.rules_now(now).kept_days)
        old = Right.objects.filter(calendar=book.id, closed_at__lt=before, erased_at=None)
        erased += sum(_erase(right, now=now) for right in old[:AT_ONCE])
    return erased


@transaction.atomic
def _erase(right: Right, *, now: datetime) -> bool:
    right.facts, right.subject_digest, right.owner = {}, "", ""
    right.contact_channel = right.contact_address = ""
    right.erased_at = now
    right.save(
        update_fields=[
            *("facts", "subject_digest", "owner", "contact_channel", "contact_address"),
            "erased_at",
        ]
    )
    RightKey.objects.filter(right=right).delete()
    RightAccess.objects.filter(right=right).delete()
    right.bookings.update(held_by="", visit=None)
    journal.record(
        what="appointments.erased", subject=right.subject, now=now,
        actor=Actor.system("appointments.keeping"),
    )  # fmt: skip
    return True
