"""The clerk's till at the counter, page by page."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import pytest
from django.test import Client

from tests.integration.desk.test_cash import address, cashier, places
from tests.integration.payments.conftest import ask_for, bench, payment
from tests.people import register
from tests.signed_in import as_staff
from visavis.foundation.actor import Actor
from visavis.payments.till_models import Till
from visavis.people import staff
from visavis.people.rules import RoleName

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire(cashier) -> Client:
    return as_staff(cashier)


@pytest.fixture
def second(places, now) -> Client:
    return as_staff(cashier_at("saignelegier", now))


def cashier_at(site, now):
    user = register(now)
    staff.give_role(
        user=user, role=RoleName.CASHIER, organisation="post", site=site,
        actor=Actor.system("tests"), now=now,
    )  # fmt: skip
    return user


@pytest.fixture
def opened(claire) -> Till:
    claire.post(address("till"), {"amount": "150.00"})
    return Till.objects.get()


@pytest.fixture
def closed(claire, opened) -> Till:
    claire.post(address("till_close"), {"amount": "150"})
    opened.refresh_from_db()
    return opened


class TestOpening:
    def test_comes_before_the_first_payment(self, claire):
        assert claire.get(address("cash")).url == address("till")

        answer = claire.post(address("till"), {"amount": "1’150.05"})

        assert answer.url == address("cash")
        assert Till.objects.get().float_cents == 1_150_05
        assert claire.get(address("cash")).status_code == 200

    @pytest.mark.parametrize("typed", ["", "much", "-5", "1.234", "10.02", "99999999"])
    def test_with_no_amount_is_asked_for_again(self, claire, typed):
        page = claire.post(address("till"), {"amount": typed})

        assert page.context["form"].errors["amount"]
        assert not Till.objects.exists()

    def test_ten_times_opens_one(self, claire):
        for _ in range(10):
            claire.post(address("till"), {"amount": "100"})

        assert Till.objects.count() == 1

    def test_is_for_cashiers(self, places, now):
        user = register(now)
        staff.give_role(
            user=user, role=RoleName.CLERK, organisation="post", site="saignelegier",
            actor=Actor.system("tests"), now=now,
        )  # fmt: skip

        for name in ("till", "till_close"):
            assert as_staff(user).get(address(name)).status_code == 403


class TestClosing:
    def test_says_what_is_expected_only_once_something_else_was_counted(self, claire, opened):
        assert "150.00" not in claire.get(address("till_close")).content.decode()

        page = claire.post(address("till_close"), {"amount": "149.95"}).content.decode()
        assert "CHF 150.00" in page
        assert "CHF -0.05" in page

        answer = claire.post(address("till_close"), {"amount": "149.95", "reason": "Perdu"})
        assert answer.url == address("till_sheet", opened.pk)

    def test_shows_a_sheet_that_names_nobody(self, claire, closed, cashier):
        page = claire.get(address("till_sheet", closed.pk)).content.decode()

        assert "150.00" in page
        assert cashier.family_name not in page

    def test_without_an_open_till_leads_to_it(self, claire, closed):
        assert claire.get(address("till_close")).url == address("till")


class TestSecondPerson:
    def test_finds_it_on_the_first_page_and_confirms(self, closed, second):
        assert address("till_sheet", closed.pk) in second.get(address("home")).content.decode()

        second.post(address("till_check", closed.pk))

        closed.refresh_from_db()
        assert closed.checked_at
        assert address("till_sheet", closed.pk) not in second.get(address("home")).content.decode()

    def test_is_not_who_counted(self, claire, closed):
        page = claire.get(address("till_sheet", closed.pk)).content.decode()
        claire.post(address("till_check", closed.pk))

        closed.refresh_from_db()
        assert closed.checked_at is None
        assert address("till_check", closed.pk) not in page

    def test_of_another_place_finds_nothing(self, closed, now):
        stranger = as_staff(cashier_at("noirmont", now))

        assert stranger.get(address("till_sheet", closed.pk)).status_code == 404
        assert stranger.post(address("till_check", closed.pk)).status_code == 404

    def test_of_an_open_till_sees_no_sheet(self, opened, second):
        assert second.get(address("till_sheet", opened.pk)).url == address("till")
