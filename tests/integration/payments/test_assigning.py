"""A person gives stray money to a payment; the bank may take it back afterwards."""

import pytest
from django.db import IntegrityError, transaction

from tests.integration.payments.test_bank import account, paying, take_in  # noqa: F401 - fixtures
from tests.integration.payments.test_ledger import rows_of
from tests.statements import Entry, Paid
from visavis.payments import assigning, bank, operations, queries, refusals, rules
from visavis.payments.bank_models import Assignment
from visavis.payments.models import BankBooking
from visavis.payments.totals import balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def stray(take_in):  # noqa: F811
    """Money without a reference."""

    def came(amount="125.52", bank_reference="TX-1") -> BankBooking:
        take_in(Entry([Paid(amount, "", bank_reference)]))
        return BankBooking.objects.get(bank_reference=bank_reference, is_reversal=False)

    return came


@pytest.fixture
def assign(system, now):
    def work(booking, payment, **how):
        how = {"reason": "The payer called.", "actor": system, "now": now} | how
        return assigning.assign(booking=booking, payment=payment, **how)

    return work


def taken_back(amount="125.52", reference="", bank_reference="TX-1") -> Entry:
    return Entry([Paid(amount, reference, bank_reference)], direction="DBIT", reversal="true")


def state_of(payment) -> str:
    return queries.payment(payment.pk).state


class TestAssign:
    def test_settles_what_a_stray_amount_was_meant_for(self, stray, assign, payment):
        assign(stray(), payment)

        assert state_of(payment) == "settled"
        assert not BankBooking.objects.to_put_right().exists()
        assert balance("unassigned") == 0
        assert Assignment.objects.get().reason == "The payer called."

    def test_takes_what_came_too_short_before_along(self, take_in, assign, payment):  # noqa: F811
        take_in(Entry([paying(payment, "100.00", bank_reference="A")]))
        take_in(Entry([paying(payment, "25.52", bank_reference="B")]))

        assign(BankBooking.objects.get(bank_reference="B"), payment)

        assert state_of(payment) == "settled"
        assert Assignment.objects.count() == 2

    def test_needs_a_word_that_the_rest_is_waived(self, stray, assign, payment):
        booking = stray("120.00")

        with pytest.raises(refusals.NotEnough):
            assign(booking, payment)
        assign(booking, payment, is_waived=True)

        assert balance("waived") == 552

    def test_owes_the_payer_what_is_too_much(self, stray, assign, payment):
        assign(stray("130.00"), payment)

        assert balance("owed") == -448

    def test_needs_a_reason(self, stray, assign, payment):
        with pytest.raises(refusals.NoReason):
            assign(stray(), payment, reason="  ")

    def test_refuses_money_that_is_used(self, stray, assign, ask_for):
        booking = stray()
        assign(booking, ask_for())

        with pytest.raises(refusals.NotAssignable):
            assign(booking, ask_for())

    def test_refuses_what_is_not_told_apart(self, take_in, assign, payment):  # noqa: F811
        take_in(Entry([paying(payment), paying(payment)], details=False))

        with pytest.raises(refusals.NotAssignable):
            assign(BankBooking.objects.get(), payment)

    def test_refuses_what_is_settled_or_cancelled(self, stray, assign, ask_for, system, now):
        settled, cancelled = ask_for(), ask_for()
        assign(stray(bank_reference="A"), settled)
        operations.cancel(payment=cancelled, actor=system, now=now)

        with pytest.raises(refusals.AlreadySettled):
            assign(stray(bank_reference="B"), settled)
        with pytest.raises(refusals.NoLongerAsked):
            assign(BankBooking.objects.get(bank_reference="B"), cancelled)

    def test_refuses_who_works_elsewhere(self, stray, assign, payment, clerk):
        with pytest.raises(refusals.NotTheirMoney):
            assign(stray(), payment, actor=clerk)

    def test_is_never_rewritten(self, stray, assign, payment):
        assign(stray(), payment)

        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.update(reason="another")
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.all().delete()


class TestTheBankTakesBack:
    def test_what_nobody_had_used_leaves_as_it_came(self, stray, take_in):  # noqa: F811
        stray()

        take_in(taken_back())

        assert not BankBooking.objects.to_put_right().exists()
        assert (balance("bank"), balance("unassigned")) == (0, 0)

    def test_what_had_been_assigned_comes_back_to_the_list(
        self,
        stray,
        assign,
        take_in,  # noqa: F811
        payment,
    ):
        assign(stray(), payment)

        report = take_in(taken_back())

        reversal = BankBooking.objects.to_put_right().get()
        assert report.fates == {"taken-back": 1}
        assert (reversal.payment, reversal.is_reversal) == (payment, True)
        assert queries.is_taken_back(payment.subject)
        assert Assignment.objects.get().undone_at is not None
        assert (balance("bank"), balance("returned"), balance("unassigned")) == (0, 12_552, 0)

    def test_what_a_bill_had_settled_marks_the_payment(self, take_in, payment):  # noqa: F811
        take_in(Entry([paying(payment)]))

        take_in(taken_back(reference=paying(payment).reference))

        assert state_of(payment) == "settled"
        assert queries.is_taken_back(payment.subject)
        assert BankBooking.objects.get(is_reversal=True).reverses is not None

    def test_a_second_payment_makes_good(self, take_in, assign, payment):  # noqa: F811
        take_in(Entry([paying(payment)]))
        take_in(taken_back(reference=paying(payment).reference))
        take_in(Entry([paying(payment, bank_reference="TX-2")]))

        assign(BankBooking.objects.get(bank_reference="TX-2"), payment)

        assert not queries.is_taken_back(payment.subject)
        assert not BankBooking.objects.to_put_right().exists()
        assert rows_of(payment) == {"bank": 12_552, "fees": -12_552}

    def test_or_a_person_waives_it(self, take_in, payment, system, now):  # noqa: F811
        take_in(Entry([paying(payment)]))
        take_in(taken_back(reference=paying(payment).reference))

        reversal = BankBooking.objects.to_put_right().get()
        bank.put_right(booking=reversal, remedy=rules.Remedy.NOTHING_DUE, actor=system, now=now)

        assert not queries.is_taken_back(payment.subject)
        assert rows_of(payment) == {"waived": 12_552, "fees": -12_552}

    def test_what_was_given_back_before_is_missing(self, stray, take_in, system, now):  # noqa: F811
        booking = stray()
        bank.put_right(booking=booking, remedy=rules.Remedy.REFUNDED, actor=system, now=now)

        take_in(taken_back())

        assert BankBooking.objects.to_put_right().get().is_reversal
        assert balance("returned") == 12_552

    def test_one_amount_is_taken_back_once(self, stray, take_in):  # noqa: F811
        stray()
        take_in(taken_back())

        take_in(taken_back(bank_reference="TX-1", reference="X"))

        assert BankBooking.objects.to_put_right().get().reverses is None

    def test_what_a_reversal_takes_back_is_never_rewritten(self, stray, take_in):  # noqa: F811
        stray()
        take_in(taken_back())

        with pytest.raises(IntegrityError), transaction.atomic():
            BankBooking.objects.filter(is_reversal=True).update(reverses=None)
