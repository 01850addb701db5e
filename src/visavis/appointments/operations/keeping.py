"""What is kept no longer: facts of appointments long over, and holds nobody looks at."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from visavis.appointments import books
from visavis.appointments.models import (
    Booking,
    BookingQuerySet,
    Right,
    RightAccess,
    RightKey,
    Wish,
)
from visavis.appointments.operations import changing
from visavis.appointments.rules import Outcome, Purpose, State
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal

HOLDS_KEPT = timedelta(days=1)
UNUSED_KEPT = timedelta(days=14)
AT_ONCE = 500


def tidy(*, now: datetime) -> int:
    """Release holds that are long over, and forget those released long ago: they block nobody.

    What the waiting list has offered is remembered: nobody is offered the same time twice.
    """
    old = now - HOLDS_KEPT
    Booking.objects.filter(
        state=State.RELEASED, right__isnull=False, wish=None, changed_at__lt=old
    ).delete()
    over = Booking.objects.filter(state=State.HOLD, hold_until__lt=old)
    return over.update(state=State.RELEASED, changed_at=now, changed_by="appointments")


def close_unused(*, now: datetime) -> int:
    """Close what was asked for freely and never booked, and return how much.

    So too what waits without a time in a calendar that the pack has no longer. The facts are
    erased in time, and the same vehicle or person can ask again.
    """
    old, its = now - UNUSED_KEPT, OuterRef("pk")
    used = Booking.objects.exclude(state__in=[State.HOLD, State.RELEASED])
    free = Right.objects.open().filter(purpose=Purpose.FREE, made_at__lt=old)
    free = free.exclude(Exists(Wish.objects.filter(right=its, ended_at=None)))
    left = Right.objects.open().filter(calendar__withdrawn_at__lt=old)
    return sum(
        _close(right.pk, unless=bookings, now=now)
        for found, bookings in ((free, used), (left, Booking.objects.standing()))
        for right in found.exclude(Exists(bookings.filter(right=its)))[:AT_ONCE]
    )


@transaction.atomic
def _close(right_id: UUID, *, unless: BookingQuerySet, now: datetime) -> bool:
    right = changing.locked(right_id)
    if not right.is_open or unless.filter(right=right_id).exists():
        return False
    changing.close(right, Outcome.LAPSED, now=now)
    return True


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
