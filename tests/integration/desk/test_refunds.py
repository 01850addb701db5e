"""Money given back out of the till: the clerk sees amount and purpose, and gives it once."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import pytest

from tests.integration.desk.test_cash import address, browser, cashier, places
from tests.integration.payments.conftest import ask_for, bench, citizen, clerk, payment
from tests.integration.payments.refunds import OLGA, approved, asked, paid_in_cash
from visavis.payments import refunding, tills
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import Way
from visavis.payments.till_models import Till

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(payment, clerk, now):
    return paid_in_cash(payment, clerk=clerk, now=now)


def look_up(browser, refund: Refund):
    return browser.post(address("refund"), {"number": refund.spoken_number})


def test_gives_what_was_agreed_and_counts_it(browser, cashier, paid, now):
    refund = approved(paid, 2_552, Way.TILL, now=now)

    assert look_up(browser, refund).url == address("refund_confirm")
    asked_for = browser.get(address("refund_confirm")).content.decode()
    given = browser.post(address("refund_confirm")).content.decode()
    again = browser.post(address("refund_confirm"))

    assert "25.50" in asked_for
    assert "25.50" in given
    assert again.status_code == 200
    till = Till.objects.get(clerk=cashier.name)
    assert tills.given_cents(till) == 2_550
    assert "25.50" in browser.get(address("till")).content.decode()
    browser.post(address("till_close"), {"amount": str((till.float_cents - 2_550) / 100)})
    sheet = browser.get(address("till_sheet", till.pk)).content.decode()
    assert str(Refund.objects.get().receipt.serial) in sheet


def test_finds_nothing_that_was_not_approved(browser, paid, now):
    page = look_up(browser, asked(paid, 2_552, Way.TILL, now=now))

    assert page.context["form"].errors["number"]


def test_says_when_it_was_taken_back_meanwhile(browser, paid, now):
    refund = approved(paid, 2_552, Way.TILL, now=now)
    look_up(browser, refund)
    refunding.refuse(refund_id=refund.pk, actor=OLGA, now=now)

    page = browser.post(address("refund_confirm"))

    assert page.context["refusal"]
    assert Refund.objects.get().state == "refused"


def test_without_a_number_there_is_nothing_to_confirm(browser):
    assert browser.get(address("refund_confirm")).url == address("refund")


def test_forgets_the_citizen_who_went_away(browser, paid, now):
    look_up(browser, approved(paid, 2_552, Way.TILL, now=now))
    session = browser.session
    session["desk_refund"] = session["desk_refund"] | {"at": now.timestamp() - 31 * 60}
    session.save()

    assert browser.post(address("refund_confirm")).url == address("refund")
    assert Refund.objects.get().state == "approved"
