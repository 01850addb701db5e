"""What the bank takes back: which money it was, and where that leaves what it had settled."""

from datetime import datetime

from visavis.payments import ledger, rules, settling
from visavis.payments.chart import Account, is_stray
from visavis.payments.models import BankBooking, Payment
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


def take_back(booking: BankBooking, *, now: datetime) -> None:
    """Post a reversal that was just kept.

    Money that nobody had used leaves as it came. Money that had settled a payment, or was given
    back before, is missing now: the reversal waits on the list, and the payment is marked by it.
    """
    if booking.currency != rules.CURRENCY:
        return
    original = booking.reverses
    is_unused = (
        original is not None
        and original.resolved_at is None
        and is_stray(original.fate, original.currency)
        and not ledger.back_cents(original)
    )
    office = ledger.office_of(original if is_unused and original else booking)
    account = Account.UNASSIGNED if is_unused else Account.RETURNED
    ledger.taken_back(booking, office, out_of=account, now=now)
    if original is None:
        return
    if is_unused:
        for one in (original, booking):
            one.resolved_at, one.resolved_by, one.remedy = now, BANK, rules.Remedy.TAKEN_BACK
            one.save(update_fields=["resolved_at", "resolved_by", "remedy"])
    original.assignments.filter(undone_at=None).update(undone_at=now)
