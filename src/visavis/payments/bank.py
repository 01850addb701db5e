"""What a bank's statement does to payments, and putting right what does not fit."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from visavis.foundation import codes
from visavis.foundation.actor import Actor, Kind
from visavis.foundation.database import insert_unless_excluded
from visavis.journal import operations as journal
from visavis.payments import (
    bills,
    chart,
    ledger,
    operations,
    refund_queries,
    reversals,
    rules,
    settling,
)
from visavis.payments.chart import Account, Row
from visavis.payments.models import BankBooking, Payment
from visavis.payments.refusals import BeingRefunded, ForeignAccount, NotTheirMoney
from visavis.payments.statements import camt
from visavis.places import queries as places

BANK = "bank"
NUMBER_IN_QR = slice(-1 - rules.NUMBER_DIGITS, -1)  # of a QR reference: before the check digit
NUMBER_IN_SCOR = slice(4, None)  # of a creditor reference: after RF and its check digits


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: how many bookings had which fate, were known, or are not money in."""

    kind: str
    fates: Mapping[str, int]
    known: int
    skipped: int

    @property
    def settled(self) -> int:
        return self.fates.get(rules.Fate.SETTLED, 0)

    @property
    def to_put_right(self) -> int:
        return sum(self.fates.values()) - self.settled


def answers_for(office: str, *, actor: Actor) -> bool:
    """Tell whether the actor decides about an office's money; the system and operators do everywhere."""
    return actor.kind in (Kind.SYSTEM, Kind.OPERATOR) or rules.may_put_right(office, actor=actor)


def accounts_of(actor: Actor) -> frozenset[str]:
    """Return the accounts of the actor's offices; of all offices for the system and its operators."""
    creditors = places.creditors().items()
    theirs = [creditor for office, creditor in creditors if answers_for(office, actor=actor)]
    numbers = [number for one in theirs for number in (one.account, one.statement_account)]
    return frozenset(number for number in numbers if number)


def import_statement(*, content: bytes, actor: Actor, now: datetime) -> Imported:
    """Settle what a statement pays exactly, and put everything else on the worklist.

    Each booking is one transaction of its own and kept once, so that the same file, or another that
    repeats it, may be imported at any time and after any crash.

    Raises:
        StatementRefused: the file is none that we read; see `statements.camt`.
        ForeignAccount: it is of an account that is none of the actor's.
    """
    statement = camt.read(content)
    if not statement.accounts <= accounts_of(actor):
        raise ForeignAccount
    fates: Counter[str] = Counter()
    known = 0
    for booking in statement.bookings:
        fate = _take_in(booking, actor=actor, now=now)
        if fate is None:
            known += 1
        else:
            fates[fate] += 1
    journal.record(
        what="payments.statement_imported",
        subject=f"statement:{statement.kind}",
        actor=actor,
        now=now,
        details={"known": known, **{str(fate): count for fate, count in fates.items()}},
    )
    return Imported(statement.kind, dict(fates), known, statement.skipped)


@transaction.atomic
def put_right(
    *, booking: BankBooking, remedy: rules.Remedy, actor: Actor, now: datetime
) -> BankBooking:
    """Take a booking off the worklist, saying what was done about the money.

    Raises:
        NotTheirMoney: the account is none of the actor's offices'.
        BeingRefunded: it is on its way back already.
    """
    settling.one_writer_at_a_time(settling.bank_writer(booking.account))
    booking = BankBooking.objects.select_for_update().get(pk=booking.pk)
    if booking.account not in accounts_of(actor):
        raise NotTheirMoney
    if booking.resolved_at is not None or booking.fate == rules.Fate.SETTLED:
        return booking
    if refund_queries.is_being_refunded(booking):
        raise BeingRefunded
    booking.resolved_at, booking.resolved_by, booking.remedy = now, actor.name, remedy
    booking.save(update_fields=["resolved_at", "resolved_by", "remedy"])
    if booking.fate == rules.Fate.TAKEN_BACK:
        ledger.given_up(booking, now=now)
    else:
        ledger.put_right(booking, as_=chart.OF_REMEDY[remedy], now=now)
    journal.record(
        what="payments.put_right",
        subject=f"bank_booking:{booking.pk}",
        actor=actor,
        now=now,
        details={"kind": booking.fate, "remedy": remedy},
    )
    return booking


def _take_in(booking: camt.Booking, *, actor: Actor, now: datetime) -> rules.Fate | None:
    """Keep a booking with its fate, or return None when it is known."""
    if BankBooking.objects.filter(identity=booking.identity).exists():
        return None
    payment = _payment_of(booking)
    if payment is not None and not booking.is_reversal:
        # As with cash: a silent provider stops nobody, and what is paid twice comes to light.
        operations.close_attempts(payment=payment, actor=actor, now=now)
    with transaction.atomic():
        original = reversals.original_of(booking) if booking.is_reversal else None
        payment = reversals.payment_of(original) or payment
        locked = settling.locked(payment.pk) if payment else None
        fate = _fate(booking, locked)
        kept = _kept(booking, payment=locked, original=original, fate=fate, now=now)
        if kept is None:  # another import of the same file was faster
            return None
        if fate is rules.Fate.SETTLED:
            assert locked is not None
            rows = [Row(Account.BANK, locked.office, booking.amount_cents)]
            money = settling.Money(rules.Method.BILL, BANK, rows, booking.booked_on)
            settling.settle(locked, money, actor=actor, now=now)
        elif fate is rules.Fate.TAKEN_BACK:
            reversals.take_back(kept, actor=actor, now=now)
        elif chart.is_stray(fate, booking.currency):
            ledger.stray_booked(kept, now=now)
    return fate


def _kept(
    booking: camt.Booking,
    *,
    payment: Payment | None,
    original: BankBooking | None,
    fate: rules.Fate,
    now: datetime,
) -> BankBooking | None:
    return insert_unless_excluded(
        BankBooking(
            identity=booking.identity,
            payment=payment,
            reverses=original,
            account=booking.account,
            reference=booking.reference,
            bank_reference=booking.bank_reference,
            amount_cents=booking.amount_cents,
            currency=booking.currency,
            booked_on=booking.booked_on,
            is_reversal=booking.is_reversal,
            fate=fate,
            imported_at=now,
        )
    )


def _fate(booking: camt.Booking, payment: Payment | None) -> rules.Fate:
    if booking.is_reversal:
        return rules.Fate.TAKEN_BACK
    if not booking.has_details:
        return rules.Fate.NO_DETAILS
    if payment is None:
        return rules.Fate.UNKNOWN_REFERENCE
    due = payment.amount_cents
    reasons = (
        (booking.currency != payment.currency, rules.Fate.OTHER_CURRENCY),
        (payment.is_settled, rules.Fate.PAID_TWICE),
        (payment.is_cancelled, rules.Fate.PAID_AFTER_CANCELLING),
        (booking.amount_cents < due, rules.Fate.TOO_LITTLE),
        (booking.amount_cents > due, rules.Fate.TOO_MUCH),
    )
    return next((fate for holds, fate in reasons if holds), rules.Fate.SETTLED)


def _payment_of(booking: camt.Booking) -> Payment | None:
    """Return the payment whose reference this is, and to whose creditor the account belongs."""
    is_scor = booking.reference.startswith("RF")
    number = booking.reference[NUMBER_IN_SCOR if is_scor else NUMBER_IN_QR]
    payment = Payment.objects.filter(number=number).first() if codes.is_number(number) else None
    creditor = places.creditor_of(payment.office) if payment else None
    if payment is None or creditor is None:
        return None
    is_theirs = booking.account in (creditor.account, creditor.statement_account)
    is_exact = bills.reference_of(payment.number, creditor=creditor) == booking.reference
    return payment if is_theirs and is_exact else None
