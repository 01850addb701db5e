"""Questions about payments. Nothing here writes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from visavis.foundation import codes
from visavis.payments.models import Attempt, BankBooking, CashReceipt, Payment, Trouble
from visavis.payments.refusals import NoSuchPayment


def for_subject(subject: str) -> Payment | None:
    """Return what a subject costs, or None when nothing was asked for."""
    return Payment.objects.filter(subject=subject).first()


def for_subjects(subjects: Collection[str]) -> QuerySet[Payment]:
    """Return what any of these subjects cost, the newest first."""
    return Payment.objects.filter(subject__in=subjects).order_by("-requested_at", "-number")


def payment(payment_id: UUID | str) -> Payment:
    """Return a payment. Whether the asker may see it, the door asks the subject's room.

    Raises:
        NoSuchPayment: no payment has this id.
    """
    try:
        return Payment.objects.get(pk=payment_id)
    except (Payment.DoesNotExist, ValidationError, ValueError) as error:
        raise NoSuchPayment from error


def by_number(typed: str) -> Payment:
    """Return the payment with a number, however it was typed.

    Raises:
        NoSuchPayment: mistyped, or nobody's number.
    """
    number = codes.canonical(typed)
    found = Payment.objects.filter(number=number).first() if codes.is_number(number) else None
    if found is None:
        raise NoSuchPayment
    return found


def last_attempt(asked: Payment) -> Attempt | None:
    """Return the newest try with the provider."""
    return asked.attempts.order_by("-begun_at", "-pk").first()


def is_under_review(asked: Payment) -> bool:
    """Tell whether money came that does not fit, so that nobody should pay more."""
    return asked.troubles.unresolved().exists() or asked.bank_bookings.to_put_right().exists()


def bookings_to_put_right(accounts: Collection[str]) -> QuerySet[BankBooking]:
    """Return money on these accounts that a person must look at, oldest first."""
    return (
        BankBooking.objects.to_put_right()
        .filter(account__in=accounts)
        .select_related("payment")
        .order_by("booked_on", "pk")
    )


def to_ask_at(now: datetime) -> QuerySet[Attempt]:
    """Return the attempts about which the provider should be asked now, longest due first."""
    return Attempt.objects.to_ask_at(now)


def troubles_of(office: str) -> QuerySet[Trouble]:
    """Return an office's worklist: money that a person must put right, oldest first."""
    return (
        Trouble.objects.unresolved()
        .filter(payment__office=office)
        .select_related("payment", "attempt")
        .order_by("noticed_at", "pk")
    )


def receipts_of(site: str, *, since: datetime) -> QuerySet[CashReceipt]:
    """Return what the till of a site took since a moment, in the order of its serials."""
    return (
        CashReceipt.objects.filter(site=site, received_at__gte=since)
        .select_related("payment")
        .order_by("serial")
    )
