"""The officer's page of a case: read, take, decide."""

# ruff: noqa: F401, F811 - fixtures of requests are imported, and asked for by name

import pytest

from tests.integration.office.test_money import address, officer_of
from tests.requesting import citizen, elodie, fill, season, service, waiting
from visavis.cases import queries
from visavis.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(service, now):
    return officer_of("environment", now, "olga@example.ch")


def test_the_queue_leads_to_the_case(olga, waiting):
    page = olga.get(address("queue")).content.decode()

    assert address("case", waiting.pk) in page


def test_the_case_is_shown_and_that_is_written_down(olga, waiting):
    page = olga.get(address("case", waiting.pk))

    assert page.status_code == 200
    assert Entry.objects.filter(what="cases.read").count() == 1


def test_another_office_finds_no_case(service, waiting, now):
    victor = officer_of("vehicles", now, "victor@example.ch")

    assert victor.get(address("case", waiting.pk)).status_code == 404


def test_taking_and_accepting_asks_for_the_money(olga, waiting):
    olga.post(address("take", waiting.pk))
    olga.post(address("accept", waiting.pk))

    assert queries.case(waiting.pk).state == "payment"


def test_refusing_needs_a_reason(olga, waiting):
    olga.post(address("take", waiting.pk))

    assert olga.post(address("refuse", waiting.pk), {"reason": ""}).context["form"].errors
    olga.post(address("refuse", waiting.pk), {"reason": "L’attestation manque au dossier."})
    assert queries.case(waiting.pk).state == "refused"


@pytest.mark.parametrize("name", ["take", "put_back", "accept"])
def test_a_step_that_is_not_possible_is_said_and_changes_nothing(olga, waiting, name):
    olga.post(address("take", waiting.pk))
    olga.post(address("accept", waiting.pk))

    answer = olga.post(address(name, waiting.pk), follow=True)

    assert answer.status_code == 200
    assert queries.case(waiting.pk).state == "payment"
