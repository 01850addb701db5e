"""Giving money back: an officer asks, another approves, then it goes out by its way.

Nobody gives back more than came: the sum is checked under the payment's lock, and again by the
database. What calls the provider is in `refund_sending`, coins and transfers in `paying_out`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.foundation import codes
from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.journal import operations as journal
from visavis.payments import crediting, refund_queries, settling
from visavis.payments import refund_rules as rules
from visavis.payments.models import BankBooking, Payment, Trouble
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import Reason, State, Way
from visavis.payments.refusals import (
    MoreThanCame,
    NeedsSecondPerson,
    NothingToPay,
    NotTheirMoney,
    NotThisWay,
    RefundMovedOn,
)
from visavis.payments.rules import NUMBER_DIGITS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an officer asks for.

    Args:
        key: of the officer's form. The same key returns the same refund.
        trouble, booking: the surplus that goes back, if it is not what settled the payment.
    """

    key: UUID
    amount_cents: int
    way: Way
    reason: Reason
    trouble: Trouble | None = None
    booking: BankBooking | None = None


@transaction.atomic
def ask(*, payment: Payment, wanted: Wanted, actor: Actor, now: datetime) -> Refund:
    """Ask for money of a payment to go back; a second person approves.

    Raises:
        NotTheirMoney: the actor works for another office.
        NothingToPay: the amount is nothing.
        MoreThanCame: less is left.
        NotThisWay: what came this way does not go back that way.
    """
    if not rules.may_ask(payment.office, actor=actor):
        raise NotTheirMoney
    if wanted.booking is not None:
        settling.one_writer_at_a_time(settling.bank_writer(wanted.booking.account))
    payment = settling.locked(payment.pk)
    standing = Refund.objects.filter(key=wanted.key, payment=payment).first()
    if standing is not None:
        return standing
    for surplus in (wanted.trouble, wanted.booking):
        if surplus is not None:
            surplus.refresh_from_db()  # somebody may have put it right since it was read
    source = refund_queries.source_of(payment, trouble=wanted.trouble, booking=wanted.booking)
    if wanted.amount_cents <= 0:
        raise NothingToPay
    if wanted.amount_cents > source.left_cents:
        raise MoreThanCame
    if wanted.way not in source.ways:
        raise NotThisWay
    refund = _written(payment, wanted, source, actor=actor, now=now)
    journal.record(
        what="payments.refund_asked",
        subject=crediting.subject_of(refund),
        actor=actor,
        now=now,
        details={
            "amount_cents": refund.amount_cents, "way": refund.way, "reason": refund.reason,
            "payment": str(payment.pk),
        },
    )  # fmt: skip
    return refund


@transaction.atomic
def approve(*, refund_id: UUID, actor: Actor, now: datetime) -> Refund:
    """Agree, as the second person, that money goes back. By the provider it then goes by itself.

    Raises:
        NotTheirMoney: the actor works for another office.
        NeedsSecondPerson: they asked for it themselves.
        RefundMovedOn: it was refused.
    """
    refund, payment = crediting.locked(refund_id)
    if not rules.may_ask(payment.office, actor=actor):
        raise NotTheirMoney
    if not rules.is_second_person(refund.asked_by, actor=actor):
        raise NeedsSecondPerson
    if refund.approved_at is not None and refund.state != State.REFUSED:
        return refund
    refund.approved_at, refund.approved_by = now, actor.name
    crediting.step(refund, State.APPROVED, actor=actor, now=now)
    return refund


@transaction.atomic
def refuse(*, refund_id: UUID, actor: Actor, now: datetime) -> Refund:
    """Take a refund back before anything has left: not approved, or never fetched.

    Raises:
        NotTheirMoney: the actor works for another office.
        RefundMovedOn: it is on its way. An approved one by the provider always is.
    """
    refund, payment = crediting.locked(refund_id)
    if not rules.may_ask(payment.office, actor=actor):
        raise NotTheirMoney
    if refund.state == State.REFUSED:
        return refund
    if refund.way == Way.PROVIDER and refund.state != State.ASKED:
        raise RefundMovedOn
    crediting.step(refund, State.REFUSED, actor=actor, now=now)
    return refund


def _written(
    payment: Payment, wanted: Wanted, source: refund_queries.Source, *, actor: Actor, now: datetime
) -> Refund:
    while True:  # a conflict is a drawn number; the key is ours, under the payment's lock
        refund = insert_unless_excluded(
            Refund(
                payment=payment,
                key=wanted.key,
                number=codes.new_number(NUMBER_DIGITS),
                amount_cents=wanted.amount_cents,
                way=wanted.way,
                reason=wanted.reason,
                attempt=source.attempt if wanted.way is Way.PROVIDER else None,
                trouble=wanted.trouble,
                booking=wanted.booking,
                asked_at=now,
                asked_by=actor.name,
            )
        )
        if refund is not None:
            return refund
        if Refund.objects.filter(key=wanted.key).exists():
            raise RefundMovedOn  # the key is of another payment's form
