"""A clerk's till: opened with a float, closed with a count, checked by a second person."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum

from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.journal import operations as journal
from visavis.payments import ledger, rules
from visavis.payments.models import CashReceipt
from visavis.payments.refund_models import Refund
from visavis.payments.refusals import (
    NoReason,
    NoSuchTill,
    NotCashier,
    NotCoins,
    TillClosed,
    YourOwnTill,
)
from visavis.payments.till_models import Till


def open_till(actor: Actor) -> Till | None:
    """Return the till that somebody has open where they stand."""
    return Till.objects.filter(site=actor.site, clerk=actor.name, closed_at=None).first()


def to_check(actor: Actor) -> QuerySet[Till]:
    """Return the closed tills of this site that wait for a second person other than their clerk."""
    waiting = Till.objects.filter(site=actor.site, closed_at__isnull=False, checked_at=None)
    return waiting.exclude(clerk=actor.name).order_by("closed_at")


def till_for(till_id: UUID, *, actor: Actor) -> Till:
    """Return a till of the actor's site.

    Raises:
        NotCashier: no till is theirs here.
        NoSuchTill: none, or of another site.
    """
    _refuse_unless_cashier(actor)
    found = Till.objects.filter(pk=till_id, site=actor.site).first()
    if found is None:
        raise NoSuchTill
    return found


def receipts_in(till: Till) -> QuerySet[CashReceipt]:
    """Return what a till took, in the order of its serials."""
    return till.receipts.select_related("payment").order_by("serial")


def expected_cents(till: Till) -> int:
    """Return what must lie in a till: its float and all it took, less what it gave back."""
    return till.float_cents + taken_cents(till) - given_cents(till)


def taken_cents(till: Till) -> int:
    """Return what a till took."""
    return int(till.receipts.aggregate(total=Sum("received_cents"))["total"] or 0)


def given_cents(till: Till) -> int:
    """Return what a till gave back."""
    return int(till.payouts.aggregate(total=Sum("paid_cents"))["total"] or 0)


def payouts_of(till: Till) -> QuerySet[Refund]:
    """Return what a till gave back, in the order of time."""
    return till.payouts.select_related("payment", "receipt").order_by("ended_at", "pk")


@transaction.atomic
def open_(*, float_cents: int, actor: Actor, now: datetime) -> Till:
    """Open the actor's till with what lies in it; an open one is returned as it is.

    Raises:
        NotCashier: no till is theirs here.
        NotCoins: the float is no amount of coins and notes.
    """
    _refuse_unless_cashier(actor)
    _refuse_unless_coins(float_cents)
    assert actor.site
    fresh = Till(site=actor.site, clerk=actor.name, opened_at=now, float_cents=float_cents)
    till = insert_unless_excluded(fresh)
    if till is None:
        return Till.objects.get(site=actor.site, clerk=actor.name, closed_at=None)
    journal.record(
        what="payments.till_opened", subject=f"till:{till.pk}", actor=actor, now=now,
        details={"float_cents": float_cents},
    )  # fmt: skip
    return till


@transaction.atomic
def close(
    *, till_id: UUID, counted_cents: int, reason: str = "", actor: Actor, now: datetime
) -> Till:
    """Close the actor's till with what they counted; closing it again changes nothing.

    Args:
        reason: of a difference between what is expected and what was counted.

    Raises:
        NotCashier, NoSuchTill: none is theirs here.
        NotCoins: the count is no amount of coins and notes.
        NoReason: there is a difference, and not a word about it.
    """
    till = _locked(till_id, actor=actor)
    if till.clerk != actor.name:
        raise NoSuchTill
    if not till.is_open:
        return till
    _refuse_unless_coins(counted_cents)
    expected = expected_cents(till)
    if counted_cents != expected and not reason.strip():
        raise NoReason
    till.closed_at, till.expected_cents, till.counted_cents = now, expected, counted_cents
    till.difference_cents, till.reason = counted_cents - expected, reason.strip()
    till.save()
    ledger.till_closed(till, now=now)
    journal.record(
        what="payments.till_closed", subject=f"till:{till.pk}", actor=actor, now=now,
        details={"expected_cents": expected, "counted_cents": counted_cents},
    )  # fmt: skip
    return till


@transaction.atomic
def check(*, till_id: UUID, actor: Actor, now: datetime) -> Till:
    """Confirm another clerk's count after counting again. Repeatable.

    Raises:
        NotCashier, NoSuchTill: as for `till_for`.
        YourOwnTill: nobody is their own second person.
        TillClosed: it is not closed yet.
    """
    till = _locked(till_id, actor=actor)
    if till.clerk == actor.name:
        raise YourOwnTill
    if till.is_open:
        raise TillClosed
    if till.checked_at is None:
        till.checked_at, till.checked_by = now, actor.name
        till.save(update_fields=["checked_at", "checked_by"])
        journal.record(
            what="payments.till_checked", subject=f"till:{till.pk}", actor=actor, now=now
        )
    return till


def _locked(till_id: UUID, *, actor: Actor) -> Till:
    Till.objects.select_for_update().filter(pk=till_id).first()
    return till_for(till_id, actor=actor)


def _refuse_unless_cashier(actor: Actor) -> None:
    if not rules.may_take_cash(actor):
        raise NotCashier


def _refuse_unless_coins(cents: int) -> None:
    if not rules.is_in_coins(cents):
        raise NotCoins
