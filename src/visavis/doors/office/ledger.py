"""The ledger of the officer's offices: totals of a month or a day, the rows below, a file."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.office.ledger_labels import ACCOUNTS, SOURCES, names_in
from visavis.doors.office.queue import offices_of
from visavis.doors.staff_gate import require_role
from visavis.foundation.actor import Actor, Kind
from visavis.foundation.money import chf
from visavis.payments import bank, ledger_file, totals
from visavis.payments.ledger_models import Entry
from visavis.places import queries as places

ROWS_SHOWN = 200
FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, slots=True)
class Period:
    """A month, or one day of it."""

    first: date
    last: date

    @classmethod
    def of(cls, typed: str, *, today: date) -> Self:
        """Read "2026-03" or "2026-03-27"; nothing is this month.

        Raises:
            Http404: neither.
        """
        try:
            if len(typed) == len("2026-03-27"):
                day = date.fromisoformat(typed)
                period = cls(day, day)
            else:
                first = date.fromisoformat(f"{typed}-01") if typed else today.replace(day=1)
                period = cls(first, _month_after(first) - timedelta(days=1))
        except ValueError as error:
            raise Http404 from error
        if not FIRST_YEAR <= period.first.year <= LAST_YEAR:
            raise Http404
        return period

    @property
    def month(self) -> str:
        return self.first.isoformat()[:7]

    @property
    def is_day(self) -> bool:
        return self.first == self.last

    @property
    def code(self) -> str:
        return self.first.isoformat() if self.is_day else self.month

    @property
    def before(self) -> str:
        earlier = self.first - timedelta(days=1)
        return earlier.isoformat() if self.is_day else earlier.isoformat()[:7]

    @property
    def after(self) -> str:
        later = self.last + timedelta(days=1)
        return later.isoformat() if self.is_day else later.isoformat()[:7]


@dataclass(frozen=True, slots=True)
class Line:
    """One account of one office."""

    total: totals.Total
    label: Promise
    office: str  # its name


@dataclass(frozen=True, slots=True)
class Row:
    """One row below a total."""

    entry: Entry
    source: Promise
    site: str  # its name, of cash

    @property
    def debit(self) -> str:
        return chf(self.entry.debit_cents) if self.entry.debit_cents else ""

    @property
    def credit(self) -> str:
        return chf(self.entry.credit_cents) if self.entry.credit_cents else ""


@never_cache
@require_GET
@require_role("officer")
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the totals of a month or a day; of one account, the rows that make its total."""
    actor = actor_of(request, kind=Kind.OFFICER)
    offices = _offices_of(actor)
    period = Period.of(request.GET.get("period", ""), today=localdate(request_now(request)))
    entries = totals.rows(first=period.first, last=period.last, offices=offices)
    office, account = request.GET.get("office", ""), request.GET.get("account", "")
    context: dict[str, object] = {"period": period}
    name = names_in(language_of(request))
    if office in offices and account in ACCOUNTS:
        chosen = entries.filter(office=office, account=account)
        shown = [
            Row(entry, SOURCES[entry.posting.source], name(entry.posting.site))
            for entry in chosen[:ROWS_SHOWN]
        ]
        total = next(totals.of(chosen), totals.Total(office, account, 0, 0))
        context |= {
            "line": Line(total, ACCOUNTS[account], name(office)),
            "rows": shown,
            "left_out": max(chosen.count() - len(shown), 0),
        }
        return render(request, "office/ledger_account.html", context)
    context["lines"] = [
        Line(total, ACCOUNTS[total.account], name(total.office)) for total in totals.of(entries)
    ]
    return render(request, "office/ledger.html", context)


@never_cache
@require_GET
@require_role("officer")
def ledger_csv(request: HttpRequest) -> HttpResponse:
    """Send the rows of a period as a file for an accountant's program."""
    actor = actor_of(request, kind=Kind.OFFICER)
    period = Period.of(request.GET.get("period", ""), today=localdate(request_now(request)))
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ledger-{period.code}.csv"'
    lines = ledger_file.lines(first=period.first, last=period.last, offices=_offices_of(actor))
    csv.writer(answer).writerows(lines)
    return answer


def _offices_of(actor: Actor) -> frozenset[str]:
    """Return the officer's offices, and who holds the accounts on which their money arrives."""
    holders = {places.holder_of(account) for account in bank.accounts_of(actor)}
    return frozenset({*offices_of(actor), *holders} - {""})


def _month_after(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
