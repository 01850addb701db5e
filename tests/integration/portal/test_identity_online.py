"""Proving who one is, and signing in, by a login of an identity provider: pages and the way back."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.checking import citizen, device, site
from tests.integration.portal.test_identity import at_home, at_kiosk, demand
from tests.openid import AGOV, ELODIE, connect, real_provider
from tests.people import PASSWORD, register
from tests.requesting import service
from visavis.foundation import database
from visavis.people import operations, provider_loading, queries
from visavis.people.models import IdentityProof
from visavis.people.provider_models import ProviderLogin
from visavis.people.rules import ProofMethod

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("openid")]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def now():
    return database.now()


@pytest.fixture(autouse=True)
def _connected(citizen, real_provider, settings, now):
    connect(settings, real_provider, now=now)


@pytest.fixture
def walk(real_provider):
    """Return a function that goes to a provider from its page, and comes back."""

    def _walk(client, *, provider="agov", **query):
        # The way back has no language of its own, so a test's thread may have another by now.
        there = client.post(f"/en/account/online/{provider}/", query)
        assert there.status_code == 302, there.content.decode()
        return "/identity/back?" + urlencode(real_provider.visit(there["Location"]))

    return _walk


def address(name, args=()):
    """Return an English address: after the way back, which has no language, the thread may speak another."""
    with translation.override("en"):
        return reverse(name, args=args)


def shown(client, url, **more):
    answer = client.get(url, follow=True, **more)
    assert answer.status_code == 200
    return answer.content.decode()


class TestProve:
    def test_comes_back_to_the_same_request_with_the_level(
        self, at_home, walk, citizen, service, now
    ):
        demand(level=3)
        where = "/en/account/terms/"
        way = walk(at_home, service="fishing-permit", next=where)

        answer = at_home.get(way)
        assert answer["Location"] == where
        assert queries.level_of(citizen, now=now) == 3

    def test_a_lower_level_leads_back_with_words_and_proves_nothing(
        self, at_home, walk, citizen, service, real_provider, now
    ):
        demand(level=3)
        real_provider.behaves(acr=f"{AGOV}200", claims=ELODIE, fault="lower-acr")
        way = walk(at_home, service="fishing-permit", next="/en/account/terms/")

        text = shown(at_home, way)
        assert "to level 2 only; level 3 is needed" in text
        assert 'value="fishing-permit"' in text  # the next try asks for the same
        assert queries.level_of(citizen, now=now) == 1

    def test_asks_the_provider_for_enough(self, at_home, service):
        demand(level=3)
        there = at_home.post(
            address("portal:online", args=["agov"]), {"service": "fishing-permit"}
        )["Location"]

        asked = parse_qs(urlsplit(there).query)["acr_values"][0].split()
        assert asked[0] == f"{AGOV}300"
        assert f"{AGOV}200" not in asked

    def test_names_what_is_not_the_same(self, at_home, walk, real_provider):
        real_provider.behaves(acr=f"{AGOV}300", claims={**ELODIE, "birthdate": "1990-01-01"})

        assert "not the same there as in your account: the date of birth" in shown(
            at_home, walk(at_home)
        )

    def test_the_answer_counts_once_and_the_back_button_says_so(self, at_home, walk, citizen):
        way = walk(at_home)
        at_home.get(way)

        assert "used already" in shown(at_home, way)
        assert IdentityProof.objects.filter(user=citizen, method="provider").count() == 1

    def test_the_answer_counts_in_its_own_browser_only(self, at_home, walk, citizen):
        way = walk(at_home)
        thief = Client()
        thief.get(address("portal:home"))

        shown(thief, way)
        assert not ProviderLogin.objects.exists()

    def test_nobody_is_led_away_afterwards(self, at_home, walk):
        way = walk(at_home, next="https://bad.example/")

        assert at_home.get(way)["Location"] == "/en/account/identity/"

    def test_a_provider_that_was_withdrawn_meanwhile_is_said(self, at_home, walk, now):
        way = walk(at_home)
        provider_loading.load([], now=now)

        assert "cannot be used here at the moment" in shown(at_home, way)

    @pytest.mark.parametrize("field", ["next", "service"])
    def test_a_zero_byte_in_the_form_breaks_nothing(self, at_home, field):
        answer = at_home.post(address("portal:online", args=["agov"]), {field: "/a\0b"})

        assert answer.status_code == 302

    def test_the_form_may_lead_to_the_provider_and_nowhere_else(self, at_home, real_provider):
        answer = at_home.get(address("portal:online", args=["agov"]))

        policy = answer["Content-Security-Policy"]
        (forms,) = [part for part in policy.split(";") if "form-action" in part]
        assert real_provider.url in forms

    def test_an_unknown_provider_is_no_page(self, at_home):
        assert at_home.get(address("portal:online", args=["other"])).status_code == 404

    def test_a_silent_provider_is_said(self, at_home, settings):
        settings.OPENID = {**settings.OPENID, "fake_url": "http://127.0.0.1:9"}

        answer = at_home.post(address("portal:online", args=["agov"]))
        assert "does not answer at the moment" in answer.content.decode()


class TestSignIn:
    def test_an_unknown_login_is_led_to_sign_in_and_then_to_link(self, walk, citizen, now):
        stranger = Client()
        text = shown(stranger, walk(stranger))
        assert "We do not know this login yet" in text
        assert quote(address("portal:online", args=["agov"]), safe="") in text
        assert not ProviderLogin.objects.exists()

    def test_a_linked_login_opens_its_account(self, at_home, walk, citizen):
        at_home.get(walk(at_home))
        elsewhere = Client()

        answer = elsewhere.get(walk(elsewhere, next="/en/account/identity/"))
        assert answer["Location"] == "/en/account/identity/"
        assert citizen.full_name in shown(elsewhere, address("portal:account"))

    def test_lets_a_forgotten_password_be_replaced(self, at_home, walk):
        at_home.get(walk(at_home))
        elsewhere = Client()
        elsewhere.get(walk(elsewhere))

        assert "current_password" not in shown(elsewhere, address("portal:password"))
        assert "current_password" in shown(at_home, address("portal:password"))

    def test_of_another_account_is_refused(self, at_home, walk, now):
        at_home.get(walk(at_home))
        twin = register(now)
        client = Client()
        client.force_login(twin)

        assert "linked to another account" in shown(client, walk(client))

    def test_stands_on_the_page_for_signing_in(self):
        assert "Sign in with SwissID" in shown(Client(), address("portal:login"))


class TestPage:
    def test_lists_proofs_and_logins_and_unlinks(self, at_home, walk, citizen, now):
        at_home.get(walk(at_home))
        text = shown(at_home, address("portal:identity"))
        assert "How you proved who you are" in text
        assert "Unlink AGOV" in text

        answer = at_home.post(address("portal:online_unlink"), {"provider": "agov"}, follow=True)
        assert "no longer counts" in answer.content.decode()
        assert queries.level_of(citizen, now=now) == 1

    def test_unlinks_nothing_that_is_not_there(self, at_home, walk, citizen):
        at_home.get(walk(at_home))

        for other in ("swissid", "\0", ""):
            answer = at_home.post(address("portal:online_unlink"), {"provider": other})
            assert answer.status_code == 302
        assert ProviderLogin.objects.filter(user=citizen).exists()

    def test_offers_only_what_leads_further(self, at_home, citizen, system, now):
        operations.prove_identity(
            user=citizen, method=ProofMethod.BRANCH, level=3, actor=system, now=now
        )
        text = shown(at_home, address("portal:identity"))

        assert address("portal:online", args=["agov"]) in text
        assert address("portal:online", args=["swissid"]) not in text


class TestAtAKiosk:
    def test_nothing_of_a_provider_is_typed_there(self, at_kiosk):
        text = shown(at_kiosk, address("portal:identity"))
        assert "on your own phone" in text
        assert "<svg" in text
        assert address("portal:online", args=["agov"]) not in text

        answer = at_kiosk.post(address("portal:online", args=["agov"]))
        assert "cannot be used on a public screen" in answer.content.decode()

    def test_the_page_for_signing_in_offers_none(self, device, at_kiosk):
        at_kiosk.post(address("portal:logout"))

        assert "SwissID" not in shown(at_kiosk, address("portal:login"))
