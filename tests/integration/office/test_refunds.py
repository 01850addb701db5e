"""Refunds at the office: asked on one page, approved on another by somebody else."""

# ruff: noqa: F401, F811 - fixtures of payments are imported, and asked for by name

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from tests.integration.office.test_money import officer_of, paid_twice
from tests.integration.payments.conftest import ask_for, bench, citizen, clerk, payment
from tests.integration.payments.refunds import OSCAR, asked, paid_in_cash, paid_online
from tests.people import make_canton
from visavis.payments import paying_out, refunding
from visavis.payments.refund_models import Refund
from visavis.payments.refund_rules import Way

pytestmark = pytest.mark.django_db
IBAN = "CH93 0076 2011 6238 5295 7"


def address(name: str, *args: object) -> str:
    with translation.override("fr"):
        return reverse(f"office:{name}", args=args)


@pytest.fixture
def olga(now):
    make_canton(now)
    return officer_of("environment", now, "olga@example.ch")


@pytest.fixture
def oscar(olga, now):
    return officer_of("environment", now, "oscar@example.ch")


@pytest.fixture
def online(payment, bench, citizen, now):
    return paid_online(payment, bench=bench, actor=citizen, now=now)


def ask(client, payment, *, query: str = "", **more: str):
    said = {"key": str(uuid4()), "amount": "25.50", "way": "provider", "reason": "goodwill"}
    return client.post(address("refund_ask", payment.pk) + query, {**said, **more})


def test_one_asks_and_another_approves(olga, oscar, online):
    assert ask(olga, online).url == address("refunds")
    refund = Refund.objects.get()
    step, page = address("refund_step", refund.pk), address("refund", refund.pk)

    assert 'value="approve"' not in olga.get(page).content.decode()
    olga.post(step, {"do": "approve"})
    assert Refund.objects.get().state == "asked"
    assert 'value="approve"' in oscar.get(page).content.decode()
    assert address("refunds") in oscar.get(address("queue")).content.decode()
    oscar.post(step, {"do": "approve"})

    assert Refund.objects.get().state == "approved"
    assert "25.50" in oscar.get(address("refunds")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", "125.53"), ("amount", "nothing"), ("amount", "0"), ("way", "till"), ("reason", "")],
)
def test_says_what_is_wrong_and_asks_for_nothing(olga, online, field, value):
    page = ask(olga, online, **{field: value})

    assert page.context["form"].errors[field]
    assert not Refund.objects.exists()


def test_finds_a_payment_by_its_number(olga, online):
    found = olga.get(address("refunds"), {"number": online.spoken_number})
    missed = olga.get(address("refunds"), {"number": "1234 5678"})

    assert found.url == address("refund_ask", online.pk)
    assert missed.context["form"].errors["number"]


def test_is_no_business_of_another_office(olga, online, now):
    refund = asked(online, 500, now=now)
    vehicles = officer_of("vehicles", now, "victor@example.ch")

    assert vehicles.get(address("refund_ask", online.pk)).status_code == 404
    assert vehicles.get(address("refund", refund.pk)).status_code == 404
    assert vehicles.post(address("refund_step", refund.pk), {"do": "approve"}).status_code == 404
    assert online.spoken_number not in vehicles.get(address("refunds")).content.decode()
    assert (
        vehicles.get(address("refunds"), {"number": online.number}).context["form"].errors["number"]
    )


def test_a_transfer_is_ordered_and_executed_by_hand(olga, oscar, payment, clerk, citizen, now):
    paid = paid_in_cash(payment, clerk=clerk, now=now)
    refund = asked(paid, 2_552, Way.TRANSFER, now=now)
    step = address("refund_step", refund.pk)
    oscar.post(step, {"do": "approve"})
    paying_out.name_account(refund_id=refund.pk, account=IBAN, actor=citizen, now=now)

    assert IBAN not in oscar.get(address("refund", refund.pk)).content.decode()
    assert IBAN in oscar.post(step, {"do": "account"}).content.decode()
    oscar.post(step, {"do": "sent"})
    oscar.post(step, {"do": "settled"})

    assert Refund.objects.get().state == "settled"
    assert oscar.post(step, {"do": "something else"}).status_code == 404


def test_a_surplus_goes_back_from_the_worklist(olga, paid_twice, payment):
    page = olga.get(address("put_right", paid_twice.pk)).content.decode()
    query = f"?trouble={paid_twice.pk}"
    assert address("refund_ask", payment.pk) + query in page

    ask(olga, payment, query=query, amount="125.52", reason="surplus")
    refused = olga.post(address("put_right", paid_twice.pk), {"remedy": "nothing-due"})

    assert Refund.objects.get().trouble == paid_twice
    assert refused.context["refusal"]


def test_the_list_asks_as_much_for_many_as_for_few(olga, online, now):
    refunding.refuse(refund_id=asked(online, 500, now=now).pk, actor=OSCAR, now=now)
    asked(online, 500, now=now)
    olga.get(address("refunds"))
    with CaptureQueriesContext(connection) as few:
        olga.get(address("refunds"))

    for _ in range(6):
        refunding.refuse(refund_id=asked(online, 500, now=now).pk, actor=OSCAR, now=now)
        asked(online, 500, now=now)
    with CaptureQueriesContext(connection) as many:
        olga.get(address("refunds"))

    assert len(many) == len(few)


@pytest.mark.parametrize(
    "query", ["?trouble=1", "?booking=1", "?trouble=x", "?trouble=" + "9" * 40]
)
def test_never_gives_the_fee_back_for_a_surplus_that_is_off_the_list(olga, online, query):
    assert olga.get(address("refund_ask", online.pk) + query).status_code == 404
    assert ask(olga, online, query=query).status_code == 404
    assert not Refund.objects.exists()
