"""Somebody has their identity verified in the branch: agrees at the kiosk, shows the document, uses it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running
from tests.journeys.counter import Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]
Open = Callable[..., Page]
NAME = "Müller-D’Arc"


def test_verified_in_the_branch(jura: Running, open_browser: Open):
    # Given somebody at the kiosk of Saignelégier with a new account
    citizen = Person(open_browser("kiosk", "fr"), jura)
    citizen.touches_the_waiting_kiosk()
    citizen.goes_to("/fr/account/start/?next=/fr/account/")
    citizen.registers_without_address(family_name=NAME)
    citizen.goes_to("/fr/account/identity/")
    citizen.sees("personne ne l’a encore vérifié")
    citizen.takes_a_picture("identity")

    # When they ask for a check and agree to it
    citizen.page.locator("main form[action$='/identity/ask/'] button").click()
    citizen.looks()
    code = citizen.page.locator(".code__value").inner_text()
    citizen.page.locator("main form[action$='/identity/agree/'] button").click()
    expect(citizen.page.locator("main check-again")).to_be_visible()
    citizen.looks()

    # And the checker of the branch types the code, then the document, first with a slip of the finger
    checker = Person(open_browser("tablet", "fr"), jura)
    checker.signs_in_at_the_desk("celine@example.ch")
    checker.goes_to("/fr/desk/identity")
    checker.answers_and_continues(code="1234 5678")
    expect(checker.page.locator("[data-error-summary]")).to_be_focused()
    checker.answers_and_continues(code=code)
    expect(checker.page).to_have_url(re.compile("/identity/document"))
    assert "ller" not in checker.page.locator("main").inner_text()
    document = {"kind": "identity_card", "born": ("3", "9", "1956")}
    checker.answers_and_continues(**document, family_name="Müller")
    expect(checker.page.locator("[data-error-summary]")).to_be_focused()
    checker.takes_a_picture("identity")
    checker.answers_and_continues(**document, family_name="MUELLER D'ARC")
    checker.sees("Identique")
    checker.looks()

    # Then the citizen sees it, without touching anything
    expect(citizen.page.locator("main h1")).to_have_text(
        "Votre identité est vérifiée", timeout=60_000
    )
    citizen.looks()
    citizen.goes_to("/fr/account/identity/")
    citizen.sees("3 sur 4")
    citizen.found_every_page_accessible()
    checker.found_every_page_accessible()
