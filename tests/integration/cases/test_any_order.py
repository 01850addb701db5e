"""Any order of saves, edits, going back, double posts and decisions keeps a case consistent."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.answers import season_answers, week_answers
from tests.money import coins_for
from visavis.cases import decisions, followers, operations, queries
from visavis.cases.models import Case
from visavis.cases.refusals import CaseRefused, NotYours
from visavis.cases.rules import State
from visavis.catalog.definition import fees
from visavis.catalog.models import ServiceVersion
from visavis.foundation.actor import Actor
from visavis.journal.models import Entry
from visavis.payments import settling
from visavis.payments.models import Payment
from visavis.payments.refusals import PaymentRefused

pytestmark = pytest.mark.django_db

PAGES = ["kind", "first-day", "holder", "residence", "address", "sana", "habitat", "children",
         "children-names", "guest", "declaration", "training"]  # fmt: skip
ANSWERS = {
    "kind": ["day", "week", "month", "season", ""],
    "starts_on": ["2027-06-01", "2027-03-07", "31.2.27", ""],
    "birth_date": ["1961-04-12", "1961", "2012-01-01", "2020-01-01"],
    "residence": ["canton", "elsewhere"],
    "postal_code": ["2350", "3000", "x"],
    "has_sana": ["yes", "no"],
    "habitat_done": ["no", "yes"],
    "guest": ["yes", "no"],
    "children": ["0", "1"],
    "declares": ["on", ""],
}


@dataclass(frozen=True)
class World:
    """Who takes part."""

    service: ServiceVersion
    elodie: Actor
    officer: Actor
    system: Actor
    now: datetime

    def draft(self) -> Case:
        return operations.start(
            service=self.service, language="fr", actor=self.elodie, now=self.now
        )


class OneCase(RuleBasedStateMachine):
    """One citizen with two browsers, one officer, one till, and time that passes."""

    world: World
    seen: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.now = self.world.now
        self.case = self.world.draft()
        self.frozen: tuple[int, str] | None = None
        self.typed: dict[str, object] = {}

    @initialize(stage=st.sampled_from(["draft", "sent", "asked", "accepted"]))
    def begins_somewhere(self, stage):
        """Begin anywhere on the way, so that few examples see all of it."""
        if stage != "draft":
            self.fills_in_everything(season_answers(), sends=True)
        if stage == "asked":
            self.officer_asks()
        if stage == "accepted":
            self.officer_acts("take")
            self.officer_acts("accept")

    @rule(
        page=st.sampled_from(PAGES),
        client=st.sampled_from(["one", "two"]),
        seen=st.booleans(),
        seed=st.integers(0, 99),
    )
    def saves(self, page, client, seen, seed):
        current = queries.case(self.case.pk)
        step = queries.form_of(current).step(page)
        draw = random.Random(seed)
        whole = season_answers() | week_answers() | {"sana_number": "D-1"}
        typed = {
            field.code: draw.choice(ANSWERS.get(field.code, [whole.get(field.code, "x")]))
            for field in step.fields
        }
        self.tries(
            operations.save_step, step=page, typed=typed, client=client, language="fr",
            based_on=current.revision if seen else 0, actor=self.world.elodie,
        )  # fmt: skip

    @rule(good=st.sampled_from([season_answers(), week_answers()]), sends=st.booleans())
    def fills_in_everything(self, good, sends):
        current = queries.case(self.case.pk)
        for step in queries.form_of(current).steps:
            typed = {field.code: good.get(field.code, "") for field in step.fields}
            self.tries(
                operations.save_step, step=step.code, typed=typed, client="one",
                language="fr", based_on=10**6, actor=self.world.elodie,
            )  # fmt: skip
        if sends:
            self.tries(operations.submit, actor=self.world.elodie)

    @rule(times=st.integers(1, 3))
    def submits(self, times):
        for _ in range(times):
            self.tries(operations.submit, actor=self.world.elodie)

    @rule(really=st.integers(0, 3))
    def withdraws(self, really):
        if really == 0:
            self.tries(operations.withdraw, actor=self.world.elodie)

    @rule(verb=st.sampled_from(["take", "put_back", "accept", "accept"]))
    def officer_acts(self, verb):
        self.tries(getattr(decisions, verb), actor=self.world.officer)

    @rule()
    def officer_asks(self):
        self.tries(decisions.take, actor=self.world.officer)
        self.tries(
            decisions.ask_correction, fields=["residence"], message="?", actor=self.world.officer
        )

    @rule(residence=st.sampled_from(["canton", "elsewhere", "moon"]))
    def corrects(self, residence):
        corrected = self.tries(
            operations.correct, typed={"residence": residence}, based_on=10**6,
            client="one", language="fr", actor=self.world.elodie,
        )  # fmt: skip
        if corrected:
            self.frozen = None

    @precondition(lambda self: self.payment() is not None)
    @rule(times=st.integers(1, 2))
    def pays(self, times):
        for _ in range(times):
            payment = self.payment()
            if payment.is_asked:
                settling.settle(payment, coins_for(payment), actor=self.world.system, now=self.now)
            followers.grant_what_is_paid(self.case.subject, self.now)

    @rule(hours=st.sampled_from([1, 30, 800]))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)
        followers.keep_no_longer(self.now)

    def tries(self, operation, **given):
        try:
            return operation(case_id=self.case.pk, now=self.now, **given)
        except (CaseRefused, NotYours, PaymentRefused, queries.NoSuchCase):
            return None

    def payment(self):
        return Payment.objects.filter(subject=self.case.subject).first()

    @invariant()
    def it_can_be_read(self):
        self.seen.add(queries.case(self.case.pk).state)

    @invariant()
    def one_submission_one_payment(self):
        subject = self.case.subject
        count = Entry.objects.filter(what="cases.submitted", subject=subject).count()
        assert count <= 1
        assert Payment.objects.filter(subject=subject).count() <= 1

    @invariant()
    def the_bill_is_frozen_and_is_what_is_asked(self):
        case, payment = queries.case(self.case.pk), self.payment()
        if case.submitted_at is None:
            return
        assert case.fee_cents == sum(charge.amount_cents for charge in queries.charges_of(case))
        if self.frozen:
            assert (case.fee_cents, case.reference) == self.frozen
        self.frozen = (case.fee_cents, case.reference)
        if payment:
            assert payment.amount_cents == case.fee_cents
        half_corrected = (State.CORRECTION, State.WITHDRAWN)
        if not case.erased_at and case.state not in half_corrected:
            reading = queries.reading_of(case, now=self.now)
            assert fees.total_cents(fees.charges(reading)) == case.fee_cents

    @invariant()
    def only_what_is_paid_is_granted(self):
        case, payment = queries.case(self.case.pk), self.payment()
        if case.state == State.GRANTED:
            assert payment.is_settled
        if payment and payment.is_settled:
            assert case.state in (State.PAYMENT, State.GRANTED)

    @invariant()
    def what_was_submitted_is_complete(self):
        case = queries.case(self.case.pk)
        waiting = (State.SUBMITTED, State.IN_REVIEW, State.PAYMENT)
        if case.state in waiting:
            assert queries.reading_of(case, now=self.now).is_complete()

    def teardown(self):
        assert not connection.needs_rollback


def test_any_order_of_acts_keeps_a_case_consistent(service, elodie, officer, system, now):
    OneCase.world = World(service, elodie, officer, system, now)

    run_state_machine_as_test(
        OneCase,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip

    assert {State.PAYMENT, State.GRANTED, State.CORRECTION} <= OneCase.seen
