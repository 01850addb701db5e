"""An inspector with a phone checks a paper that is not what it seems; one without script too."""

import pytest
from playwright.sync_api import expect

from tests.journeys.counter import Person

pytestmark = pytest.mark.journey
# A code of the right form, signed by a key that nobody here knows.
FOREIGN = (
    "VV1.0oRNogEnBEiUw5Emi6eeD6BYZ6kBZGp1cmEEGmx2dhAFGmtuyhAGGmtuyhAHSTQ4MjkxMzc1NjoAAQAAbmZpc2hpbmctcGVybWl0OgABAAF4"
    "Gk1hcmllLVRow6lyw6hzZSBGcm9pZGV2YXV4OgABAAIZB6c6AAEAA_RYQFkMKh_Hj1vKPc2sW-o9aWg17uzkRR_VZlnJZiXUPlUMpqmOsjZYT98h"
    "7yccTZIpIvHtm9ahnWolSnLtAu-TeAM"
)
NOT_FROM_US = {"fr": "Ne vient pas de nous", "de": "Nicht von uns"}


@pytest.mark.parametrize("language", ["fr", "de"])
def test_a_phone_that_reads_the_code_is_told_at_once(language, jura, open_browser):
    # Given an inspector whose phone has read the code of a paper that is not ours
    inspector = Person(open_browser("phone", language), jura, language)
    asked: list[str] = []
    inspector.page.on("request", lambda request: asked.append(request.url))

    # When the phone opens the address
    inspector.page.goto(f"{jura.url}/check#{FOREIGN}")

    # Then the answer stands there in large letters, and has the focus
    expect(inspector.page.locator("#verdict-title")).to_have_text(NOT_FROM_US[language])
    expect(inspector.page.locator(".verdict")).to_be_focused()
    inspector.looks()
    inspector.found_every_page_accessible()

    # And the code stands in no address: not in the history, and in nothing that a server was asked
    expect(inspector.page).to_have_url(f"{jura.url}/{language}/check/")
    assert not [address for address in asked[1:] if "VV1." in address]


def test_without_script_the_code_is_pasted(jura, open_browser):
    inspector = Person(open_browser("phone", "fr", java_script_enabled=False), jura, "fr")

    inspector.page.goto(f"{jura.url}/check#{FOREIGN}")
    inspector.page.fill("main [name=text]", FOREIGN)
    inspector.page.locator("main form button[type=submit]").last.click()

    expect(inspector.page.locator("#verdict-title")).to_have_text(NOT_FROM_US["fr"])


def test_an_empty_form_says_what_is_missing_and_takes_the_focus(jura, open_browser):
    inspector = Person(open_browser("phone", "fr"), jura, "fr")
    inspector.goes_to("/fr/check/")

    inspector.page.locator("main form button[type=submit]").last.click()

    expect(inspector.page.locator("[data-error-summary]")).to_be_focused()
    inspector.looks()
    inspector.found_every_page_accessible()
