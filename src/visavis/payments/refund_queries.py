"""Questions about refunds. Nothing here writes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Sum

from visavis.foundation import codes
from visavis.foundation.actor import Actor
from visavis.payments import refund_rules as rules
from visavis.payments.chart import NOT_AS_ASKED, OF_REFUNDS, is_stray
from visavis.payments.chart import Source as LedgerSource
from visavis.payments.ledger_models import Entry, Posting
from visavis.payments.models import Attempt, BankBooking, Payment, Trouble
from visavis.payments.receipt_models import Receipt
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State, Way
from visavis.payments.refusals import NoSuchRefund
from visavis.payments.rules import AttemptState, TroubleKind

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Source:
    """Where money that came can go back from: how much of it is left, and by which ways."""

    came_cents: int
    left_cents: int
    ways: tuple[Way, ...]
    attempt: Attempt | None


def source_of(
    payment: Payment, *, trouble: Trouble | None = None, booking: BankBooking | None = None
) -> Source:
    """Return what is left of what settled a payment, or of a surplus of it."""
    came, ways, attempt = 0, tuple[Way, ...](), None
    if booking is not None:
        is_theirs = booking.payment_id == payment.pk and booking.resolved_at is None
        is_there = not BankBooking.objects.filter(reverses=booking).exists()
        if is_theirs and is_there and is_stray(booking.fate, booking.currency):
            came, ways = booking.amount_cents, (Way.TRANSFER,)
    elif trouble is not None:
        is_theirs = trouble.payment_id == payment.pk and trouble.resolved_at is None
        if is_theirs and _is_posted(trouble):
            came, ways = trouble.amount_cents, (Way.PROVIDER, Way.TRANSFER)
            attempt = trouble.attempt
    elif payment.is_settled:
        came, ways = payment.amount_cents - _missing_cents(payment), rules.WAYS[payment.method]
        attempt = _paid_attempt(payment)
    taken = (
        payment.refunds.counted()
        .filter(trouble=trouble, booking=booking)
        .aggregate(total=Sum("amount_cents"))["total"]
    )
    return Source(came, max(came - int(taken or 0), 0), ways, attempt)


def _is_posted(trouble: Trouble) -> bool:
    """Tell whether the money came in francs; of another currency no amount of ours goes back."""
    return Posting.objects.filter(source=LedgerSource.TROUBLE, key=str(trouble.pk)).exists()


def _missing_cents(payment: Payment) -> int:
    """Return how much less than its amount came for a settled payment; below zero if more came.

    A rest may have been waived, the bank may have taken money back, or more may be owed.
    """
    moved = Entry.objects.filter(posting__payment=payment, account__in=NOT_AS_ASKED)
    sums = moved.exclude(posting__source__in=OF_REFUNDS).aggregate(
        debit=Sum("debit_cents"), credit=Sum("credit_cents")
    )
    return (sums["debit"] or 0) - (sums["credit"] or 0)


def _paid_attempt(payment: Payment) -> Attempt | None:
    """Return the attempt whose money settled the payment: the paid one that is no surplus."""
    surplus = frozenset(TroubleKind) - {TroubleKind.NO_ANSWER}
    paid = payment.attempts.filter(state=AttemptState.PAID)
    return paid.exclude(troubles__kind__in=surplus).first()


def refund(refund_id: UUID | str) -> Refund:
    """Return a refund with its payment.

    Raises:
        NoSuchRefund: none has this id.
    """
    try:
        return Refund.objects.select_related("payment").get(pk=refund_id)
    except (Refund.DoesNotExist, ValidationError, ValueError) as error:
        raise NoSuchRefund from error


def by_key(key: str) -> Refund | None:
    """Return the refund that the provider knows under a key, or None."""
    try:
        return Refund.objects.filter(key=UUID(key), way=Way.PROVIDER).first()
    except ValueError:
        return None


def at_till(typed: str) -> Refund:
    """Return the refund that waits at a till under the number its citizen tells.

    Raises:
        NoSuchRefund: mistyped, nobody's, or not to be paid out (any more).
    """
    number = codes.canonical(typed)
    waiting = Refund.objects.select_related("payment").filter(
        number=number, way=Way.TILL, state=State.APPROVED
    )
    found = waiting.first() if codes.is_number(number) else None
    if found is None:
        raise NoSuchRefund
    return found


def to_ask_at(now: datetime) -> QuerySet[Refund]:
    """Return the refunds about which the provider should be asked now, longest due first."""
    return Refund.objects.to_ask_at(now)


def at_offices(offices: Collection[str]) -> QuerySet[Refund]:
    """Return the refunds that still need somebody or something, oldest first."""
    standing = [State.ASKED, State.APPROVED, State.SENT]
    return (
        Refund.objects.filter(payment__office__in=offices, state__in=standing)
        .select_related("payment")
        .order_by("asked_at", "pk")
    )


def to_approve(offices: Collection[str], *, actor: Actor) -> QuerySet[Refund]:
    """Return what the actor is to approve or refuse: asked for by somebody else."""
    return at_offices(offices).filter(state=State.ASKED).exclude(asked_by=actor.name)


def ended_at_offices(offices: Collection[str]) -> QuerySet[Refund]:
    """Return the refunds that came to an end, newest first, as many as a page shows."""
    return (
        Refund.objects.filter(payment__office__in=offices, state__in=rules.ENDED)
        .select_related("payment", "receipt")
        .order_by("-ended_at", "pk")[:MOST_SHOWN]
    )


def refunds_of(payment: Payment) -> QuerySet[Refund]:
    """Return what goes or went back of a payment, for its citizen: agreed upon, newest first."""
    return (
        payment.refunds.exclude(Q(state=State.ASKED) | Q(state=State.REFUSED))
        .select_related("receipt")
        .order_by("-asked_at", "-pk")
    )


def receipt(receipt_id: int) -> Receipt | None:
    """Return a receipt with what it is about."""
    found = Receipt.objects.select_related("payment", "refund__payment").filter(pk=receipt_id)
    return found.first()


def is_being_refunded(source: Trouble | BankBooking) -> bool:
    """Tell whether a surplus is on its way back, wholly or in part."""
    return source.refunds.counted().exclude(state=State.SETTLED).exists()
