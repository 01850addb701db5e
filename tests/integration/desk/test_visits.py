"""A clerk sees and ends the visits of their own site, and of no other."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.people import register
from tests.signed_in import as_staff
from tests.visiting import begin, device, second_device, site, visit  # noqa: F401 - fixtures
from visavis.foundation import database
from visavis.foundation.actor import Actor
from visavis.people import staff
from visavis.people.rules import RoleName
from visavis.visits.models import Visit

pytestmark = pytest.mark.django_db


def address(name: str, *args: object) -> str:
    with translation.override("fr"):
        return reverse(f"desk:{name}", args=args)


@pytest.fixture
def now():
    return database.now()


def clerk_of(site_code: str, now) -> Client:
    user = register(now)
    staff.give_role(
        user=user,
        role=RoleName.CLERK,
        organisation="post",
        site=site_code,
        actor=Actor.system("tests"),
        now=now,
    )
    return as_staff(user)


class TestOwnSite:
    @pytest.fixture
    def clerk(self, site, now) -> Client:  # noqa: F811
        return clerk_of("saignelegier", now)

    def test_shows_that_somebody_is_there(self, clerk, visit):  # noqa: F811
        page = clerk.get(address("visits")).content.decode()

        assert address("stop_visit", visit.pk) in page

    def test_shows_when_nobody_is(self, clerk):
        assert clerk.get(address("visits")).status_code == 200

    def test_ends_it_after_asking_why(self, clerk, visit):  # noqa: F811
        asked = clerk.get(address("stop_visit", visit.pk))
        clerk.post(address("stop_visit", visit.pk), {"reason": "stopped_safeguard"})

        assert asked.status_code == 200
        assert Visit.objects.get().end_reason == "stopped_safeguard"


class TestAnotherSite:
    def test_does_not_exist(self, site, visit, now):  # noqa: F811
        clerk = clerk_of("noirmont", now)

        assert address("stop_visit", visit.pk) not in clerk.get(address("visits")).content.decode()
        response = clerk.post(address("stop_visit", visit.pk), {"reason": "technical"})
        assert response.status_code == 404
        assert Visit.objects.get().ended_at is None


def test_is_not_for_strangers(client, site):  # noqa: F811
    assert client.get(address("visits")).status_code == 302
