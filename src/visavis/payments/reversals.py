"""What the bank takes back: which money it was, and where that leaves what it had settled."""

from datetime import datetime

from django.db.models import Q

from visavis.foundation.actor import Actor
from visavis.payments import crediting, ledger, rules, settling
from visavis.payments.chart import is_stray
from visavis.payments.models import BankBooking, Payment
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State
from visavis.payments.statements import camt

BANK = "bank"


def original_of(booking: camt.Booking) -> BankBooking | None:
    """Return the money that a reversal takes back, locked; the newest that is still there."""
    settling.one_writer_at_a_time(settling.bank_writer(booking.account))  # see `assigning`
    if not booking.bank_reference and not booking.reference:
        return None
    there = BankBooking.objects.filter(
        account=booking.account,
        amount_cents=booking.amount_cents,
        currency=booking.currency,
        is_reversal=False,
        reversed_by=None,
    ).select_for_update(of=("self",))
    for name in ("bank_reference", "reference"):  # the bank's own number tells more
        said = getattr(booking, name)
        found = there.filter(**{name: said}).order_by("-pk").first() if said else None
        if found is not None:
            return found
    return None


def payment_of(original: BankBooking | None) -> Payment | None:
    """Return what the money had settled, by itself or by a person's word."""
    if original is None:
        return None
    assigned = original.assignments.filter(undone_at=None).select_related("payment").first()
    return assigned.payment if assigned else original.payment


def take_back(booking: BankBooking, *, actor: Actor, now: datetime) -> None:
    """Post a reversal that was just kept. The caller holds the payment's lock.

    Money that nobody had used leaves as it came. Money that had settled a payment, or was given
    back before, is missing now: the reversal waits on the list, and the payment is marked by it.
    What was to be given back of this money, and has not left yet, does not leave any more.
    """
    if booking.currency != rules.CURRENCY:
        return
    original = booking.reverses
    if original is None:
        ledger.taken_back(booking, ledger.office_of(booking), unused_cents=0, now=now)
        return
    _stop_refunds(original, actor=actor, now=now)
    unused_cents = _unused_cents(original)
    office = ledger.office_of(original if unused_cents else booking)
    ledger.taken_back(booking, office, unused_cents=unused_cents, now=now)
    if unused_cents:
        _take_off_the_list(original, now=now)
    if unused_cents == booking.amount_cents:
        _take_off_the_list(booking, now=now)
    original.assignments.filter(undone_at=None).update(undone_at=now)


def _stop_refunds(original: BankBooking, *, actor: Actor, now: datetime) -> None:
    """Refuse the refunds of what the bank took back: the payer would get it twice."""
    of_it = Q(booking=original)
    payment = payment_of(original)
    if original.fate == rules.Fate.SETTLED or original.remedy == rules.Remedy.ASSIGNED:
        of_it |= Q(payment=payment, trouble=None, booking=None)
    not_left = Refund.objects.filter(of_it, state__in=(State.ASKED, State.APPROVED))
    for refund in not_left.select_for_update(of=("self",)).order_by("pk"):
        crediting.step(refund, State.REFUSED, actor=actor, now=now, by=BANK)


def _unused_cents(original: BankBooking) -> int:
    """Return how much belonged to no payment, and did not go back to its payer, in centimes."""
    if original.resolved_at is not None or not is_stray(original.fate, original.currency):
        return 0
    if original.refunds.filter(state=State.SENT).exists():  # nobody knows yet
        return 0
    return original.amount_cents - ledger.back_cents(original)


def _take_off_the_list(booking: BankBooking, *, now: datetime) -> None:
    booking.resolved_at, booking.resolved_by = now, BANK
    booking.remedy = rules.Remedy.TAKEN_BACK
    booking.save(update_fields=["resolved_at", "resolved_by", "remedy"])
