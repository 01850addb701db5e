"""Somebody keeps an account: opens it in one language and another, comes back by a code, leaves for good."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running
from tests.journeys.counter import PASSWORD, Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]
Open = Callable[..., Page]
PAGES = (
    "",
    "person/",
    "address/",
    "told/",
    "contact/",
    "password/",
    "codes/",
    "data/",
    "terms/",
    "close/",
)


def newest_code(citizen: Person) -> str:
    """Read the newest code in the demonstration's outbox, in another tab."""
    tab = citizen.page.context.new_page()
    tab.goto(f"{citizen.running.url}/{citizen.language}/outbox/")
    found = re.search(r"\b\d{6}\b", tab.locator("article").first.inner_text())
    tab.close()
    assert found
    return found[0]


def test_an_account_is_opened_in_two_languages_and_kept(jura: Running, open_browser: Open):
    # Given somebody at home who begins to register in German
    citizen = Person(open_browser("phone", "de"), jura, "de")
    citizen.goes_to("/de/account/register/")

    # When they send the first page with the Enter key, and switch to French in the middle
    citizen.page.fill("main [name=contact]", "Tremblay@Example.ch")
    citizen.page.press("main [name=contact]", "Enter")
    expect(citizen.page).to_have_url(re.compile("/de/account/register/you/"))
    citizen.answers(given_name="Hortense", family_name="Tremblay", born=("", "", "1956"))
    citizen.switches_to("fr")

    # Then nothing is lost, and the account is theirs
    expect(citizen.page.locator("main [name=family_name]")).to_have_value("Tremblay")
    expect(citizen.page.locator("main [name=born_2]")).to_have_value("1956")
    citizen.continues()
    citizen.answers(password=PASSWORD, agreed=True)
    citizen.continues()
    expect(citizen.page).to_have_url(re.compile("/fr/account/confirm/"))
    citizen.answers(code=newest_code(citizen))
    citizen.page.locator("form#confirm button[type=submit]").click()
    expect(citizen.page).to_have_url(re.compile("/fr/account/$"))
    citizen.sees("tremblay@example.ch")

    # And each of its pages can be used by everybody
    for page in PAGES:
        citizen.goes_to(f"/fr/account/{page}")
    citizen.found_every_page_accessible()


def test_somebody_comes_back_by_a_code_and_closes_the_account(jura: Running, open_browser: Open):
    # Given somebody whose address is confirmed, and who forgot the password
    citizen = Person(open_browser("kiosk_wide", "fr"), jura)
    citizen.goes_to("/fr/account/login/")
    citizen.answers(login="luca.esempio@example.ch", password="forgotten-long-ago")
    citizen.page.locator("form#login button[type=submit]").click()
    expect(citizen.page.locator(".errors")).to_be_focused()
    citizen.looks()

    # When they ask for a code and enter it
    citizen.page.locator("main a[href*='/login/code/']").first.click()
    citizen.looks()
    citizen.answers_and_continues(contact="luca.esempio@example.ch")
    citizen.answers_and_continues(code=newest_code(citizen))
    expect(citizen.page).to_have_url(re.compile("/fr/account/$"))

    # And close the account
    citizen.goes_to("/fr/account/close/")
    citizen.answers(sure=True)
    citizen.continues()

    # Then it is gone
    expect(citizen.page).to_have_url(re.compile("/account/closed/"))
    citizen.goes_to("/fr/account/")
    expect(citizen.page).to_have_url(re.compile("/account/start/"))
    citizen.found_every_page_accessible()


def test_a_member_of_staff_needs_the_second_factor(jura: Running, open_browser: Open):
    # Given an officer who signs in on the way to their requests
    officer = Person(open_browser("tablet", "fr"), jura)
    login = jura.login("olga@example.ch")
    officer.goes_to("/fr/office/")
    officer.answers_and_continues(login=login["login"], password=login["password"])
    expect(officer.page).to_have_url(re.compile("/fr/staff/code/"))

    # When they go on without the second factor, no door opens
    officer.goes_to("/fr/office/")
    expect(officer.page).to_have_url(re.compile("/fr/staff/login/"))

    # When they enter it, they are where they wanted to be
    officer.answers_and_continues(login=login["login"], password=login["password"])
    officer.answers_and_continues(code=jura.command("demo", "code", login["code"]).strip())
    expect(officer.page).to_have_url(re.compile("/fr/office/$"))
    officer.found_every_page_accessible()
