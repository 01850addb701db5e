"""Cash at the counter: a number in, an amount and a purpose out, and nothing else."""

# ruff: noqa: F401, F811 - fixtures of payments are imported, and asked for by name

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.integration.payments.conftest import PAGE, ask_for, bench, citizen, payment
from tests.people import FOUR, make_canton, register
from tests.signed_in import as_staff
from visavis.foundation.actor import Actor
from visavis.gateways.payment_provider.types import State
from visavis.journal.models import Entry
from visavis.payments import operations, queries
from visavis.payments.models import CashReceipt
from visavis.people import staff
from visavis.people.models import User
from visavis.people.rules import RoleName
from visavis.places.models import Organisation, Site

pytestmark = pytest.mark.django_db


def address(name: str, *args: object, language: str = "fr") -> str:
    with translation.override(language):
        return reverse(f"desk:{name}", args=args)


@pytest.fixture
def places(now) -> list[Site]:
    make_canton(now)
    post = Organisation.objects.create(code="post", kind="post", names=FOUR, source="test")
    return [
        Site.objects.create(
            code=code, organisation=post, kind="post", names={**FOUR, "fr": name}, commune=6757,
            latitude=47.25, longitude=7.0, source="test",
        )
        for code, name in [("saignelegier", "Saignelégier"), ("noirmont", "Le Noirmont")]
    ]  # fmt: skip


@pytest.fixture
def cashier(places, now) -> User:
    user = register(now)
    for role in (RoleName.CASHIER, RoleName.CLERK):
        staff.give_role(
            user=user, role=role, organisation="post", site="saignelegier",
            actor=Actor.system("tests"), now=now,
        )  # fmt: skip
    return user


@pytest.fixture
def browser(cashier) -> Client:
    """A cashier who has opened their till."""
    signed_in = as_staff(cashier)
    signed_in.post(address("till"), {"amount": "200"})
    return signed_in


@pytest.fixture
def looked_up(browser, payment) -> Client:
    answer = browser.post(address("cash"), {"number": payment.spoken_number})
    assert answer.url == address("cash_confirm")
    return browser


class TestGate:
    @pytest.mark.parametrize("name", ["home", "cash", "cash_confirm", "site"])
    def test_leads_strangers_to_the_sign_in(self, client, name):
        assert client.get(address(name)).status_code == 302

    def test_refuses_a_clerk_who_holds_no_till(self, places, now, payment):
        user = register(now)
        staff.give_role(
            user=user, role=RoleName.CLERK, organisation="post", site="noirmont",
            actor=Actor.system("tests"), now=now,
        )  # fmt: skip

        assert as_staff(user).get(address("cash")).status_code == 403


class TestPlace:
    def test_is_clear_where_there_is_one(self, browser):
        page = browser.get(address("home"))

        assert page.status_code == 200
        assert "Saignelégier" in page.content.decode()

    def test_is_chosen_where_there_are_several(self, cashier, browser, now):
        staff.give_role(
            user=cashier, role=RoleName.CASHIER, organisation="post", site="noirmont",
            actor=Actor.system("tests"), now=now,
        )  # fmt: skip
        assert browser.get(address("home")).url == address("site")

        browser.post(address("site"), {"site": "noirmont"})

        assert "Le Noirmont" in browser.get(address("home")).content.decode()

    def test_cannot_be_anothers(self, cashier, browser, now):
        page = browser.post(address("site"), {"site": "noirmont"})

        assert page.context["form"].errors


class TestEnter:
    @pytest.mark.parametrize("typed", ["", "1234", "99999999", "abc"])
    def test_says_what_is_wrong_with_the_number(self, browser, payment, typed):
        page = browser.post(address("cash"), {"number": typed})

        assert page.context["form"].errors["number"]
        assert "data-error-summary" in page.content.decode()

    def test_stops_who_tries_too_many(self, browser, payment):
        for _ in range(operations.LOOK_UPS):
            browser.post(address("cash"), {"number": "12345678"})

        page = browser.post(address("cash"), {"number": payment.number})

        assert page.context["form"].errors["number"]


class TestConfirm:
    def test_shows_amount_and_purpose_and_nothing_else(self, looked_up, payment):
        page = looked_up.get(address("cash_confirm")).content.decode()

        assert "125.50" in page
        assert "Permis de pêche" in page
        assert payment.subject.partition(":")[2] not in page
        assert str(payment.pk) not in page

    def test_shows_the_purpose_in_the_clerks_language(self, looked_up, payment):
        page = looked_up.get(address("cash_confirm", language="de")).content.decode()

        assert "Fischereipatent" in page

    def test_ten_taps_are_one_receipt(self, looked_up, payment, bench):
        answers = {looked_up.post(address("cash_confirm")).url for _ in range(10)}

        receipt = CashReceipt.objects.get()
        assert answers == {address("cash_receipt", receipt.key)}
        assert (receipt.site, receipt.received_cents) == ("saignelegier", 12_550)
        entry = Entry.objects.get(what="payments.settled")
        assert (entry.actor_kind, entry.site, entry.channel) == ("clerk", "saignelegier", "counter")

    def test_the_receipt_names_nobody(self, looked_up, payment, cashier, bench):
        answer = looked_up.post(address("cash_confirm"))

        page = looked_up.get(answer.url).content.decode()
        assert payment.spoken_number in page
        main = page[page.index("<main") : page.index("</main>")]
        assert cashier.name not in main
        assert "Exemple" not in main

    def test_takes_no_money_for_what_is_paid_meanwhile(
        self, looked_up, payment, citizen, now, bench
    ):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
        bench.move(payment, State.PAID)

        page = looked_up.post(address("cash_confirm"))

        assert page.status_code == 200
        assert page.context["refusal"]
        assert queries.payment(payment.pk).method == "provider"
        assert (
            "<form method"
            not in page.content.decode().partition("<main")[2].partition("</main>")[0]
        )

    def test_takes_no_money_for_what_was_cancelled(self, looked_up, payment, system, now):
        operations.cancel(payment=payment, actor=system, now=now)

        assert looked_up.get(address("cash_confirm")).context["refusal"]
        assert looked_up.post(address("cash_confirm")).context["refusal"]
        assert not CashReceipt.objects.exists()

    def test_warns_when_an_online_payment_was_begun(self, looked_up, payment, citizen, now, bench):
        operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)

        page = looked_up.get(address("cash_confirm")).content.decode()

        assert "notice--warning" in page

    def test_without_a_number_there_is_nothing_to_confirm(self, browser):
        assert browser.get(address("cash_confirm")).url == address("cash")


class TestReceipt:
    def test_of_another_site_does_not_exist(self, looked_up, payment, bench):
        looked_up.post(address("cash_confirm"))
        receipt = CashReceipt.objects.get()

        assert looked_up.get(address("cash_receipt", uuid4())).status_code == 404
        assert looked_up.get(address("cash_receipt", receipt.key)).status_code == 200

    def test_the_home_page_counts_the_till_without_more_queries_for_more_receipts(
        self, browser, ask_for, bench, django_assert_max_num_queries
    ):
        def take() -> None:
            browser.post(address("cash"), {"number": ask_for(500).number})
            browser.post(address("cash_confirm"))

        take()
        with django_assert_max_num_queries(40) as first:
            browser.get(address("home"))
        queries_of_one = len(first)  # read before the next request empties the log
        for _ in range(3):
            take()
        with django_assert_max_num_queries(queries_of_one):
            page = browser.get(address("home"))

        assert page.context["total_cents"] == 2_000
