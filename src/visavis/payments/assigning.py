"""Gives money that settled nothing to the payment it was meant for: by a person, with a reason."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from visavis.foundation.actor import Actor
from visavis.journal import operations as journal
from visavis.payments import bank, ledger, operations, refund_queries, rules, settling
from visavis.payments.bank_models import Assignment
from visavis.payments.chart import Account, Row, Source, is_stray
from visavis.payments.ledger_models import Entry
from visavis.payments.models import BankBooking, Payment
from visavis.payments.refusals import (
    AlreadySettled,
    NoLongerAsked,
    NoReason,
    NotAssignable,
    NotEnough,
    NotTheirMoney,
)
from visavis.places import queries as places


def assign(
    *,
    booking: BankBooking,
    payment: Payment,
    reason: str,
    is_waived: bool = False,
    actor: Actor,
    now: datetime,
) -> Payment:
    """Settle a payment with a booking, and with what else came too little for it before.

    What is above the amount due is owed to the payer. A payment whose money the bank took back is
    made good in the same way.

    Args:
        is_waived: a person accepts that the rest of what is due is not paid.

    Raises:
        NotTheirMoney: the account or the payment is none of the actor's offices'.
        NoReason: not a word.
        NotAssignable: the money is used, taken back, in another currency, or not told apart.
        AlreadySettled, NoLongerAsked: nothing is due.
        NotEnough: it is less than what is due, and the rest is not waived.
    """
    _refuse_unless_theirs(booking, payment, actor=actor)
    if not reason.strip():
        raise NoReason
    operations.close_attempts(payment=payment, actor=actor, now=now)
    with transaction.atomic():
        settling.one_writer_at_a_time(settling.bank_writer(booking.account))
        payment = settling.locked(payment.pk)
        gap = _gap(payment)
        bookings = _usable(booking, payment)
        total = sum(one.amount_cents for one in bookings)
        due = sum(map(ledger.missing_cents, gap)) if gap else payment.amount_cents
        if total < due and not is_waived:
            raise NotEnough
        rows = [*_moved(bookings, payment), *_difference(payment, due_cents=due, came_cents=total)]
        _write_down(bookings, payment, reason.strip(), actor=actor, now=now)
        if gap:
            rows.append(Row(Account.RETURNED, payment.office, -due))
            about = ledger.About(Source.ASSIGNMENT, str(booking.pk), payment)
            ledger.post(about, rows, now=now)
            for one in gap:
                _resolve(one, rules.Remedy.PAID_AGAIN, actor=actor, now=now)
        else:
            money = settling.Money(rules.Method.BILL, actor.name, rows)
            settling.settle(payment, money, actor=actor, now=now)
    return payment


def _refuse_unless_theirs(booking: BankBooking, payment: Payment, *, actor: Actor) -> None:
    creditor = places.creditor_of(payment.office)
    theirs = (creditor.account, creditor.statement_account) if creditor else ()
    is_theirs = booking.account in bank.accounts_of(actor) and booking.account in theirs
    if not is_theirs or not bank.answers_for(payment.office, actor=actor):
        raise NotTheirMoney


def _gap(payment: Payment) -> list[BankBooking]:
    """Return what the bank took back and is to be made good; nothing for what is still asked.

    Raises:
        AlreadySettled, NoLongerAsked: nothing is due.
    """
    if payment.is_cancelled:
        raise NoLongerAsked
    taken_back = payment.bank_bookings.taken_back().order_by("pk").select_for_update()
    gap = [one for one in taken_back if ledger.missing_cents(one)]
    if payment.is_settled and not gap:
        raise AlreadySettled
    return gap if payment.is_settled else []


def _usable(booking: BankBooking, payment: Payment) -> list[BankBooking]:
    """Return the booking and, before it, the earlier ones of this payment that came too short.

    Raises:
        NotAssignable: the booking cannot be used.
    """
    short = payment.bank_bookings.filter(fate=rules.Fate.TOO_LITTLE, resolved_at=None)
    wanted = {booking.pk, *short.values_list("pk", flat=True)}
    locked = list(
        BankBooking.objects.to_put_right().filter(pk__in=wanted).order_by("pk").select_for_update()
    )
    if any(ledger.back_cents(one) or refund_queries.is_being_refunded(one) for one in locked):
        raise NotAssignable
    if BankBooking.objects.filter(reverses__in=locked).exists():  # the bank has it
        raise NotAssignable
    if booking.pk not in {one.pk for one in locked if is_stray(one.fate, one.currency)}:
        raise NotAssignable
    return locked


def _moved(bookings: Sequence[BankBooking], payment: Payment) -> list[Row]:
    """Return the rows that take stray money to the payment's office; each office balances."""
    office = payment.office
    strays = Entry.objects.filter(
        posting__source=Source.BANK_BOOKING,
        posting__key__in=[str(one.pk) for one in bookings],
        account=Account.UNASSIGNED,
    )
    rows: list[Row] = []
    for stray in strays.order_by("pk"):
        rows.append(Row(Account.UNASSIGNED, stray.office, stray.credit_cents))
        if stray.office != office:
            rows.append(Row(Account.BANK, stray.office, -stray.credit_cents))
            rows.append(Row(Account.BANK, office, stray.credit_cents))
    return rows


def _difference(payment: Payment, *, due_cents: int, came_cents: int) -> list[Row]:
    over = came_cents - due_cents
    return [Row(Account.OWED if over > 0 else Account.WAIVED, payment.office, -over)]


def _write_down(
    bookings: Sequence[BankBooking], payment: Payment, reason: str, *, actor: Actor, now: datetime
) -> None:
    for booking in bookings:
        Assignment.objects.create(
            booking=booking,
            payment=payment,
            reason=reason,
            assigned_at=now,
            assigned_by=actor.name,
        )
        _resolve(booking, rules.Remedy.ASSIGNED, actor=actor, now=now)


def _resolve(booking: BankBooking, remedy: rules.Remedy, *, actor: Actor, now: datetime) -> None:
    booking.resolved_at, booking.resolved_by, booking.remedy = now, actor.name, remedy
    booking.save(update_fields=["resolved_at", "resolved_by", "remedy"])
    journal.record(
        what="payments.put_right",
        subject=f"bank_booking:{booking.pk}",
        actor=actor,
        now=now,
        details={"kind": booking.fate, "remedy": remedy},
    )
