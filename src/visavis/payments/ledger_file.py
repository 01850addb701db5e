"""The ledger as a file that an accountant's program reads: one line a row, and no person."""

from collections.abc import Collection, Iterator
from datetime import date

from visavis.payments import totals

HEADER = (
    *("day", "posting", "source", "office", "account", "debit", "credit"),
    *("payment", "site"),
)


def lines(
    *, first: date, last: date, offices: Collection[str] | None = None
) -> Iterator[tuple[str, ...]]:
    """Yield the header, then the rows of some days, both included; amounts in francs."""
    yield HEADER
    for row in totals.rows(first=first, last=last, offices=offices).iterator(chunk_size=2000):
        posting = row.posting
        yield (
            posting.booked_on.isoformat(),
            str(posting.pk),
            posting.source,
            row.office,
            row.account,
            _francs(row.debit_cents),
            _francs(row.credit_cents),
            posting.payment.number if posting.payment else "",
            posting.site,
        )


def _francs(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
