"""Paying for one's own request: what the owner sees, and what follows from money that came."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import pytest
from django.conf import settings
from django.test import Client

from tests.integration.payments.conftest import bench
from tests.integration.portal.test_payments import address
from tests.requesting import citizen, elodie, fill, neighbour, service, week
from visavis.cases import operations as cases
from visavis.cases import queries as case_queries
from visavis.gateways.payment_provider.types import State
from visavis.payments import queries
from visavis.payments.models import Payment
from visavis.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(week, elodie, now) -> Payment:
    """The payment of a permit that the law grants by itself."""
    cases.submit(case_id=week.pk, actor=elodie, now=now)
    found = queries.for_subject(f"case:{week.pk}")
    assert found is not None
    return found


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser


def test_the_owner_sees_what_the_amount_is_made_of(asked, citizen):
    page = signed_in(citizen).get(address("payment", asked.pk)).content.decode()

    assert "<table" in page
    assert address("case", asked.subject.partition(":")[2]) in page


def test_the_neighbour_sees_nothing(asked, now):
    other = User.objects.create(
        name="p-neighbour01", number="100000015", family_name="Voisin", given_name="Jean",
        language="fr", registered_at=now, notify_by="counter",
    )  # fmt: skip

    assert signed_in(other).get(address("payment", asked.pk)).status_code == 404


def test_money_that_came_grants_the_permit(asked, citizen, week, bench, run_jobs):
    browser = signed_in(citizen)
    browser.post(address("pay_online", asked.pk))
    bench.move(asked, State.PAID)

    page = browser.get(address("payment_back", asked.pk)).content.decode()
    run_jobs()

    assert address("case", week.pk) in page
    assert case_queries.case(week.pk).state == "granted"


def test_nothing_personal_leaves_for_the_provider(asked, citizen, week, bench):
    signed_in(citizen).post(address("pay_online", asked.pk))

    order = str(bench.records(asked)[0].order)
    for word in ("Exemple", "Élodie", "1961", citizen.name, str(week.pk), week.reference):
        assert not word or word not in order
