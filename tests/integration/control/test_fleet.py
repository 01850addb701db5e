"""The operator's list of devices, and how a visit is ended from afar."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.people import register
from tests.signed_in import as_staff
from visavis.foundation import database
from visavis.foundation.actor import Actor
from visavis.journal.models import Entry
from visavis.people import staff
from visavis.people.rules import RoleName
from visavis.visits.models import Visit

pytestmark = pytest.mark.django_db


def address(name: str, *args: object) -> str:
    with translation.override("fr"):
        return reverse(f"control:{name}", args=args)


@pytest.fixture
def now():
    return database.now()


@pytest.fixture
def operator(site, now) -> Client:
    user = register(now)
    staff.give_role(
        user=user,
        role=RoleName.OPERATOR,
        organisation="canton",
        actor=Actor.system("tests"),
        now=now,
    )
    return as_staff(user)


class TestFleet:
    def test_is_not_for_strangers(self, client, site):
        assert client.get(address("fleet")).status_code == 302

    def test_says_who_is_where_and_nothing_of_what_they_do(self, operator, visit, second_device):
        Visit.objects.update(at_service="fishing-permit", at_step="residence")

        page = operator.get(address("fleet")).content.decode()

        assert "saignelegier-kiosk" in page
        assert "saignelegier-tablet" in page
        assert page.count(address("stop", visit.pk)) == 1
        assert "fishing" not in page

    def test_asks_no_more_of_the_database_for_more_devices(
        self, operator, begin, second_device, django_assert_max_num_queries
    ):
        begin()
        with django_assert_max_num_queries(20) as few:
            operator.get(address("fleet"))
        begin(on=second_device)

        with django_assert_max_num_queries(len(few)):
            operator.get(address("fleet"))


class TestStop:
    def test_asks_why_first(self, operator, visit):
        page = operator.get(address("stop", visit.pk))
        unanswered = operator.post(address("stop", visit.pk))

        assert page.status_code == unanswered.status_code == 200
        assert "data-error-summary" in unanswered.content.decode()
        assert Visit.objects.get().ended_at is None

    def test_ends_the_visit_and_the_journal_says_who(self, operator, visit):
        response = operator.post(address("stop", visit.pk), {"reason": "technical"})

        assert response.status_code == 302
        assert Visit.objects.get().end_reason == "technical"
        entry = Entry.objects.get(what="visits.ended")
        assert (entry.actor_kind, entry.details) == ("operator", {"reason": "technical"})

    def test_a_second_time_says_that_it_was_over(self, operator, visit):
        for _ in range(2):
            response = operator.post(address("stop", visit.pk), {"reason": "technical"})

        assert response.status_code == 302
        assert operator.get(address("stop", visit.pk)).status_code == 200

    @pytest.mark.parametrize("reason", ["completed", "idle", "bored"])
    def test_takes_only_reasons_that_are_a_staffs_to_give(self, operator, visit, reason):
        operator.post(address("stop", visit.pk), {"reason": reason})

        assert Visit.objects.get().ended_at is None

    def test_knows_no_visit_that_is_not(self, operator):
        missing = "00000000-0000-0000-0000-000000000000"

        assert operator.get(address("stop", missing)).status_code == 404
