"""What tests of refunds begin with: people of the office, money that came."""

from datetime import datetime
from uuid import uuid4

from tests.integration.payments.conftest import PAGE, Bench
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.gateways.payment_provider.types import State
from visavis.payments import operations, queries, refunding
from visavis.payments.models import Payment
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import Reason, Way


def officer(name: str, office: str = "environment") -> Actor:
    return Actor(
        kind=Kind.OFFICER,
        name=name,
        channel=Channel.WEB,
        roles=frozenset({f"officer@{office}"}),
    )


OLGA = officer("p-olga")
OSCAR = officer("p-oscar")


def paid_online(payment: Payment, *, bench: Bench, actor: Actor, now: datetime) -> Payment:
    operations.begin_attempt(payment=payment, page=PAGE, actor=actor, now=now)
    bench.move(payment, State.PAID)
    return operations.ask_provider(payment=payment, actor=actor, now=now)


def paid_in_cash(payment: Payment, *, clerk: Actor, now: datetime) -> Payment:
    operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)
    return queries.payment(payment.pk)


def wanted(cents: int, way: Way = Way.PROVIDER, **more: object) -> refunding.Wanted:
    return refunding.Wanted(
        **{"key": uuid4(), "amount_cents": cents, "way": way, "reason": Reason.GOODWILL, **more}
    )


def asked(
    payment: Payment, cents: int, way: Way = Way.PROVIDER, *, now: datetime, **more
) -> Refund:
    return refunding.ask(payment=payment, wanted=wanted(cents, way, **more), actor=OLGA, now=now)


def approved(payment: Payment, cents: int, way: Way = Way.PROVIDER, *, now, **more) -> Refund:
    refund = asked(payment, cents, way, now=now, **more)
    return refunding.approve(refund_id=refund.pk, actor=OSCAR, now=now)
