"""Of what came at the bank no more goes back than is there, whatever people and the bank do to it."""

import pytest
from django.db import IntegrityError, transaction

from tests.integration.payments.refunds import OLGA, OSCAR, approved, asked, wanted
from tests.integration.payments.test_assigning import (  # noqa: F401 - fixtures
    assign,
    stray,
    taken_back,
)
from tests.integration.payments.test_bank import (  # noqa: F401 - fixtures
    account,
    paying,
    reference,
    take_in,
)
from tests.integration.payments.test_ledger import rows_of
from tests.statements import Entry, Paid
from visavis.foundation import codes
from visavis.payments import (
    assigning,
    bank,
    paying_out,
    queries,
    refund_queries,
    refunding,
    refusals,
    rules,
)
from visavis.payments.models import BankBooking
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State, Way
from visavis.payments.totals import balance

pytestmark = pytest.mark.django_db
IBAN = "CH93 0076 2011 6238 5295 7"
TRANSFER = Way.TRANSFER


@pytest.fixture
def transferred(citizen, now):
    """Money that a person transferred back."""

    def work(refund: Refund, after: State = State.SETTLED) -> Refund:
        paying_out.name_account(refund_id=refund.pk, account=IBAN, actor=citizen, now=now)
        return paying_out.note_transfer(refund_id=refund.pk, after=after, actor=OLGA, now=now)

    return work


@pytest.fixture
def surplus(take_in, payment):  # noqa: F811
    """A bill that was paid twice: the second booking."""
    take_in(Entry([paying(payment, bank_reference="ONE")]))
    take_in(Entry([paying(payment, bank_reference="TWO")]))
    return BankBooking.objects.get(bank_reference="TWO")


def now_is(payment):
    return queries.payment(payment.pk)


def state_of(refund: Refund) -> str:
    return Refund.objects.get(pk=refund.pk).state


class TestWhatCame:
    def test_is_less_than_what_was_asked_when_a_rest_was_waived(self, stray, assign, payment, now):  # noqa: F811
        assign(stray("120.00"), payment, is_waived=True)

        with pytest.raises(refusals.MoreThanCame):
            asked(now_is(payment), 12_001, TRANSFER, now=now)
        with pytest.raises(IntegrityError, match="are given back already"), transaction.atomic():
            Refund.objects.create(
                payment=payment, key=wanted(1).key, number=codes.new_number(8), way=TRANSFER,
                amount_cents=12_001, reason="goodwill", asked_at=now, asked_by="p-olga",
            )  # fmt: skip
        assert asked(now_is(payment), 12_000, TRANSFER, now=now).amount_cents == 12_000

    def test_is_nothing_when_the_bank_took_it_back(self, take_in, payment, system, now):  # noqa: F811
        take_in(Entry([paying(payment)]))
        take_in(taken_back(reference=paying(payment).reference))

        with pytest.raises(refusals.MoreThanCame):
            asked(now_is(payment), 1, TRANSFER, now=now)
        reversal = BankBooking.objects.to_put_right().get()
        bank.put_right(booking=reversal, remedy=rules.Remedy.NOTHING_DUE, actor=system, now=now)
        with pytest.raises(refusals.MoreThanCame):
            asked(now_is(payment), 1, TRANSFER, now=now)

    def test_is_there_again_when_it_was_paid_again(self, take_in, assign, payment, now):  # noqa: F811
        take_in(Entry([paying(payment)]))
        take_in(taken_back(reference=paying(payment).reference))
        take_in(Entry([paying(payment, bank_reference="TX-2")]))
        assign(BankBooking.objects.get(bank_reference="TX-2"), payment)

        assert asked(now_is(payment), 12_552, TRANSFER, now=now).amount_cents == 12_552

    def test_is_more_when_more_was_assigned_and_what_is_owed_goes_first(
        self,
        stray,  # noqa: F811
        assign,  # noqa: F811
        payment,
        now,
        transferred,
    ):
        assign(stray("130.00"), payment)

        transferred(approved(now_is(payment), 448, TRANSFER, now=now))

        rows = {"unassigned": 13_000, "fees": -12_552, "given-back": -448}
        assert rows_of(payment) == rows
        assert refund_queries.source_of(now_is(payment)).left_cents == 12_552
        transferred(approved(now_is(payment), 12_552, TRANSFER, now=now))
        assert balance("refunds") == 12_552
        with pytest.raises(refusals.MoreThanCame):
            asked(now_is(payment), 1, TRANSFER, now=now)

    def test_is_no_francs_when_it_came_in_another_currency(self, take_in, payment, now):  # noqa: F811
        take_in(Entry([Paid("125.52", reference(payment), currency="EUR")]))
        booking = BankBooking.objects.get()

        with pytest.raises(refusals.MoreThanCame):
            asked(payment, 12_552, TRANSFER, booking=booking, now=now)

    def test_is_read_again_when_somebody_was_faster(self, surplus, payment, system, now):
        before = BankBooking.objects.get(pk=surplus.pk)
        bank.put_right(booking=surplus, remedy=rules.Remedy.REFUNDED, actor=system, now=now)

        with pytest.raises(refusals.MoreThanCame):
            asked(now_is(payment), 12_552, TRANSFER, booking=before, now=now)


class TestTheBankTakesBack:
    def test_what_was_to_go_back_and_so_it_does_not(self, surplus, take_in, payment, now):  # noqa: F811
        refund = approved(now_is(payment), 12_552, TRANSFER, booking=surplus, now=now)

        take_in(taken_back(bank_reference="TWO"))

        assert state_of(refund) == "refused"
        assert Refund.objects.get().ended_by == "bank"
        assert not BankBooking.objects.to_put_right().exists()
        assert (balance("unassigned"), balance("bank")) == (0, 12_552)

    @pytest.mark.parametrize("agree", [False, True])
    def test_what_had_settled_and_so_it_does_not_go_back_either(
        self,
        take_in,  # noqa: F811
        payment,
        now,
        agree,
    ):
        take_in(Entry([paying(payment)]))
        refund = asked(now_is(payment), 500, TRANSFER, now=now)
        if agree:
            refunding.approve(refund_id=refund.pk, actor=OSCAR, now=now)

        take_in(taken_back(reference=paying(payment).reference))

        assert state_of(refund) == "refused"
        assert balance("returned") == 12_552

    def test_the_whole_of_which_a_part_went_back_before(
        self,
        surplus,
        take_in,  # noqa: F811
        payment,
        now,
        transferred,
        system,
    ):
        transferred(approved(now_is(payment), 5_000, TRANSFER, booking=surplus, now=now))

        take_in(taken_back(bank_reference="TWO"))

        reversal = BankBooking.objects.to_put_right().get()
        assert reversal.is_reversal
        assert (balance("unassigned"), balance("returned")) == (0, 5_000)
        bank.put_right(booking=reversal, remedy=rules.Remedy.NOTHING_DUE, actor=system, now=now)
        assert (balance("returned"), balance("waived")) == (0, 5_000)

    def test_what_is_on_its_way_and_nobody_can_assign_it_when_it_comes_back(
        self,
        surplus,
        take_in,  # noqa: F811
        ask_for,
        payment,
        now,
        transferred,
        system,
    ):
        sent = approved(now_is(payment), 12_552, TRANSFER, booking=surplus, now=now)
        transferred(sent, State.SENT)
        take_in(taken_back(bank_reference="TWO"))
        paying_out.note_transfer(refund_id=sent.pk, after=State.RETURNED, actor=OLGA, now=now)

        with pytest.raises(refusals.NotAssignable):
            assigning.assign(
                booking=surplus, payment=ask_for(), reason="seen", actor=system, now=now
            )
        with pytest.raises(refusals.MoreThanCame):
            asked(now_is(payment), 1, TRANSFER, booking=surplus, now=now)
