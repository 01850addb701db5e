"""Passkeys at the citizen's door."""

# ruff: noqa: F811 - fixtures are imported, and asked for by name

import pytest
from django.test import Client
from django.urls import reverse

from tests.authenticator import Authenticator
from tests.integration.portal.test_account_in_visit import (  # noqa: F401
    _in_french,
    _quick_passwords,
    begin_visit,
    kiosk,
)
from tests.people import register
from tests.visiting import device, site  # noqa: F401
from visavis.foundation import database
from visavis.people import second_factor
from visavis.people.passkey_models import Passkey

pytestmark = pytest.mark.django_db
HERE = {"SERVER_NAME": "localhost", "SERVER_PORT": "8000"}
MINE, SIGN_IN = "portal:passkeys", "portal:login_passkey"


@pytest.fixture
def elodie(site):
    return register(database.now())


@pytest.fixture
def at_home(elodie) -> Client:
    client = Client(**HERE)
    client.force_login(elodie)
    return client


@pytest.fixture
def stranger() -> Client:
    return Client(**HERE)


@pytest.fixture
def phone(at_home) -> Authenticator:
    """A phone with a passkey of the account."""
    made = Authenticator()
    answer = add(at_home, made)
    assert answer.status_code == 302
    return made


def add(client, device, name="My phone"):
    options = client.post(reverse("portal:passkey_begin")).json()
    return client.post(reverse(MINE), {"answer": device.make(options), "name": name})


def use(client, device, **more):
    options = client.post(reverse("portal:login_passkey_begin")).json()
    return client.post(reverse(SIGN_IN), {"answer": device.use(options), **more})


def who(client) -> str:
    return client.session.get("_auth_user_id", "")


class TestTheWayThrough:
    def test_added_at_home_it_signs_in_and_leads_on(self, phone, stranger, elodie):
        target = reverse("portal:cases")

        answer = use(stranger, phone, next=target)

        assert (answer.status_code, answer["Location"]) == (302, target)
        assert who(stranger) == str(elodie.pk)

    def test_is_listed_by_its_name(self, phone, at_home):
        page = at_home.get(reverse(MINE)).content.decode()

        assert "My phone" in page

    def test_the_password_can_be_changed_without_the_old_one(self, phone, stranger):
        use(stranger, phone)

        page = stranger.get(reverse("portal:password")).content.decode()

        assert "current_password" not in page

    def test_the_sign_in_page_leads_there(self, stranger, site):
        assert reverse(SIGN_IN) in stranger.get(reverse("portal:login")).content.decode()

    def test_whoever_has_a_second_factor_still_owes_it(self, phone, stranger, elodie):
        second_factor.set_up_totp(elodie, second_factor.new_secret())

        answer = use(stranger, phone)

        assert answer["Location"] == reverse("staff:second_factor")
        assert who(stranger) == ""


class TestRefusals:
    def test_a_device_that_checked_nobody_is_told_what_to_do(self, at_home):
        page = add(at_home, Authenticator(verifies=False)).content.decode()

        assert "code PIN" in page
        assert not Passkey.objects.exists()

    def test_an_answer_is_taken_once(self, phone, stranger):
        options = stranger.post(reverse("portal:login_passkey_begin")).json()
        answer = phone.use(options)
        stranger.post(reverse(SIGN_IN), {"answer": answer})
        stranger.post(reverse("portal:logout"))

        stranger.post(reverse(SIGN_IN), {"answer": answer})

        assert who(stranger) == ""

    def test_an_answer_is_not_taken_from_another_browser(self, phone, stranger):
        options = stranger.post(reverse("portal:login_passkey_begin")).json()
        another = Client(**HERE)

        page = another.post(reverse(SIGN_IN), {"answer": phone.use(options)})

        assert page.status_code == 200
        assert who(another) == ""

    def test_an_answer_without_a_question_says_try_again(self, stranger, site):
        assert stranger.post(reverse(SIGN_IN), {"answer": "{}"}).status_code == 200

    def test_too_many_questions_are_refused_in_words(self, stranger, site):
        answers = [stranger.post(reverse("portal:login_passkey_begin")) for _ in range(61)]

        assert answers[-1].status_code == 409
        assert answers[-1].json()["refusal"]


class TestUnderANumber:
    def test_there_are_none(self, elodie):
        for host in ("127.0.0.1", "testserver"):
            client = Client(SERVER_NAME=host)
            assert client.get(reverse(SIGN_IN)).status_code == 404
            assert reverse(SIGN_IN) not in client.get(reverse("portal:login")).content.decode()
            client.force_login(elodie)
            assert client.get(reverse(MINE)).status_code == 404
            assert reverse(MINE) not in client.get(reverse("portal:account")).content.decode()


class TestAtAKiosk:
    @pytest.fixture
    def kiosk(self, kiosk):
        kiosk.defaults.update(HERE)
        return kiosk

    def test_only_ones_own_phone_opens(self, phone, kiosk, elodie):
        use(kiosk, phone)
        assert who(kiosk) == ""

        phone.attachment = "cross-platform"
        use(kiosk, phone)
        assert who(kiosk) == str(elodie.pk)

    def test_none_can_be_added(self, phone, kiosk):
        phone.attachment = "cross-platform"
        use(kiosk, phone)

        page = kiosk.get(reverse(MINE)).content.decode()
        answer = kiosk.post(reverse("portal:passkey_begin"))

        assert "use-passkey" not in page
        assert answer.status_code == 409


class TestRemoving:
    def test_asks_twice_where_only_the_password_remains(self, phone, at_home, elodie):
        Passkey.objects.get()
        second_factor.forget(elodie)
        address = reverse("portal:passkey_remove", args=[Passkey.objects.get().pk])

        asked = at_home.post(address, {"passkey": "1"})
        assert asked.status_code == 200
        assert Passkey.objects.exists()

        at_home.post(address, {"passkey": "1", "sure": "on"})
        assert not Passkey.objects.exists()

    def test_does_not_show_anothers(self, phone, stranger, site):
        other = register(database.now(), given_name="Paul")
        stranger.force_login(other)

        answer = stranger.post(
            reverse("portal:passkey_remove", args=[Passkey.objects.get().pk]), {"passkey": "1"}
        )

        assert answer["Location"] == reverse(MINE)
        assert Passkey.objects.exists()
