"""Under which names a booking's fee is asked for, and which appointment a payment belongs to."""

from collections.abc import Iterator
from itertools import count
from uuid import UUID

from visavis.appointments.models import Booking, Right
from visavis.payments import queries as payments
from visavis.payments.models import Payment

FEE = "appointment-fee"


def subjects(booking: Booking) -> Iterator[str]:
    """Yield the names for the fee of a booking: one more for each that was taken back."""
    return (f"{FEE}:{booking.pk}:{number}" for number in count())


def fee_of(booking: Booking) -> Payment | None:
    """Return what is asked for a booking now, paid or not."""
    for subject in subjects(booking):
        asked = payments.for_subject(subject)
        if asked is None or not asked.is_cancelled:
            return asked
    return None


def fees_of(right: Right) -> list[Payment]:
    """Return what a right's late changes and misses cost."""
    found = (fee_of(booking) for booking in right.bookings.exclude(state="released"))
    return [asked for asked in found if asked is not None]


def right_of(payment_subject: str) -> Right | None:
    """Return the right for whose booking a fee was asked, or None if it is no such fee."""
    kind, _, rest = payment_subject.partition(":")
    if kind != FEE:
        return None
    booking_id = UUID(rest.partition(":")[0])
    booking = Booking.objects.select_related("right__calendar").filter(pk=booking_id).first()
    return booking.right if booking else None
