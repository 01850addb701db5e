from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pytest

from visavis.foundation.actor import Actor, Channel, Kind
from visavis.gateways.payment_provider import client
from visavis.gateways.payment_provider.fake.faults import Answers, Events, Plan
from visavis.gateways.payment_provider.fake.in_process import InProcessProvider
from visavis.gateways.payment_provider.fake.ledger import Ledger, Record
from visavis.gateways.payment_provider.types import State
from visavis.payments import operations, tills
from visavis.payments.conversation import HostedPage
from visavis.payments.models import Payment

PURPOSE = {"fr": "Permis de pêche", "de": "Fischereipatent", "it": "Licenza", "en": "Permit"}
PAGE = HostedPage(
    return_url="http://127.0.0.1:8000/fr/pay/", notify_url="http://127.0.0.1:8000/e", language="fr"
)


class SetClock:
    """The provider's clock, set by the test."""

    def __init__(self, now: datetime) -> None:
        self.at = now.timestamp()

    def __call__(self) -> float:
        return self.at


@dataclass
class Bench:
    """A provider that a test can drive: pay its pages, break its answers."""

    provider: InProcessProvider
    clock: SetClock

    @property
    def ledger(self) -> Ledger:
        return self.provider.ledger

    def answers(self, answers: Answers) -> None:
        self.ledger.misbehave(Plan(events=Events.ON_TIME, answers=answers))

    def records(self, payment: Payment) -> list[Record]:
        keys = payment.attempts.order_by("pk").values_list("key", flat=True)
        return [record for key in keys if (record := self.ledger.find(str(key))) is not None]

    def move(self, payment: Payment, state: State) -> None:
        """Let the payer act on the newest page."""
        self.ledger.move(self.records(payment)[-1].order.key, state)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Bench:
    clock = SetClock(now)
    provider = InProcessProvider(Ledger(None, clock=clock))
    monkeypatch.setattr(client, "configured", lambda: provider)
    return Bench(provider, clock)


@pytest.fixture
def citizen() -> Actor:
    return Actor(kind=Kind.CITIZEN, name="p-ada", channel=Channel.KIOSK)


@pytest.fixture
def clerk(db: None, now: datetime) -> Actor:
    """A cashier with an open till."""
    claire = Actor(
        kind=Kind.CLERK,
        name="p-claire",
        channel=Channel.COUNTER,
        site="saignelegier",
        roles=frozenset({"cashier@post/saignelegier"}),
    )
    tills.open_(float_cents=200_00, actor=claire, now=now)
    return claire


@pytest.fixture
def ask_for(system: Actor, now: datetime) -> Callable[..., Payment]:
    def ask(cents: int = 12_552, subject: str = "") -> Payment:
        return operations.request(
            subject=subject or f"case:{uuid4()}",
            office="environment",
            purpose=PURPOSE,
            lines=[operations.Line("permit", PURPOSE, cents)],
            actor=system,
            now=now,
        )

    return ask


@pytest.fixture
def payment(ask_for: Callable[..., Payment]) -> Payment:
    return ask_for()
