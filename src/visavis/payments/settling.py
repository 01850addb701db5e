"""What an answer of the provider, or cash, does to a payment: always under its lock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from visavis.foundation import jobs
from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.gateways.payment_provider.types import Report
from visavis.journal import operations as journal
from visavis.payments import ledger, rules
from visavis.payments.chart import Account, Row, Source
from visavis.payments.models import Attempt, CashReceipt, Payment, Trouble
from visavis.payments.receipt_models import Receipt
from visavis.payments.refusals import NoTill
from visavis.payments.till_models import Till

PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Money:
    """How the money of a payment came, and the rows that say in the ledger where it lies.

    Args:
        by: an Actor name, or a partner's.
        booked_on: the bank's day; None for today.
    """

    method: rules.Method
    by: str
    rows: Iterable[Row]
    booked_on: date | None = None


def subject_of(payment: Payment) -> str:
    """Return the name under which a payment stands in the journal."""
    return f"payment:{payment.pk}"


def locked(payment_id: UUID) -> Payment:
    """Lock a payment until the transaction ends. Always taken before its attempts."""
    return Payment.objects.select_for_update().get(pk=payment_id)


@transaction.atomic
def live_attempt(payment: Payment, *, actor: Actor, now: datetime) -> Attempt:
    """Return the one attempt that lives, or begin one. The caller holds the lock."""
    standing = payment.attempts.live().first()
    if standing is not None:
        return standing
    attempt = Attempt.objects.create(
        payment=payment,
        begun_at=now,
        begun_by=actor.name,
        next_ask_at=now + rules.FIRST_ASK,
    )
    _follow_attempts(payment)
    journal.record(
        what="payments.attempt_begun",
        subject=subject_of(payment),
        actor=actor,
        now=now,
        details={"attempt": str(attempt.key)},
    )
    return attempt


@transaction.atomic
def take_in(report: Report, *, attempt: Attempt, actor: Actor, now: datetime) -> Attempt:
    """Write down what the provider says, and what follows from it.

    May be called with the same or an older answer at any time: it changes nothing then.
    """
    payment = locked(attempt.payment_id)
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    before = rules.AttemptState(attempt.state)
    after = rules.said_of(before, report.state)
    attempt.state = after
    attempt.reference = report.reference or attempt.reference
    attempt.page_url = report.page_url or attempt.page_url  # some say it only once
    _note_asked(attempt, now=now)
    if after is before:
        return attempt
    journal.record(
        what=f"payments.attempt_{after}",
        subject=subject_of(payment),
        actor=actor,
        now=now,
        details={"attempt": str(attempt.key)},
    )
    if after is rules.AttemptState.PAID:
        _money_came(report, payment=payment, attempt=attempt, actor=actor, now=now)
    _follow_attempts(payment)
    return attempt


@transaction.atomic
def no_answer(*, attempt: Attempt, is_unknown: bool, actor: Actor, now: datetime) -> Attempt:
    """Write down that the provider said nothing, or that it never heard of the attempt."""
    payment = locked(attempt.payment_id)
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if (
        is_unknown
        and attempt.state == rules.AttemptState.STARTING
        and rules.was_never_heard_of(begun_at=attempt.begun_at, now=now)
    ):
        attempt.state = rules.AttemptState.CLOSED
    _note_asked(attempt, now=now)
    if attempt.is_live and attempt.next_ask_at is None:
        _note_trouble(
            rules.TroubleKind.NO_ANSWER, payment.amount_cents, attempt=attempt, actor=actor, now=now
        )
    _follow_attempts(payment)
    return attempt


def settle(payment: Payment, money: Money, *, actor: Actor, now: datetime) -> None:
    """Settle a locked payment that is still asked for, post its money, and announce it."""
    assert rules.may_step(rules.State(payment.state), rules.State.SETTLED)
    payment.state = rules.State.SETTLED
    payment.settled_at, payment.settled_by, payment.method = now, money.by, money.method
    payment.save(update_fields=["state", "settled_at", "settled_by", "method"])
    site = (actor.site or "") if money.method is rules.Method.CASH else ""
    ledger.post(
        ledger.About(Source.PAYMENT, str(payment.pk), payment, site, money.booked_on),
        [*money.rows, Row(Account.FEES, payment.office, -payment.amount_cents)],
        now=now,
    )
    _write_receipt_of_office(payment, now=now)
    journal.record(
        what="payments.settled",
        subject=subject_of(payment),
        actor=actor,
        now=now,
        details={"method": money.method, "amount_cents": payment.amount_cents},
    )
    jobs.announce("payment.settled", subject=payment.subject)


def _write_receipt_of_office(payment: Payment, *, now: datetime) -> None:
    """Write the office's receipt with its next number, so that no number is ever missing."""
    serial = next_serial(payment.office)
    Receipt.objects.create(payment=payment, office=payment.office, serial=serial, written_at=now)


def next_serial(office: str) -> int:
    """Return the office's next number. Until the transaction ends, nobody else gets one."""
    one_writer_at_a_time(f"payments.office_receipts {office}")
    last = Receipt.objects.filter(office=office).order_by("-serial").first()
    return last.serial + 1 if last else 1


def one_writer_at_a_time(of_what: str) -> None:
    """Wait until nobody else writes under this name; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [of_what])


def bank_writer(account: str) -> str:
    """Return the name under which what a person does waits for what the bank takes back.

    Take it first of all. Both need locks on a booking and on a payment, in the opposite order.
    """
    return f"payments.bank {account}"


def write_receipt(payment: Payment, *, key: UUID, actor: Actor, now: datetime) -> CashReceipt:
    """Write the receipt with the next serial of the actor's site. The caller holds the lock.

    Raises:
        NoTill: the actor has none open here.
    """
    assert actor.site
    # Locked, so that it is not counted while this is written.
    till = (
        Till.objects.select_for_update()
        .filter(site=actor.site, clerk=actor.name, closed_at=None)
        .first()
    )
    if till is None:
        raise NoTill
    one_writer_at_a_time(f"payments.receipts {actor.site}")
    last = CashReceipt.objects.filter(site=actor.site).order_by("-serial").first()
    cash = payment.cash
    return CashReceipt.objects.create(
        payment=payment,
        key=key,
        till=till,
        site=actor.site,
        serial=last.serial + 1 if last else 1,
        clerk=actor.name,
        due_cents=cash.due_cents,
        received_cents=cash.received_cents,
        difference_cents=cash.difference_cents,
        received_at=now,
    )


def _money_came(
    report: Report, *, payment: Payment, attempt: Attempt, actor: Actor, now: datetime
) -> None:
    trouble = None
    if (report.amount_cents, report.currency) != (payment.amount_cents, payment.currency):
        trouble = rules.TroubleKind.OTHER_AMOUNT
    elif payment.is_settled:
        trouble = rules.TroubleKind.PAID_TWICE
    elif payment.is_cancelled:
        trouble = rules.TroubleKind.PAID_AFTER_CANCELLING
    if trouble is None:
        rows = [Row(Account.PROVIDER, payment.office, payment.amount_cents)]
        money = Money(rules.Method.PROVIDER, PROVIDER, rows)
        settle(payment, money, actor=actor, now=now)
        return
    noticed = _note_trouble(trouble, report.amount_cents, attempt=attempt, actor=actor, now=now)
    if noticed is not None and report.currency == rules.CURRENCY:
        ledger.trouble_noticed(noticed, now=now)


def _note_trouble(
    kind: rules.TroubleKind, amount_cents: int, *, attempt: Attempt, actor: Actor, now: datetime
) -> Trouble | None:
    trouble = Trouble(
        payment_id=attempt.payment_id,
        attempt=attempt,
        kind=kind,
        amount_cents=amount_cents,
        noticed_at=now,
    )
    noticed = insert_unless_excluded(trouble)
    if noticed is not None:
        journal.record(
            what="payments.trouble_noticed",
            subject=f"payment:{attempt.payment_id}",
            actor=actor,
            now=now,
            details={"kind": kind, "amount_cents": amount_cents},
        )
    return noticed


def _note_asked(attempt: Attempt, *, now: datetime) -> None:
    attempt.asks += 1
    attempt.asked_at = now
    attempt.next_ask_at = (
        rules.next_ask_at(begun_at=attempt.begun_at, asks=attempt.asks, now=now)
        if attempt.is_live
        else None
    )
    attempt.save()


def _follow_attempts(payment: Payment) -> None:
    """Make an asked payment pending exactly while an attempt lives."""
    if not payment.is_asked:
        return
    has_live = payment.attempts.live().exists()
    payment.state = rules.State.PENDING if has_live else rules.State.OPEN
    payment.save(update_fields=["state"])
