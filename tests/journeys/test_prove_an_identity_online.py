"""A request asks for a checked identity: proven online in between, and the request is sent where it was."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running
from tests.journeys.counter import Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]


def test_proven_online_on_the_way(exemple: Running, open_browser: Callable[..., Page]):
    # Given Heidi at home, signed in, with a request that asks for more than her word
    heidi = Person(open_browser("phone", "fr"), exemple)
    known = exemple.login("heidi.muster@example.ch")
    heidi.goes_to("/fr/account/login/?next=/fr/services/boat-mooring/begin/")
    heidi.page.fill("main input[name=login]", known["login"])
    heidi.page.fill("main input[type=password]", known["password"])
    heidi.continues()
    if "/terms/" in heidi.page.url:
        heidi.page.check("main input[type=checkbox]")
        heidi.continues()
    heidi.page.locator("main form button[type=submit]").first.click()
    heidi.answers_and_continues(length="short")
    expect(heidi.page).to_have_url(re.compile("/review/"))
    request = heidi.page.url

    # When she sends it, the counter says what is missing, and she chooses the online way
    heidi.page.locator("main form button[type=submit]").last.click()
    expect(heidi.page).to_have_url(re.compile("/account/identity/"))
    heidi.sees("Rien de ce que vous avez saisi n’est perdu")
    heidi.looks()
    heidi.page.locator("main a[href*='/account/online/exemple-id/']").first.click()
    heidi.sees("niveau 3 sur 4")
    heidi.looks()

    # And first picks a level there that is not enough: she is told, and tries again
    heidi.page.locator("main form button[type=submit]").last.click()
    expect(heidi.page).to_have_url(re.compile("/exemple-id/authorize"))
    heidi.looks()
    heidi.page.check("input[name=person][value=heidi]")
    heidi.page.check("input[name=acr][value='urn:example:known']")
    heidi.page.locator("button[value=go]").click()
    expect(heidi.page.locator("main .notice")).to_be_focused()
    heidi.sees("qu’au niveau 1")
    heidi.looks()
    heidi.page.locator("main form button[type=submit]").last.click()
    expect(heidi.page).to_have_url(re.compile("/exemple-id/authorize"))
    heidi.page.check("input[name=person][value=heidi]")
    heidi.page.locator("button[value=go]").click()

    # Then she is back at the same request and sends it
    expect(heidi.page).to_have_url(request)
    heidi.looks()
    heidi.sends_the_request()

    # And her account says how she proved who she is
    heidi.goes_to("/fr/account/identity/")
    heidi.sees("Exemple-ID")
    heidi.found_every_page_accessible()
