"""Many at the same moment, with real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.integration.payments.conftest import PAGE, PURPOSE
from tests.integration.payments.refunds import (
    OSCAR,
    approved,
    asked,
    officer,
    paid_in_cash,
    paid_online,
    wanted,
)
from visavis.gateways.payment_provider.types import State as Said
from visavis.journal.models import Entry
from visavis.payments import (
    operations,
    paying_out,
    queries,
    refund_sending,
    refunding,
    refusals,
    tills,
)
from visavis.payments.models import Attempt, CashReceipt, Payment, Trouble
from visavis.payments.receipt_models import Receipt
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import Way

pytestmark = pytest.mark.django_db(transaction=True)


def race(*acts: Callable[[], object]) -> list[str]:
    """Run all at once; return what each came to: "done" or its refusal."""

    def run(act: Callable[[], object]) -> str:
        try:
            act()
        except refusals.PaymentRefused as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(run, acts))


def test_eight_taps_at_once_begin_one_attempt(payment, citizen, now, bench):
    def tap() -> object:
        return operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)

    assert race(*[tap] * 8) == ["done"] * 8
    assert Attempt.objects.count() == len(bench.records(payment)) == 1


def test_eight_requests_at_once_are_one_payment(system, now):
    def ask() -> object:
        return operations.request(
            subject="case:1",
            office="environment",
            purpose=PURPOSE,
            lines=[operations.Line("permit", PURPOSE, 500)],
            actor=system,
            now=now,
        )

    assert race(*[ask] * 8) == ["done"] * 8
    assert Payment.objects.count() == 1
    assert Payment.objects.get().lines.count() == 1


def test_returns_events_sweeps_and_cash_at_once_settle_once(payment, citizen, clerk, now, bench):
    operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
    bench.move(payment, Said.PAID)
    key = str(payment.attempts.get().key)

    outcomes = race(
        *[lambda: operations.ask_provider(payment=payment, actor=citizen, now=now)] * 3,
        *[lambda: operations.ask_about(key=key, actor=citizen, now=now)] * 3,
        *[lambda: operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)] * 2,
    )

    assert outcomes == ["AlreadySettled"] * 2 + ["done"] * 6
    assert queries.payment(payment.pk).is_settled
    assert Entry.objects.filter(what="payments.settled").count() == 1
    settled = [
        job for job in ProcrastinateJob.objects.all() if job.args["what"] == "payment.settled"
    ]
    assert len({job.args["follower"] for job in settled}) == len(settled)


def test_two_clerks_cannot_both_take_the_cash(payment, clerk, now, bench):
    outcomes = race(
        *[lambda: operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)] * 6
    )

    assert outcomes == ["AlreadySettled"] * 5 + ["done"]
    assert CashReceipt.objects.count() == 1


def test_receipts_of_one_site_at_once_have_no_gap(ask_for, clerk, now, bench):
    payments = [ask_for() for _ in range(6)]

    race(
        *[
            lambda payment=payment: operations.receive_cash(
                payment=payment, key=uuid4(), actor=clerk, now=now
            )
            for payment in payments
        ]
    )

    serials = CashReceipt.objects.order_by("serial").values_list("serial", flat=True)
    assert list(serials) == [1, 2, 3, 4, 5, 6]


def test_cancelling_and_paying_at_once_leave_one_truth(payment, citizen, system, now, bench):
    operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
    bench.move(payment, Said.PAID)

    race(
        lambda: operations.cancel(payment=payment, actor=system, now=now),
        lambda: operations.ask_provider(payment=payment, actor=citizen, now=now),
    )

    now_stands = queries.payment(payment.pk)
    late = Trouble.objects.filter(kind="paid-after-cancelling").count()
    assert (now_stands.is_settled, now_stands.is_cancelled, late) in [
        (True, False, 0),
        (False, True, 1),
    ]


def test_receipts_of_one_office_have_no_gap_whatever_way_was_paid(
    ask_for, citizen, clerk, now, bench
):
    online, *in_cash = [ask_for() for _ in range(5)]
    operations.begin_attempt(payment=online, page=PAGE, actor=citizen, now=now)
    bench.move(online, Said.PAID)

    race(
        *[lambda: operations.ask_provider(payment=online, actor=citizen, now=now)] * 2,
        *[
            lambda payment=payment: operations.receive_cash(
                payment=payment, key=uuid4(), actor=clerk, now=now
            )
            for payment in in_cash
        ],
    )

    serials = Receipt.objects.filter(office="environment").order_by("serial")
    assert list(serials.values_list("serial", flat=True)) == [1, 2, 3, 4, 5]


def test_many_who_ask_at_once_do_not_give_back_more_than_came(payment, citizen, now, bench):
    paid_online(payment, bench=bench, actor=citizen, now=now)

    def ask(number: int) -> Callable[[], object]:
        actor = officer(f"p-{number}")
        return lambda: refunding.ask(payment=payment, wanted=wanted(5_000), actor=actor, now=now)

    outcomes = race(*[ask(number) for number in range(6)])

    assert outcomes == ["MoreThanCame"] * 4 + ["done"] * 2
    assert sum(Refund.objects.values_list("amount_cents", flat=True)) == 10_000


def test_one_form_sent_at_once_by_many_taps_is_one_refund(payment, citizen, now, bench):
    paid_online(payment, bench=bench, actor=citizen, now=now)
    form = wanted(5_000)

    outcomes = race(
        *[lambda: refunding.ask(payment=payment, wanted=form, actor=OSCAR, now=now)] * 6
    )

    assert outcomes == ["done"] * 6
    assert Refund.objects.count() == 1


def test_sending_events_and_sweeps_at_once_give_back_once(payment, citizen, system, now, bench):
    paid_online(payment, bench=bench, actor=citizen, now=now)
    refund = approved(payment, 5_000, now=now)
    key = str(refund.key)
    bench.ledger.work()

    race(
        *[lambda: refund_sending.send(refund_id=refund.pk, actor=system, now=now)] * 4,
        *[lambda: operations.ask_about(key=key, actor=system, now=now)] * 2,
        bench.ledger.work,
    )
    bench.ledger.work()
    refund_sending.send(refund_id=refund.pk, actor=system, now=now)

    assert len(bench.ledger.refunds()) == 1
    assert Refund.objects.get().is_settled
    assert Receipt.objects.filter(refund=refund).count() == 1


def test_approving_and_refusing_at_once_leave_one_truth(payment, citizen, now, bench):
    paid_online(payment, bench=bench, actor=citizen, now=now)
    refund = asked(payment, 5_000, now=now)

    outcomes = race(
        lambda: refunding.approve(refund_id=refund.pk, actor=OSCAR, now=now),
        lambda: refunding.refuse(refund_id=refund.pk, actor=officer("p-oriane"), now=now),
    )

    assert outcomes == ["RefundMovedOn", "done"]


def test_a_till_gives_a_refund_once(payment, clerk, now, bench):
    paid_in_cash(payment, clerk=clerk, now=now)
    refund = approved(payment, 5_000, Way.TILL, now=now)

    outcomes = race(*[lambda: paying_out.pay_out(refund_id=refund.pk, actor=clerk, now=now)] * 6)

    assert outcomes == ["done"] * 6
    assert tills.given_cents(tills.open_till(clerk)) == 5_000
    assert Receipt.objects.filter(refund=refund).count() == 1
