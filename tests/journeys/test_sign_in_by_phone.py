"""At the kiosk somebody signs in with their own phone, and types nothing secret on the screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running
from tests.journeys.counter import Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]


def test_the_phone_confirms_and_the_kiosk_opens(jura: Running, open_browser: Callable[..., Page]):
    # Given Élodie, signed in on her phone, before a kiosk that somebody woke up
    phone = Person(open_browser("phone"), jura)
    login = jura.login("elodie.exemple@example.ch")
    phone.goes_to("/fr/account/login/")
    phone.answers(login=login["login"], password=login["password"])
    phone.continues()
    kiosk = Person(open_browser("kiosk"), jura)
    kiosk.touches_the_waiting_kiosk()

    # When she chooses her phone, and the phone reads the code
    kiosk.goes_to("/fr/account/start/")
    kiosk.page.locator("main a[href*='/login/phone/']").click()
    kiosk.looks()
    address = kiosk.reads_the_code()
    phone.page.goto(address)
    phone.looks()
    phone.sees("Saignelégier")
    phone.continues()
    phone.looks()
    number = phone.page.locator(".code__value").inner_text().strip()

    # Then the kiosk asks for the number, by itself, and she is in
    button = kiosk.page.locator(f"main button[name=number][value='{number}']")
    expect(button).to_be_visible()
    kiosk.looks()
    button.click()
    expect(kiosk.page).to_have_url(re.compile("/account/"))
    kiosk.goes_to("/fr/requests/")
    expect(kiosk.page.locator("main h1")).to_have_text("Mes demandes")

    # And the code on the screen, photographed, is worth nothing any more
    assert phone.page.goto(address).status == 410
    phone.looks()
    for person in (phone, kiosk):
        person.found_every_page_accessible()
