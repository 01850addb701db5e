"""A season's permit with a claim: an officer looks, asks, accepts; the fee is paid in cash."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.attaching import picture
from tests.journeys.conftest import Running
from tests.journeys.counter import Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]
Open = Callable[..., Page]


def staff(running: Running, page: Page, name: str, door: str) -> Person:
    """Sign in as demonstration staff: password, then the code that an operator can print."""
    person = Person(page, running)
    login = running.login(name)
    person.goes_to(f"/fr/{door}/")
    person.answers(login=login["login"], password=login["password"])
    person.continues()
    person.answers(code=running.command("demo", "code", login["login"]).strip().splitlines()[-1])
    person.continues()
    return person


def test_an_officer_asks_for_a_correction_accepts_and_the_fee_is_paid_in_cash(
    jura: Running, open_browser: Open
):
    # Given Élodie, who claims the half-day of habitat work for her season's permit
    elodie = Person(open_browser("phone"), jura)
    login = jura.login("elodie.exemple@example.ch")
    elodie.goes_to("/fr/account/login/")
    elodie.answers(login=login["login"], password=login["password"])
    elodie.continues()
    elodie.goes_to("/fr/services/fishing-permit/")
    elodie.begins()
    elodie.answers_and_continues(kind="season")
    elodie.continues()  # who fishes: filled in from her profile
    elodie.answers_and_continues(residence="canton")
    elodie.continues()  # her address, likewise
    for _ in range(10):
        if "/review/" in elodie.page.url:
            break
        step = re.search(r"/step/([a-z-]+)/", elodie.page.url)
        assert step
        answers = {
            "training": {"in_training": "no"},
            "sana": {"has_sana": "yes", "sana_number": "SaNa 4711"},
            "habitat": {
                "habitat_done": "yes",
                "habitat_society": "Société des pêcheurs de la Truite",
                "habitat_on": habitat_day(),
                "habitat_number": "illisible",
            },
            "children": {"children": "0"},
            "guest": {"guest": "no"},
            "declaration": {"declares": True},
        }[step[1]]
        if elodie.is_asked("habitat_paper"):
            elodie.sends_a_file("habitat_paper", "floue.jpg", picture(200))
        asked = {name: answer for name, answer in answers.items() if elodie.is_asked(name)}
        elodie.answers_and_continues(**asked)  # a follow-up question comes on the same page
    elodie.sees("floue.jpg")
    elodie.sends_the_request()
    reference = re.search(r"\d{3} \d{3} \d{3}", elodie.page.locator("main").inner_text())
    assert reference

    # When the officer takes it, sees the picture, and asks for it and the number to be corrected
    olga = staff(jura, open_browser("tablet"), "olga@example.ch", "office")
    olga.page.get_by_role("link", name=reference[0]).click()
    olga.looks()
    olga.sees("illisible")
    olga.page.locator("form[action*='/take/'] button").click()
    olga.looks()
    olga.waits_for_a_preview()
    olga.takes_a_picture("office-case")
    with olga.page.expect_download() as saved:
        olga.page.get_by_role("link", name="floue.jpg", exact=True).click()
    assert saved.value.suggested_filename == "floue.jpg"
    olga.page.locator("a[href*='/correction/']").click()
    olga.page.check("main [name=fields_to_correct][value=habitat_number]")
    olga.page.check("main [name=fields_to_correct][value=habitat_paper]")
    olga.answers(message="Le numéro n’est pas lisible. Il est en haut à droite de l’attestation.")
    olga.continues()

    # Then Élodie corrects only that: another number, and another picture in place of the first
    elodie.goes_to("/fr/requests/")
    elodie.page.locator("main a[href*='/requests/']").first.click()
    elodie.sees("Le numéro n’est pas lisible")
    elodie.page.locator("main a[href*='/correct/']").first.click()
    elodie.looks()
    assert elodie.page.locator("main form input:visible").count() == 2
    elodie.page.locator("main button[name=remove_file]").click()
    expect(elodie.page.locator("main [data-held] .files__one")).to_have_count(0)
    elodie.sends_a_file("habitat_paper", "nette.jpg", picture(90))
    elodie.answers_and_continues(habitat_number="TP-2026-0815")
    elodie.looks()

    # And asks something, which the office answers
    elodie.page.locator("main a[href*='/write/']").click()
    elodie.looks()
    elodie.answers(words="Mon petit-fils peut-il m’accompagner ?")
    elodie.continues()
    elodie.looks()
    elodie.sees("Réponse attendue")
    olga.goes_to("/fr/office/?tab=messages")
    olga.page.get_by_role("link", name=reference[0]).click()
    olga.answers(words="Oui, sous votre responsabilité.")
    olga.page.locator("form[action*='/write/'] button").click()
    olga.looks()
    elodie.goes_to("/fr/requests/")
    elodie.sees("Nouveau message")
    elodie.page.locator("main a[href*='/requests/']").first.click()
    elodie.sees("sous votre responsabilité")
    elodie.looks()

    # And the officer accepts
    olga.goes_to("/fr/office/")
    olga.page.get_by_role("link", name=reference[0]).click()
    olga.sees("TP-2026-0815")
    olga.waits_for_a_preview()
    expect(olga.page.locator("main .files__one").filter(has_text="nette.jpg")).to_be_visible()
    replaced = olga.page.locator("main .files__one").filter(has_text="floue.jpg")
    expect(replaced).to_contain_text("Remplacé")
    olga.page.locator("form[action*='/accept/'] button").click()
    olga.looks()

    # And the cashier takes the money, seeing the amount and what it is for, not who pays
    elodie.goes_to("/fr/requests/")
    elodie.page.locator("main a[href*='/requests/']").first.click()
    elodie.page.locator("main a[href*='/payments/']").first.click()
    elodie.page.locator("main a[href*='/cash']").first.click()
    elodie.looks()
    number = re.search(r"\d{3} \d{3} \d{2}", elodie.page.locator("main").inner_text())
    assert number
    carlo = staff(jura, open_browser("tablet"), "carlo@example.ch", "desk")
    carlo.goes_to("/fr/desk/cash")
    carlo.opens_the_till()
    carlo.answers(number=number[0])
    carlo.continues()
    carlo.looks()
    carlo.sees("CHF")
    carlo.takes_a_picture("desk-cash")
    assert "Exemple" not in carlo.page.locator("main").inner_text()
    carlo.continues()
    carlo.looks()

    # And Élodie has her permit
    for _ in range(30):
        elodie.goes_to("/fr/requests/")
        elodie.page.locator("main a[href*='/requests/']").first.click()
        if elodie.page.locator("main a[href*='/papers/']").count():
            break
        elodie.page.wait_for_timeout(500)
    expect(elodie.page.locator("main a[href*='/papers/']").first).to_be_visible()
    for person in (elodie, olga, carlo):
        person.found_every_page_accessible()
    assert "The journal is whole." in jura.command("journal", "verify")


def habitat_day() -> tuple[str, str, str]:
    """Return a day of the autumn before the season that is sold now."""
    today = date.today()
    year = today.year if today.month >= 10 else today.year - 1
    return ("1", "9", str(year))
