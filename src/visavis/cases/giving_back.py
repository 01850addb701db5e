"""Tells a citizen that money of their request goes, or went, back. Repeatable."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.cases import queries, telling
from visavis.cases.models import Case
from visavis.foundation.actor import Actor
from visavis.payments import refund_queries as refunds
from visavis.payments.refund_rules import Way


@transaction.atomic
def tell_approved(*, refund_id: UUID, actor: Actor, now: datetime) -> None:
    """Say that the citizen is to do something: name an account, or fetch the money."""
    if refunds.refund(refund_id).way != Way.PROVIDER:
        _tell("case-refund-approved", refund_id, actor=actor, now=now)


@transaction.atomic
def tell_settled(*, refund_id: UUID, actor: Actor, now: datetime) -> None:
    """Say that the money has gone back."""
    _tell("case-refunded", refund_id, actor=actor, now=now)


def _tell(template: str, refund_id: UUID, *, actor: Actor, now: datetime) -> None:
    case_id = queries.of_subject(refunds.refund(refund_id).payment.subject)
    case = Case.objects.select_related("version").filter(pk=case_id).first() if case_id else None
    if case is not None:
        telling.tell(case, template, actor=actor, now=now, once=str(refund_id))
