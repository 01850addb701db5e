"""Many at the same moment, with real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.integration.payments.conftest import PAGE, PURPOSE
from visavis.gateways.payment_provider.types import State as Said
from visavis.journal.models import Entry
from visavis.payments import operations, queries, refusals
from visavis.payments.models import Attempt, CashReceipt, Payment, Trouble
from visavis.payments.receipt_models import Receipt

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
