"""A checker types what a document shows, and learns only whether it is equal."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import pytest
from django.urls import reverse
from django.utils import translation

from tests.checking import agreed, begin, citizen, device, here, site, visit
from tests.people import register
from tests.signed_in import as_staff
from visavis.assistance import operations
from visavis.assistance.models import IdentityCheck
from visavis.foundation import database
from visavis.foundation.actor import Actor
from visavis.people import queries, staff
from visavis.people.rules import RoleName
from visavis.places.models import Site
from visavis.visits import operations as visits
from visavis.visits.rules import Reason

pytestmark = pytest.mark.django_db
EQUAL = {
    "kind": "passport", "family_name": "EXEMPLE", "born_0": "12", "born_1": "4", "born_2": "1961",
}  # fmt: skip
WRONG = {**EQUAL, "family_name": "Tremblay"}


def address(name):
    with translation.override("fr"):
        return reverse(f"desk:{name}")


@pytest.fixture
def now():
    return database.now()


def member(now, role=RoleName.CHECKER, at="saignelegier"):
    user = register(now, family_name="Kontroll")
    staff.give_role(
        user=user, role=role, organisation="post", site=at, actor=Actor.system("tests"), now=now
    )
    return as_staff(user)


@pytest.fixture
def second_site(site):
    post = site.organisation
    return Site.objects.create(
        code="le-noirmont", organisation=post, kind="post", names=site.names, commune=6754,
        latitude=47.2, longitude=6.9, counter=site.counter, weeks=site.weeks, source="assumption",
    )  # fmt: skip


@pytest.fixture
def desk(site, now):
    return member(now)


@pytest.fixture
def found(desk, agreed):
    """The check, its code entered at the desk."""
    check = agreed()
    answer = desk.post(address("identity"), {"code": check.code})
    assert answer["Location"] == address("identity_compare")
    return check


def test_equal_proves_the_identity_and_shows_nothing_of_the_account(desk, found, citizen, now):
    page = desk.get(address("identity_compare")).content.decode()
    assert "Exemple" not in page
    assert "1961" not in page

    answer = desk.post(address("identity_compare"), EQUAL, follow=True)

    assert "notice" in answer.content.decode()
    assert queries.level_of(citizen, now=now) == 3


def test_not_equal_says_only_that(desk, found, citizen, now):
    answer = desk.post(address("identity_compare"), WRONG)

    assert "errors__title" in answer.content.decode()
    assert "Exemple" not in answer.content.decode()
    assert queries.level_of(citizen, now=now) == 1


def test_a_fourth_try_is_refused_even_if_it_is_right(desk, found, citizen, now):
    for _ in range(3):
        desk.post(address("identity_compare"), WRONG)
    answer = desk.post(address("identity_compare"), EQUAL)

    assert answer["Location"] == address("identity")
    assert queries.level_of(citizen, now=now) == 1


def test_ten_taps_prove_it_once(desk, found, citizen):
    for _ in range(10):
        desk.post(address("identity_compare"), EQUAL)

    assert citizen.proofs.filter(method="branch").count() == 1


def test_the_same_answer_for_wrong_unknown_and_not_agreed(desk, citizen, here, now):
    check = operations.ask(citizen=citizen, needs_two=False, actor=here, now=now)

    pages = {
        desk.post(address("identity"), {"code": code}).content.decode().replace(code, "")
        for code in (check.code, "11111111")
    }
    errors = {page.partition("errors__title")[2].partition("</ul>")[0] for page in pages}

    assert len(errors) == 1
    assert errors != {""}


def test_an_ended_visit_ends_it(desk, found, visit, here, citizen, now):
    visits.end(visit=visit, reason=Reason.ABANDONED_CITIZEN, actor=here, now=now)

    assert desk.post(address("identity_compare"), EQUAL)["Location"] == address("identity")
    assert queries.level_of(citizen, now=now) == 1


def test_another_role_does_not_come_in(site, now):
    clerk = member(now, RoleName.CLERK)

    assert clerk.get(address("identity")).status_code == 403
    assert address("identity") not in clerk.get(address("home")).content.decode()


def test_a_checker_of_another_site_finds_nothing(second_site, agreed, now):
    check = agreed()
    elsewhere = member(now, at=second_site.code)

    answer = elsewhere.post(address("identity"), {"code": check.code})

    assert "errors__title" in answer.content.decode()


def test_a_second_factor_of_an_hour_ago_is_asked_for_again(desk, now):
    session = desk.session
    methods = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        {**method, "at": now.timestamp() - 3600} for method in methods
    ]
    session.save()

    assert desk.get(address("home")).status_code == 200
    for name in ("identity", "identity_compare"):
        with translation.override("fr"):
            assert reverse("staff:second_factor") in desk.get(address(name))["Location"]


def test_codes_are_not_tried_through(desk, agreed):
    check = agreed()
    for _ in range(20):
        desk.post(address("identity"), {"code": "11111111"})

    answer = desk.post(address("identity"), {"code": check.code})

    assert answer.status_code == 200


def test_two_checkers_for_a_sensitive_service(desk, agreed, citizen, now):
    check = agreed(needs_two=True)
    for browser in (desk, member(now)):
        assert queries.level_of(citizen, now=now) == 1
        browser.post(address("identity"), {"code": check.code})
        browser.post(address("identity_compare"), EQUAL)

    assert queries.level_of(citizen, now=now, by_two=True) == 3
    assert IdentityCheck.objects.get().seen_by


class TestWaitingForTheSecond:
    @pytest.fixture
    def seen(self, desk, agreed):
        check = agreed(needs_two=True)
        desk.post(address("identity"), {"code": check.code})
        answer = desk.post(address("identity_compare"), EQUAL)
        assert answer["Location"] == address("identity_result")
        return check

    def state(self, browser):
        return browser.get(address("identity_result_state")).json()["state"]

    def test_looks_again_until_the_second_has_compared(self, desk, seen, now):
        waiting = desk.get(address("identity_result")).content.decode()
        assert 'data-state="seen"' in waiting
        assert self.state(desk) == "seen"

        second = member(now)
        second.post(address("identity"), {"code": seen.code})
        second.post(address("identity_compare"), EQUAL)

        assert self.state(desk) == "proven"
        done = desk.get(address("identity_result")).content.decode()
        assert "check-again" not in done

    def test_says_when_the_second_did_not_find_it_equal(self, desk, seen, now):
        second = member(now)
        second.post(address("identity"), {"code": seen.code})
        for _ in range(3):
            second.post(address("identity_compare"), WRONG)

        assert self.state(desk) == "closed"
        assert desk.get(address("identity_result")).status_code == 200

    def test_tells_nothing_to_another_checker(self, desk, seen, now):
        second = member(now)
        second.post(address("identity"), {"code": seen.code})

        assert self.state(second) == ""
        assert second.get(address("identity_result"))["Location"] == address("identity")


def test_stands_on_the_first_page(desk):
    assert address("identity") in desk.get(address("home")).content.decode()


def test_nothing_is_found_without_a_code(desk):
    assert desk.get(address("identity_compare"))["Location"] == address("identity")


def test_another_language_keeps_nothing_of_the_document(desk, found):
    answer = desk.post(address("identity_compare"), {**EQUAL, "switch_language": "de"})

    assert "/de/" in answer["Location"]
    assert "EXEMPLE" not in str(dict(desk.session))
    assert IdentityCheck.objects.get().tries == 0
