"""Whatever the order, the losses, the repeats and the crashes: one truth, the provider's."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import cycle
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.payments import refunds
from tests.integration.payments.conftest import PAGE, Bench
from visavis.foundation import jobs
from visavis.foundation.actor import Actor
from visavis.gateways.payment_provider.fake.faults import Answers
from visavis.gateways.payment_provider.types import RefundState
from visavis.gateways.payment_provider.types import State as Said
from visavis.payments import (
    conversation,
    crediting,
    operations,
    paying_out,
    queries,
    refund_queries,
    refund_sending,
    refunding,
    refusals,
    rules,
    settling,
)
from visavis.payments.models import Attempt, CashReceipt, Payment, Trouble
from visavis.payments.receipt_models import Receipt
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import Way

pytestmark = pytest.mark.django_db

STEPS = [
    *("tap", "tap", "pays", "fails", "cancels", "event", "sweep", "back", "cash", "withdraw"),
    *("provider breaks", "answers get lost", "provider recovers"),
    *("we crash before the answer is written", "we crash before the commit", "a minute passes"),
    "hours pass",
    *("ask a refund", "ask a refund", "approve", "approve", "send", "refund event", "pay out"),
    *("refund is done", "refund fails"),
]
PARTS = (12_552, 5_000, 2_552)  # of a refund, in turn


class Crash(BaseException):
    """Our process is gone: nothing after this line runs."""


class World:
    """One payment, its provider, and everything that may happen to both."""

    def __init__(self, bench: Bench, actor: Actor, clerk: Actor, payment: Payment, now: datetime):
        self.bench, self.actor, self.clerk, self.payment, self.now = (
            bench,
            actor,
            clerk,
            payment,
            now,
        )
        self.crash_at = ""
        self.parts = cycle(PARTS)

    def step(self, name: str) -> None:
        acts = {
            "tap": self.tap,
            "pays": lambda: self.payer(Said.PAID),
            "fails": lambda: self.payer(Said.FAILED),
            "cancels": lambda: self.payer(Said.CLOSED),
            "event": self.event,
            "sweep": lambda: operations.sweep(actor=self.actor, now=self.now),
            "back": self.back,
            "cash": self.cash,
            "withdraw": self.withdraw,
            "provider breaks": lambda: self.bench.answers(Answers.ERROR),
            "answers get lost": lambda: self.bench.answers(Answers.LOST),
            "provider recovers": lambda: self.bench.answers(Answers.GOOD),
            "we crash before the answer is written": lambda: setattr(self, "crash_at", "before"),
            "we crash before the commit": lambda: setattr(self, "crash_at", "commit"),
            "a minute passes": lambda: self.passes(timedelta(minutes=1)),
            "hours pass": lambda: self.passes(timedelta(hours=2)),
            "ask a refund": self.ask_refund,
            "approve": self.approve,
            "send": self.send,
            "refund event": self.refund_event,
            "pay out": self.pay_out,
            "refund is done": lambda: self.provider_decides(RefundState.DONE),
            "refund fails": lambda: self.provider_decides(RefundState.FAILED),
        }
        with suppress(refusals.PaymentRefused, Crash):
            acts[name]()

    def passes(self, time: timedelta) -> None:
        self.now += time
        self.bench.clock.at += time.total_seconds()

    def tap(self) -> None:
        operations.begin_attempt(payment=self.payment, page=PAGE, actor=self.actor, now=self.now)

    def payer(self, state: Said) -> None:
        for record in self.bench.records(self.payment):
            self.bench.ledger.move(record.order.key, state)

    def event(self) -> None:
        for attempt in self.payment.attempts.order_by("-pk"):  # also about old ones, newest first
            operations.ask_about(key=str(attempt.key), actor=self.actor, now=self.now)

    def back(self) -> None:
        operations.ask_provider(payment=self.payment, actor=self.actor, now=self.now)

    def cash(self) -> None:
        operations.receive_cash(payment=self.payment, key=uuid4(), actor=self.clerk, now=self.now)

    def withdraw(self) -> None:
        operations.cancel(payment=self.payment, actor=self.actor, now=self.now)

    def refunds(self, **which: object) -> list[Refund]:
        return list(Refund.objects.filter(payment=self.payment, **which).order_by("-asked_at"))

    def ask_refund(self) -> None:
        payment, cents = queries.payment(self.payment.pk), next(self.parts)
        surplus = payment.troubles.order_by("pk").last()
        if surplus is not None:  # what came twice or too late goes back first
            left = refund_queries.source_of(payment, trouble=surplus).left_cents
            if left:
                refunds.asked(payment, min(left, cents), trouble=surplus, now=self.now)
                return
        way = Way.TILL if payment.method == "cash" else Way.PROVIDER
        refunds.asked(payment, cents, way, now=self.now)

    def approve(self) -> None:
        for refund in self.refunds(state="asked"):
            refunding.approve(refund_id=refund.pk, actor=refunds.OSCAR, now=self.now)

    def send(self) -> None:
        for refund in self.refunds():
            refund_sending.send(refund_id=refund.pk, actor=self.actor, now=self.now)

    def refund_event(self) -> None:
        for refund in self.refunds():  # also about old ones, and before they were sent
            operations.ask_about(key=str(refund.key), actor=self.actor, now=self.now)

    def pay_out(self) -> None:
        for refund in self.refunds(way="till"):
            paying_out.pay_out(refund_id=refund.pk, actor=self.clerk, now=self.now)

    def provider_decides(self, state: RefundState) -> None:
        for refund in self.refunds():
            self.bench.ledger.decide_refund(str(refund.key), state)

    def calm(self) -> None:
        """Everything works again, and days pass."""
        self.crash_at = ""
        self.bench.answers(Answers.GOOD)
        for _ in range(8):
            self.passes(timedelta(hours=7))
            self.send()  # the job after approval is tried again for days
            self.bench.ledger.work()
            operations.sweep(actor=self.actor, now=self.now)


@pytest.fixture
def crashing(monkeypatch):
    """Let the current world's next written answer crash, before it is written or before commit."""
    worlds: list[World] = []
    take_in, note_asked = settling.take_in, settling._note_asked
    take_in_refund, step_refund = refund_sending.take_in, crediting.step

    def crash(at: str) -> None:
        if worlds and worlds[-1].crash_at == at:
            worlds[-1].crash_at = ""
            raise Crash

    def crashing_take_in(*args, **kwargs):
        crash("before")
        return take_in(*args, **kwargs)

    def crashing_note_asked(*args, **kwargs):
        note_asked(*args, **kwargs)
        crash("commit")

    def crashing_take_in_refund(*args, **kwargs):
        crash("before")
        return take_in_refund(*args, **kwargs)

    def crashing_step(*args, **kwargs):
        step_refund(*args, **kwargs)
        crash("commit")

    monkeypatch.setattr(refund_sending, "take_in", crashing_take_in_refund)
    monkeypatch.setattr(crediting, "step", crashing_step)
    monkeypatch.setattr(settling, "take_in", crashing_take_in)
    monkeypatch.setattr(settling, "_note_asked", crashing_note_asked)
    return worlds


@pytest.fixture
def told(monkeypatch) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(jobs, "announce", lambda what, *, subject: heard.append((what, subject)))
    return heard


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(STEPS), max_size=18))
def test_after_any_history_our_books_say_what_the_provider_says(
    bench, citizen, clerk, ask_for, now, crashing, told, steps
):
    told.clear()
    world = World(bench, citizen, clerk, ask_for(), now)
    crashing.append(world)
    bench.clock.at = now.timestamp()
    bench.answers(Answers.GOOD)

    for name in steps:
        world.step(name)
        _holds_always(world)
    world.calm()

    _holds_in_the_end(world, told)


def _holds_always(world: World) -> None:
    assert world.payment.attempts.live().count() <= 1
    assert queries.payment(world.payment.pk).amount_cents == 12_552
    came = sum(
        record.order.amount_cents
        for record in world.bench.records(world.payment)
        if record.state is Said.PAID
    )
    assert _given(world) <= came


def _holds_in_the_end(world: World, told: list[tuple[str, str]]) -> None:
    payment = queries.payment(world.payment.pk)
    paid = [record for record in world.bench.records(payment) if record.state is Said.PAID]
    cash = CashReceipt.objects.filter(payment=payment).count()
    known = Attempt.objects.filter(payment=payment, state=rules.AttemptState.PAID).count()
    surplus = Trouble.objects.filter(payment=payment).count()

    assert not payment.attempts.live().exists()
    assert known == len(paid)  # no money at the provider that we do not know of
    assert payment.is_settled or len(paid) + cash == 0 or payment.is_cancelled
    assert payment.is_settled is (
        len(paid) + cash - surplus == 1
    )  # one settles, the rest is surplus
    assert told.count(("payment.settled", payment.subject)) == int(payment.is_settled)
    _refunds_hold_in_the_end(world)


def _given(world: World) -> int:
    """Return what the provider gave back, or is about to."""
    keys = {str(attempt.key) for attempt in world.payment.attempts.all()}
    return sum(
        record.repayment.amount_cents
        for record in world.bench.ledger.refunds()
        if record.repayment.order_key in keys and record.state is not RefundState.FAILED
    )


def _refunds_hold_in_the_end(world: World) -> None:
    online = [refund for refund in world.refunds(way="provider") if refund.approved_at]
    settled = [refund for refund in world.refunds() if refund.is_settled]
    in_coins = CashReceipt.objects.filter(payment=world.payment).count() * 12_552

    assert {refund.state for refund in online} <= {"settled", "returned"}
    ours = sum(refund.amount_cents for refund in online if refund.is_settled)
    assert ours == _given(world)  # to the centime what the provider's books say
    assert sum(refund.amount_cents for refund in settled if refund.way == "till") <= in_coins
    for refund in world.refunds():
        assert Receipt.objects.filter(refund=refund).count() == int(refund.is_settled)


def test_an_answer_written_by_a_slower_process_undoes_nothing(payment, citizen, now, bench):
    operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
    attempt = payment.attempts.get()
    old = conversation.report_on(str(attempt.key))
    bench.move(payment, Said.PAID)
    operations.ask_provider(payment=payment, actor=citizen, now=now)

    settling.take_in(old, attempt=attempt, actor=citizen, now=now)

    assert queries.payment(payment.pk).is_settled
    assert payment.attempts.get().state == "paid"


def test_a_whole_refund_goes_through_every_trouble(bench, citizen, clerk, ask_for, now, crashing):
    world = World(bench, citizen, clerk, ask_for(), now)
    crashing.append(world)

    for name in (
        *("tap", "pays", "event", "ask a refund", "approve", "answers get lost", "send"),
        *("provider recovers", "we crash before the answer is written", "send", "refund fails"),
        *("we crash before the commit", "refund event", "refund event", "ask a refund"),
        *("approve", "provider breaks", "send", "refund event", "provider recovers", "send"),
    ):
        world.step(name)
        _holds_always(world)
    world.calm()

    assert sorted(refund.state for refund in world.refunds()) == ["returned", "settled"]
    _refunds_hold_in_the_end(world)
