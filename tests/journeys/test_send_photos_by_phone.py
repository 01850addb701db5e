"""At the kiosk, which has no camera, somebody sends a paper with their own phone."""

import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, expect

from tests import sending
from tests.journeys.conftest import Running
from tests.journeys.counter import Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]
PATIENCE_MS = 60_000
ANSWERS: dict[str, dict[str, str | Sequence[str] | bool]] = {
    "kind": {"kind": "season"},
    "holder": {"given_name": "Hortense", "family_name": "Photographe", "birth_date": ("3", "9", "1956")},
    "residence": {"residence": "canton"},
    "address": {"street": "Chemin des Tilleuls", "house_number": "12b", "postal_code": "2350", "locality": "Saignelégier"},
}  # fmt: skip


def test_the_paper_is_photographed_with_the_phone_and_stands_on_the_kiosk(
    jura: Running, open_browser: Callable[..., Page]
):
    # Given somebody at a kiosk whose request asks for a paper
    kiosk = Person(open_browser("kiosk"), jura)
    kiosk.touches_the_waiting_kiosk()
    kiosk.goes_to("/fr/services/fishing-permit/")
    kiosk.begins()
    _fills_in_until_the_paper(kiosk)

    # When they choose their phone and take the picture
    phone = Person(open_browser("phone"), jura)
    address = photographs(
        kiosk, phone, "habitat_paper", place="Saignelégier", private="Photographe"
    )

    # And the request holds it, while the code is worth nothing any more
    expect(kiosk.page).to_have_url(re.compile("/step/habitat/"))
    expect(kiosk.page.locator("main")).to_contain_text("habitat_paper.jpg")
    kiosk.looks()
    answer = phone.page.goto(address)
    assert answer
    assert answer.status == 410
    phone.looks()
    for person in (phone, kiosk):
        person.found_every_page_accessible()


def photographs(screen: Person, phone: Person, question: str, *, place: str, private: str) -> str:
    """Send a picture by phone for a question on the screen; return what the phone has read.

    Args:
        place: what the phone says of the screen.
        private: typed on the screen before; the phone is not told.
    """
    screen.page.locator(f"main a[href*='/phone/{question}/']").click()
    screen.looks()
    address = screen.reads_the_code()
    phone.page.goto(address)
    phone.looks()
    phone.sees(place)
    phone.continues()
    phone.looks()
    number = phone.page.locator(".code__value").inner_text().strip()

    # the number that the phone shows is chosen on the screen
    button = screen.page.locator(f"main button[name=number][value='{number}']")
    expect(button).to_be_visible(timeout=PATIENCE_MS)
    screen.looks()
    button.click()
    expect(screen.page.locator("main h1")).to_contain_text("Prenez maintenant la photo")
    screen.looks()

    camera = phone.page.locator("main input[type=file]")
    expect(camera).to_be_visible(timeout=PATIENCE_MS)
    phone.looks()
    assert private not in phone.page.content()
    paper = sending.picture("JPEG", size=(1200, 900))
    camera.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": paper})
    phone.continues()
    expect(phone.page.locator("main")).to_contain_text("1 fichier est arrivé", timeout=PATIENCE_MS)
    phone.looks()

    # both sides say so, by themselves
    expect(screen.page.locator("main h1")).to_contain_text(
        "Vos photos sont arrivées", timeout=PATIENCE_MS
    )
    screen.looks()
    phone.page.get_by_role("button", name="J’ai tout envoyé").click()
    expect(phone.page.locator("main h1")).to_contain_text("Continuez à l’écran")
    phone.looks()
    expect(screen.page.locator("main")).to_contain_text(
        "le téléphone a terminé", timeout=PATIENCE_MS
    )
    screen.looks()
    screen.page.locator("main button[name=end]").click()
    return address


def _fills_in_until_the_paper(kiosk: Person) -> None:
    for step, answers in ANSWERS.items():
        expect(kiosk.page).to_have_url(re.compile(f"/step/{step}/"))
        kiosk.answers_and_continues(**answers)
    expect(kiosk.page).to_have_url(re.compile("/step/sana/"))
    kiosk.answers_and_continues(has_sana="yes")
    kiosk.answers_and_continues(sana_number="DEMO-1234")  # has just come up
    expect(kiosk.page).to_have_url(re.compile("/step/habitat/"))
    kiosk.answers_and_continues(habitat_done="yes")
    expect(kiosk.page.locator("main a[href*='/phone/habitat_paper/']")).to_be_visible()
    kiosk.looks()
