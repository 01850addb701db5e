"""Money that does not fit is shown to its office, and put right by a person."""

# ruff: noqa: F401, F811 - fixtures of payments are imported, and asked for by name

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from tests.integration.payments.conftest import PAGE, ask_for, bench, citizen, clerk, payment
from tests.people import make_canton, register
from tests.signed_in import as_staff
from visavis.foundation.actor import Actor
from visavis.gateways.payment_provider.fake.faults import Answers
from visavis.gateways.payment_provider.types import State
from visavis.payments import operations
from visavis.payments.models import Trouble
from visavis.people import staff
from visavis.people.rules import RoleName

pytestmark = pytest.mark.django_db


def address(name: str, *args: object) -> str:
    with translation.override("fr"):
        return reverse(f"office:{name}", args=args)


def officer_of(office: str, now, contact: str):
    user = register(now, contact)
    staff.give_role(
        user=user, role=RoleName.OFFICER, organisation=office, actor=Actor.system("tests"), now=now
    )
    return as_staff(user)


@pytest.fixture
def environment(now):
    make_canton(now)
    return officer_of("environment", now, "olga@example.ch")


@pytest.fixture
def paid_twice(payment, citizen, clerk, now, bench) -> Trouble:
    operations.begin_attempt(payment=payment, page=PAGE, actor=citizen, now=now)
    bench.answers(Answers.ERROR)
    operations.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)
    bench.move(payment, State.PAID)
    bench.answers(Answers.GOOD)
    key = str(payment.attempts.get().key)
    operations.ask_about(key=key, actor=citizen, now=now)
    return Trouble.objects.get()


def test_says_when_there_is_nothing(environment):
    assert environment.get(address("money")).status_code == 200
    assert f'"{address("money")}"' not in environment.get(address("queue")).content.decode()


def test_shows_what_came_twice_to_its_office(environment, paid_twice, payment):
    page = environment.get(address("money")).content.decode()

    assert payment.spoken_number in page
    assert "125.52" in page
    assert address("money") in environment.get(address("queue")).content.decode()


def test_is_no_business_of_another_office(environment, paid_twice, payment, now):
    vehicles = officer_of("vehicles", now, "victor@example.ch")

    assert payment.spoken_number not in vehicles.get(address("money")).content.decode()
    assert vehicles.get(address("put_right", paid_twice.pk)).status_code == 404
    assert vehicles.post(address("put_right", paid_twice.pk)).status_code == 404


def test_asks_what_was_done(environment, paid_twice):
    page = environment.post(address("put_right", paid_twice.pk), {})

    assert page.context["form"].errors["remedy"]
    assert not Trouble.objects.exclude(resolved_at=None).exists()


def test_notes_what_was_done_and_takes_it_off_the_list(environment, paid_twice, payment):
    answer = environment.post(address("put_right", paid_twice.pk), {"remedy": "refunded"})

    assert answer.url == address("money")
    assert Trouble.objects.get().remedy == "refunded"
    assert payment.spoken_number not in environment.get(answer.url).content.decode()
