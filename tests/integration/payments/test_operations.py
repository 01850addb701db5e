from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.integration.payments.conftest import PAGE, PURPOSE
from visavis.foundation import throttles
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.gateways.payment_provider.fake.faults import Answers
from visavis.gateways.payment_provider.types import State as Said
from visavis.journal.models import Entry
from visavis.payments import followers, operations, queries, refusals, rules, tills
from visavis.payments.models import Attempt, CashReceipt, Payment, PaymentLine, Trouble

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def announced(monkeypatch):
    """Return what was announced, as pairs of name and subject."""
    from visavis.foundation import jobs

    told, announce = [], jobs.announce

    def note(what: str, *, subject: str) -> None:
        told.append((what, subject))
        announce(what, subject=subject)

    monkeypatch.setattr(jobs, "announce", note)
    return told


def again(payment: Payment) -> Payment:
    return queries.payment(payment.pk)


class TestRequest:
    def test_asks_once_for_a_subject(self, ask_for):
        first, second = ask_for(subject="case:1"), ask_for(subject="case:1")

        assert first.pk == second.pk
        assert (first.amount_cents, first.state, first.lines.count()) == (12_552, "open", 1)
        assert Entry.objects.get().what == "payments.requested"

    def test_refuses_another_amount_for_the_same_subject(self, ask_for):
        ask_for(subject="case:1", cents=100)

        with pytest.raises(refusals.AmountIsFrozen):
            ask_for(subject="case:1", cents=101)

    @pytest.mark.parametrize("cents", [0, -5])
    def test_refuses_to_ask_for_nothing(self, ask_for, cents):
        with pytest.raises(refusals.NothingToPay):
            ask_for(cents=cents)

    def test_gives_every_payment_a_number_with_a_check_digit(self, payment):
        assert len(payment.number) == 8
        assert queries.by_number(f" {payment.spoken_number}. ") == payment

    @pytest.mark.parametrize(
        "change",
        [
            {"amount_cents": 1},
            {"purpose": {}},
            {"number": "1"},
            {"subject": "case:2"},
            {"office": "x"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_the_database_refuses_to_rewrite_what_was_asked(self, payment, change):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**change)

    def test_the_database_refuses_lines_that_make_another_amount(self, payment):
        with transaction.atomic():
            PaymentLine.objects.create(
                payment=payment, position=2, code="x", label=PURPOSE, amount_cents=5
            )
            with pytest.raises(IntegrityError, match="lines make"), transaction.atomic():
                transaction.get_connection().check_constraints()
            transaction.set_rollback(True)

    @pytest.mark.parametrize("model", [PaymentLine, Payment])
    def test_the_database_refuses_to_remove_what_was_asked(self, payment, model):
        with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
            model.objects.all().delete()


class TestBeginAttempt:
    def begin(self, payment, citizen, now):
        return operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)

    def test_ten_taps_lead_to_one_page(self, payment, citizen, now, bench):
        pages = {self.begin(payment, citizen, now) for _ in range(10)}

        assert len(pages) == 1
        assert Attempt.objects.count() == len(bench.records(payment)) == 1
        assert again(payment).is_pending
        assert Entry.objects.filter(what="payments.attempt_begun").count() == 1

    def test_finds_the_page_again_after_the_answer_was_lost(self, payment, citizen, now, bench):
        bench.answers(Answers.LOST)
        with pytest.raises(refusals.ProviderSilent):
            self.begin(payment, citizen, now)
        bench.answers(Answers.GOOD)

        page = self.begin(payment, citizen, now)

        assert bench.records(payment)[0].reference in page
        assert Attempt.objects.count() == 1

    def test_begins_anew_when_the_provider_closed_the_page(self, payment, citizen, now, bench):
        first = self.begin(payment, citizen, now)
        bench.move(payment, Said.CLOSED)

        second = self.begin(payment, citizen, now)

        assert first != second
        assert [a.state for a in Attempt.objects.order_by("pk")] == ["closed", "open"]

    def test_keeps_the_page_after_a_failed_try(self, payment, citizen, now, bench):
        first = self.begin(payment, citizen, now)
        bench.move(payment, Said.FAILED)

        assert self.begin(payment, citizen, now) == first
        assert again(payment).is_pending

    def test_refuses_what_the_provider_says_is_paid(self, payment, citizen, now, bench):
        self.begin(payment, citizen, now)
        bench.move(payment, Said.PAID)

        with pytest.raises(refusals.AlreadySettled):
            self.begin(payment, citizen, now)

        assert again(payment).is_settled

    def test_refuses_what_was_cancelled(self, payment, citizen, system, now, bench):
        operations.cancel(payment=payment, actor=system, now=now)

        with pytest.raises(refusals.NoLongerAsked):
            self.begin(payment, citizen, now)

    def test_the_database_lets_only_one_attempt_live(self, payment, citizen, now, bench):
        self.begin(payment, citizen, now)

        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.create(payment=payment, begun_at=now, begun_by="x")


class TestAskProvider:
    @pytest.fixture(autouse=True)
    def begun(self, payment, citizen, now, bench):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)

    def ask(self, payment, system, now):
        return operations.ask_provider(payment=payment, actor=system, now=now)

    def test_settles_once_what_is_paid(self, payment, system, now, bench, announced):
        bench.move(payment, Said.PAID)

        for _ in range(3):
            settled = self.ask(payment, system, now)

        assert (settled.state, settled.method, settled.settled_by) == (
            "settled",
            "provider",
            "provider",
        )
        assert announced.count(("payment.settled", payment.subject)) == 1
        assert Entry.objects.filter(what="payments.settled").count() == 1

    def test_a_failed_try_is_not_the_end(self, payment, system, now, bench):
        bench.move(payment, Said.FAILED)
        assert self.ask(payment, system, now).is_pending
        bench.move(payment, Said.PAID)

        assert self.ask(payment, system, now).is_settled

    def test_is_open_again_when_the_page_is_closed(self, payment, system, now, bench):
        bench.move(payment, Said.CLOSED)

        assert self.ask(payment, system, now).state == "open"

    @pytest.mark.parametrize("answers", [Answers.ERROR, Answers.LOST, Answers.SLOW])
    def test_says_when_there_is_no_answer_and_asks_later(
        self, payment, system, now, bench, answers
    ):
        bench.move(payment, Said.PAID)
        bench.answers(answers)

        with pytest.raises(refusals.ProviderSilent):
            self.ask(payment, system, now)

        assert again(payment).is_pending
        assert Attempt.objects.get().next_ask_at > now

    def test_another_amount_is_not_a_settlement(self, payment, system, now, bench, citizen):
        key = bench.records(payment)[0].order.key
        bench.ledger._records[key] = replace(
            bench.ledger._records[key],
            order=replace(bench.ledger._records[key].order, amount_cents=1),
        )
        bench.move(payment, Said.PAID)

        asked = self.ask(payment, system, now)

        assert asked.state == "open"
        assert Trouble.objects.get().kind == "other-amount"
        with pytest.raises(refusals.UnderReview):
            operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)


class TestSweep:
    def test_asks_until_there_is_an_answer_and_then_no_more(
        self, payment, citizen, system, now, bench
    ):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.move(payment, Said.PAID)
        bench.answers(Answers.ERROR)
        assert operations.sweep(actor=system, now=now + MINUTE) == 0
        bench.answers(Answers.GOOD)
        asked = len(bench.provider.calls)

        assert operations.sweep(actor=system, now=now + 2 * MINUTE) == 0  # the pause has grown
        assert len(bench.provider.calls) == asked
        assert operations.sweep(actor=system, now=now + 3 * MINUTE) == 1
        assert again(payment).is_settled
        assert operations.sweep(actor=system, now=now + timedelta(days=1)) == 0

    def test_closes_what_the_provider_never_heard_of(self, payment, citizen, system, now, bench):
        bench.answers(Answers.ERROR)
        with pytest.raises(refusals.ProviderSilent):
            operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.answers(Answers.GOOD)

        operations.sweep(actor=system, now=now + MINUTE)
        assert again(payment).is_pending  # our call may still be on its way
        operations.sweep(actor=system, now=now + rules.UNHEARD_AFTER)

        assert again(payment).state == "open"
        assert Attempt.objects.get().is_closed

    def test_hands_over_to_a_person_after_ten_days(self, payment, citizen, system, now, bench):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.answers(Answers.ERROR)

        operations.sweep(actor=system, now=now + rules.GIVE_UP_AFTER)

        trouble = queries.troubles_of("environment").get()
        assert (trouble.kind, trouble.payment) == ("no-answer", payment)


class TestReceiveCash:
    def receive(self, payment, clerk, now, key=None):
        return operations.receive_cash(payment=payment, key=key or uuid4(), actor=clerk, now=now)

    def test_settles_and_keeps_what_rounding_made(self, payment, clerk, now, bench, announced):
        receipt = self.receive(payment, clerk, now)

        assert (receipt.due_cents, receipt.received_cents, receipt.difference_cents) == (
            12_552,
            12_550,
            -2,
        )
        settled = again(payment)
        assert (settled.method, settled.settled_by) == ("cash", "p-claire")
        assert ("payment.settled", payment.subject) in announced

    def test_many_taps_on_one_form_are_one_receipt(self, payment, clerk, now, bench):
        key = uuid4()

        assert len({self.receive(payment, clerk, now, key).pk for _ in range(10)}) == 1
        assert Entry.objects.filter(what="payments.settled").count() == 1

    def test_refuses_to_take_the_money_twice(self, payment, clerk, now, bench):
        self.receive(payment, clerk, now)

        with pytest.raises(refusals.AlreadySettled):
            self.receive(payment, clerk, now)

    def test_refuses_what_was_cancelled(self, payment, clerk, system, now, bench):
        operations.cancel(payment=payment, actor=system, now=now)

        with pytest.raises(refusals.NoLongerAsked):
            self.receive(payment, clerk, now)

    def test_counts_receipts_without_gaps_at_each_site(self, ask_for, clerk, now, bench):
        elsewhere = replace(clerk, site="noirmont", roles=frozenset({"cashier@post/noirmont"}))

        tills.open_(float_cents=0, actor=elsewhere, now=now)

        serials = [self.receive(ask_for(), clerk, now).serial for _ in range(3)]

        assert serials == [1, 2, 3]
        assert self.receive(ask_for(), elsewhere, now).serial == 1

    def test_refuses_the_cash_when_the_page_was_paid_meanwhile(
        self, payment, citizen, clerk, now, bench
    ):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.move(payment, Said.PAID)

        with pytest.raises(refusals.AlreadySettled):
            self.receive(payment, clerk, now)

        assert not CashReceipt.objects.exists()

    def test_closes_the_page_so_that_it_cannot_be_paid_too(
        self, payment, citizen, clerk, now, bench
    ):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)

        self.receive(payment, clerk, now)

        assert [record.state for record in bench.records(payment)] == [Said.CLOSED]

    def test_cash_and_card_both_paid_is_never_lost(
        self, payment, citizen, clerk, system, now, bench, announced
    ):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.answers(Answers.ERROR)  # so the page cannot be closed
        self.receive(payment, clerk, now)
        bench.move(payment, Said.PAID)
        bench.answers(Answers.GOOD)

        operations.sweep(actor=system, now=now + 3 * MINUTE)

        trouble = queries.troubles_of("environment").get()
        assert (trouble.kind, trouble.amount_cents) == ("paid-twice", 12_552)
        assert again(payment).method == "cash"
        assert announced.count(("payment.settled", payment.subject)) == 1

    def test_refuses_who_holds_no_till(self, payment, citizen, now, bench):
        with pytest.raises(refusals.NotCashier):
            self.receive(payment, citizen, now)

    def test_a_receipt_is_never_rewritten(self, payment, clerk, now, bench):
        self.receive(payment, clerk, now)

        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            CashReceipt.objects.update(serial=9)
        with pytest.raises(IntegrityError, match="is kept"), transaction.atomic():
            CashReceipt.objects.all().delete()


class TestLookUp:
    def test_finds_by_number_and_writes_it_in_the_journal(self, payment, clerk, now):
        found = operations.look_up(number=payment.spoken_number, actor=clerk, now=now)

        assert found == payment
        assert Entry.objects.filter(what="payments.looked_up", actor="p-claire").count() == 1

    @pytest.mark.parametrize("typed", ["", "12", "abc", "99999999", "４８２９１３７１"])
    def test_refuses_a_wrong_number(self, payment, clerk, now, typed):
        with pytest.raises(refusals.NoSuchPayment):
            operations.look_up(number=typed, actor=clerk, now=now)

    def test_is_limited_for_each_clerk(self, payment, clerk, now):
        for _ in range(operations.LOOK_UPS):
            operations.look_up(number=payment.number, actor=clerk, now=now)

        with pytest.raises(throttles.TooMany):
            operations.look_up(number=payment.number, actor=clerk, now=now)
        operations.look_up(number=payment.number, actor=replace(clerk, name="p-2"), now=now)


class TestCancel:
    def test_closes_the_page_by_a_job(self, payment, citizen, system, now, bench, run_jobs):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)

        operations.cancel(payment=payment, actor=system, now=now)
        operations.cancel(payment=payment, actor=system, now=now)
        run_jobs()

        assert again(payment).is_cancelled
        assert [record.state for record in bench.records(payment)] == [Said.CLOSED]

    def test_refuses_what_is_paid(self, payment, clerk, system, now, bench):
        operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)

        with pytest.raises(refusals.AlreadySettled):
            operations.cancel(payment=payment, actor=system, now=now)

    def test_money_that_came_too_late_is_put_right_by_a_person(
        self, payment, citizen, system, now, bench, run_jobs, announced
    ):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.move(payment, Said.PAID)
        operations.cancel(payment=payment, actor=system, now=now)
        run_jobs()
        officer = Actor(
            kind=Kind.OFFICER,
            name="p-otto",
            channel=Channel.WEB,
            roles=frozenset({"officer@environment"}),
        )

        trouble = queries.troubles_of("environment").get()
        with pytest.raises(refusals.NotTheirMoney):
            operations.put_right(
                trouble=trouble, remedy=rules.Remedy.REFUNDED, actor=citizen, now=now
            )
        operations.put_right(trouble=trouble, remedy=rules.Remedy.REFUNDED, actor=officer, now=now)

        assert trouble.kind == "paid-after-cancelling"
        assert not queries.troubles_of("environment").exists()
        assert ("payment.settled", payment.subject) not in announced

    def test_the_database_refuses_to_undo_it(self, payment, system, now):
        operations.cancel(payment=payment, actor=system, now=now)

        with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(state="open", cancelled_at=None)


def test_the_sweep_is_a_job_of_its_own(payment, citizen, now, bench):
    operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
    bench.move(payment, Said.PAID)

    followers.sweep(now + MINUTE)

    assert again(payment).is_settled
