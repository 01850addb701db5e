"""The ledger: every total is the sum of its rows, and equals receipts, tills, provider and bank."""

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.timezone import localdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.payments.conftest import PAGE
from tests.integration.payments.refunds import (
    OLGA,
    OSCAR,
    approved,
    paid_in_cash,
    paid_online,
    wanted,
)
from tests.integration.payments.test_bank import account, reference  # noqa: F401 - a fixture
from tests.statements import Entry as Line
from tests.statements import Paid, statement
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.gateways.payment_provider.fake.faults import Answers
from visavis.gateways.payment_provider.types import RefundState as Said
from visavis.gateways.payment_provider.types import State
from visavis.payments import (
    assigning,
    bank,
    chart,
    comparing,
    ledger,
    operations,
    paying_out,
    refund_queries,
    refund_sending,
    refunding,
    refusals,
    rules,
    tills,
    totals,
)
from visavis.payments.chart import Account, Row, Source
from visavis.payments.ledger_models import Entry, Posting
from visavis.payments.models import BankBooking, CashReceipt, Payment, Trouble
from visavis.payments.receipt_models import Receipt
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State as RefundState
from visavis.payments.refund_rules import Way
from visavis.payments.till_models import Till
from visavis.payments.totals import balance

pytestmark = pytest.mark.django_db
ABOUT = ledger.About(Source.PROVIDER_FEE, "1")


def rows_of(payment) -> dict[str, int]:
    entries = Entry.objects.filter(posting__payment=payment)
    found: dict[str, int] = {}
    for entry in entries:
        found[entry.account] = found.get(entry.account, 0) + entry.debit_cents - entry.credit_cents
    return {name: cents for name, cents in found.items() if cents}


def check_now() -> None:
    """Let the deferred triggers speak."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class TestPost:
    def test_is_written_once_a_source(self, now):
        rows = ledger.move("canton", 30, into=Account.PROVIDER_FEES, out_of=Account.PROVIDER)

        assert ledger.post(ABOUT, rows, now=now) is not None
        assert ledger.post(ABOUT, rows, now=now) is None
        assert Entry.objects.count() == 2

    def test_refuses_rows_that_do_not_come_to_nothing(self, now):
        with pytest.raises(chart.Unbalanced):
            ledger.post(ABOUT, [Row(Account.CASH, "canton", 5)], now=now)

    def test_books_on_the_day_in_switzerland(self, now):
        late = now.replace(day=24, hour=22, minute=30)  # half an hour after midnight there

        posting = ledger.post(
            ABOUT, ledger.move("a", 1, into=Account.CASH, out_of=Account.FEES), now=late
        )

        assert posting is not None
        assert posting.booked_on.isoformat() == "2026-10-25"


class TestTheDatabase:
    def posting(self, now) -> Posting:
        return Posting.objects.create(
            source=Source.PROVIDER_FEE, key="2", booked_on=now.date(), posted_at=now
        )

    def test_refuses_a_posting_without_rows(self, now):
        self.posting(now)

        with pytest.raises(IntegrityError, match="no rows"):
            check_now()

    @pytest.mark.parametrize("credit_office", ["a", "b"])
    def test_refuses_an_office_that_does_not_balance(self, now, credit_office):
        posting = self.posting(now)
        amount = 5 if credit_office == "b" else 4
        Entry.objects.create(posting=posting, account="cash", office="a", debit_cents=5)
        Entry.objects.create(
            posting=posting, account="fees", office=credit_office, credit_cents=amount
        )

        with pytest.raises(IntegrityError, match="do not come to nothing"):
            check_now()

    @pytest.mark.parametrize("model", [Posting, Entry])
    def test_refuses_to_rewrite_or_remove(self, payment, clerk, now, model):
        operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)
        change = {"booked_on": now.date()} if model is Posting else {"debit_cents": 1}

        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()

    def test_refuses_to_settle_what_is_not_posted(self, payment, now, monkeypatch, clerk):
        monkeypatch.setattr(ledger, "post", lambda *_, **__: None)
        operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)

        with pytest.raises(IntegrityError, match="what settles is posted"):
            check_now()


class TestWhatIsPosted:
    def test_cash_with_its_rounding(self, ask_for, clerk, now):
        payment = ask_for(12_552)

        operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)

        assert rows_of(payment) == {"cash": 12_550, "rounding": 2, "fees": -12_552}

    def test_a_bill(self, payment, system, now):
        content = statement(Line([Paid("125.52", reference(payment))]))

        bank.import_statement(content=content, actor=system, now=now)

        assert rows_of(payment) == {"bank": 12_552, "fees": -12_552}
        assert Posting.objects.get().booked_on.isoformat() == "2026-03-27"

    def test_what_was_paid_online_twice_and_given_back(self, payment, citizen, clerk, now, bench):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.answers(Answers.ERROR)
        operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)
        bench.move(payment, State.PAID)
        bench.answers(Answers.GOOD)
        operations.ask_about(key=str(payment.attempts.get().key), actor=citizen, now=now)
        assert (balance("provider"), balance("unassigned")) == (12_552, -12_552)

        officer = tills_officer()
        operations.put_right(
            trouble=Trouble.objects.get(), remedy=rules.Remedy.REFUNDED, actor=officer, now=now
        )

        assert (balance("unassigned"), balance("given-back")) == (0, -12_552)

    def test_a_tills_difference(self, clerk, now):
        till = tills.open_till(clerk)

        tills.close(till_id=till.pk, counted_cents=195_00, reason="lost", actor=clerk, now=now)

        assert (balance("cash"), balance("till-difference")) == (-500, 500)

    def test_no_money_of_another_currency(self, payment, system, now):
        content = statement(Line([Paid("125.52", reference(payment), currency="EUR")]))

        bank.import_statement(content=content, actor=system, now=now)

        assert not Posting.objects.exists()


class TestRefunds:
    def test_by_the_provider(self, payment, bench, citizen, now):
        refund = approved(paid_online(payment, bench=bench, actor=citizen, now=now), 2_552, now=now)
        refund_sending.send(refund_id=refund.pk, actor=citizen, now=now)
        bench.ledger.work()
        refund_sending.sweep(actor=citizen, now=now + timedelta(days=1))

        assert rows_of(payment) == {"provider": 10_000, "fees": -12_552, "refunds": 2_552}

    def test_out_of_a_till_rounded(self, payment, clerk, now):
        refund = approved(paid_in_cash(payment, clerk=clerk, now=now), 2_552, way=Way.TILL, now=now)
        paying_out.pay_out(refund_id=refund.pk, actor=clerk, now=now)

        assert rows_of(payment) == {"cash": 10_000, "fees": -12_552, "refunds": 2_552}
        assert comparing.cash_of(localdate(now)) == balance("cash")
        check_now()
        says_the_same_as_everything_else()


def tills_officer():
    return Actor(
        kind=Kind.OFFICER,
        name="p-olga",
        channel=Channel.WEB,
        roles=frozenset({"officer@environment"}),
    )


ACTS = st.sampled_from(
    ["ask", "cash", "page", "paid", "silent", "swept", "bill", "short", "over", "stray", "back",
     "assign", "waive", "right", "trouble", "count", "cancel", "surplus_back", "fee_back", "agree",
     "disagree", "carry_out", "provider_decides"]
)  # fmt: skip


class World:
    """Everything that people and machines may do to money, in any order."""

    def __init__(self, ask_for, bench, citizen, clerk, system, now) -> None:
        self.ask_for, self.bench, self.now = ask_for, bench, now
        self.citizen, self.clerk, self.system = citizen, clerk, system
        self.files = 0

    def act(self, what: str, amount: int) -> None:
        self.amount = amount
        payment = Payment.objects.order_by("-requested_at", "pk").first()
        if what == "ask" or payment is None:
            self.ask_for(amount)
            return
        with suppress(refusals.PaymentRefused):
            getattr(self, what)(payment)

    def cash(self, payment) -> None:
        if tills.open_till(self.clerk) is None:
            tills.open_(float_cents=50_00, actor=self.clerk, now=self.now)
        operations.receive_cash(payment=payment, key=uuid4(), actor=self.clerk, now=self.now)

    def page(self, payment) -> None:
        operations.begin_attempt(payment=payment, page=PAGE, actor=self.citizen, now=self.now)

    def paid(self, payment) -> None:
        if self.bench.records(payment):
            self.bench.move(payment, State.PAID)

    def silent(self, payment) -> None:
        is_good = self.bench.ledger.plan.answers is Answers.GOOD
        self.bench.answers(Answers.ERROR if is_good else Answers.GOOD)

    def swept(self, payment) -> None:
        for attempt in payment.attempts.all():
            operations.ask_about(key=str(attempt.key), actor=self.system, now=self.now)

    def bill(self, payment, more: int = 0, said: str | None = None) -> None:
        self.files += 1
        amount = f"{(payment.amount_cents + more) / 100:.2f}"
        if float(amount) > 0:
            paid = Paid(amount, reference(payment) if said is None else said, f"TX-{self.files}")
            self._import(Line([paid]))

    def short(self, payment) -> None:
        self.bill(payment, -1)

    def over(self, payment) -> None:
        self.bill(payment, 100)

    def stray(self, payment) -> None:
        self.bill(payment, said="")

    def back(self, payment) -> None:
        booking = BankBooking.objects.filter(is_reversal=False).order_by("-pk").first()
        if booking is not None:
            amount = f"{booking.amount_cents / 100:.2f}"
            paid = Paid(amount, booking.reference, booking.bank_reference)
            self._import(Line([paid], direction="DBIT", reversal="true"))

    def assign(self, payment, is_waived: bool = False) -> None:
        booking = BankBooking.objects.to_put_right().filter(is_reversal=False).first()
        if booking is not None:
            assigning.assign(
                booking=booking, payment=payment, reason="seen", is_waived=is_waived,
                actor=self.system, now=self.now,
            )  # fmt: skip

    def waive(self, payment) -> None:
        self.assign(payment, is_waived=True)

    def right(self, payment) -> None:
        booking = BankBooking.objects.to_put_right().order_by("-pk").first()
        if booking is not None:
            remedy = rules.Remedy.REFUNDED
            bank.put_right(booking=booking, remedy=remedy, actor=self.system, now=self.now)

    def trouble(self, payment) -> None:
        for trouble in Trouble.objects.unresolved():
            operations.put_right(
                trouble=trouble, remedy=rules.Remedy.NOTHING_DUE, actor=tills_officer(),
                now=self.now,
            )  # fmt: skip

    def count(self, payment) -> None:
        till = tills.open_till(self.clerk)
        if till is not None:
            counted = tills.expected_cents(till) + 5
            tills.close(
                till_id=till.pk, counted_cents=counted, reason="more", actor=self.clerk,
                now=self.now,
            )  # fmt: skip

    def cancel(self, payment) -> None:
        operations.cancel(payment=payment, actor=self.system, now=self.now)

    def surplus_back(self, payment) -> None:
        trouble = Trouble.objects.unresolved().order_by("-pk").first()
        waiting = BankBooking.objects.to_put_right().exclude(payment=None).order_by("-pk")
        booking = None if trouble else waiting.first()
        if trouble or booking:
            self._ask_back((trouble or booking).payment, trouble=trouble, booking=booking)

    def fee_back(self, payment) -> None:
        settled = Payment.objects.filter(state="settled").order_by("-settled_at", "pk").first()
        if settled is not None:
            self._ask_back(settled)

    def _ask_back(self, payment, **surplus) -> None:
        source = refund_queries.source_of(payment, **surplus)
        if source.ways:
            way = source.ways[self.amount % len(source.ways)]
            cents = max(min(self.amount, source.left_cents), 1)
            refunding.ask(
                payment=payment, wanted=wanted(cents, way, **surplus), actor=OLGA, now=self.now
            )

    def agree(self, payment) -> None:
        for refund in Refund.objects.filter(state="asked"):
            refunding.approve(refund_id=refund.pk, actor=OSCAR, now=self.now)

    def disagree(self, payment) -> None:
        for refund in Refund.objects.filter(state__in=("asked", "approved")):
            refunding.refuse(refund_id=refund.pk, actor=OSCAR, now=self.now)

    def carry_out(self, payment) -> None:
        for refund in Refund.objects.filter(state__in=("approved", "sent")):
            with suppress(refusals.PaymentRefused):
                getattr(self, f"_by_{refund.way}")(refund)

    def _by_provider(self, refund) -> None:
        refund_sending.send(refund_id=refund.pk, actor=self.system, now=self.now)

    def _by_till(self, refund) -> None:
        paying_out.pay_out(refund_id=refund.pk, actor=self.clerk, now=self.now)

    def _by_transfer(self, refund) -> None:
        with suppress(refusals.RefundMovedOn):
            paying_out.name_account(
                refund_id=refund.pk, account="CH93 0076 2011 6238 5295 7", actor=self.citizen,
                now=self.now,
            )  # fmt: skip
        after = ("sent", "settled", "returned")[self.amount % 3]
        paying_out.note_transfer(
            refund_id=refund.pk, after=RefundState(after), actor=OLGA, now=self.now
        )

    def provider_decides(self, payment) -> None:
        for record in self.bench.ledger.refunds():
            said = Said.DONE if self.amount % 2 else Said.FAILED
            self.bench.ledger.decide_refund(record.repayment.key, said)
        refund_sending.sweep(actor=self.system, now=self.now + timedelta(days=1))

    def _import(self, line: Line) -> None:
        bank.import_statement(content=statement(line), actor=self.system, now=self.now)


def given_back(**by: object) -> int:
    settled = Refund.objects.filter(state="settled", **by)
    return sum(settled.values_list("amount_cents", flat=True))


def says_the_same_as_everything_else() -> None:
    receipts = sum(
        Receipt.objects.exclude(payment=None).values_list("payment__amount_cents", flat=True)
    )
    assert -balance("fees") == receipts
    taken = sum(CashReceipt.objects.values_list("received_cents", flat=True))
    differences = sum(d or 0 for d in Till.objects.values_list("difference_cents", flat=True))
    coins = sum(cents or 0 for cents in Refund.objects.values_list("paid_cents", flat=True))
    assert balance("cash") == taken + differences - coins
    booked = sum(
        -one.amount_cents if one.is_reversal else one.amount_cents
        for one in BankBooking.objects.all()
    )
    assert balance("bank") == booked
    online = sum(
        Payment.objects.filter(method="provider").values_list("amount_cents", flat=True)
    ) + sum(Trouble.objects.exclude(kind="no-answer").values_list("amount_cents", flat=True))
    assert balance("provider") == online - given_back(way="provider")
    waiting = BankBooking.objects.to_put_right()
    strays = [one for one in waiting if not one.is_reversal]
    troubles = [*Trouble.objects.unresolved().exclude(kind="no-answer")]
    left = sum(one.amount_cents - ledger.back_cents(one) for one in [*strays, *troubles])
    assert -balance("unassigned") == left
    missing = sum(ledger.missing_cents(one) for one in waiting if one.is_reversal)
    assert balance("returned") == missing
    assert totals.given_back() == given_back()
    assert balance("owed") <= 0
    assert sum(map(balance, Account)) == 0


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.tuples(ACTS, st.integers(1, 30_000)), min_size=1, max_size=20))
def test_any_sequence_keeps_totals_equal_to_what_they_count(
    acts, ask_for, bench, citizen, clerk, system, now
):
    place = transaction.savepoint()
    world = World(ask_for, bench, citizen, clerk, system, now)

    for what, amount in acts:
        world.act(what, amount)
        check_now()
        says_the_same_as_everything_else()

    transaction.savepoint_rollback(place)
    bench.answers(Answers.GOOD)
