"""Somebody adds a passkey at home, signs out, and signs in by it without typing anything."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.conftest import Running
from tests.journeys.counter import Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]


class Device:
    """The browser's own authenticator, as a phone or computer has one; nobody need touch it."""

    def __init__(self, page: Page) -> None:
        self.protocol: CDPSession = page.context.new_cdp_session(page)
        self.protocol.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }  # fmt: skip
        made = self.protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.name = {"authenticatorId": made["authenticatorId"]}

    def recognises(self, yes: bool) -> None:
        """Let it know its owner by finger or face, or not."""
        self.protocol.send("WebAuthn.setUserVerified", {**self.name, "isUserVerified": yes})

    def passkeys(self) -> int:
        return len(self.protocol.send("WebAuthn.getCredentials", self.name)["credentials"])


def test_a_passkey_opens_the_account(jura: Running, open_browser: Callable[..., Page]):
    # Given somebody at home with a new account, whose device does not recognise them yet
    citizen = Person(open_browser("phone"), jura)
    citizen.goes_to("/fr/account/start/?next=/fr/account/")
    citizen.registers_without_address(family_name="Tremblay")
    device = Device(citizen.page)
    device.recognises(False)

    # When they try to add a passkey, nothing happens but words; once recognised, it is added
    citizen.goes_to("/fr/account/passkeys/")
    citizen.answers(name="Mon téléphone")
    add = citizen.page.locator("form#passkey button[type=submit]")
    add.click()
    expect(citizen.page.locator("[data-problem=NotAllowedError]")).to_be_focused()
    citizen.looks()
    assert device.passkeys() == 0
    device.recognises(True)
    add.click()
    expect(citizen.page.locator("main .rows strong")).to_have_text("Mon téléphone")
    citizen.looks()
    assert device.passkeys() == 1

    # And sign out, and in again
    citizen.goes_to("/fr/account/")
    citizen.page.locator("form[action$='/logout/'] button").last.click()
    expect(citizen.page).to_have_url(re.compile("/fr/$"))
    citizen.goes_to("/fr/account/login/?next=/fr/requests/")
    citizen.page.locator("main a[href*='/login/passkey/']").click()
    citizen.looks()
    device.recognises(False)
    use = citizen.page.locator("main use-passkey button[type=submit]")
    use.click()
    expect(citizen.page.locator("[data-problem=NotAllowedError]")).to_be_focused()
    device.recognises(True)
    use.click()

    # Then they are where they wanted to be
    expect(citizen.page.locator("main h1")).to_have_text("Mes demandes")

    # And a passkey that is removed opens nothing any more
    citizen.goes_to("/fr/account/passkeys/")
    citizen.page.locator("main .rows a[href*='/remove/']").click()
    citizen.looks()
    citizen.page.locator("main form button[type=submit]").first.click()
    expect(citizen.page.locator("main .rows")).to_have_count(0)
    citizen.goes_to("/fr/account/")
    citizen.page.locator("form[action$='/logout/'] button").last.click()
    expect(citizen.page).to_have_url(re.compile("/fr/$"))
    citizen.goes_to("/fr/account/login/passkey/")
    use.click()
    expect(citizen.page.locator("main .notice--urgent:visible")).to_be_focused()
    citizen.looks()
    citizen.found_every_page_accessible()
