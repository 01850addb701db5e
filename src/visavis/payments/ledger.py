"""Writes the ledger: in the transaction of what it is about, once, and coming to nothing.

Every office balances by itself in every posting, so that no total needs another table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.utils.timezone import localdate

from visavis.foundation.database import insert_unless_excluded
from visavis.payments.chart import Account, Row, Source, balanced
from visavis.payments.ledger_models import Entry, Posting
from visavis.payments.models import BankBooking, CashReceipt, Payment, Trouble
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State, Way
from visavis.payments.till_models import Till
from visavis.places import queries as places

WAYS: dict[str, tuple[Source, Account]] = {
    Way.PROVIDER: (Source.REFUND_PROVIDER, Account.PROVIDER),
    Way.TILL: (Source.REFUND_CASH, Account.CASH),
    # What we order does not come in the bank's credits; it went back to its payer.
    Way.TRANSFER: (Source.REFUND_BANK, Account.GIVEN_BACK),
}
FALLBACK_OFFICE = "canton"  # of an account that no pack names any more


@dataclass(frozen=True, slots=True)
class About:
    """What a posting is about. The same source and key are posted once.

    Args:
        booked_on: the bank's day; None for today.
    """

    source: Source
    key: str
    payment: Payment | None = None
    site: str = ""
    booked_on: date | None = None


def post(about: About, rows: Iterable[Row], *, now: datetime) -> Posting | None:
    """Write one posting, or nothing when it stands already or says nothing.

    Raises:
        Unbalanced: the rows do not come to nothing. (The database refuses it too, office by office.)
    """
    entries = balanced(tuple(rows))
    if not entries:
        return None
    posting = insert_unless_excluded(
        Posting(
            source=about.source,
            key=about.key,
            payment=about.payment,
            site=about.site,
            booked_on=about.booked_on or localdate(now),
            posted_at=now,
        )
    )
    if posting is not None:
        Entry.objects.bulk_create(_entry(posting, row) for row in entries)
    return posting


def move(office: str, cents: int, *, into: Account, out_of: Account) -> tuple[Row, Row]:
    """Return the two rows that take an amount from one account of an office to another."""
    return Row(into, office, cents), Row(out_of, office, -cents)


def cash_rows(receipt: CashReceipt, office: str) -> tuple[Row, ...]:
    """Return what a till took, and what rounding gave or cost."""
    return (
        Row(Account.CASH, office, receipt.received_cents),
        Row(Account.ROUNDING, office, -receipt.difference_cents),
    )


def trouble_noticed(trouble: Trouble, *, now: datetime) -> None:
    """Post money at the provider that belongs to no payment."""
    rows = move(
        trouble.payment.office,
        trouble.amount_cents,
        into=Account.PROVIDER,
        out_of=Account.UNASSIGNED,
    )
    post(About(Source.TROUBLE, str(trouble.pk), trouble.payment), rows, now=now)


def stray_booked(booking: BankBooking, *, now: datetime) -> None:
    """Post money at the bank that settled nothing."""
    rows = move(
        office_of(booking), booking.amount_cents, into=Account.BANK, out_of=Account.UNASSIGNED
    )
    about = About(
        Source.BANK_BOOKING, str(booking.pk), booking.payment, booked_on=booking.booked_on
    )
    post(about, rows, now=now)


def taken_back(booking: BankBooking, office: str, *, unused_cents: int, now: datetime) -> None:
    """Post that the bank took money back: what nobody had used leaves as it came, the rest is missing."""
    rows = [
        Row(Account.UNASSIGNED, office, unused_cents),
        Row(Account.RETURNED, office, booking.amount_cents - unused_cents),
        Row(Account.BANK, office, -booking.amount_cents),
    ]
    about = About(Source.TAKEN_BACK, str(booking.pk), booking.payment, booked_on=booking.booked_on)
    post(about, rows, now=now)


def refunded(refund: Refund, *, now: datetime) -> None:
    """Post money that went back: a surplus that belonged to nothing, what is owed, then the fee."""
    office, is_surplus = refund.payment.office, bool(refund.trouble_id or refund.booking_id)
    source, account = WAYS[refund.way]
    left_cents = refund.amount_cents if refund.paid_cents is None else refund.paid_cents
    owed_cents = 0 if is_surplus else min(_owed_cents(refund.payment), refund.amount_cents)
    whose = Account.UNASSIGNED if is_surplus else Account.REFUNDS
    rows = [
        Row(Account.OWED, office, owed_cents),
        Row(whose, office, refund.amount_cents - owed_cents),
        Row(account, office, -left_cents),
        Row(Account.ROUNDING, office, left_cents - refund.amount_cents),
    ]
    site = refund.till.site if refund.till else ""
    post(About(source, str(refund.pk), refund.payment, site), rows, now=now)


def back_cents(stray: Trouble | BankBooking) -> int:
    """Return how much of a surplus went back already, in centimes."""
    back = stray.refunds.filter(state=State.SETTLED).values_list("amount_cents", flat=True)
    return sum(back)


def put_right(stray: Trouble | BankBooking, *, as_: Account, now: datetime) -> None:
    """Post what a person did about what is left of money that belonged to nothing, if posted."""
    source = Source.TROUBLE if isinstance(stray, Trouble) else Source.BANK_BOOKING
    posting = Posting.objects.filter(source=source, key=str(stray.pk)).first()
    if posting is None:
        return
    back = back_cents(stray)
    rows = [
        row
        for entry in posting.entries.filter(account=Account.UNASSIGNED)
        for row in move(
            entry.office, entry.credit_cents - back, into=Account.UNASSIGNED, out_of=as_
        )
    ]
    post(About(Source.PUT_RIGHT, f"{source}:{stray.pk}", posting.payment), rows, now=now)


def missing_cents(booking: BankBooking) -> int:
    """Return how much of what the bank took back was in use, in centimes."""
    missing = Entry.objects.filter(
        posting__source=Source.TAKEN_BACK,
        posting__key=str(booking.pk),
        account=Account.RETURNED,
    )
    return sum(missing.values_list("debit_cents", flat=True))


def given_up(booking: BankBooking, *, now: datetime) -> None:
    """Post that what the bank took back is not asked for again."""
    taken = Posting.objects.filter(source=Source.TAKEN_BACK, key=str(booking.pk)).first()
    missing = taken.entries.filter(account=Account.RETURNED) if taken else ()
    rows = [
        row
        for entry in missing
        for row in move(
            entry.office, entry.debit_cents, into=Account.WAIVED, out_of=Account.RETURNED
        )
    ]
    about = About(Source.PUT_RIGHT, f"{Source.TAKEN_BACK}:{booking.pk}", booking.payment)
    post(about, rows, now=now)


def till_closed(till: Till, *, now: datetime) -> None:
    """Post what was counted and not expected, or expected and not counted."""
    difference = till.difference_cents or 0
    rows = move(
        _office_at(till.site), difference, into=Account.CASH, out_of=Account.TILL_DIFFERENCE
    )
    post(About(Source.TILL, str(till.pk), site=till.site), rows, now=now)


def office_of(booking: BankBooking) -> str:
    """Return whose money a booking is: the payment's office, or who holds the account."""
    if booking.payment is not None:
        return booking.payment.office
    return places.holder_of(booking.account) or FALLBACK_OFFICE


def _owed_cents(payment: Payment) -> int:
    owed = Entry.objects.filter(posting__payment=payment, account=Account.OWED)
    sums = owed.aggregate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
    return max((sums["credit"] or 0) - (sums["debit"] or 0), 0)


def _office_at(site: str) -> str:
    try:
        return places.site(site).organisation.code
    except places.NoSuchSite:
        return site


def _entry(posting: Posting, row: Row) -> Entry:
    return Entry(
        posting=posting,
        account=row.account,
        office=row.office,
        debit_cents=max(row.cents, 0),
        credit_cents=max(-row.cents, 0),
    )
