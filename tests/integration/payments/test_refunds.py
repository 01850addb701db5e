"""Money that goes back: who asks, who approves, how much, and by which way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.integration.payments.conftest import PAGE
from tests.integration.payments.refunds import (
    OLGA,
    OSCAR,
    approved,
    asked,
    officer,
    paid_in_cash,
    paid_online,
    wanted,
)
from visavis.foundation.actor import Actor
from visavis.gateways.payment_provider.fake.faults import Answers
from visavis.gateways.payment_provider.types import RefundState, Repayment
from visavis.gateways.payment_provider.types import State as Said
from visavis.journal.models import Entry
from visavis.payments import (
    operations,
    paying_out,
    queries,
    refund_queries,
    refund_sending,
    refunding,
    refusals,
    tills,
)
from visavis.payments.models import Payment, Trouble
from visavis.payments.receipt_models import Receipt
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State, Way

pytestmark = pytest.mark.django_db
IBAN = "CH93 0076 2011 6238 5295 7"
SYSTEM = Actor.system("tests")


@pytest.fixture
def online(payment, bench, citizen, now) -> Payment:
    return paid_online(payment, bench=bench, actor=citizen, now=now)


@pytest.fixture
def in_cash(payment, clerk, now) -> Payment:
    return paid_in_cash(payment, clerk=clerk, now=now)


def state_of(refund: Refund) -> str:
    return Refund.objects.get(pk=refund.pk).state


class TestAsk:
    def test_keeps_what_is_asked_and_writes_it_in_the_journal(self, online, now):
        refund = asked(online, 2_552, now=now)

        assert (refund.state, refund.amount_cents) == ("asked", 2_552)
        assert refund.attempt == online.attempts.get()
        assert Entry.objects.filter(what="payments.refund_asked", actor="p-olga").count() == 1

    def test_is_one_refund_however_often_the_form_is_sent(self, online, now):
        once = wanted(500)

        for _ in range(3):
            refunding.ask(payment=online, wanted=once, actor=OLGA, now=now)

        assert Refund.objects.count() == 1

    def test_refuses_another_office(self, online, now):
        with pytest.raises(refusals.NotTheirMoney):
            refunding.ask(
                payment=online, wanted=wanted(500), actor=officer("p-victor", "vehicles"), now=now
            )

    def test_refuses_more_than_is_left(self, online, now):
        approved(online, 12_000, now=now)

        with pytest.raises(refusals.MoreThanCame):
            asked(online, 553, now=now)
        assert asked(online, 552, now=now).amount_cents == 552

    def test_counts_neither_what_was_refused_nor_what_came_back(self, online, bench, now):
        refunding.refuse(refund_id=asked(online, 12_552, now=now).pk, actor=OSCAR, now=now)
        returned = approved(online, 12_552, now=now)
        refund_sending.send(refund_id=returned.pk, actor=SYSTEM, now=now)
        bench.ledger.decide_refund(str(returned.key), RefundState.FAILED)
        refund_sending.send(refund_id=returned.pk, actor=SYSTEM, now=now)

        assert state_of(returned) == "returned"
        assert refund_queries.source_of(online).left_cents == 12_552

    @pytest.mark.parametrize("cents", [0, -5])
    def test_refuses_nothing(self, online, now, cents):
        with pytest.raises(refusals.NothingToPay):
            asked(online, cents, now=now)

    def test_refuses_what_is_not_paid(self, payment, now):
        with pytest.raises(refusals.MoreThanCame):
            asked(payment, 500, now=now)

    def test_refuses_coins_for_what_was_paid_online(self, online, now):
        with pytest.raises(refusals.NotThisWay):
            asked(online, 500, Way.TILL, now=now)

    def test_refuses_the_provider_for_what_was_paid_in_coins(self, in_cash, now):
        with pytest.raises(refusals.NotThisWay):
            asked(in_cash, 500, Way.PROVIDER, now=now)


class TestSecondPerson:
    def test_is_somebody_else(self, online, now):
        refund = asked(online, 500, now=now)

        with pytest.raises(refusals.NeedsSecondPerson):
            refunding.approve(refund_id=refund.pk, actor=OLGA, now=now)
        assert refunding.approve(refund_id=refund.pk, actor=OSCAR, now=now).approved_by == "p-oscar"

    def test_works_for_the_same_office(self, online, now):
        refund = asked(online, 500, now=now)

        with pytest.raises(refusals.NotTheirMoney):
            refunding.approve(refund_id=refund.pk, actor=officer("p-victor", "vehicles"), now=now)

    def test_may_tap_twice(self, online, now):
        refund = approved(online, 500, now=now)

        again = refunding.approve(refund_id=refund.pk, actor=OSCAR, now=now)

        assert again.state == "approved"
        assert Entry.objects.filter(what="payments.refund_approved").count() == 1

    def test_cannot_approve_what_was_refused(self, online, now):
        refund = asked(online, 500, now=now)
        refunding.refuse(refund_id=refund.pk, actor=OLGA, now=now)

        with pytest.raises(refusals.RefundMovedOn):
            refunding.approve(refund_id=refund.pk, actor=OSCAR, now=now)

    def test_cannot_stop_what_the_provider_was_told(self, online, now):
        refund = approved(online, 500, now=now)

        with pytest.raises(refusals.RefundMovedOn):
            refunding.refuse(refund_id=refund.pk, actor=OLGA, now=now)


class TestByProvider:
    def test_settles_when_the_provider_says_so(self, online, bench, now):
        refund = approved(online, 2_552, now=now)

        refund_sending.send(refund_id=refund.pk, actor=SYSTEM, now=now)
        assert state_of(refund) == "sent"
        bench.ledger.work()
        operations.ask_about(key=str(refund.key), actor=SYSTEM, now=now)

        refund = refund_queries.refund(refund.pk)
        assert (refund.state, refund.ended_by) == ("settled", "provider")
        assert refund.receipt.serial == online.receipt.serial + 1
        assert queries.payment(online.pk).is_settled

    def test_is_sent_once_however_often_the_answer_is_lost(self, online, bench, now):
        refund = approved(online, 2_552, now=now)
        bench.answers(Answers.LOST)

        for _ in range(3):
            with pytest.raises(refusals.ProviderSilent):
                refund_sending.send(refund_id=refund.pk, actor=SYSTEM, now=now)
        bench.answers(Answers.GOOD)
        bench.ledger.work()
        operations.sweep(actor=SYSTEM, now=now + timedelta(days=1))

        assert state_of(refund) == "settled"
        assert len(bench.ledger.refunds()) == 1

    def test_never_fails_by_silence(self, online, bench, now):
        refund = approved(online, 2_552, now=now)
        bench.answers(Answers.ERROR)

        with pytest.raises(refusals.ProviderSilent):
            refund_sending.send(refund_id=refund.pk, actor=SYSTEM, now=now)
        for days in range(30):
            operations.sweep(actor=SYSTEM, now=now + timedelta(days=days))

        assert state_of(refund) == "sent"
        assert Refund.objects.get().next_ask_at is not None

    def test_comes_back_when_the_provider_declines(self, online, bench, now):
        order = str(online.attempts.get().key)
        bench.ledger.refund(Repayment("elsewhere", order, 12_000, "CHF"))
        refund = approved(online, 2_552, now=now)

        refund_sending.send(refund_id=refund.pk, actor=SYSTEM, now=now)

        assert state_of(refund) == "returned"
        assert not Receipt.objects.filter(refund=refund).exists()

    def test_an_event_before_the_answer_changes_nothing_twice(self, online, bench, now):
        refund = approved(online, 2_552, now=now)
        refund_sending.send(refund_id=refund.pk, actor=SYSTEM, now=now)
        bench.ledger.work()

        for _ in range(3):
            operations.ask_about(key=str(refund.key), actor=SYSTEM, now=now)
            refund_sending.send(refund_id=refund.pk, actor=SYSTEM, now=now)

        assert Receipt.objects.filter(refund=refund).count() == 1
        assert Entry.objects.filter(what="payments.refund_settled").count() == 1


class TestOutOfTheTill:
    def test_gives_coins_and_is_counted(self, in_cash, clerk, now):
        refund = approved(in_cash, 2_552, Way.TILL, now=now)
        till = tills.open_till(clerk)
        before = tills.expected_cents(till)

        found = paying_out.look_up(number=refund.spoken_number, actor=clerk, now=now)
        paid = paying_out.pay_out(refund_id=found.pk, actor=clerk, now=now)

        assert (paid.state, paid.paid_cents) == ("settled", 2_550)
        assert tills.expected_cents(till) == before - 2_550
        closed = tills.close(till_id=till.pk, counted_cents=before - 2_550, actor=clerk, now=now)
        assert closed.difference_cents == 0

    def test_gives_once(self, in_cash, clerk, now):
        refund = approved(in_cash, 2_550, Way.TILL, now=now)

        for _ in range(3):
            paying_out.pay_out(refund_id=refund.pk, actor=clerk, now=now)

        assert tills.given_cents(tills.open_till(clerk)) == 2_550
        with pytest.raises(refusals.NoSuchRefund):
            paying_out.look_up(number=refund.number, actor=clerk, now=now)

    def test_needs_approval(self, in_cash, clerk, now):
        refund = asked(in_cash, 2_550, Way.TILL, now=now)

        with pytest.raises(refusals.NoSuchRefund):
            paying_out.look_up(number=refund.number, actor=clerk, now=now)
        with pytest.raises(refusals.RefundMovedOn):
            paying_out.pay_out(refund_id=refund.pk, actor=clerk, now=now)

    def test_needs_an_open_till_with_enough_in_it(self, in_cash, clerk, now):
        refund = approved(in_cash, 12_550, Way.TILL, now=now)
        till = tills.open_till(clerk)
        tills.close(till_id=till.pk, counted_cents=tills.expected_cents(till), actor=clerk, now=now)

        with pytest.raises(refusals.NoTill):
            paying_out.pay_out(refund_id=refund.pk, actor=clerk, now=now)
        tills.open_(float_cents=10_000, actor=clerk, now=now)
        with pytest.raises(refusals.NotEnoughInTill):
            paying_out.pay_out(refund_id=refund.pk, actor=clerk, now=now)

    def test_needs_a_cashier(self, in_cash, citizen, now):
        refund = approved(in_cash, 2_550, Way.TILL, now=now)

        with pytest.raises(refusals.NotCashier):
            paying_out.pay_out(refund_id=refund.pk, actor=citizen, now=now)


class TestByTransfer:
    def test_waits_for_the_account_and_forgets_it_in_the_end(self, in_cash, citizen, now):
        refund = approved(in_cash, 2_552, Way.TRANSFER, now=now)
        assert refund.waits_for_account

        paying_out.name_account(refund_id=refund.pk, account=IBAN, actor=citizen, now=now)
        kept = bytes(Refund.objects.get().account)
        assert b"9300762011623852957" not in kept
        assert paying_out.read_account(refund_id=refund.pk, actor=OLGA, now=now) == IBAN
        paying_out.note_transfer(refund_id=refund.pk, after=State.SENT, actor=OLGA, now=now)
        paying_out.note_transfer(refund_id=refund.pk, after=State.SETTLED, actor=OLGA, now=now)

        done = Refund.objects.get()
        assert (done.state, bytes(done.account)) == ("settled", b"")
        assert Entry.objects.filter(what="payments.refund_account_read").count() == 1

    @pytest.mark.parametrize(
        "typed", ["", "CH93 0076 2011 6238 5295 8", "CH4431999123000889012", "no account"]
    )
    def test_refuses_what_is_no_account(self, in_cash, citizen, now, typed):
        refund = approved(in_cash, 2_552, Way.TRANSFER, now=now)

        with pytest.raises(refusals.NotAnAccount):
            paying_out.name_account(refund_id=refund.pk, account=typed, actor=citizen, now=now)

    def test_is_not_ordered_without_an_account_or_approval(self, in_cash, citizen, now):
        waiting = approved(in_cash, 2_552, Way.TRANSFER, now=now)
        unapproved = asked(in_cash, 100, Way.TRANSFER, now=now)
        paying_out.name_account(refund_id=unapproved.pk, account=IBAN, actor=citizen, now=now)

        for refund in (waiting, unapproved):
            with pytest.raises(refusals.RefundMovedOn):
                paying_out.note_transfer(refund_id=refund.pk, after=State.SENT, actor=OLGA, now=now)

    def test_that_comes_back_can_be_asked_for_again(self, in_cash, citizen, now):
        refund = approved(in_cash, 12_552, Way.TRANSFER, now=now)
        paying_out.name_account(refund_id=refund.pk, account=IBAN, actor=citizen, now=now)
        paying_out.note_transfer(refund_id=refund.pk, after=State.SENT, actor=OLGA, now=now)
        paying_out.note_transfer(refund_id=refund.pk, after=State.RETURNED, actor=OLGA, now=now)

        assert asked(in_cash, 12_552, Way.TRANSFER, now=now).state == "asked"

    def test_is_no_business_of_another_office(self, in_cash, citizen, now):
        refund = approved(in_cash, 2_552, Way.TRANSFER, now=now)
        paying_out.name_account(refund_id=refund.pk, account=IBAN, actor=citizen, now=now)
        victor = officer("p-victor", "vehicles")

        with pytest.raises(refusals.NotTheirMoney):
            paying_out.read_account(refund_id=refund.pk, actor=victor, now=now)
        with pytest.raises(refusals.NotTheirMoney):
            paying_out.note_transfer(refund_id=refund.pk, after=State.SENT, actor=victor, now=now)


class TestSurplus:
    @pytest.fixture
    def paid_twice(self, payment, bench, citizen, clerk, now) -> Trouble:
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.answers(Answers.ERROR)
        operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)
        bench.move(payment, Said.PAID)
        bench.answers(Answers.GOOD)
        operations.ask_about(key=str(payment.attempts.get().key), actor=citizen, now=now)
        return Trouble.objects.get()

    def test_goes_back_by_the_provider_and_leaves_the_worklist(self, paid_twice, bench, now):
        payment = queries.payment(paid_twice.payment_id)
        refund = approved(payment, 12_552, trouble=paid_twice, now=now)

        with pytest.raises(refusals.BeingRefunded):
            operations.put_right(
                trouble=paid_twice, remedy=operations.rules.Remedy.NOTHING_DUE, actor=OLGA, now=now
            )
        refund_sending.send(refund_id=refund.pk, actor=SYSTEM, now=now)
        bench.ledger.work()
        refund_sending.send(refund_id=refund.pk, actor=SYSTEM, now=now)

        right = Trouble.objects.get()
        assert (right.remedy, right.resolved_by) == ("refunded", "p-oscar")
        assert queries.payment(payment.pk).is_settled
        assert refund_queries.source_of(payment).left_cents == 12_552  # the cash that settled it

    def test_that_was_put_right_by_hand_does_not_go_back_again(self, paid_twice, now):
        operations.put_right(
            trouble=paid_twice, remedy=operations.rules.Remedy.REFUNDED, actor=OLGA, now=now
        )

        with pytest.raises(refusals.MoreThanCame):
            asked(
                queries.payment(paid_twice.payment_id), 500, trouble=Trouble.objects.get(), now=now
            )


class TestTheDatabase:
    def refuses(self, name: str, change: dict[str, object]) -> None:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Refund.objects.update(**change)

    def test_refuses_more_than_came(self, online, now):
        asked(online, 12_000, now=now)

        with pytest.raises(IntegrityError), transaction.atomic():
            Refund.objects.create(
                payment=online, key=uuid4(), number="12345678", amount_cents=553, way="transfer",
                reason="goodwill", asked_at=now, asked_by="p-olga",
            )  # fmt: skip

    def test_freezes_what_was_asked(self, online, now):
        asked(online, 500, now=now)

        for change in ({"amount_cents": 501}, {"way": "transfer"}, {"asked_by": "p-oscar"}):
            self.refuses("stays so", change)

    def test_knows_the_second_person(self, online, now):
        asked(online, 500, now=now)

        self.refuses(
            "approved_by_another",
            {"state": "approved", "approved_at": now, "approved_by": "p-olga"},
        )

    def test_takes_no_step_that_the_table_has_not(self, online, now):
        asked(online, 500, now=now)

        self.refuses("no step leads", {"state": "settled", "ended_at": now, "ended_by": "x"})

    def test_keeps_refunds(self, online, now):
        refund = asked(online, 500, now=now)

        with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
            refund.delete()

    def test_closes_a_till_only_with_what_it_gave(self, in_cash, clerk, now):
        refund = approved(in_cash, 2_550, Way.TILL, now=now)
        paying_out.pay_out(refund_id=refund.pk, actor=clerk, now=now)
        till = tills.open_till(clerk)
        till.expected_cents = till.counted_cents = tills.expected_cents(till) + 2_550
        till.closed_at, till.difference_cents = now, 0

        with pytest.raises(IntegrityError, match="do not make"), transaction.atomic():
            till.save()
