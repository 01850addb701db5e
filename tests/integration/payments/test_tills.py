"""What lies in a till is known, whatever happens: float, receipts, count, second person."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.integration.payments.test_races import race
from visavis.journal.models import Entry
from visavis.payments import operations, refusals, tills
from visavis.payments.models import CashReceipt, Till

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(clerk) -> Till:
    return tills.open_till(clerk)


@pytest.fixture
def second(clerk):
    return replace(clerk, name="p-second")


@pytest.fixture
def receive(clerk, now, bench):
    def received(payment, *, actor=clerk):
        return operations.receive_cash(payment=payment, key=uuid4(), actor=actor, now=now)

    return received


@pytest.fixture
def close(till, clerk, now):
    def closed(counted_cents, reason="", *, actor=clerk):
        return tills.close(
            till_id=till.pk, counted_cents=counted_cents, reason=reason, actor=actor, now=now
        )

    return closed


class TestOpening:
    def test_again_returns_the_one_that_is_open(self, till, clerk, now):
        assert tills.open_(float_cents=5, actor=clerk, now=now) == till
        assert till.float_cents == 200_00

    @pytest.mark.parametrize("cents", [-5, 1, 10_002, 1_000_000_05])
    def test_with_what_no_coins_make_is_refused(self, second, now, cents):
        with pytest.raises(refusals.NotCoins):
            tills.open_(float_cents=cents, actor=second, now=now)

    def test_at_another_site_is_refused(self, clerk, now):
        with pytest.raises(refusals.NotCashier):
            tills.open_(float_cents=0, actor=replace(clerk, site="noirmont"), now=now)

    def test_comes_before_taking_money(self, ask_for, receive, second):
        with pytest.raises(refusals.NoTill):
            receive(ask_for(), actor=second)


class TestClosing:
    def test_adds_up_float_and_receipts(self, ask_for, receive, close):
        receive(ask_for(10_00))
        receive(ask_for(25_52))

        closed = close(235_50)

        assert (closed.expected_cents, closed.difference_cents) == (235_50, 0)

    def test_of_a_difference_asks_why(self, close, till):
        with pytest.raises(refusals.NoReason):
            close(199_95, "  ")
        till.refresh_from_db()
        assert till.is_open

        closed = close(199_95, "Fausse pièce")

        assert (closed.difference_cents, closed.reason) == (-5, "Fausse pièce")

    def test_again_changes_nothing(self, close):
        first, again = close(200_00), close(100_00, "?")

        assert (first.counted_cents, again.counted_cents) == (200_00, 200_00)
        assert Entry.objects.filter(what="payments.till_closed").count() == 1

    def test_is_for_its_own_clerk(self, close, second):
        with pytest.raises(refusals.NoSuchTill):
            close(200_00, actor=second)

    def test_ends_taking_money_until_the_next_is_open(self, ask_for, receive, close, clerk, now):
        close(200_00)
        with pytest.raises(refusals.NoTill):
            receive(ask_for())

        tills.open_(float_cents=0, actor=clerk, now=now)

        assert receive(ask_for()).till == tills.open_till(clerk)


class TestSecondPerson:
    def test_is_somebody_else(self, close, till, clerk, second, now):
        close(200_00)
        with pytest.raises(refusals.YourOwnTill):
            tills.check(till_id=till.pk, actor=clerk, now=now)

        checked = [tills.check(till_id=till.pk, actor=second, now=now) for _ in range(2)]

        assert [one.checked_by for one in checked] == ["p-second"] * 2
        assert Entry.objects.filter(what="payments.till_checked").count() == 1

    def test_finds_what_waits_at_this_site(self, close, till, clerk, second, now):
        assert list(tills.to_check(second)) == []
        close(200_00)

        assert list(tills.to_check(second)) == [till]
        assert list(tills.to_check(clerk)) == []
        assert list(tills.to_check(replace(second, site="noirmont"))) == []

    def test_does_not_check_what_is_open(self, till, second, now):
        with pytest.raises(refusals.TillClosed):
            tills.check(till_id=till.pk, actor=second, now=now)

    def test_of_another_site_finds_nothing(self, close, till, second, now):
        close(200_00)
        elsewhere = replace(second, site="noirmont", roles=frozenset({"cashier@post/noirmont"}))

        with pytest.raises(refusals.NoSuchTill):
            tills.check(till_id=till.pk, actor=elsewhere, now=now)


class TestDatabase:
    @pytest.mark.parametrize(
        "changes",
        [
            {"float_cents": 0},
            {"counted_cents": 0, "difference_cents": -200_00},
            {"reason": "another"},
            {"clerk": "p-second"},
        ],
    )
    def test_refuses_to_change_what_was_counted(self, close, till, changes):
        close(200_00)

        with pytest.raises(IntegrityError), transaction.atomic():
            Till.objects.filter(pk=till.pk).update(**changes)

    def test_refuses_a_sum_that_is_not_its_rows(self, ask_for, receive, till, now):
        receive(ask_for(10_00))

        with pytest.raises(IntegrityError), transaction.atomic():
            Till.objects.filter(pk=till.pk).update(
                closed_at=now, expected_cents=200_00, counted_cents=200_00, difference_cents=0
            )

    def test_refuses_a_receipt_in_a_closed_till(self, ask_for, receive, close, till):
        receipt = receive(ask_for(10_00))
        close(210_00)
        receipt.pk, receipt.key, receipt.serial = None, uuid4(), 2
        receipt.payment = ask_for(10_00)

        with pytest.raises(IntegrityError), transaction.atomic():
            receipt.save(force_insert=True)

    def test_refuses_the_clerk_as_second_person(self, close, till, now):
        close(200_00)

        with pytest.raises(IntegrityError), transaction.atomic():
            Till.objects.filter(pk=till.pk).update(checked_by=till.clerk, checked_at=now)

    def test_removes_none(self, till):
        with pytest.raises(IntegrityError), transaction.atomic():
            till.delete()


@pytest.mark.django_db(transaction=True)
def test_counting_while_money_comes_leaves_no_coin_out(ask_for, clerk, till, now, bench):
    """Whatever was taken lies in the till that was counted, or was not taken."""
    payments = [ask_for(10_00) for _ in range(6)]

    def take(payment):
        return lambda: operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)

    outcomes = race(
        *[take(payment) for payment in payments],
        lambda: tills.close(
            till_id=till.pk, counted_cents=0, reason="Compté", actor=clerk,
            now=now + timedelta(seconds=1),
        ),
    )  # fmt: skip

    till.refresh_from_db()
    taken = CashReceipt.objects.filter(till=till).count()
    assert till.expected_cents == 200_00 + taken * 10_00
    assert outcomes.count("NoTill") == len(payments) - taken
