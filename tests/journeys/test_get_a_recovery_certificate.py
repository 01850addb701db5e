"""Somebody who had COVID-19 gets the certificate: at once by the register, or by an officer."""

import io
import json
import re
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running
from tests.journeys.counter import Person
from tests.journeys.test_have_a_permit_checked import staff
from tests.journeys.test_send_photos_by_phone import photographs

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]
Open = Callable[..., Page]
KNOWN_TO_THE_REGISTER = 20  # days since Élodie's first positive result


def asks_for_the_certificate(
    citizen: Person, *, days_ago: int, delivery: str, phone: Person | None = None
) -> str:
    """Sign in as Élodie, fill in the form, send it, and return the request's number.

    Args:
        phone: photographs the laboratory's sheet; without one she has no proof at hand.
    """
    login = citizen.running.login("elodie.exemple@example.ch")
    citizen.goes_to("/fr/account/login/")
    citizen.answers(login=login["login"], password=login["password"])
    citizen.continues()
    citizen.goes_to("/fr/services/recovery-certificate/")
    citizen.begins()
    positive = datetime.now(tz=ZoneInfo("Europe/Zurich")).date() - timedelta(days=days_ago)
    citizen.answers_and_continues(analysis="pcr", country="ch")
    day = (str(positive.day), str(positive.month), str(positive.year))
    citizen.answers_and_continues(first_positive_on=day)
    citizen.continues()  # for whom: filled in from her profile
    expect(citizen.page).to_have_url(re.compile("/step/proof/"))
    if phone:
        photographs(citizen, phone, "test_proof", place="Certificat", private="Élodie")
        expect(citizen.page.locator("main")).to_contain_text("test_proof.jpg")
    citizen.continues()
    citizen.answers_and_continues(delivery=delivery)
    if delivery == "post":
        citizen.continues()  # her address, likewise
    expect(citizen.page).to_have_url(re.compile("/review/"))
    citizen.sends_the_request()
    reference = re.search(r"\d{3} \d{3} \d{3}", citizen.page.locator("main").inner_text())
    assert reference
    return reference[0]


def waits_for_the_paper(citizen: Person, reference: str) -> None:
    """Look at the request again until its paper is there; jobs check, grant and issue it."""
    for _ in range(120):
        citizen.page.goto(f"{citizen.running.url}/fr/requests/")
        citizen.page.locator("main li").filter(
            has_text=re.compile(reference.replace(" ", r"\s"))
        ).locator("a").first.click()
        citizen.page.wait_for_load_state("load")
        paper = citizen.page.locator("main a[href*='/papers/']")
        if paper.count():
            paper.first.click()
            citizen.looks()
            return
        citizen.page.wait_for_timeout(500)
    raise AssertionError("no paper was issued")


def test_the_register_knows_it_and_the_certificate_is_there_at_once(
    jura: Running, open_browser: Open
):
    # Given Élodie, whose positive result the laboratory reported
    elodie = Person(open_browser("phone"), jura)

    # When she asks for the certificate
    reference = asks_for_the_certificate(elodie, days_ago=KNOWN_TO_THE_REGISTER, delivery="online")

    # Then nobody has to look at it, and it says that it is a specimen
    waits_for_the_paper(elodie, reference)
    elodie.sees("Spécimen")
    elodie.found_every_page_accessible()

    # And the EU's code on it verifies with the command without network
    link = elodie.page.locator("main a[href$='.pdf']").first.evaluate("a => a.href")
    code = eu_code(elodie.page.request.get(link).body())
    trust = jura.var / "trust.json"
    trust.write_text(jura.command("dcc", "keys"))
    verdict = json.loads(jura.command("dcc", "verify", "--trust", str(trust), stdin=code + "\n"))
    assert verdict["valid"] is True
    assert "SPECIMEN" in json.dumps(verdict)


def test_the_register_knows_another_day_and_an_officer_decides(jura: Running, open_browser: Open):
    # Given Élodie, who remembers another day than the laboratory reported, and photographs its sheet
    elodie = Person(open_browser("kiosk"), jura)
    phone = Person(open_browser("phone"), jura)
    reference = asks_for_the_certificate(
        elodie, days_ago=KNOWN_TO_THE_REGISTER + 1, delivery="post", phone=phone
    )
    phone.found_every_page_accessible()

    # When the office of health has it, with what differs
    helene = staff(jura, open_browser("tablet"), "helene@example.ch", "office")
    listed = helene.page.get_by_role("link", name=reference)
    for _ in range(120):
        helene.page.goto(f"{jura.url}/fr/office/?tab=waiting")
        if listed.count():
            break
        helene.page.wait_for_timeout(500)
    listed.click()
    helene.looks()
    helene.sees("Jour du premier résultat positif")
    helene.page.locator("form[action*='/take/'] button").click()
    helene.looks()

    # And accepts it after a look at the proof
    proof = helene.page.locator("main img[src*='/preview/']")
    for _ in range(120):  # nobody sees it before it is found clean
        if proof.count():
            break
        helene.page.wait_for_timeout(500)
        helene.page.reload()
    expect(proof.first).to_be_visible()
    helene.page.locator("form[action*='/accept/'] button").click()
    expect(helene.page).to_have_url(re.compile("/office/$"))
    helene.found_every_page_accessible()

    # Then the paper is there for Élodie, and goes to her by post
    waits_for_the_paper(elodie, reference)
    sent = elodie.page.get_by_text("Envoyé par la poste le")
    for _ in range(120):
        if sent.count():
            break
        elodie.page.wait_for_timeout(500)
        elodie.page.reload()
    elodie.looks()
    expect(sent.first).to_be_visible()
    elodie.found_every_page_accessible()


def eu_code(pdf: bytes) -> str:
    """Return the EU's code as a phone reads it from the printed paper."""
    page = subprocess.run(
        ["pdftoppm", "-r", "200", "-gray", "-png", "-f", "1", "-l", "1", "-"], input=pdf, capture_output=True, check=True
    )  # fmt: skip
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.stdout)))
    (code,) = [one.text for one in found if one.text.startswith("HC1:")]
    return str(code)
