"""What goes wrong in the middle: taps, networks, servers, languages, the person before."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running
from tests.journeys.counter import Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]
Open = Callable[..., Page]


@pytest.fixture
def citizen(jura: Running, open_browser: Open) -> Person:
    """Somebody at the kiosk who has begun the request for a fishing permit."""
    person = Person(open_browser("kiosk"), jura)
    person.touches_the_waiting_kiosk()
    person.chooses_the_service("fishing-permit")
    person.begins()
    return person


def draft_code(person: Person) -> str:
    found = re.search(r"\d{3}\s\d{3}\s\d{3}", person.page.locator("main").inner_text())
    assert found
    return found[0]


def test_an_error_takes_the_focus_to_its_summary_and_names_the_question(citizen: Person):
    citizen.continues()

    summary = citizen.page.locator(
        ".error-summary, [data-error-summary], .govuk-error-summary"
    ).first
    expect(summary).to_be_visible()
    assert citizen.page.evaluate(
        "e => e.contains(document.activeElement)", summary.element_handle()
    )
    expect(citizen.page).to_have_title(re.compile("Erreur"))
    citizen.found_every_page_accessible()


def test_the_network_is_cut_in_the_middle_of_a_step_and_nothing_is_lost(citizen: Person):
    citizen.fills_in_a_day_permit(family_name="Coupure", until="holder")

    # Given a cut while the person is typing
    citizen.page.context.set_offline(True)
    citizen.answers(given_name="Hortense", family_name="Coupure")
    citizen.page.wait_for_timeout(2500)
    expect(citizen.page.locator("auto-save [role=status]")).not_to_be_empty()

    # When the network is back
    citizen.page.context.set_offline(False)
    citizen.page.locator("main [name=family_name]").press("End")
    citizen.page.wait_for_timeout(6000)
    citizen.page.reload()

    # Then what was typed is still there
    expect(citizen.page.locator("main [name=family_name]")).to_have_value("Coupure")


def test_the_server_is_killed_in_the_middle_and_the_person_goes_on(citizen: Person):
    citizen.fills_in_a_day_permit(family_name="Panne", until="residence")
    here = citizen.page.url

    citizen.running.kill_the_counter()
    citizen.running.wait_until_well()

    citizen.page.goto(here)
    citizen.answers_and_continues(residence="canton")
    expect(citizen.page).to_have_url(re.compile("/step/address/"))


def test_the_language_is_switched_on_the_last_step_and_nothing_is_lost(citizen: Person):
    citizen.fills_in_a_day_permit(family_name="Bilingue", until="declaration")
    citizen.answers(declares=True)

    citizen.switches_to("de")

    expect(citizen.page.locator("main [name=declares]")).to_be_checked()
    citizen.continues()
    citizen.sees("Bilingue")
    assert citizen.price()
    assert not re.search("Continuer|Modifier", citizen.page.locator("main").inner_text())
    citizen.found_every_page_accessible()


def test_ten_taps_on_send_make_one_request_and_one_payment(citizen: Person, open_browser: Open):
    citizen.fills_in_a_day_permit(family_name="Tremble")
    citizen.continues()
    citizen.registers_without_address(family_name="Tremble")

    # When the form is sent ten times at once, as a tired finger and a slow line can
    citizen.page.evaluate(
        """async () => {
            const form = [...document.querySelectorAll('main form')].at(-1);
            const send = () => fetch(form.action || location.href, {method: 'POST', body: new URLSearchParams(new FormData(form))});
            return (await Promise.all(Array.from({length: 10}, send))).map(answer => answer.status);
        }"""
    )
    citizen.sends_the_request_again()

    # Then there is one request, with one payment
    citizen.goes_to("/fr/requests/")
    references = re.findall(r"\d{3}\s\d{3}\s\d{3}", citizen.page.locator("main").inner_text())
    assert len(set(references)) == 1
    citizen.page.locator("main a[href*='/requests/']").first.click()
    assert (
        len(
            {
                link.get_attribute("href")
                for link in citizen.page.locator("main a[href*='/payments/']").all()
            }
        )
        == 1
    )


def test_a_draft_of_the_kiosk_is_taken_up_at_home(citizen: Person, open_browser: Open):
    citizen.fills_in_a_day_permit(family_name="Emporte", until="address")
    code = draft_code(citizen)
    citizen.finishes_and_erases()

    at_home = Person(open_browser("phone"), citizen.running)
    at_home.goes_to("/fr/requests/take-up/")
    at_home.page.fill("main [name=code]", code)
    for position, part in enumerate(("3", "9", "1956")):
        field = at_home.page.locator(f"main [name$=_{position}]")
        if field.count():
            field.first.fill(part)
    at_home.continues()

    expect(at_home.page).to_have_url(re.compile("/requests/[0-9a-f-]{36}/"))
    at_home.found_every_page_accessible()


def test_the_next_visitor_finds_no_byte_of_the_first(citizen: Person):
    citizen.fills_in_a_day_permit(family_name="Secrète")
    old_pages = [citizen.page.url]
    citizen.continues()
    citizen.registers_without_address(family_name="Secrète")
    citizen.sends_the_request()
    old_pages += [
        citizen.page.url,
        citizen.running.url + "/fr/account/",
        citizen.running.url + "/fr/requests/",
    ]
    copied = citizen.page.context.cookies()

    # When the first finishes, and somebody presses back, again and again
    citizen.finishes_and_erases()
    seen = [citizen.page.content()]
    for _ in range(6):
        citizen.page.go_back(wait_until="load")
        seen.append(citizen.page.content())

    # And tries the old addresses, then a copied cookie
    for address in old_pages:
        seen.append(citizen.page.goto(address).text())
    citizen.page.context.add_cookies(copied)
    for address in old_pages:
        answer = citizen.page.goto(address)
        assert answer.status == 410
        seen.append(answer.text())

    # And the next visitor begins on the same browser
    citizen.page.context.clear_cookies()
    citizen.touches_the_waiting_kiosk()
    for address in old_pages:
        seen.append(citizen.page.goto(address).text())
    kept = citizen.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    )

    # Then nothing that the first typed is anywhere
    assert citizen.typed
    for word in ("Secrète", "Hortense", "Tilleuls", "truite-du-doubs"):
        assert not [page for page in (*seen, kept) if word in page], word


def test_after_the_end_another_tab_is_ended_too(citizen: Person):
    other_tab = citizen.page.context.new_page()
    other_tab.goto(citizen.running.url + "/fr/services/")
    citizen.finishes_and_erases()

    answer = other_tab.reload()

    assert answer is not None
    assert answer.status == 410
    assert "no-store" in answer.headers["cache-control"]
