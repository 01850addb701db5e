"""Totals of the ledger: each is the sum of the rows that one sees below it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from visavis.foundation.money import chf
from visavis.payments.chart import OF_REFUNDS, Account
from visavis.payments.ledger_models import Entry


@dataclass(frozen=True, slots=True)
class Total:
    """What came into and went out of one account of one office."""

    office: str
    account: str
    debit_cents: int
    credit_cents: int

    @property
    def cents(self) -> int:
        return self.debit_cents - self.credit_cents

    @property
    def debit(self) -> str:
        return chf(self.debit_cents)

    @property
    def credit(self) -> str:
        return chf(self.credit_cents)

    @property
    def balance(self) -> str:
        return chf(self.cents)


def rows(*, first: date, last: date, offices: Collection[str] | None = None) -> QuerySet[Entry]:
    """Return the rows of some days, both included, oldest first.

    Args:
        offices: None for all.
    """
    found = Entry.objects.filter(posting__booked_on__range=(first, last))
    if offices is not None:
        found = found.filter(office__in=offices)
    return found.select_related("posting", "posting__payment").order_by(
        "posting__booked_on", "posting_id", "pk"
    )


def of(entries: QuerySet[Entry]) -> Iterator[Total]:
    """Yield the totals of rows, office by office and account by account."""
    sums = (
        entries.order_by()
        .values("office", "account")
        .annotate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
        .order_by("office", "account")
    )
    for row in sums:
        yield Total(row["office"], row["account"], row["debit"], row["credit"])


def balance(account: str) -> int:
    """Return what lies in an account of all offices since the beginning, in centimes."""
    sums = Entry.objects.filter(account=account).aggregate(
        debit=Sum("debit_cents"), credit=Sum("credit_cents")
    )
    return (sums["debit"] or 0) - (sums["credit"] or 0)


def given_back() -> int:
    """Return what refunds took out of fees, surpluses, and what was owed, in centimes."""
    rows = Entry.objects.filter(
        posting__source__in=OF_REFUNDS,
        account__in=(Account.REFUNDS, Account.UNASSIGNED, Account.OWED),
    )
    return int(rows.aggregate(total=Sum("debit_cents"))["total"] or 0)


def on(day: date, account: str) -> int:
    """Return what a day brought into an account of all offices, in centimes."""
    sums = Entry.objects.filter(account=account, posting__booked_on=day).aggregate(
        debit=Sum("debit_cents"), credit=Sum("credit_cents")
    )
    return (sums["debit"] or 0) - (sums["credit"] or 0)
