"""A bank's file is imported by an officer, and what fits no bill is put right by a person."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.integration.office.test_money import address, environment, officer_of
from tests.integration.payments.conftest import ask_for, payment
from tests.integration.payments.test_bank import account, paying
from tests.statements import Entry, Paid, statement
from visavis.payments import queries
from visavis.payments.models import BankBooking

pytestmark = pytest.mark.django_db


@pytest.fixture
def health(now, environment):
    return officer_of("health", now, "hugo@example.ch")


def send(browser, content: bytes):
    return browser.post(address("statement"), {"file": SimpleUploadedFile("camt.xml", content)})


def test_what_pays_a_bill_settles_it_and_the_page_says_so(environment, payment):
    page = send(environment, statement(Entry([paying(payment)])))

    assert page.status_code == 200
    assert page.context["report"].settled == 1
    assert queries.payment(payment.pk).is_settled
    assert not page.context["has_items"]


def test_the_same_file_changes_nothing_a_second_time(environment, payment):
    content = statement(Entry([paying(payment)]))
    send(environment, content)

    page = send(environment, content)

    assert (page.context["report"].settled, page.context["report"].known) == (0, 1)


def test_what_fits_no_bill_waits_and_is_put_right(environment, payment):
    send(environment, statement(Entry([paying(payment, "100.00"), Paid("3.00", "", "TX-9")])))
    assert address("money") in environment.get(address("queue")).content.decode()
    listed = environment.get(address("money")).content.decode()
    assert "CHF 100.00" in listed
    assert "TX-9" in listed

    for booking in BankBooking.objects.all():
        where = address("put_right_booking", booking.pk)
        assert environment.get(where).status_code == 200
        assert environment.post(where, {}).status_code == 200
        assert environment.post(where, {"remedy": "refunded"}).status_code == 302

    assert "TX-9" not in environment.get(address("money")).content.decode()
    assert set(BankBooking.objects.values_list("remedy", flat=True)) == {"refunded"}


@pytest.mark.parametrize("content", [b"MT940", b"<a/>", b"<!DOCTYPE a><a/>"])
def test_what_is_no_statement_is_said_at_the_field(environment, content):
    assert send(environment, content).context["form"].errors["file"]


def test_a_large_file_is_refused_before_it_is_read(environment):
    assert send(environment, b"x" * 4_000_000).status_code == 302


def test_a_form_without_a_file_is_said_too(environment):
    assert environment.post(address("statement"), {}).context["form"].errors["file"]


def test_another_office_sees_and_imports_nothing(environment, health, payment):
    send(environment, statement(Entry([paying(payment, "100.00")])))
    where = address("put_right_booking", BankBooking.objects.get().pk)

    assert "CHF 100.00" not in health.get(address("money")).content.decode()
    assert health.get(where).status_code == 404
    page = send(health, statement(Entry([paying(payment)])))
    assert page.context["form"].errors["file"]


def test_the_lists_queries_do_not_grow(environment, payment, django_assert_max_num_queries):
    send(environment, statement(*(Entry([Paid("3.00", "", f"TX-{n}")]) for n in range(30))))

    with django_assert_max_num_queries(25):
        environment.get(address("money"))
