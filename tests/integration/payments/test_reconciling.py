"""A day is compared with the provider, the tills and the bank; what differs waits for a person."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from tests.integration.payments.conftest import PAGE
from tests.integration.payments.refunds import approved
from tests.integration.payments.test_bank import account, paying, take_in  # noqa: F401 - fixtures
from tests.integration.payments.test_ledger import tills_officer
from tests.statements import Entry
from visavis.gateways.payment_provider.fake.faults import Answers, Listing, Plan
from visavis.gateways.payment_provider.types import RefundState, Repayment, State
from visavis.payments import (
    comparing,
    followers,
    operations,
    queries,
    reconciling,
    refund_sending,
    refusals,
    tills,
    totals,
)
from visavis.payments.reconciliation_models import Difference, Reconciliation
from visavis.payments.refund_models import Refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid_online(ask_for, citizen, bench, now):
    def work(cents=12_552, *, is_asked=True):
        payment = ask_for(cents)
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.move(payment, State.PAID)
        if is_asked:
            operations.ask_provider(payment=payment, actor=citizen, now=now)
        return payment

    return work


@pytest.fixture
def compare(system, now, bench):
    def work(listing=Listing.GOOD):
        bench.ledger.misbehave(Plan(listing=listing))
        return reconciling.reconcile(day=localdate(now), actor=system, now=now)

    return work


class TestReconcile:
    def test_finds_nothing_where_all_is_equal(
        self,
        paid_online,
        compare,
        ask_for,
        clerk,
        now,
        take_in,  # noqa: F811
    ):
        paid_online()
        paid_online(500)
        operations.receive_cash(payment=ask_for(102), key=uuid4(), actor=clerk, now=now)
        tills.close(
            till_id=tills.open_till(clerk).pk, counted_cents=201_00, reason="", actor=clerk, now=now
        )

        compared = compare()

        run = compared.run
        assert compared.standing == ()
        assert (run.provider_count, run.listed_count) == (2, 2)
        assert run.provider_cents == run.listed_cents == 13_052
        assert (run.cash_cents, run.bank_cents) == (100, 0)

    @pytest.mark.parametrize(
        ("listing", "kind"),
        [
            (Listing.MISSING, "missing-there"),
            (Listing.EXTRA, "missing-here"),
            (Listing.OTHER_AMOUNT, "other-amount"),
        ],
    )
    def test_finds_each_lie_of_the_list_once(self, paid_online, compare, listing, kind):
        paid_online()

        for _ in range(3):
            compared = compare(listing)

        assert [one.kind for one in compared.standing] == [kind]
        assert Difference.objects.count() == Reconciliation.objects.count() == 1

    def test_takes_off_what_fits_by_now_and_puts_back_what_does_not_again(
        self, paid_online, compare
    ):
        paid_online()
        compare(Listing.MISSING)

        assert compare().standing == ()
        assert Difference.objects.get().resolved_by == "reconciliation"
        assert len(compare(Listing.MISSING).standing) == 1

    def test_asks_about_what_only_the_list_knows(self, paid_online, compare):
        payment = paid_online(is_asked=False)

        assert compare().standing == ()
        assert queries.payment(payment.pk).is_settled

    def test_asks_one_by_one_where_there_is_no_list(self, paid_online, compare):
        paid_online()

        run = compare(Listing.NOT_OFFERED).run

        assert (run.is_listed, run.listed_cents) == (False, 12_552)

    def test_compares_nothing_while_the_provider_is_silent(self, compare, bench, system, now):
        bench.answers(Answers.ERROR)

        with pytest.raises(refusals.ProviderSilent):
            reconciling.reconcile(day=localdate(now), actor=system, now=now)

        assert not Reconciliation.objects.exists()

    def test_lists_a_till_that_nobody_counted_until_somebody_does(self, clerk, compare, now):
        assert [one.kind for one in compare().standing] == ["till-open"]

        till = tills.open_till(clerk)
        tills.close(till_id=till.pk, counted_cents=200_00, reason="", actor=clerk, now=now)

        assert compare().standing == ()

    def test_adds_up_what_the_bank_booked_that_day(self, payment, take_in, system, now, bench):  # noqa: F811
        take_in(Entry([paying(payment)]))

        day = localdate(now).replace(month=3, day=27)
        compared = reconciling.reconcile(day=day, actor=system, now=now)

        assert (compared.run.bank_cents, compared.standing) == (12_552, ())

    def test_finds_a_ledger_that_says_something_else(self, clerk, compare, monkeypatch):
        monkeypatch.setattr(comparing, "cash_of", lambda _day: 5)

        assert "ledger" in [one.kind for one in compare().standing]

    def test_keeps_a_day_of_twenty_five_hours_whole(self, now):
        begins, ends = comparing.stretch_of(localdate(now))

        assert ends.timestamp() - begins.timestamp() == 25 * 3600

    def test_happens_every_night_for_the_day_before(self, paid_online, now, bench):
        paid_online()

        followers.reconcile(now + timedelta(days=1))

        assert Reconciliation.objects.get().provider_count == 1


class TestRefunds:
    @pytest.fixture
    def given_back(self, paid_online, bench, system, now):
        def work(*, is_told=True) -> Refund:
            refund = approved(paid_online(), 2_552, now=now)
            refund_sending.send(refund_id=refund.pk, actor=system, now=now)
            bench.ledger.work()
            if is_told:
                refund_sending.send(refund_id=refund.pk, actor=system, now=now)
            bench.clock.at += 1  # what moves later is the newest line of the list
            return refund

        return work

    def kinds(self, compared) -> list[str]:
        return [one.kind for one in compared.standing]

    @pytest.fixture(autouse=True)
    def no_till(self, monkeypatch):
        monkeypatch.setattr(comparing, "tills_left_open", lambda _day: ())

    def test_fit_and_are_no_income(self, given_back, compare):
        given_back()

        compared = compare()

        assert compared.standing == ()
        assert (compared.run.provider_cents, compared.run.listed_cents) == (12_552, 12_552)

    def test_heal_when_the_providers_word_was_lost(self, given_back, compare):
        refund = given_back(is_told=False)
        assert Refund.objects.get().state == "sent"

        assert compare().standing == ()
        assert Refund.objects.get(pk=refund.pk).is_settled

    def test_are_missed_on_the_list(self, given_back, compare, bench, monkeypatch):
        given_back()
        monkeypatch.setattr(bench.ledger, "_refunds", {})

        assert self.kinds(compare()) == ["back-missing-there"]

    def test_are_missed_here_when_the_provider_gave_what_it_had_refused(
        self, paid_online, compare, bench, system, now
    ):
        refund = approved(paid_online(), 2_552, now=now)
        refund_sending.send(refund_id=refund.pk, actor=system, now=now)
        bench.ledger.decide_refund(str(refund.key), RefundState.FAILED)
        refund_sending.send(refund_id=refund.pk, actor=system, now=now)
        key, refunds = str(refund.key), bench.ledger._refunds
        refunds[key] = replace(refunds[key], state=RefundState.DONE)

        compared = compare()

        assert self.kinds(compared) == ["back-missing-here"]
        assert compared.standing[0].payment == refund.payment

    def test_that_nobody_asked_for_are_everybodys(self, paid_online, compare, bench):
        paid = paid_online()
        order = str(paid.attempts.get().key)
        bench.ledger.refund(Repayment("somebody else's", order, 500, "CHF"))
        bench.ledger.work()

        assert self.kinds(compare()) == ["back-missing-here"]

    def test_are_asked_about_where_there_is_no_list(self, given_back, compare, bench):
        given_back()

        assert compare(Listing.NOT_OFFERED).standing == ()
        assert any(call.startswith("report_on_refund") for call in bench.provider.calls)

    def test_what_the_list_has_twice_is_another_amount(self, paid_online, compare, bench):
        paid_online()
        true = bench.ledger.transactions
        bench.ledger.transactions = lambda *stretch: true(*stretch) * 2

        assert self.kinds(compare()) == ["other-amount"]


class TestTheLedger:
    def test_differs_anew_after_somebody_explained_it_once(self, compare, system, now, monkeypatch):
        said = iter([5, 5, 7, 0])
        monkeypatch.setattr(totals, "given_back", lambda: next(said))

        first = [one for one in compare().standing if one.kind == "ledger"]
        reconciling.put_right(difference=first[0], words="A bug.", actor=system, now=now)
        again = [one for one in compare().standing if one.kind == "ledger"]
        more = [one for one in compare().standing if one.kind == "ledger"]
        none = [one for one in compare().standing if one.kind == "ledger"]

        assert [len(first), len(again), len(more), len(none)] == [1, 0, 1, 0]

    def test_stops_differing_on_another_day(self, bench, system, now, monkeypatch):
        day = localdate(now)
        with monkeypatch.context() as patch:
            patch.setattr(totals, "given_back", lambda: 5)
            reconciling.reconcile(day=day - timedelta(days=1), actor=system, now=now)
        assert Difference.objects.filter(kind="ledger", resolved_at=None).exists()

        reconciling.reconcile(day=day, actor=system, now=now)

        assert not Difference.objects.filter(kind="ledger", resolved_at=None).exists()


class TestMissedDays:
    def test_are_made_up_for_when_the_provider_speaks_again(self, paid_online, bench, now):
        followers.reconcile(now)
        paid_online()
        bench.answers(Answers.ERROR)
        with pytest.raises(refusals.ProviderSilent):
            followers.reconcile(now + timedelta(days=1))
        bench.answers(Answers.GOOD)

        followers.reconcile(now + timedelta(days=2))

        assert Reconciliation.objects.count() == 3
        assert Reconciliation.objects.get(day=localdate(now)).provider_count == 1

    def test_are_no_more_than_a_month(self, bench, now):
        followers.reconcile(now - timedelta(days=90))

        assert len(reconciling.days_due(until=localdate(now))) == 31


class TestPutRight:
    def test_takes_words_and_comes_back_no_more(self, paid_online, compare, now):
        paid_online()
        difference = compare(Listing.MISSING).standing[0]
        officer = tills_officer()
        assert list(reconciling.waiting(actor=officer)) == [difference]

        with pytest.raises(refusals.NoReason):
            reconciling.put_right(difference=difference, words=" ", actor=officer, now=now)
        reconciling.put_right(
            difference=difference, words="It is on the list of the day after.", actor=officer,
            now=now,
        )  # fmt: skip

        assert compare(Listing.MISSING).standing == ()
        assert not reconciling.waiting(actor=officer).exists()

    def test_refuses_another_office(self, paid_online, compare, now, clerk):
        paid_online()
        tills.close(
            till_id=tills.open_till(clerk).pk, counted_cents=200_00, reason="", actor=clerk, now=now
        )
        difference = compare(Listing.MISSING).standing[0]

        assert not reconciling.waiting(actor=clerk).exists()
        with pytest.raises(refusals.NotTheirMoney):
            reconciling.put_right(difference=difference, words="x", actor=clerk, now=now)


class TestCommands:
    def test_reconcile_says_what_differs(self, paid_online, bench, now):
        paid_online()
        bench.ledger.misbehave(Plan(listing=Listing.MISSING))
        said = io.StringIO()

        call_command("payments", "reconcile", "--day", str(localdate(now)), stdout=said)

        report = json.loads(said.getvalue())
        assert report["provider"]["ours"] == {"count": 1, "cents": 12_552}
        assert [one["kind"] for one in report["differences"]] == ["missing-there"]

    def test_reconcile_says_when_it_cannot(self, bench, now):
        bench.answers(Answers.ERROR)

        with pytest.raises(CommandError, match="Nothing was compared"):
            call_command("payments", "reconcile", "--day", str(localdate(now)))

    def test_ledger_prints_rows_that_come_to_nothing(self, ask_for, clerk, now):
        payment = ask_for(102)
        operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)
        said, day = io.StringIO(), str(localdate(now))

        call_command("payments", "ledger", "--from", day, "--to", day, stdout=said)

        rows = list(csv.DictReader(io.StringIO(said.getvalue())))
        assert [(row["account"], row["debit"], row["credit"]) for row in rows] == [
            ("cash", "1.00", "0.00"),
            ("rounding", "0.02", "0.00"),
            ("fees", "0.00", "1.02"),
        ]
        assert {row["payment"] for row in rows} == {payment.number}
