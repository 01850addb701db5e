"""An account used at a kiosk: it lives as long as the visit, and leaves nothing."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.people import PASSWORD, register
from tests.visiting import HOME, device, site  # noqa: F401 - fixtures
from visavis.foundation import database
from visavis.people.models import Agreement, User
from visavis.visits import upkeep
from visavis.visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _in_french():
    with translation.override("fr"):
        yield


def begin_visit(device):  # noqa: F811
    client = Client()
    ticket = upkeep.issue_ticket(device=device, home=HOME, now=database.now())
    client.get(reverse("portal:attract"), {"ticket": ticket})
    client.post(f"{reverse('portal:start')}?ticket={ticket}", {"language": "fr"})
    return client


@pytest.fixture
def kiosk(device):  # noqa: F811
    return begin_visit(device)


def register_here(client, contact):
    client.post(reverse("portal:register"), {"contact": contact} if contact else {"neither": "1"})
    person = {"given_name": "Paul", "family_name": "Exemple", "born_2": "1950"}
    client.post(reverse("portal:register_person"), {**person, "born_0": "", "born_1": ""})
    page = client.get(reverse("portal:register_agreement")).content.decode()
    hidden = {
        name: unescape(re.search(f'name="{name}" value="([^"]*)"', page)[1])
        for name in ("key", "version")
    }
    posted = {**hidden, "password": PASSWORD, "agreed": "on"}
    return client.post(reverse("portal:register_agreement"), posted)


class TestAtAKiosk:
    def test_somebody_registers_and_the_channel_is_written_down(self, kiosk):
        response = register_here(kiosk, "paul@example.ch")

        assert response.headers["Location"].startswith(reverse("portal:confirm"))
        assert kiosk.get(reverse("portal:account")).status_code == 200
        assert User.objects.get().channel == Agreement.objects.get().channel == "kiosk"

    def test_twenty_people_register_in_a_row(self, device):  # noqa: F811
        for number in range(20):
            assert (
                register_here(begin_visit(device), f"person{number}@example.ch").status_code == 302
            )

        assert User.objects.count() == 20

    def test_the_end_of_the_visit_is_the_end_of_the_session(self, kiosk):
        register_here(kiosk, "paul@example.ch")
        cookies = kiosk.cookies.copy()
        kiosk.post(reverse("portal:finish"), {"confirmed": "1"})

        kiosk.cookies = cookies  # copied before
        for page in ("account", "my_data", "sheet"):
            response = kiosk.get(reverse(f"portal:{page}"))
            assert response.status_code == 410
            assert "Exemple" not in response.content.decode()

    def test_nobody_is_remembered(self, kiosk, device):  # noqa: F811
        user = register(database.now())
        page = kiosk.get(reverse("portal:login")).content.decode()

        kiosk.post(
            reverse("portal:login"), {"login": user.number, "password": PASSWORD, "remember": "on"}
        )

        assert 'name="remember"' not in page
        assert kiosk.session.get_expiry_age() <= 8 * 60 * 60
        assert kiosk.session["visit"] == str(Visit.objects.get().pk)

    @pytest.mark.parametrize("page", ["register", "login", "login_code", "login_printed"])
    def test_the_browser_completes_nothing(self, kiosk, page):
        shown = kiosk.get(reverse(f"portal:{page}")).content.decode()

        typed = re.findall(r'<input[^>]*type="(?:text|password)"[^>]*>', shown)
        assert typed
        assert all('autocomplete="off"' in field for field in typed)

    def test_staff_cannot_sign_in_within_a_citizens_visit(self, kiosk):
        assert kiosk.get(reverse("staff:login")).status_code == 403

    def test_two_people_after_each_other_meet_nothing_of_each_other(self, kiosk, device):  # noqa: F811
        register_here(kiosk, "paul@example.ch")
        kiosk.post(reverse("portal:finish"), {"confirmed": "1"})
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=database.now())
        kiosk.get(reverse("portal:attract"), {"ticket": ticket})
        kiosk.post(f"{reverse('portal:start')}?ticket={ticket}", {"language": "fr"})

        for page in ("register", "register_person", "login", "account_start"):
            shown = kiosk.get(reverse(f"portal:{page}"), follow=True).content.decode()
            assert "paul@example.ch" not in shown
            assert "Exemple" not in shown.replace("example", "")
