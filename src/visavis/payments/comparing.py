"""Finds what does not fit on one day: with the provider, in the tills, at the bank, in the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, Sum
from django.utils.timezone import get_default_timezone

from visavis.gateways.payment_provider.types import Moved, Transaction
from visavis.payments import rules, totals
from visavis.payments.chart import Account
from visavis.payments.models import Attempt, BankBooking, CashReceipt, Payment, Trouble
from visavis.payments.receipt_models import Receipt
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State as RefundState
from visavis.payments.refund_rules import Way
from visavis.payments.rules import DifferenceKind, Fate
from visavis.payments.till_models import Till

MISSING_THERE = {
    Moved.IN: DifferenceKind.MISSING_THERE,
    Moved.BACK: DifferenceKind.BACK_MISSING_THERE,
}
OVER_ALL = "of all days: "  # begins the key of what is no day's


@dataclass(frozen=True, slots=True)
class Found:
    """Two that do not say the same. None: one side says nothing."""

    kind: DifferenceKind
    key: str
    office: str = ""
    payment: Payment | None = None
    ours_cents: int | None = None
    theirs_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Ours:
    """Money that we believe the provider took in for us, or gave back.

    Args:
        since: when the provider first heard of it.
        reference: the provider's, of what came in.
    """

    key: str
    payment: Payment
    amount_cents: int
    since: datetime
    moved: Moved = Moved.IN
    reference: str = ""


def stretch_of(day: date) -> tuple[datetime, datetime]:
    """Return when a day begins and ends in Switzerland; twice a year it has not 24 hours."""
    zone = get_default_timezone()
    begins, ends = (datetime.combine(one, time.min, zone) for one in (day, day + timedelta(days=1)))
    return begins, ends


def ours_of(day: date) -> dict[str, Ours]:
    """Return what moved by the provider on a day as we have it: settled, in trouble, given back."""
    begins, ends = stretch_of(day)
    troubles = Trouble.objects.exclude(kind=rules.TroubleKind.NO_ANSWER)
    settled = (
        Attempt.objects.filter(state=rules.AttemptState.PAID, payment__method=rules.Method.PROVIDER)
        .filter(payment__settled_at__gte=begins, payment__settled_at__lt=ends)
        .exclude(pk__in=troubles.values("attempt"))
        .select_related("payment")
    )
    found = [_came(attempt, attempt.payment.amount_cents) for attempt in settled]
    stray = troubles.filter(noticed_at__gte=begins, noticed_at__lt=ends)
    found += [
        _came(one.attempt, one.amount_cents)
        for one in stray.select_related("attempt", "attempt__payment")
    ]
    given = Refund.objects.filter(way=Way.PROVIDER, state=RefundState.SETTLED)
    found += [
        Ours(str(one.key), one.payment, one.amount_cents, one.sent_at or one.asked_at, Moved.BACK)
        for one in given.filter(ended_at__gte=begins, ended_at__lt=ends).select_related("payment")
    ]
    return {one.key: one for one in found}


def _came(attempt: Attempt, cents: int) -> Ours:
    return Ours(
        str(attempt.key), attempt.payment, cents, attempt.begun_at, reference=attempt.reference
    )


def with_provider(ours: Mapping[str, Ours], listed: Sequence[Transaction]) -> Iterator[Found]:
    """Yield ours that the list lacks, or has with another amount; what it has twice adds up."""
    theirs: dict[tuple[Moved, str], list[Transaction]] = {}
    for line in listed:
        theirs.setdefault((line.moved, line.key), []).append(line)
    for key, one in ours.items():
        lines = theirs.get((one.moved, key))
        office, payment, cents = one.payment.office, one.payment, one.amount_cents
        if lines is None:
            yield Found(MISSING_THERE[one.moved], key, office, payment, cents)
            continue
        said_cents = sum(line.amount_cents for line in lines)
        if said_cents != cents or {line.currency for line in lines} != {payment.currency}:
            yield Found(DifferenceKind.OTHER_AMOUNT, key, office, payment, cents, said_cents)


def unknown_here(listed: Sequence[Transaction], *, day: date) -> Iterator[Found]:
    """Yield what the list has of a day and we have not; whatever could be asked was asked."""
    begins, ends = stretch_of(day)
    of_day = [line for line in listed if line.moved is Moved.IN and begins <= line.at < ends]
    known = {
        str(attempt.key): attempt
        for attempt in Attempt.objects.filter(key__in=_keys(of_day)).select_related("payment")
    }
    for line in of_day:
        attempt = known.get(line.key)
        if attempt is None or attempt.state != rules.AttemptState.PAID:
            payment = attempt.payment if attempt else None
            office = payment.office if payment else ""
            yield Found(
                DifferenceKind.MISSING_HERE, line.key, office, payment, None, line.amount_cents
            )
    yield from _given_back_unknown_here(
        [line for line in listed if line.moved is Moved.BACK and begins <= line.at < ends]
    )


def _given_back_unknown_here(of_day: Sequence[Transaction]) -> Iterator[Found]:
    refunds = Refund.objects.filter(key__in=_keys(of_day)).select_related("payment")
    known = {str(refund.key): refund for refund in refunds}
    for line in of_day:
        refund = known.get(line.key)
        if refund is None or refund.way != Way.PROVIDER or not refund.is_settled:
            payment = refund.payment if refund else None
            office, cents = payment.office if payment else "", line.amount_cents
            yield Found(DifferenceKind.BACK_MISSING_HERE, line.key, office, payment, None, cents)


def unpaid_here(listed: Sequence[Transaction]) -> list[str]:
    """Return the keys of attempts and refunds that the list says are paid, and we do not."""
    attempts = Attempt.objects.filter(key__in=_keys(listed))
    unpaid = attempts.exclude(state=rules.AttemptState.PAID)
    back = Refund.objects.filter(key__in=_keys(listed), state=RefundState.SENT)
    return [str(one.key) for found in (unpaid, back) for one in found]


def tills_left_open(day: date) -> Iterator[Found]:
    """Yield the tills that were not counted when their day ended."""
    _begins, ends = stretch_of(day)
    uncounted = Till.objects.filter(opened_at__lt=ends).filter(Q(closed_at=None))
    for till in uncounted:
        yield Found(DifferenceKind.TILL_OPEN, str(till.pk))


def cash_of(day: date) -> int:
    """Return what tills took on a day, less what they gave back, in centimes."""
    begins, ends = stretch_of(day)
    receipts = CashReceipt.objects.filter(received_at__gte=begins, received_at__lt=ends)
    given = Refund.objects.filter(
        ended_at__gte=begins, ended_at__lt=ends, state=RefundState.SETTLED
    )
    back = given.aggregate(total=Sum("paid_cents"))["total"] or 0
    counted = Till.objects.filter(closed_at__gte=begins, closed_at__lt=ends)
    taken = receipts.aggregate(total=Sum("received_cents"))["total"] or 0
    return taken - back + (counted.aggregate(total=Sum("difference_cents"))["total"] or 0)


def bank_of(day: date) -> int:
    """Return what the bank booked on a day, what it took back deducted, in centimes."""
    counted = BankBooking.objects.filter(currency=rules.CURRENCY, booked_on=day).exclude(
        fate=Fate.NO_DETAILS
    )
    came = counted.filter(is_reversal=False).aggregate(total=Sum("amount_cents"))["total"] or 0
    left = counted.filter(is_reversal=True).aggregate(total=Sum("amount_cents"))["total"] or 0
    return came - left


def with_ledger(day: date, *, cash_cents: int, bank_cents: int) -> Iterator[Found]:
    """Yield where the ledger and what it was made from differ: on the day, and over all."""
    posted = {account: totals.on(day, account) for account in (Account.CASH, Account.BANK)}
    receipts = Receipt.objects.aggregate(
        paid=Sum("payment__amount_cents"), back=Sum("refund__amount_cents")
    )
    pairs = (
        (f"cash {day}", posted[Account.CASH], cash_cents),
        (f"bank {day}", posted[Account.BANK], bank_cents),
        (f"{OVER_ALL}receipts", -totals.balance(Account.FEES), receipts["paid"] or 0),
        (f"{OVER_ALL}credits", totals.given_back(), receipts["back"] or 0),
        (f"{OVER_ALL}sum", sum(map(totals.balance, Account)), 0),
    )
    for key, ledger_cents, source_cents in pairs:
        by = ledger_cents - source_cents
        if by:
            # By another amount it is another difference, even if somebody explained the first.
            name = f"{key} {by:+d}" if key.startswith(OVER_ALL) else key
            yield Found(
                DifferenceKind.LEDGER, name, ours_cents=ledger_cents, theirs_cents=source_cents
            )


def _keys(listed: Sequence[Transaction]) -> list[str]:
    """Return the keys that can be ours at all."""
    return [line.key for line in listed if _is_uuid(line.key)]


def _is_uuid(key: str) -> bool:
    return len(key) == 36 and all(letter in "0123456789abcdef-" for letter in key)
