"""Signing in at a kiosk with one's own phone."""

# ruff: noqa: F811 - fixtures are imported, and asked for by name

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.integration.portal.test_account_in_visit import (  # noqa: F401
    _in_french,
    _quick_passwords,
    begin_visit,
    kiosk,
)
from tests.people import PASSWORD, register
from tests.visiting import device, site  # noqa: F401
from visavis.foundation import database
from visavis.journal.models import Entry
from visavis.visits import handing_off, operations, rules
from visavis.visits.handoff_models import Handoff
from visavis.visits.models import Visit

pytestmark = pytest.mark.django_db
SCREEN = "portal:login_phone"


@pytest.fixture
def elodie(site):
    return register(database.now())


@pytest.fixture
def phone(elodie) -> Client:
    client = Client()
    client.force_login(elodie)
    return client


@pytest.fixture
def asked(kiosk) -> str:
    """The address in the code on the screen."""
    kiosk.get(reverse(SCREEN))
    return reverse("portal:on_phone", args=[kiosk.session["handoff"]])


def choose(kiosk, number):
    return kiosk.post(reverse(SCREEN), {"number": number})


def who(client) -> str:
    return client.session.get("_auth_user_id", "")


class TestTheWayThrough:
    def test_names_screen_and_place_before_anything_happens(self, phone, asked, kiosk):
        page = phone.get(asked).content.decode()

        assert "Kiosk (fr)" in page
        assert "Saignelégier (fr)" in page
        assert not Handoff.objects.get().is_answered

    def test_signs_in_with_the_number_that_the_phone_shows(self, phone, asked, kiosk, elodie):
        page = phone.post(asked).content.decode()
        handoff = Handoff.objects.get()
        screen = kiosk.get(reverse(SCREEN)).content.decode()

        answer = choose(kiosk, handoff.number)

        assert str(handoff.number) in page
        assert screen.count('name="number"') == 3
        assert answer.status_code == 302
        assert who(kiosk) == str(elodie.pk)
        assert Entry.objects.filter(what="people.identified", details__by="phone").exists()

    def test_leads_on_to_where_one_was_going(self, phone, asked, kiosk):
        phone.post(asked)
        target = reverse("portal:cases")

        answer = kiosk.post(
            reverse(SCREEN), {"number": Handoff.objects.get().number, "next": target}
        )

        assert answer["Location"] == target

    def test_the_screen_learns_that_the_phone_has_answered(self, phone, asked, kiosk):
        state = reverse("portal:login_phone_state")
        before = kiosk.get(state).json()
        phone.post(asked)

        assert (before, kiosk.get(state).json()) == ({"state": "waiting"}, {"state": "answered"})

    def test_shows_initials_and_no_name_on_the_public_screen(self, phone, asked, kiosk, elodie):
        phone.post(asked)

        page = kiosk.get(reverse(SCREEN)).content.decode()

        assert f"{elodie.given_name[0]}. {elodie.family_name[0]}." in page
        assert elodie.family_name not in page

    def test_twice_on_the_phone_shows_the_same_number(self, phone, asked):
        numbers = []
        for _ in range(3):
            phone.post(asked)
            numbers.append(Handoff.objects.get().number)

        assert len(set(numbers)) == 1

    def test_a_phone_that_is_not_signed_in_is_asked_to_first(self, asked):
        answer = Client().get(asked)

        assert answer.status_code == 302
        assert reverse("portal:login") in answer["Location"]


class TestRefusals:
    def test_a_wrong_number_ends_it(self, phone, asked, kiosk):
        phone.post(asked)
        handoff = Handoff.objects.get()
        wrong = next(number for number in handoff.choices if number != handoff.number)

        page = choose(kiosk, wrong).content.decode()
        choose(kiosk, handoff.number)

        assert "numéro" in page
        assert who(kiosk) == ""

    @pytest.mark.parametrize("typed", ["", "0", "-1", "abc", "9999999999", "٤٧"])
    def test_hostile_numbers_sign_nobody_in(self, phone, asked, kiosk, typed):
        phone.post(asked)

        assert choose(kiosk, typed).status_code == 200
        assert who(kiosk) == ""

    def test_before_the_phone_has_answered_no_number_helps(self, asked, kiosk):
        for number in range(10, 100, 13):
            choose(kiosk, number)

        assert who(kiosk) == ""

    def test_no_on_the_phone_ends_it(self, phone, asked, kiosk):
        phone.post(asked, {"no": "1"})

        assert phone.post(asked).status_code == 410
        assert kiosk.get(reverse("portal:login_phone_state")).json() == {"state": "over"}

    def test_somebody_elses_phone_learns_nothing_after_the_first(self, phone, asked):
        phone.post(asked)
        other = Client()
        other.force_login(register(database.now()))

        page = other.get(asked).content.decode()

        assert "code__value" not in page
        assert other.post(asked).status_code == 410

    def test_after_two_minutes_it_is_over(self, phone, asked, kiosk):
        Handoff.objects.update(
            made_at=database.now() - rules.HANDOFF_LIFE, expires_at=database.now()
        )

        assert phone.post(asked).status_code == 410
        page = kiosk.get(reverse(SCREEN)).content.decode()
        assert 'name="new"' in page
        assert Handoff.objects.count() == 1

        kiosk.post(reverse(SCREEN), {"new": "1"})
        assert Handoff.objects.count() == 2

    def test_the_end_of_the_visit_is_its_end(self, phone, asked, kiosk):
        visit = Visit.objects.get()
        phone.post(asked)
        handoff = Handoff.objects.get()
        operations.end(
            visit=visit, reason=operations.rules.Reason.COMPLETED,
            actor=operations.Actor.system("tests"), now=database.now(),
        )  # fmt: skip

        choose(kiosk, handoff.number)

        assert who(kiosk) == ""
        assert phone.get(asked).status_code == 410

    def test_the_next_citizen_does_not_get_what_the_last_one_brought(
        self, phone, asked, kiosk, device
    ):
        phone.post(asked)
        number = Handoff.objects.get().number
        second = begin_visit(device)

        choose(second, number)

        assert who(second) == ""

    def test_after_signing_out_the_screen_shows_a_new_code(self, phone, asked, kiosk, elodie):
        kiosk.post(reverse("portal:login"), {"login": elodie.number, "password": PASSWORD})
        assert who(kiosk) == str(elodie.pk)
        kiosk.post(reverse("portal:logout"))

        page = kiosk.get(reverse(SCREEN))

        assert page.status_code == 200
        assert "<svg" in page.content.decode()
        assert phone.get(asked).status_code == 410
        new = reverse("portal:on_phone", args=[kiosk.session["handoff"]])
        assert phone.get(new).status_code == 200

    def test_used_once_it_is_over(self, phone, asked, kiosk):
        phone.post(asked)
        choose(kiosk, Handoff.objects.get().number)

        assert phone.get(asked).status_code == 410

    def test_at_home_there_is_nothing_to_hand_off(self):
        for name in (SCREEN, "portal:login_phone_state"):
            assert Client().get(reverse(name)).status_code == 404

    def test_an_account_closed_meanwhile_stays_closed(self, phone, asked, kiosk, elodie):
        phone.post(asked)
        elodie.closed_at = database.now()
        elodie.save()

        page = choose(kiosk, Handoff.objects.get().number)

        assert page.status_code == 200
        assert who(kiosk) == ""

    def test_an_unknown_code_says_that_it_is_over(self, phone):
        assert phone.get(reverse("portal:on_phone", args=["x" * 22])).status_code == 410


def test_old_handoffs_are_forgotten(phone, asked):
    phone.post(asked)

    over = Handoff.objects.get().expires_at

    handing_off.forget(now=over + rules.HANDOFF_KEPT)
    assert Handoff.objects.exists()
    handing_off.forget(now=over + rules.HANDOFF_KEPT + timedelta(seconds=1))
    assert not Handoff.objects.exists()
