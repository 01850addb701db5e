"""Imports, people and reversals at the same moment, with real transactions: one truth."""

import pytest

from tests.integration.payments.refunds import OLGA, approved, asked
from tests.integration.payments.test_bank import account, paying  # noqa: F401 - a fixture
from tests.integration.payments.test_ledger import says_the_same_as_everything_else
from tests.integration.payments.test_races import race
from tests.statements import Entry, Paid, statement
from visavis.payments import assigning, bank, paying_out, queries, rules
from visavis.payments.bank_models import Assignment
from visavis.payments.models import BankBooking
from visavis.payments.receipt_models import Receipt
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import State, Way

pytestmark = pytest.mark.django_db(transaction=True)
IBAN = "CH93 0076 2011 6238 5295 7"


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


def test_a_surplus_goes_back_once_whoever_is_faster(ask_for, system, citizen, now):
    payment = ask_for(12_552)
    twice = [Entry([paying(payment, bank_reference=name)]) for name in ("ONE", "TWO")]
    bank.import_statement(content=statement(*twice), actor=system, now=now)
    booking = BankBooking.objects.get(bank_reference="TWO")
    payment = queries.payment(payment.pk)
    sent = approved(payment, 6_000, Way.TRANSFER, booking=booking, now=now)
    paying_out.name_account(refund_id=sent.pk, account=IBAN, actor=citizen, now=now)
    back = statement(Entry([Paid("125.52", "", "TWO")], "R", "DBIT", "true"))

    outcomes = race(
        lambda: bank.import_statement(content=back, actor=system, now=now),
        lambda: asked(payment, 6_552, Way.TRANSFER, booking=booking, now=now),
        lambda: paying_out.note_transfer(
            refund_id=sent.pk, after=State.SETTLED, actor=OLGA, now=now
        ),
        lambda: bank.put_right(
            booking=booking, remedy=rules.Remedy.REFUNDED, actor=system, now=now
        ),
        lambda: bank.import_statement(content=back, actor=system, now=now),
    )

    assert set(outcomes) <= {"done", "MoreThanCame", "RefundMovedOn", "BeingRefunded"}
    assert not Refund.objects.filter(state__in=("asked", "approved")).exists()
    says_the_same_as_everything_else()
