"""Ending refunds: settled with a credit receipt, returned, refused. Always under the payment's lock."""

from datetime import datetime
from uuid import UUID

from visavis.foundation import jobs
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal
from visavis.payments import ledger, settling
from visavis.payments import refund_rules as rules
from visavis.payments.models import BankBooking, Payment, Trouble
from visavis.payments.receipt_models import Receipt
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State
from visavis.payments.refusals import NoSuchRefund, RefundMovedOn
from visavis.payments.rules import Remedy


def subject_of(refund: Refund) -> str:
    """Return the name under which a refund stands in the journal."""
    return f"refund:{refund.pk}"


def locked(refund_id: UUID) -> tuple[Refund, Payment]:
    """Lock a refund's payment, then the refund, until the transaction ends.

    Raises:
        NoSuchRefund: none has this id.
    """
    found = Refund.objects.filter(pk=refund_id).values_list("payment_id", "booking__account")
    payment_id, account = found.first() or (None, None)
    if payment_id is None:
        raise NoSuchRefund
    if account is not None:
        settling.one_writer_at_a_time(settling.bank_writer(account))
    payment = settling.locked(payment_id)
    return Refund.objects.select_for_update().get(pk=refund_id), payment


def step(refund: Refund, after: State, *, actor: Actor, now: datetime, by: str = "") -> None:
    """Take a locked refund one step further, write it in the journal and announce it.

    Args:
        by: who ended it, if not the actor: the provider.

    Raises:
        RefundMovedOn: no such step leads on from here.
    """
    if not rules.may_step(State(refund.state), after):
        raise RefundMovedOn
    refund.state = after
    if after in rules.ENDED:
        refund.ended_at, refund.ended_by = now, by or actor.name
        refund.account, refund.next_ask_at = b"", None  # the account has served its purpose
    refund.save()
    if after is State.SETTLED:
        _write_credit(refund, now=now)
        ledger.refunded(refund, now=now)
        _put_right(refund, now=now)
    journal.record(
        what=f"payments.refund_{after}",
        subject=subject_of(refund),
        actor=actor,
        now=now,
        details={"amount_cents": refund.amount_cents, "way": refund.way},
    )
    jobs.announce(f"refund.{after}", subject=str(refund.pk))


def _write_credit(refund: Refund, *, now: datetime) -> None:
    office = refund.payment.office
    serial = settling.next_serial(office)
    Receipt.objects.create(refund=refund, office=office, serial=serial, written_at=now)


def _put_right(refund: Refund, *, now: datetime) -> None:
    """Take the surplus off the worklist when all of it has gone back."""
    source: Trouble | BankBooking | None = refund.trouble or refund.booking
    if source is None or source.resolved_at is not None:
        return
    back = source.refunds.filter(state=State.SETTLED).values_list("amount_cents", flat=True)
    if sum(back) == source.amount_cents:
        source.resolved_at, source.resolved_by = now, refund.approved_by
        source.remedy = Remedy.REFUNDED
        source.save(update_fields=["resolved_at", "resolved_by", "remedy"])
