"""Imports, people and reversals at the same moment, with real transactions: one truth."""

import pytest

from tests.integration.payments.test_bank import account, paying  # noqa: F401 - a fixture
from tests.integration.payments.test_ledger import says_the_same_as_everything_else
from tests.integration.payments.test_races import race
from tests.statements import Entry, Paid, statement
from visavis.payments import assigning, bank, queries
from visavis.payments.bank_models import Assignment
from visavis.payments.models import BankBooking
from visavis.payments.receipt_models import Receipt

pytestmark = pytest.mark.django_db(transaction=True)


def test_six_imports_of_one_file_keep_each_booking_once(ask_for, system, now):
    payments = [ask_for(12_552) for _ in range(5)]
    content = statement(
        *(Entry([paying(one, bank_reference=one.number)]) for one in payments),
        Entry([Paid("3.00", "", "STRAY")]),
        Entry([paying(payments[0], bank_reference=payments[0].number)], "R", "DBIT", "true"),
    )

    outcomes = race(*[lambda: bank.import_statement(content=content, actor=system, now=now)] * 6)

    assert outcomes == ["done"] * 6
    assert BankBooking.objects.count() == 7
    assert Receipt.objects.count() == 5
    assert [queries.is_taken_back(one.subject) for one in payments] == [True, *[False] * 4]
    says_the_same_as_everything_else()


def test_two_people_and_the_bank_leave_one_truth(ask_for, system, now):
    payments = [ask_for(12_552) for _ in range(2)]
    stray = Entry([Paid("125.52", "", "STRAY")])
    bank.import_statement(content=statement(stray), actor=system, now=now)
    booking = BankBooking.objects.get()
    back = statement(Entry([Paid("125.52", "", "STRAY")], "R", "DBIT", "true"))

    def assign(payment):
        return lambda: assigning.assign(
            booking=booking, payment=payment, reason="called", actor=system, now=now
        )

    race(
        *[assign(one) for one in payments * 2],
        *[lambda: bank.import_statement(content=back, actor=system, now=now)] * 2,
    )

    assert Assignment.objects.count() <= 1
    says_the_same_as_everything_else()
