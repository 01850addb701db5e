"""Your identity: what is known, what is missing for a service, the slip, consent, the letter."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.checking import checker, citizen, device, shown, site
from tests.fixtures import CANTONS
from tests.people import PASSWORD, as_actor, register
from tests.requesting import service
from tests.visiting import HOME
from visavis.assistance import operations as assistance
from visavis.assistance.models import IdentityCheck
from visavis.catalog.models import ServiceVersion
from visavis.foundation import database
from visavis.notices.models import Notice
from visavis.packs import operations as packs
from visavis.people import operations, queries
from visavis.people.models import User
from visavis.people.rules import ProofMethod
from visavis.visits import upkeep
from visavis.visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def now():
    return database.now()


@pytest.fixture
def at_home(citizen) -> Client:
    client = Client()
    client.force_login(citizen)
    return client


@pytest.fixture
def at_kiosk(citizen, device, now) -> Client:
    """The citizen, signed in within a visit."""
    client = Client()
    ticket = upkeep.issue_ticket(device=device, home=HOME, now=now)
    client.get(reverse("portal:attract"), {"ticket": ticket})
    client.post(f"{reverse('portal:start')}?ticket={ticket}", {"language": "en"})
    client.post(reverse("portal:login"), {"login": citizen.number, "password": PASSWORD})
    return client


@pytest.fixture
def living(citizen, now):
    """The citizen, with a postal address."""
    profile = replace(
        operations.profile_of(citizen), street="Rue de la Truite", house_number="4",
        postal_code="2350", locality="Saignelégier",
    )  # fmt: skip
    return operations.change_profile(
        user=citizen, profile=profile, actor=as_actor(citizen), now=now
    )


def page(client, name, **data):
    url = reverse(f"portal:{name}")
    answer = client.post(url, data, follow=True) if data else client.get(url, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def demand(**values):
    """Make today's fishing permit ask for more than it does."""
    for version in ServiceVersion.objects.filter(code="fishing-permit"):
        version.level = values.get("level", version.level)
        version.definition = {**version.definition, **values}
        version.digest = f"test {sorted(values)} {version.pk}"
        version.save()


class TestIdentity:
    def test_says_what_is_known_and_the_ways_to_more(self, at_home):
        text = page(at_home, "identity")

        assert "nobody has checked it yet" in text
        for way in ("identity_ask", "identity_letter"):
            assert reverse(f"portal:{way}") in text

    def test_says_what_is_missing_for_a_service_and_leads_back(self, at_home, service):
        demand(level=3)
        answer = at_home.get(f"{reverse('portal:identity')}?service=fishing-permit&next=/en/cases/")
        text = answer.content.decode()

        assert "your identity must be checked first" in text
        assert reverse("portal:identity_ask") in text
        assert reverse("portal:identity_letter") not in text  # a letter does not reach level 3
        assert 'href="/en/cases/"' in text

    def test_leads_nobody_away(self, at_home, service):
        text = at_home.get(
            f"{reverse('portal:identity')}?service=fishing-permit&next={quote('https://bad.example')}"
        ).content.decode()

        assert 'href="https://bad' not in text
        assert f'href="{reverse("portal:account")}">Back to where you were' in text

    def test_a_living_proof_counts_and_an_expired_one_does_not(self, at_home, citizen, system, now):
        operations.prove_identity(
            user=citizen, method=ProofMethod.BRANCH, level=3, actor=system, now=now
        )
        assert "Your identity document was checked" in page(at_home, "identity")

        citizen.proofs.filter(method="branch").update(proven_on="2020-01-01", expires_on=now.date())
        assert "nobody has checked it yet" in page(at_home, "identity")

    def test_is_linked_from_the_account(self, at_home):
        assert reverse("portal:identity") in page(at_home, "account")

    @pytest.mark.parametrize("name", ["identity", "identity_check", "identity_letter"])
    def test_is_for_who_is_signed_in(self, site, name):
        answer = Client().get(reverse(f"portal:{name}"))

        assert reverse("portal:account_start") in answer["Location"]

    def test_a_service_says_it_before_one_begins(self, at_home, service):
        url = reverse("portal:begin", args=["fishing-permit"])
        assert "must be checked" not in at_home.get(url).content.decode()

        demand(level=2)
        assert f"{reverse('portal:identity')}?service=fishing-permit" in at_home.get(url).content.decode()  # fmt: skip


class TestCheck:
    def test_gives_a_slip_with_one_code_for_ten_taps(self, at_home):
        for _ in range(10):
            text = page(at_home, "identity_ask", x=1)

        code = IdentityCheck.objects.get().code
        assert f"{code[:3]} {code[3:6]} {code[6:]}" in re.sub(r"\s+", " ", text).replace("\u00a0", " ")  # fmt: skip
        assert reverse("portal:identity_agree") not in text

    def test_is_agreed_to_in_a_visit_and_shows_what_came_of_it(self, at_kiosk, citizen, now):
        text = page(at_kiosk, "identity_ask", x=1)
        assert reverse("portal:identity_agree") in text

        assert "Now tell the code" in page(at_kiosk, "identity_agree", x=1)
        check = IdentityCheck.objects.get()
        assert check.agreed_at
        assistance.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)

        assert "Your identity is checked" in page(at_kiosk, "identity_check")

    def test_looks_again_by_itself_while_the_document_is_looked_at(self, at_kiosk, now):
        def state():
            return at_kiosk.get(reverse("portal:identity_check_state")).json()["state"]

        page(at_kiosk, "identity_ask", x=1)
        text = page(at_kiosk, "identity_agree", x=1)
        check = IdentityCheck.objects.get()
        assert f'data-url="{reverse("portal:identity_check_state")}" data-state="agreed"' in text
        assert state() == "agreed"

        assistance.compare(check_id=check.pk, shown=shown(), actor=checker(), now=now)

        assert state() == "proven"
        assert "check-again" not in page(at_kiosk, "identity_check")

    def test_looking_again_is_no_sign_of_life_but_agreeing_lets_the_visit_wait(self, at_kiosk):
        page(at_kiosk, "identity_ask", x=1)
        before = Visit.objects.get().expires_at
        page(at_kiosk, "identity_agree", x=1)
        waiting = Visit.objects.get().expires_at
        at_kiosk.get(reverse("portal:identity_check_state"))

        assert before < waiting
        assert Visit.objects.get().expires_at == waiting

    def test_of_two_says_when_the_first_has_seen_the_document(self, at_kiosk, citizen, now):
        page(at_kiosk, "identity_ask", x=1)
        IdentityCheck.objects.update(needs_two=True)
        page(at_kiosk, "identity_agree", x=1)
        assistance.compare(
            check_id=IdentityCheck.objects.get().pk, shown=shown(), actor=checker(), now=now
        )

        assert "a second member of staff" in page(at_kiosk, "identity_check")

    def test_is_not_agreed_to_at_home(self, at_home):
        page(at_home, "identity_ask", x=1)

        assert "only at a device in a branch" in page(at_home, "identity_agree", x=1)
        assert IdentityCheck.objects.get().agreed_at is None

    def test_says_when_it_is_over(self, at_kiosk, citizen, now):
        page(at_kiosk, "identity_ask", x=1)
        page(at_kiosk, "identity_agree", x=1)
        for _ in range(3):
            assistance.compare(
                check_id=IdentityCheck.objects.get().pk, shown=shown("Tremblay"),
                actor=checker(), now=now,
            )  # fmt: skip

        text = page(at_kiosk, "identity_check")
        assert "This check is over" in text
        assert reverse("portal:profile") in text

    def test_is_given_up(self, at_home):
        page(at_home, "identity_ask", x=1)
        page(at_home, "identity_take_back", x=1)

        assert IdentityCheck.objects.get().ending == "taken_back"

    def test_leads_on_when_none_was_asked_for(self, at_home):
        assert "Your identity" in page(at_home, "identity_check")


class TestSensitiveService:
    """Four eyes, as the packs of both cantons ask for them."""

    @pytest.fixture(params=["jura", "exemple"])
    def at_home(self, request, canton_loaded) -> Client:
        client = Client()
        client.force_login(canton_loaded(request.param))
        return client

    @pytest.fixture
    def canton_loaded(self, system, now, db):
        def load(canton):
            packs.load(CANTONS / canton, world="demonstration", actor=system, now=now)
            return register(now)

        return load

    def test_says_so_and_asks_for_a_check_of_two(self, at_home):
        text = at_home.get(f"{reverse('portal:identity')}?service=debt-extract").content.decode()
        assert "two members of the staff look at your document" in text

        page(at_home, "identity_ask", service="debt-extract")

        assert IdentityCheck.objects.get().needs_two

    def test_another_service_asks_for_one(self, at_home):
        page(at_home, "identity_ask", service="fishing-permit")

        assert not IdentityCheck.objects.get().needs_two

    def test_what_one_has_seen_does_not_count_for_it(self, at_home, system, now):
        citizen = User.objects.get(pk=at_home.session["_auth_user_id"])
        operations.prove_identity(
            user=citizen, method=ProofMethod.BRANCH, level=3, actor=system, now=now
        )

        text = at_home.get(f"{reverse('portal:identity')}?service=debt-extract").content.decode()

        assert "your identity must be checked first" in text


def test_checks_and_letters_stand_in_what_we_keep_about_somebody(at_home, living):
    page(at_home, "identity_ask", x=1)
    page(at_home, "identity_letter", x=1)

    text = page(at_home, "my_data")
    assert "Checks of your document in a branch" in text
    assert "Letters with a code that we sent you" in text


class TestLetter:
    def test_goes_to_the_address_and_proves_it(self, at_home, living, now):
        assert "Rue de la Truite" in page(at_home, "identity_letter")
        assert "on its way" in page(at_home, "identity_letter", x=1)
        code = re.search(r"\d{3} \d{3} \d{2}", Notice.objects.get(channel="letter").body)[0]

        text = page(at_home, "identity_letter_code", code=code)

        assert "Your identity was checked once" in text
        assert queries.level_of(living, now=now) == 2

    def test_says_why_not_again(self, at_home, living):
        page(at_home, "identity_letter", x=1)

        assert "A letter is on its way" in page(at_home, "identity_letter", x=1)
        assert Notice.objects.filter(channel="letter").count() == 1

    def test_asks_for_an_address_first(self, at_home):
        assert reverse("portal:address") in page(at_home, "identity_letter")
        assert "no postal address" in page(at_home, "identity_letter", x=1)

    def test_says_that_a_code_is_wrong(self, at_home, living):
        page(at_home, "identity_letter", x=1)

        assert "This code does not match" in page(at_home, "identity_letter_code", code="1")
        assert "Enter the code" in page(at_home, "identity_letter_code", code="")
