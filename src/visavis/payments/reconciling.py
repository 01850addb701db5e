"""Compares a day with the provider, the tills and the bank, and lists what does not fit."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.gateways.payment_provider import client
from visavis.gateways.payment_provider.errors import (
    ListNotOffered,
    NotConfigured,
    PaymentProviderError,
    UnknownOrder,
)
from visavis.gateways.payment_provider.types import (
    Moved,
    Provider,
    RefundReport,
    RefundState,
    Report,
    State,
    Transaction,
)
from visavis.journal import operations as journal
from visavis.payments import bank, comparing, operations
from visavis.payments.comparing import Found, Ours
from visavis.payments.reconciliation_models import Difference, Reconciliation
from visavis.payments.refusals import NoReason, NotTheirMoney, ProviderSilent
from visavis.payments.rules import DifferenceKind
from visavis.payments.till_models import Till

MOST_MISSED = 30  # days that are made up for
BY_ITSELF = "reconciliation"


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing a day."""

    run: Reconciliation
    standing: tuple[Difference, ...]  # of this day, and not put right

    def as_json(self) -> dict[str, object]:
        """Return the figures and the differences as plain values."""
        run = self.run
        return {
            "day": run.day.isoformat(),
            "provider": {
                "is_listed": run.is_listed,
                "ours": {"count": run.provider_count, "cents": run.provider_cents},
                "theirs": {"count": run.listed_count, "cents": run.listed_cents},
            },
            "cash_cents": run.cash_cents,
            "bank_cents": run.bank_cents,
            "differences": [
                {
                    "kind": str(one.kind),
                    "key": one.key,
                    "office": one.office,
                    "ours_cents": one.ours_cents,
                    "theirs_cents": one.theirs_cents,
                }
                for one in self.standing
            ],
        }


def reconcile(*, day: date, actor: Actor, now: datetime) -> Compared:
    """Compare a day; repeating it doubles nothing, and takes off the list what fits by now.

    An attempt that the provider lists as paid and we do not is asked about first: a lost event
    heals by itself and is no difference.

    Raises:
        ProviderSilent: there is no list now. Nothing was compared.
    """
    ours = comparing.ours_of(day)
    listed, is_listed = _listed(day, ours)
    for key in comparing.unpaid_here(listed):
        with suppress(ProviderSilent):  # it stays a difference until the provider answers
            operations.ask_about(key=key, actor=actor, now=now)
    return _written(day, listed, is_listed=is_listed, actor=actor, now=now)


def days_due(*, until: date) -> list[date]:
    """Return the days to compare now, oldest first: `until`, and those before it that were missed."""
    before = Reconciliation.objects.filter(day__lt=until).order_by("-day").first()
    missed = (until - before.day).days - 1 if before else 0
    return [until - timedelta(days=ago) for ago in range(min(missed, MOST_MISSED), -1, -1)]


def waiting(*, actor: Actor) -> QuerySet[Difference]:
    """Return the differences that wait for a person, oldest first: their offices', and nobody's."""
    found = Difference.objects.filter(resolved_at=None).select_related("payment")
    offices = set(found.order_by().values_list("office", flat=True))
    theirs = [one for one in offices if not one or bank.answers_for(one, actor=actor)]
    return found.filter(office__in=theirs).order_by("day", "pk")


def sites_of_tills(differences: Sequence[Difference]) -> dict[int, str]:
    """Return the sites of the tills that differences are about, by the difference's key here."""
    tills = {one.key: one.pk for one in differences if one.kind == DifferenceKind.TILL_OPEN}
    found = Till.objects.filter(pk__in=list(tills)).values_list("pk", "site")
    return {tills[str(till)]: site for till, site in found}


@transaction.atomic
def put_right(*, difference: Difference, words: str, actor: Actor, now: datetime) -> Difference:
    """Take a difference off the list, saying in words what it was.

    Raises:
        NotTheirMoney: it is another office's.
        NoReason: not a word.
    """
    difference = Difference.objects.select_for_update().get(pk=difference.pk)
    if difference.office and not bank.answers_for(difference.office, actor=actor):
        raise NotTheirMoney
    if not words.strip():
        raise NoReason
    if difference.resolved_at is None:
        _resolve(difference, words=words.strip(), by=actor.name, actor=actor, now=now)
    return difference


def _listed(day: date, ours: dict[str, Ours]) -> tuple[Sequence[Transaction], bool]:
    """Return the provider's list, back to the oldest of ours; or its answers one by one."""
    begins, ends = comparing.stretch_of(day)
    since = min([begins, *(one.since for one in ours.values())])
    try:
        provider = client.configured()
    except NotConfigured:
        return (), False
    try:
        return provider.list_transactions(since, ends), True
    except ListNotOffered:
        return _asked_one_by_one(provider, ours, at=begins), False
    except PaymentProviderError as error:
        raise ProviderSilent from error


def _asked_one_by_one(
    provider: Provider, ours: dict[str, Ours], *, at: datetime
) -> list[Transaction]:
    said = []
    for key, one in ours.items():
        report: Report | RefundReport
        try:
            if one.moved is Moved.IN:
                report = provider.report_on(key, one.reference)
            else:
                report = provider.report_on_refund(key)
        except UnknownOrder:
            continue
        except PaymentProviderError as error:
            raise ProviderSilent from error
        if report.state in (State.PAID, RefundState.DONE):
            said.append(Transaction(key, one.moved, report.amount_cents, report.currency, at))
    return said


@transaction.atomic
def _written(
    day: date, listed: Sequence[Transaction], *, is_listed: bool, actor: Actor, now: datetime
) -> Compared:
    ours = comparing.ours_of(day)
    cash_cents, bank_cents = comparing.cash_of(day), comparing.bank_of(day)
    found = [
        *comparing.with_provider(ours, listed),
        *comparing.unknown_here(listed, day=day),
        *comparing.tills_left_open(day),
        *comparing.with_ledger(day, cash_cents=cash_cents, bank_cents=bank_cents),
    ]
    begins, ends = comparing.stretch_of(day)
    came = [one for one in ours.values() if one.moved is Moved.IN]
    of_day = [one for one in listed if one.moved is Moved.IN and begins <= one.at < ends]
    run, _made = Reconciliation.objects.update_or_create(
        day=day,
        defaults={
            "ran_at": now,
            "is_listed": is_listed,
            "provider_count": len(came),
            "provider_cents": sum(one.amount_cents for one in came),
            "listed_count": len(of_day),
            "listed_cents": sum(one.amount_cents for one in of_day),
            "cash_cents": cash_cents,
            "bank_cents": bank_cents,
        },
    )
    _note(found, day=day, now=now)
    _strike_off(found, day=day, actor=actor, now=now)
    standing = tuple(Difference.objects.filter(day=day, resolved_at=None).order_by("pk"))
    journal.record(
        what="payments.reconciled",
        subject=f"day:{day}",
        actor=actor,
        now=now,
        details={"found": len(found), "standing": len(standing)},
    )
    return Compared(run, standing)


def _note(found: Sequence[Found], *, day: date, now: datetime) -> None:
    for one in found:
        fresh = Difference(
            kind=one.kind,
            key=one.key[:120],
            day=day,
            office=one.office,
            payment=one.payment,
            ours_cents=one.ours_cents,
            theirs_cents=one.theirs_cents,
            noticed_at=now,
        )
        if insert_unless_excluded(fresh) is None:  # what had vanished by itself is back
            vanished = Difference.objects.filter(kind=fresh.kind, key=fresh.key)
            vanished.filter(resolved_by=BY_ITSELF).update(resolved_at=None, resolved_by="")


def _strike_off(found: Sequence[Found], *, day: date, actor: Actor, now: datetime) -> None:
    """Resolve what was found before, and is not any more: of this day, and what is no day's."""
    still = {(one.kind.value, one.key[:120]) for one in found}
    before = Difference.objects.filter(
        Q(day=day)
        | Q(kind=DifferenceKind.TILL_OPEN, day__lte=day)
        | Q(kind=DifferenceKind.LEDGER, key__startswith=comparing.OVER_ALL),
        resolved_at=None,
    )
    for difference in before:
        if (difference.kind, difference.key) not in still:
            _resolve(difference, words="", by=BY_ITSELF, actor=actor, now=now)


def _resolve(difference: Difference, *, words: str, by: str, actor: Actor, now: datetime) -> None:
    difference.resolved_at, difference.resolved_by, difference.words = now, by, words
    difference.save(update_fields=["resolved_at", "resolved_by", "words"])
    journal.record(
        what="payments.difference_resolved",
        subject=f"difference:{difference.pk}",
        actor=actor,
        now=now,
        details={"kind": difference.kind},
    )
