"""Paying goes wrong, and goes well in the end; paying without a card, at the counter."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running
from tests.journeys.counter import Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]
Open = Callable[..., Page]


def a_citizen_who_owes_a_fee(page: Page, jura: Running, *, language: str, name: str) -> Person:
    citizen = Person(page, jura, language)
    citizen.goes_to(f"/{language}/services/fishing-permit/")
    citizen.begins()
    citizen.fills_in_a_day_permit(family_name=name)
    citizen.continues()
    citizen.registers_without_address(family_name=name)
    citizen.sends_the_request()
    citizen.page.locator("main a[href*='/payments/']").first.click()
    citizen.looks()
    return citizen


def goes_to_the_providers_page(citizen: Person) -> None:
    citizen.page.locator("main form[action*='/online'] button").first.click()
    expect(citizen.page).to_have_url(re.compile("/pay/"))
    citizen.looks()


def test_a_payment_fails_is_stopped_and_is_paid_in_the_end(jura: Running, open_browser: Open):
    # Given somebody who owes a fee, on their phone
    citizen = a_citizen_who_owes_a_fee(
        open_browser("phone", "de"), jura, language="de", name="Zahlenfisch"
    )

    # When the first try fails and they stop
    goes_to_the_providers_page(citizen)
    expect(citizen.page.locator("html")).to_have_attribute("lang", "de")
    citizen.page.locator("summary").click()
    citizen.page.locator("button[value=fail]").click()
    citizen.looks()
    expect(citizen.page.get_by_role("alert")).to_be_visible()
    citizen.page.locator("button[value=cancel]").click()

    # Then the counter says that nothing was taken, and offers every way again
    expect(citizen.page).to_have_url(re.compile("/back"))
    citizen.looks()
    expect(citizen.page.locator("main form[action*='/online']")).to_be_visible()
    expect(citizen.page.locator("main a[href$='/cash']")).to_be_visible()

    # And when they try again, fail, and pay after failing, it is paid
    goes_to_the_providers_page(citizen)
    citizen.page.locator("summary").click()
    citizen.page.locator("button[value=fail]").click()
    citizen.page.locator("button[value=card]").click()
    expect(citizen.page).to_have_url(re.compile("/back"))
    citizen.sees("CHF 20.00")
    expect(citizen.page.locator("main form[action*='/online']")).to_have_count(0)
    citizen.looks()
    citizen.found_every_page_accessible()


def test_who_pays_and_never_comes_back_has_paid(jura: Running, open_browser: Open):
    # Given somebody who pays and closes the page
    citizen = a_citizen_who_owes_a_fee(
        open_browser("phone", "fr"), jura, language="fr", name="Jamaisrevenu"
    )
    payment = citizen.page.url
    goes_to_the_providers_page(citizen)
    citizen.page.locator("summary").click()
    citizen.page.locator("button[value=stay]").click()
    citizen.looks()

    # When they look again later
    for _ in range(120):
        citizen.page.goto(payment)
        if not citizen.page.locator("main form[action*='/online']").count():
            break
        citizen.page.wait_for_timeout(500)

    # Then the counter knows
    expect(citizen.page.locator("main form[action*='/online']")).to_have_count(0)
    citizen.sees("CHF 20.00")
    citizen.found_every_page_accessible()


def test_somebody_pays_in_cash_and_the_clerk_sees_nothing_of_them(
    jura: Running, open_browser: Open
):
    # Given somebody who reads a payment number
    name = "Monnaiesonnante"
    citizen = a_citizen_who_owes_a_fee(open_browser("phone", "fr"), jura, language="fr", name=name)
    payment = citizen.page.url
    citizen.page.locator("main a[href$='/cash']").click()
    citizen.looks()
    number = citizen.page.locator(".code__value").inner_text()

    # When the clerk of the branch signs in and enters it, first mistyped
    clerk = Person(open_browser("tablet", "fr"), jura, "fr")
    clerk.signs_in_at_the_desk("carlo@example.ch")
    clerk.goes_to("/fr/desk/cash")
    clerk.opens_the_till()
    clerk.answers_and_continues(number="1234 5678")
    expect(clerk.page.locator("[data-error-summary]")).to_be_focused()
    clerk.answers_and_continues(number=number)
    clerk.sees("CHF 20.00")
    assert name not in clerk.page.content()
    clerk.continues()

    # Then there is a receipt that names nobody, and the citizen has paid
    expect(clerk.page).to_have_url(re.compile("/receipts/"))
    clerk.looks()
    assert name not in clerk.page.content()
    clerk.goes_to("/fr/desk/cash")
    clerk.answers_and_continues(number=number)
    expect(clerk.page.get_by_role("alert")).to_be_visible()
    citizen.page.goto(payment)
    expect(citizen.page.locator("main form[action*='/online']")).to_have_count(0)
    citizen.looks()
    clerk.found_every_page_accessible()

    # And at the end of the day the till is counted twice, by two people
    clerk.goes_to("/fr/desk/till/close")
    clerk.answers_and_continues(amount="1")
    expect(clerk.page.locator("[data-error-summary]")).to_be_focused()
    expected = re.search(
        r"il devrait y avoir CHF ([\d’.]+)", clerk.page.locator("main").inner_text()
    )
    assert expected
    clerk.answers_and_continues(amount=expected[1])
    clerk.looks()
    clerk.sees("CHF 0.00")
    second = Person(open_browser("tablet", "fr"), jura, "fr")
    second.signs_in_at_the_desk("lucie@example.ch")
    second.goes_to("/fr/desk/")
    second.looks()
    second.page.locator("main a[href*='/till/'][href$='/']").last.click()
    second.page.locator("form[action$='/check'] button").click()
    second.sees("deuxième personne")
    second.looks()
    second.found_every_page_accessible()
    clerk.found_every_page_accessible()
    citizen.found_every_page_accessible()
