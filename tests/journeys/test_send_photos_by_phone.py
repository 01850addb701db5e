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

    # When they choose their phone, and the phone reads the code
    kiosk.page.locator("main a[href*='/phone/habitat_paper/']").click()
    kiosk.looks()
    phone = Person(open_browser("phone"), jura)
    address = kiosk.reads_the_code()
    phone.page.goto(address)
    phone.looks()
    phone.sees("Saignelégier")
    phone.sees("attestation")
    phone.continues()
    phone.looks()
    number = phone.page.locator(".code__value").inner_text().strip()

    # And choose on the kiosk the number that the phone shows
    button = kiosk.page.locator(f"main button[name=number][value='{number}']")
    expect(button).to_be_visible(timeout=PATIENCE_MS)
    kiosk.looks()
    button.click()
    expect(kiosk.page.locator("main h1")).to_contain_text("Prenez maintenant la photo")
    kiosk.looks()

    # And take the picture
    camera = phone.page.locator("main input[type=file]")
    expect(camera).to_be_visible(timeout=PATIENCE_MS)
    phone.looks()
    assert "Photographe" not in phone.page.content()
    paper = sending.picture("JPEG", size=(1200, 900))
    camera.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": paper})
    phone.continues()
    expect(phone.page.locator("main")).to_contain_text("1 fichier est arrivé", timeout=PATIENCE_MS)
    phone.looks()

    # Then both sides say so, by themselves
    expect(kiosk.page.locator("main h1")).to_contain_text(
        "Vos photos sont arrivées", timeout=PATIENCE_MS
    )
    kiosk.looks()
    phone.page.get_by_role("button", name="J’ai tout envoyé").click()
    expect(phone.page.locator("main h1")).to_contain_text("Continuez à l’écran")
    phone.looks()
    expect(kiosk.page.locator("main")).to_contain_text(
        "le téléphone a terminé", timeout=PATIENCE_MS
    )
    kiosk.looks()

    # And the request holds it, while the code is worth nothing any more
    kiosk.page.locator("main button[name=end]").click()
    expect(kiosk.page).to_have_url(re.compile("/step/habitat/"))
    expect(kiosk.page.locator("main")).to_contain_text("habitat_paper.jpg")
    kiosk.looks()
    answer = phone.page.goto(address)
    assert answer
    assert answer.status == 410
    phone.looks()
    for person in (phone, kiosk):
        person.found_every_page_accessible()


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
