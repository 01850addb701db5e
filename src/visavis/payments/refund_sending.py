"""Refunds by the provider: written down as sent, then asked for by our key until there is an end.

Whatever is lost in between, the same key finds the same refund there, so money leaves at most once.
A silent provider, or one that says something strange, changes nothing: only its own word ends it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.foundation.actor import Actor
from visavis.gateways.payment_provider import client
from visavis.gateways.payment_provider.errors import (
    Declined,
    PaymentProviderError,
    UnknownOrder,
)
from visavis.gateways.payment_provider.types import RefundReport, RefundState, Repayment
from visavis.payments import crediting, refund_queries
from visavis.payments import refund_rules as rules
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State, Way
from visavis.payments.refusals import ProviderSilent
from visavis.payments.rules import FIRST_ASK
from visavis.payments.settling import PROVIDER

SWEPT_AT_ONCE = 100


def send(*, refund_id: UUID, actor: Actor, now: datetime) -> None:
    """Send an approved refund to the provider, or ask how it stands. Repeatable.

    Raises:
        ProviderSilent: no answer; we keep asking.
    """
    refund = _marked_sent(refund_id, actor=actor, now=now)
    if refund is not None and not asked(refund, actor=actor, now=now):
        raise ProviderSilent


def asked(refund: Refund, *, actor: Actor, now: datetime) -> bool:
    """Ask outside any transaction, then write down the answer; tell whether there was one."""
    try:
        report = _report(refund)
    except Declined:
        take_in(RefundState.FAILED, refund_id=refund.pk, actor=actor, now=now)
        return True
    except PaymentProviderError:
        take_in(None, refund_id=refund.pk, actor=actor, now=now)
        return False
    if (report.amount_cents, report.currency) != (refund.amount_cents, refund.payment.currency):
        take_in(None, refund_id=refund.pk, actor=actor, now=now)  # a person sees that it is late
        return False
    take_in(report.state, refund_id=refund.pk, reference=report.reference, actor=actor, now=now)
    return True


@transaction.atomic
def take_in(
    said: RefundState | None, *, refund_id: UUID, reference: str = "", actor: Actor, now: datetime
) -> Refund:
    """Write down what the provider says of a refund, or that it said nothing.

    May be called with the same or an older answer at any time: it changes nothing then.
    """
    refund, _payment = crediting.locked(refund_id)
    before = State(refund.state)
    if before is not State.SENT:
        return refund
    refund.asks += 1
    refund.next_ask_at = rules.next_ask_at(asks=refund.asks, now=now)
    refund.reference = reference or refund.reference
    after = rules.said_of(before, said) if said else before
    if after is before:
        refund.save(update_fields=["asks", "next_ask_at", "reference"])
    else:
        crediting.step(refund, after, actor=actor, now=now, by=PROVIDER)
    return refund


def sweep(*, actor: Actor, now: datetime) -> int:
    """Ask about every refund whose answer is due, and return how many answered."""
    due = list(refund_queries.to_ask_at(now).select_related("payment")[:SWEPT_AT_ONCE])
    return sum(asked(refund, actor=actor, now=now) for refund in due)


def ask_about(*, key: str, actor: Actor, now: datetime) -> None:
    """Ask about the refund with our key. A foreign key is ignored.

    Raises:
        ProviderSilent: no answer.
    """
    refund = refund_queries.by_key(key)
    if refund is None or refund.state != State.SENT:
        return
    if not asked(refund, actor=actor, now=now):
        raise ProviderSilent


def _report(refund: Refund) -> RefundReport:
    """Return the provider's word, asking it to take on what it has never heard of."""
    provider, key = client.configured(), str(refund.key)
    if refund.reference:
        try:
            return provider.report_on_refund(key)
        except UnknownOrder:  # it forgot; under the same key it cannot give the money twice
            pass
    assert refund.attempt is not None
    return provider.refund(
        Repayment(
            key=key,
            order_key=str(refund.attempt.key),
            amount_cents=refund.amount_cents,
            currency=refund.payment.currency,
        )
    )


@transaction.atomic(durable=True)  # on disk before the provider hears of it
def _marked_sent(refund_id: UUID, *, actor: Actor, now: datetime) -> Refund | None:
    refund, _payment = crediting.locked(refund_id)
    if refund.way != Way.PROVIDER or refund.state not in (State.APPROVED, State.SENT):
        return None
    if refund.state == State.APPROVED:
        refund.sent_at, refund.next_ask_at = now, now + FIRST_ASK
        crediting.step(refund, State.SENT, actor=actor, now=now)
    return refund
