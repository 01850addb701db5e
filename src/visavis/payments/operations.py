"""Everything that may change a payment.

What calls the provider is not one transaction: it writes down what it is about to do, calls, and
writes down the answer. Whatever is lost in between is found again by our key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from visavis.foundation import codes, jobs, throttles
from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.gateways.payment_provider import client
from visavis.gateways.payment_provider.errors import PaymentProviderError
from visavis.journal import operations as journal
from visavis.payments import (
    conversation,
    ledger,
    queries,
    refund_queries,
    refund_sending,
    rules,
    settling,
    tills,
)
from visavis.payments.chart import OF_REMEDY
from visavis.payments.models import (
    Attempt,
    CashReceipt,
    Payment,
    PaymentLine,
    ProviderEvent,
    Trouble,
)
from visavis.payments.refusals import (
    AlreadySettled,
    AmountIsFrozen,
    BeingRefunded,
    NoLongerAsked,
    NotCashier,
    NothingToPay,
    NoTill,
    NotTheirMoney,
    PaymentRefused,
    ProviderSilent,
    UnderReview,
)

LOOK_UPS = 30  # a clerk's look-ups in ten minutes, right or wrong
LOOK_UPS_PER = timedelta(minutes=10)
SWEPT_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One item of what is due; a reduction is negative."""

    code: str
    label: dict[str, str]
    amount_cents: int


@transaction.atomic
def request(
    *,
    subject: str,
    office: str,
    purpose: dict[str, str],
    lines: Sequence[Line],
    actor: Actor,
    now: datetime,
) -> Payment:
    """Ask for an amount, once for a subject; asking again for the same returns the same.

    Raises:
        NothingToPay: the lines come to nothing or less.
        AmountIsFrozen: the subject was asked for another amount before.
    """
    amount_cents = sum(line.amount_cents for line in lines)
    if amount_cents <= 0:
        raise NothingToPay
    payment = queries.for_subject(subject)
    while payment is None:  # a conflict is either this subject, found next, or a drawn number
        wanted = Payment(
            number=codes.new_number(rules.NUMBER_DIGITS),
            subject=subject,
            office=office,
            purpose=purpose,
            amount_cents=amount_cents,
            requested_at=now,
        )
        if insert_unless_excluded(wanted) is not None:
            _begin(wanted, lines, actor=actor, now=now)
            return wanted
        payment = queries.for_subject(subject)
    if payment.amount_cents != amount_cents:
        raise AmountIsFrozen
    return payment


def begin_attempt(
    *, payment: Payment, page: conversation.HostedPage, actor: Actor, now: datetime
) -> str:
    """Return the address of the provider's page on which this payment can be paid now.

    Ten taps lead to one page: an attempt that lives is asked for again by its key, which also
    finds what a crash or a lost answer left behind.

    Raises:
        AlreadySettled: it is paid, or the provider has just said so.
        NoLongerAsked: it was cancelled.
        UnderReview: money came that does not fit.
        ProviderSilent: no page can be had now.
    """
    for _ in range(2):  # a page that the provider closed makes room for one new one
        attempt = _reserved(payment, actor=actor, now=now)
        order = conversation.order_of(payment, attempt, page)
        try:
            report = client.configured().create(order)
        except PaymentProviderError as error:
            settling.no_answer(attempt=attempt, is_unknown=False, actor=actor, now=now)
            raise ProviderSilent from error
        attempt = settling.take_in(report, attempt=attempt, actor=actor, now=now)
        if attempt.is_live:
            return attempt.page_url
    raise ProviderSilent


@transaction.atomic
def note_webhook(*, body: bytes, signature: str, now: datetime) -> bool:
    """Keep a provider's event and have the provider asked; what it claims is not believed.

    Returns:
        Whether it is new. A repeated event changes nothing.

    Raises:
        UntrustworthyEvent: nobody vouches for it; nothing was kept.
    """
    event = client.trusted_event(body=body, signature=signature, now=now)
    kept = insert_unless_excluded(
        ProviderEvent(
            provider=client.name(),
            event_id=event.id[:120],
            key=event.key[:120],
            body=body.decode("utf-8", "replace"),
            received_at=now,
        )
    )
    if kept is None:
        return False
    journal.record(
        what="payments.event_received",
        subject=f"payment_attempt:{kept.key}"[:120],
        actor=Actor.system("payment provider"),
        now=now,
    )
    jobs.announce("payment.event_received", subject=kept.key)
    return True


def ask_provider(*, payment: Payment, actor: Actor, now: datetime) -> Payment:
    """Ask the provider how the live attempt stands, and return the payment as it is now.

    Raises:
        ProviderSilent: no answer; we keep asking.
    """
    for attempt in payment.attempts.live():
        if not conversation.asked(attempt, conversation.report_on, actor=actor, now=now):
            raise ProviderSilent
    return queries.payment(payment.pk)


def ask_about(*, key: str, actor: Actor, now: datetime) -> None:
    """Ask about the attempt or the refund with our key. A foreign key is ignored.

    Raises:
        ProviderSilent: no answer.
    """
    try:
        attempt = Attempt.objects.filter(key=UUID(key)).select_related("payment").first()
    except ValueError:
        return
    if attempt is None:
        refund_sending.ask_about(key=key, actor=actor, now=now)
    elif not conversation.asked(attempt, conversation.look(attempt), actor=actor, now=now):
        raise ProviderSilent


def sweep(*, actor: Actor, now: datetime) -> int:
    """Ask about every attempt and refund whose answer is due; return how many answered."""
    due = list(queries.to_ask_at(now).select_related("payment")[:SWEPT_AT_ONCE])
    answered = sum(
        conversation.asked(attempt, conversation.look(attempt), actor=actor, now=now)
        for attempt in due
    )
    return answered + refund_sending.sweep(actor=actor, now=now)


def close_attempts(*, payment: Payment, actor: Actor, now: datetime) -> bool:
    """Close the page of the live attempt; it may turn out that it was paid.

    Returns:
        Whether the provider answered.
    """
    live = list(payment.attempts.live())
    return all(
        conversation.asked(attempt, conversation.close, actor=actor, now=now) for attempt in live
    )


def look_up(*, number: str, actor: Actor, now: datetime) -> Payment:
    """Find the payment whose number a citizen tells a clerk: amount and purpose, nothing else.

    Raises:
        NotCashier: no till is theirs here.
        NoSuchPayment: mistyped, or nobody's number.
        TooMany: this clerk looked up too often.
    """
    if not rules.may_take_cash(actor):
        raise NotCashier
    throttles.spend(f"payments.look_up:{actor.name}", limit=LOOK_UPS, per=LOOK_UPS_PER, now=now)
    payment = queries.by_number(number)
    journal.record(
        what="payments.looked_up", subject=settling.subject_of(payment), actor=actor, now=now
    )
    return payment


def receive_cash(*, payment: Payment, key: UUID, actor: Actor, now: datetime) -> CashReceipt:
    """Settle a payment with cash that the clerk has in the hand, rounded to five centimes.

    The online page is closed first. If the provider is silent the cash is taken all the same: the
    citizen stands there; should the page have been paid too, the sweep finds it and a person
    gives the money back.

    Args:
        key: of the clerk's form. The same key returns the same receipt.

    Raises:
        NotCashier: no till is theirs here.
        NoTill: theirs is not open.
        AlreadySettled, NoLongerAsked, UnderReview: there is nothing to take.
    """
    if not rules.may_take_cash(actor):
        raise NotCashier
    if tills.open_till(actor) is None and not payment.is_settled:
        raise NoTill
    close_attempts(payment=payment, actor=actor, now=now)
    with transaction.atomic():
        payment = settling.locked(payment.pk)
        standing = CashReceipt.objects.filter(payment=payment, key=key, clerk=actor.name).first()
        if standing is not None:
            return standing
        _refuse_unless_asked(payment)
        receipt = settling.write_receipt(payment, key=key, actor=actor, now=now)
        rows = ledger.cash_rows(receipt, payment.office)
        money = settling.Money(rules.Method.CASH, actor.name, rows)
        settling.settle(payment, money, actor=actor, now=now)
    return receipt


@transaction.atomic
def cancel(*, payment: Payment, actor: Actor, now: datetime) -> Payment:
    """Ask no longer. The provider's page is closed afterwards, by a job.

    Raises:
        AlreadySettled: it is paid; giving money back is another matter.
    """
    payment = settling.locked(payment.pk)
    if payment.is_settled:
        raise AlreadySettled
    if payment.is_cancelled:
        return payment
    payment.state, payment.cancelled_at = rules.State.CANCELLED, now
    payment.save(update_fields=["state", "cancelled_at"])
    journal.record(
        what="payments.cancelled", subject=settling.subject_of(payment), actor=actor, now=now
    )
    jobs.announce("payment.cancelled", subject=str(payment.pk))
    return payment


@transaction.atomic
def put_right(*, trouble: Trouble, remedy: rules.Remedy, actor: Actor, now: datetime) -> Trouble:
    """Take an item off the worklist, saying what was done about the money.

    Raises:
        NotTheirMoney: the actor works for another office.
        BeingRefunded: it is on its way back already.
    """
    payment = settling.locked(trouble.payment_id)  # before the trouble, as refunds do
    trouble = Trouble.objects.select_for_update().get(pk=trouble.pk)
    trouble.payment = payment
    if not rules.may_put_right(trouble.payment.office, actor=actor):
        raise NotTheirMoney
    if trouble.resolved_at is not None:
        return trouble
    if refund_queries.is_being_refunded(trouble):
        raise BeingRefunded
    trouble.resolved_at, trouble.resolved_by, trouble.remedy = now, actor.name, remedy
    trouble.save(update_fields=["resolved_at", "resolved_by", "remedy"])
    ledger.put_right(trouble, as_=OF_REMEDY[remedy], now=now)
    journal.record(
        what="payments.put_right",
        subject=settling.subject_of(trouble.payment),
        actor=actor,
        now=now,
        details={"kind": trouble.kind, "remedy": remedy},
    )
    return trouble


def _begin(payment: Payment, lines: Sequence[Line], *, actor: Actor, now: datetime) -> None:
    PaymentLine.objects.bulk_create(
        PaymentLine(
            payment=payment,
            position=position,
            code=line.code,
            label=line.label,
            amount_cents=line.amount_cents,
        )
        for position, line in enumerate(lines, start=1)
    )
    journal.record(
        what="payments.requested",
        subject=settling.subject_of(payment),
        actor=actor,
        now=now,
        details={"amount_cents": payment.amount_cents, "for": payment.subject},
    )


@transaction.atomic(durable=True)  # on disk before the provider hears of it
def _reserved(payment: Payment, *, actor: Actor, now: datetime) -> Attempt:
    payment = settling.locked(payment.pk)
    _refuse_unless_asked(payment)
    return settling.live_attempt(payment, actor=actor, now=now)


def _refuse_unless_asked(payment: Payment) -> None:
    refusal: type[PaymentRefused] | None = None
    if payment.is_settled:
        refusal = AlreadySettled
    elif payment.is_cancelled:
        refusal = NoLongerAsked
    elif queries.is_under_review(payment):
        refusal = UnderReview
    if refusal is not None:
        raise refusal
