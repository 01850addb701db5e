"""A citizen paid online; the office gives a part back, with a second person, and they see it."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running
from tests.journeys.test_have_a_permit_checked import staff
from tests.journeys.test_pay import (
    Open,
    a_citizen_who_owes_a_fee,
    goes_to_the_providers_page,
    pytestmark,  # noqa: F401
)

PATIENCE_MS = 60_000


def test_a_part_of_what_was_paid_online_comes_back(jura: Running, open_browser: Open):
    # Given somebody who paid a fee online
    citizen = a_citizen_who_owes_a_fee(
        open_browser("phone", "fr"), jura, language="fr", name="Rembourse"
    )
    payment = citizen.page.url
    goes_to_the_providers_page(citizen)
    citizen.page.locator("button[value=card]").click()
    expect(citizen.page).to_have_url(re.compile("/back"))
    citizen.page.goto(payment)
    expect(citizen.page.locator("main form[action*='/online']")).to_have_count(0)
    shown = citizen.page.locator("main").inner_text()
    number = re.search(r"\b\d{3}[\s\u00a0]\d{3}[\s\u00a0]\d{2}\b", shown)
    assert number, shown

    # When Olga asks for a part of it to go back
    olga = staff(jura, open_browser("tablet"), "olga@example.ch", "office")
    olga.goes_to("/fr/office/money/refunds/")
    olga.answers_and_continues(number=number.group())
    olga.sees("CHF 20.00")
    olga.answers_and_continues(amount="25.00", reason="goodwill")
    expect(olga.page.locator("[data-error-summary]")).to_be_focused()
    olga.answers_and_continues(amount="7.50")
    olga.looks()
    olga.page.locator("main ul.rows a", has_text="7.50").first.click()
    olga.looks()
    expect(olga.page.locator("main button[value=approve]")).to_have_count(0)

    # And Oscar, a second person, approves
    oscar = staff(jura, open_browser("tablet"), "oscar@example.ch", "office")
    oscar.goes_to("/fr/office/money/refunds/")
    oscar.page.locator("main ul.rows a", has_text="7.50").first.click()
    oscar.looks()
    oscar.page.locator("main button[value=approve]").click()
    oscar.looks()
    refund = oscar.page.url

    # Then the provider gives it back, and both sides see it
    until_the_page_says(oscar.page, refund, "Remboursé")
    oscar.looks()
    citizen.page.goto(payment)
    citizen.sees("CHF 7.50")
    citizen.sees("Remboursé")
    citizen.looks()
    citizen.opens_the_request()
    citizen.sees("CHF 7.50")
    receipt = citizen.page.locator("#refunds ~ section a[href$='.pdf']")
    sheet = citizen.page.request.get(jura.url.rstrip("/") + (receipt.get_attribute("href") or ""))
    assert sheet.body().startswith(b"%PDF")

    # And nobody who only knows the payment's number sees that sheet
    stranger = open_browser("phone", "fr")
    assert stranger.request.get(sheet.url).status == 404
    for person in (citizen, olga, oscar):
        person.found_every_page_accessible()


def until_the_page_says(page: Page, address: str, words: str) -> None:
    """Load a page again until the worker and the provider have done their part."""
    for _ in range(PATIENCE_MS // 500):
        page.goto(address)
        if page.locator("main .status", has_text=words).count():
            return
        page.wait_for_timeout(500)
    expect(page.locator("main .status").first).to_contain_text(words)
