"""What payments do by themselves: look again after an event, close what was cancelled, sweep."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.timezone import localdate

from visavis.foundation import jobs
from visavis.foundation.actor import Actor
from visavis.payments import operations, queries, reconciling, refund_sending
from visavis.payments.refusals import ProviderSilent


@jobs.follow("payment.event_received")
def look_again(subject: str, now: datetime) -> None:
    """Ask the provider about the attempt that its event named."""
    operations.ask_about(key=subject, actor=Actor.system("payments.look_again"), now=now)


@jobs.follow("payment.cancelled")
def close_page(subject: str, now: datetime) -> None:
    """Close the provider's page of a payment that is no longer asked for."""
    payment = queries.payment(subject)
    actor = Actor.system("payments.close_page")
    if not operations.close_attempts(payment=payment, actor=actor, now=now):
        raise ProviderSilent


@jobs.follow("refund.approved")
def send_refund(subject: str, now: datetime) -> None:
    """Have the provider give money back; other ways are for people."""
    actor = Actor.system("payments.send_refund")
    refund_sending.send(refund_id=UUID(subject), actor=actor, now=now)


@jobs.periodically("* * * * *")
def sweep(now: datetime) -> None:
    """Ask again about every attempt and refund whose outcome is not known, with growing pauses."""
    operations.sweep(actor=Actor.system("payments.sweep"), now=now)


@jobs.periodically("30 3 * * *")
def reconcile(now: datetime) -> None:
    """Compare yesterday, and the days that were missed, with the provider, the tills and the bank."""
    actor = Actor.system("payments.reconcile")
    for day in reconciling.days_due(until=localdate(now) - timedelta(days=1)):
        reconciling.reconcile(day=day, actor=actor, now=now)
