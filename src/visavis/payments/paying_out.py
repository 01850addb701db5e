"""Refunds that people carry out: coins out of a till, transfers to an account."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.foundation import accounts, throttles
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal
from visavis.payments import account_seal, crediting, refund_queries, tills
from visavis.payments import refund_rules as rules
from visavis.payments.operations import LOOK_UPS, LOOK_UPS_PER
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State, Way
from visavis.payments.refusals import (
    NotAnAccount,
    NotCashier,
    NotEnoughInTill,
    NoTill,
    NotTheirMoney,
    RefundMovedOn,
)
from visavis.payments.rules import may_take_cash
from visavis.payments.till_models import Till


def look_up(*, number: str, actor: Actor, now: datetime) -> Refund:
    """Find the refund whose number a citizen tells a clerk: amount and purpose, nothing else.

    Raises:
        NotCashier: no till is theirs here.
        NoSuchRefund: mistyped, nobody's, or not to be paid out.
        TooMany: this clerk looked up too often.
    """
    if not may_take_cash(actor):
        raise NotCashier
    throttles.spend(f"payments.look_up:{actor.name}", limit=LOOK_UPS, per=LOOK_UPS_PER, now=now)
    refund = refund_queries.at_till(number)
    journal.record(
        what="payments.refund_looked_up",
        subject=crediting.subject_of(refund),
        actor=actor,
        now=now,
    )
    return refund


@transaction.atomic
def pay_out(*, refund_id: UUID, actor: Actor, now: datetime) -> Refund:
    """Give an approved refund in coins out of the clerk's till, rounded to five centimes.

    The same clerk tapping twice pays once.

    Raises:
        NotCashier: no till is theirs here.
        NoTill: theirs is not open.
        NotEnoughInTill: less lies in it.
        RefundMovedOn: it is not (any more) to be paid out.
    """
    if not may_take_cash(actor):
        raise NotCashier
    refund, _payment = crediting.locked(refund_id)
    # Locked, so that it is not counted while this is written.
    till = (
        Till.objects.select_for_update()
        .filter(site=actor.site, clerk=actor.name, closed_at=None)
        .first()
    )
    if refund.is_settled and refund.till is not None and refund.till == till:
        return refund
    if refund.way != Way.TILL:
        raise RefundMovedOn
    if till is None:
        raise NoTill
    if refund.state == State.APPROVED and refund.in_cash_cents > tills.expected_cents(till):
        raise NotEnoughInTill
    refund.till, refund.paid_cents = till, refund.in_cash_cents
    crediting.step(refund, State.SETTLED, actor=actor, now=now)
    return refund


@transaction.atomic
def name_account(*, refund_id: UUID, account: str, actor: Actor, now: datetime) -> Refund:
    """Seal the account to which the citizen wants the money. The door knows that it is theirs.

    Args:
        account: as typed, with blanks or without.

    Raises:
        NotAnAccount: no IBAN, or one that takes only payments by bill.
        RefundMovedOn: it does not wait for an account.
    """
    canonical = account_seal.canonical(account)
    if canonical is None:
        raise NotAnAccount
    refund, _payment = crediting.locked(refund_id)
    if refund.way != Way.TRANSFER or refund.state not in (State.ASKED, State.APPROVED):
        raise RefundMovedOn
    refund.account = account_seal.sealed(canonical, refund_id=refund.pk)
    refund.save(update_fields=["account"])
    journal.record(
        what="payments.refund_account_named",
        subject=crediting.subject_of(refund),
        actor=actor,
        now=now,
    )
    return refund


@transaction.atomic
def read_account(*, refund_id: UUID, actor: Actor, now: datetime) -> str:
    """Return the account, in groups of four, for the officer who makes the transfer; journaled.

    Raises:
        NotTheirMoney: the actor works for another office.
        RefundMovedOn: there is none (any more).
    """
    refund, payment = crediting.locked(refund_id)
    if not rules.may_ask(payment.office, actor=actor):
        raise NotTheirMoney
    if not refund.account:
        raise RefundMovedOn
    journal.record(
        what="payments.refund_account_read",
        subject=crediting.subject_of(refund),
        actor=actor,
        now=now,
    )
    return accounts.spaced(account_seal.opened(bytes(refund.account), refund_id=refund.pk))


@transaction.atomic
def note_transfer(*, refund_id: UUID, after: State, actor: Actor, now: datetime) -> Refund:
    """Note that a transfer was ordered (sent), executed (settled), or came back (returned).

    Raises:
        NotTheirMoney: the actor works for another office.
        RefundMovedOn: it is no transfer, has no account, or is not so far.
    """
    refund, payment = crediting.locked(refund_id)
    if not rules.may_ask(payment.office, actor=actor):
        raise NotTheirMoney
    if refund.state == after:
        return refund
    if refund.way != Way.TRANSFER or refund.waits_for_account or after is State.REFUSED:
        raise RefundMovedOn
    if after is State.SENT:
        refund.sent_at = now
    crediting.step(refund, after, actor=actor, now=now)
    return refund
