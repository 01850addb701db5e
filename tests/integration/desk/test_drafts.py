"""A clerk lets a citizen try again, and sees nothing of the draft."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.people import register
from tests.requesting import fill, nobody, service
from tests.signed_in import as_staff
from tests.visiting import site
from visavis.cases import queries
from visavis.cases.models import Case
from visavis.foundation import database
from visavis.foundation.actor import Actor
from visavis.people import staff
from visavis.people.rules import RoleName

pytestmark = pytest.mark.django_db


def address(name: str) -> str:
    with translation.override("fr"):
        return reverse(f"desk:{name}")


@pytest.fixture
def now():
    return database.now()


@pytest.fixture
def clerk(site, service, now) -> Client:
    user = register(now)
    staff.give_role(
        user=user, role=RoleName.CLERK, organisation="post", site=site.code,
        actor=Actor.system("tests"), now=now,
    )  # fmt: skip
    return as_staff(user)


@pytest.fixture
def locked(fill, nobody) -> Case:
    draft = fill(nobody)
    Case.objects.filter(pk=draft.pk).update(tries=5)
    return draft


def test_allows_new_tries(clerk, locked):
    answer = clerk.post(address("unlock_draft"), {"code": locked.code}, follow=True)

    assert queries.case(locked.pk).tries == 0
    assert "Exemple" not in answer.content.decode()


def test_says_when_no_draft_has_the_code(clerk, locked):
    answer = clerk.post(address("unlock_draft"), {"code": "999999999"})

    assert "errors__title" in answer.content.decode()
    assert queries.case(locked.pk).tries == 5


def test_refuses_to_be_tried_through(clerk, locked):
    for _ in range(21):
        answer = clerk.post(address("unlock_draft"), {"code": "999999999"})
    answer = clerk.post(address("unlock_draft"), {"code": locked.code})

    assert answer.status_code == 200
    assert queries.case(locked.pk).tries == 5


def test_asks_for_the_code(clerk):
    assert clerk.get(address("unlock_draft")).status_code == 200
    assert "errors__title" in clerk.post(address("unlock_draft"), {"code": ""}).content.decode()


def test_stands_on_the_first_page(clerk):
    assert address("unlock_draft") in clerk.get(address("home")).content.decode()


def test_nobody_else_may(locked):
    assert Client().post(address("unlock_draft"), {"code": locked.code}).status_code in (302, 403)
    assert queries.case(locked.pk).tries == 5
