"""A summons for the car: confirm it, move it, come a second time, wait for an earlier date."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running
from tests.journeys.counter import Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]
Open = Callable[..., Page]

# The invented summonses of the pack's demonstration.
CAR = {"appointment-number": "700 000 010", "plate": "ju 12 345"}
REPAIRED_CAR = {"master-number": "683.737.553", "chassis-number": "wvwdem0 0000020222"}
BOAT = {"appointment-number": "700000010", "sign": "EX 1234"}


def opens(person: Person, calendar: str, facts: dict[str, str], *, pair: int = 0) -> None:
    """Find the service, and open an appointment with two facts from the paper."""
    person.goes_to(f"/{person.language}/appointments/at/{calendar}/?with={pair}")
    person.answers_and_continues(**facts)
    expect(person.page).to_have_url(re.compile("/appointments/[0-9a-f-]{36}/$"))


def chooses_a_time(person: Person, *, day: int = 0) -> str:
    """Choose the first time of the list, and return when it is."""
    chip = person.page.locator(".times__grid").nth(day).locator(".time-chip").first
    chip.locator("input").check(force=True)
    value = chip.locator("input").get_attribute("value") or ""
    person.page.locator("button[form=times]").last.click()
    expect(person.page).to_have_url(re.compile("/check/"))
    person.looks()
    return value


def books(person: Person, contact: str = "") -> None:
    if contact:
        person.answers(contact=contact)
    person.page.locator("form#check button").first.click()
    expect(person.page).to_have_url(re.compile("/booked/"))
    person.looks()


def when(person: Person) -> str:
    return person.page.locator(".appointment-when__time time").first.inner_text()


@pytest.mark.parametrize("size", ["kiosk", "kiosk_wide"])
def test_at_a_kiosk_somebody_confirms_and_moves_a_summons(
    jura: Running, open_browser: Open, size: str
):
    # Given Marcel with his summons before the kiosk
    marcel = Person(open_browser(size), jura)
    marcel.touches_the_waiting_kiosk()
    marcel.goes_to("/fr/services/vehicle-inspection/")
    marcel.page.locator("main a[href*='/appointments/at/']").first.click()
    marcel.looks()

    # When he mistypes the number, the error takes the focus and says what to do
    marcel.answers_and_continues(**{"appointment-number": "700 000 011", "plate": "ju 12345"})
    expect(marcel.page.locator("[data-error-summary]")).to_be_focused()

    # And then types it right, and says that he comes
    marcel.answers_and_continues(**CAR)
    given = when(marcel)
    confirm = marcel.page.locator("main form[action*='/confirm/'] button")
    if confirm.count():
        confirm.click()
        expect(marcel.page).to_have_url(re.compile("/booked/"))
        marcel.looks()

    # But it does not suit him after all: he chooses another day
    opens(marcel, "vehicle-inspection", CAR)
    marcel.page.locator("main a[href$='/times/']").first.click()
    marcel.looks()
    marcel.takes_a_picture("times")
    chooses_a_time(marcel, day=2)
    books(marcel)

    # Then the new time is his, and the slip holds it without his plate
    assert when(marcel) != given
    marcel.page.locator("main a[href$='/slip/']").first.click()
    marcel.looks()
    assert "12345" not in marcel.page.locator("main").inner_text().replace(" ", "")

    # And nothing is left at the kiosk
    right = marcel.page.url
    marcel.finishes_and_erases()
    assert marcel.page.goto(right).status in (404, 410)  # type: ignore[union-attr]
    marcel.found_every_page_accessible()


def test_on_a_phone_somebody_books_a_second_inspection_and_waits_for_an_earlier_one(
    jura: Running, open_browser: Open
):
    # Given Rosa, whose car did not pass; she has no paper, only the registration certificate
    rosa = Person(open_browser("phone", language="de"), jura, language="de")
    rosa.goes_to("/de/services/second-inspection/")
    rosa.page.locator("main a[href*='/appointments/at/']").first.click()
    rosa.looks()
    opens(rosa, "vehicle-inspection", REPAIRED_CAR, pair=1)

    # When she chooses an afternoon in Delémont and gives her number
    rosa.page.locator("main a[href$='/times/']").first.click()
    rosa.looks()
    rosa.page.select_option("[name=place]", "vehicles-delemont")
    rosa.page.select_option("[name=part]", "afternoon")
    rosa.page.locator(".wanted button").click()
    rosa.looks()
    shown = rosa.page.locator(".time-chip .numbers").all_inner_texts()
    assert shown
    assert all(clock >= "12:00" for clock in shown)
    chooses_a_time(rosa)
    books(rosa, contact="078 555 01 99")

    # And puts herself on the waiting list
    rosa.page.locator("main .buttons a").last.click()
    rosa.looks()
    rosa.page.locator("main a[href$='/wait/']").first.click()
    rosa.looks()
    rosa.page.locator("form#wait button").first.click()
    rosa.looks()
    rosa.page.locator("main a[href$='/wait/']").first.click()
    expect(rosa.page.locator("form[action*='/wait/leave/']")).to_be_visible()

    # Then a confirmation went out to her telephone, and the neighbour sees nothing of it
    outbox = Person(open_browser("tablet"), jura)
    for _ in range(120):
        outbox.page.goto(f"{jura.url}/de/outbox/")
        if "078 555 01 99".replace(" ", "")[1:] in outbox.page.content():
            break
        outbox.page.wait_for_timeout(500)
    assert "785550199" in outbox.page.content()
    neighbour = open_browser("phone")
    neighbour.goto(rosa.page.url)
    assert neighbour.locator("[name=places]").count() == 0
    rosa.found_every_page_accessible()


def test_two_tabs_and_the_back_button_book_one_time(jura: Running, open_browser: Open):
    # Given somebody who asks for advice at a post branch, in two tabs
    page = open_browser("phone")
    lucie = Person(page, jura)
    lucie.goes_to("/fr/appointments/at/branch-advice/new/")
    lucie.answers_and_continues(name="Lucie Exemple")
    expect(page).to_have_url(re.compile("/times/"))
    other = Person(page.context.new_page(), jura)
    other.page.goto(page.url)

    # When she chooses one time here and another one there
    chooses_a_time(lucie)
    chooses_a_time(other, day=1)

    # Then the first tab books nothing that it has not shown: it shows the time chosen last
    before = when(lucie)
    lucie.page.locator("form#check button").first.click()
    expect(lucie.page.locator("main [role=alert]")).to_be_visible()
    assert when(lucie) != before

    # And books that, and pressing once more changes nothing
    books(lucie)
    booked = when(lucie)
    lucie.page.reload()
    check = re.sub(r"/booked/.*", "/check/", lucie.page.url)
    lucie.page.goto(check)
    expect(lucie.page).to_have_url(re.compile("/times/"))
    other.goes_to(re.sub(r"https?://[^/]+|check/$", "", check))
    assert when(other) == booked
    lucie.found_every_page_accessible()


def test_in_another_canton_a_boat_is_confirmed_and_given_back(exemple: Running, open_browser: Open):
    heidi = Person(open_browser("phone", language="de"), exemple, language="de")
    opens(heidi, "boat-inspection", BOAT)
    heidi.page.locator("main form[action*='/confirm/'] button").click()
    expect(heidi.page).to_have_url(re.compile("/booked/"))
    heidi.looks()
    opens(heidi, "boat-inspection", BOAT)
    heidi.page.locator("main a[href$='/cancel/']").first.click()
    heidi.looks()
    heidi.page.check("[name=reason][value=other-time]")
    heidi.page.locator("form#cancel button").first.click()
    heidi.looks()

    expect(heidi.page.locator("main a[href$='/times/']").first).to_be_visible()
    heidi.found_every_page_accessible()
