"""How we talk with the provider about one attempt: ask outside, then write down the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from visavis.foundation.actor import Actor
from visavis.gateways.payment_provider import client
from visavis.gateways.payment_provider.errors import PaymentProviderError, UnknownOrder
from visavis.gateways.payment_provider.types import Order, Report
from visavis.payments import settling
from visavis.payments.models import Attempt, Payment


@dataclass(frozen=True, slots=True)
class HostedPage:
    """How the payer sees the provider's page, and where it leads back to.

    Args:
        return_url: absolute; without personal data.
        notify_url: absolute; where the provider's events arrive.
        presentation: "web" or "kiosk".
    """

    return_url: str
    notify_url: str
    language: str
    presentation: str = "web"


def order_of(payment: Payment, attempt: Attempt, page: HostedPage) -> Order:
    """Return what the provider is asked to collect: everything but a person."""
    return Order(
        key=str(attempt.key),
        number=payment.number,
        amount_cents=payment.amount_cents,
        currency=payment.currency,
        purpose=payment.purpose,
        return_url=page.return_url,
        notify_url=page.notify_url,
        language=page.language,
        presentation=page.presentation,
        reference=attempt.reference,
    )


def report_on(key: str, reference: str = "") -> Report:
    """Ask how an attempt stands."""
    return client.configured().report_on(key, reference)


def close(key: str, reference: str = "") -> Report:
    """Ask to close an attempt's page; the answer may be that it is paid."""
    return client.configured().close(key, reference)


def look(attempt: Attempt) -> Callable[[str, str], Report]:
    """Return the question about an attempt: a page whose payment nobody asks for is to be closed.

    Some providers take money only when we ask; of those, nothing more is taken then.
    """
    return report_on if attempt.payment.is_asked else close


def asked(
    attempt: Attempt, question: Callable[[str, str], Report], *, actor: Actor, now: datetime
) -> bool:
    """Ask outside any transaction, then write down the answer; tell whether there was one."""
    try:
        report = question(str(attempt.key), attempt.reference)
    except UnknownOrder:
        settling.no_answer(attempt=attempt, is_unknown=True, actor=actor, now=now)
        return True
    except PaymentProviderError:
        settling.no_answer(attempt=attempt, is_unknown=False, actor=actor, now=now)
        return False
    settling.take_in(report, attempt=attempt, actor=actor, now=now)
    return True
