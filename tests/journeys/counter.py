"""What people do at the counter, in words. Every page that they reach is judged by the accessibility rules."""

import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Error, Page, expect

from tests.journeys.conftest import Running

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SCREENS = {1080: "kiosk", 390: "phone", 1280: "tablet"}
WANTED = {
    "kiosk-attract", "kiosk-step", "kiosk-review", "phone-service", "phone-permit",
    "tablet-office-case", "tablet-desk-cash", "kiosk-times",
}  # fmt: skip
PASSWORD = "truite-du-doubs-88"
NAMES = {"fr": "Français", "de": "Deutsch", "it": "Italiano", "en": "English"}
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def a_permit_that_is_sold_on(today: date) -> tuple[str, date]:
    """Return a kind of permit and its first day, whenever the tests are run.

    In the first two weeks of the season no short permits are sold; out of season, those of the next.
    """
    kind = "month" if today.month == 3 else "day"
    if date(today.year, 3, 26) < today < date(today.year, 9, 25):
        return kind, today + timedelta(days=1)
    return kind, date(today.year + (today.month >= 9), 4, 10)


@dataclass(slots=True)
class Person:
    """One person in front of one screen.

    Attributes:
        typed: everything personal that they typed; nobody after them may find it.
    """

    page: Page
    running: Running
    language: str = "fr"
    typed: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    # given

    def opens_the_till(self) -> None:
        """Open one's till with what lies in it, unless a journey before has."""
        if "/till/" in self.page.url:
            self.looks()
            self.answers_and_continues(amount="200.00")

    def reads_the_code(self) -> str:
        """Return what a phone reads in the code on the screen."""
        picture = self.page.locator(
            "main svg[class*=qr], main .qr svg, main figure svg"
        ).first.screenshot()
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
        return str(found.text)

    def touches_the_waiting_kiosk(self) -> None:
        self.page.goto(self.running.kiosk_url)
        self.looks()
        self.takes_a_picture("attract")
        self.page.get_by_role("button", name=NAMES[self.language]).click()
        self.looks()

    def opens_the_counter_at_home(self) -> None:
        self.goes_to(f"/{self.language}/")

    # when

    def goes_to(self, path: str) -> None:
        self.page.goto(self.running.url + path)
        self.looks()

    def searches_for(self, words: str) -> None:
        self.page.fill("main [name=q]", words)
        self.page.locator("main [name=q]").press("Enter")
        self.looks()

    def chooses_the_service(self, code: str) -> None:
        self.page.locator(f"main a[href*='/services/{code}/']").first.click()
        self.looks()

    def begins(self) -> None:
        self.page.locator("main a[href$='/begin/']").first.click()
        self.looks()
        self.page.locator("main form button[type=submit]").first.click()
        self.looks()

    def continues(self) -> None:
        self.page.locator("main form button[type=submit]:not([name])").last.click()
        self.looks()

    def answers(self, **answers: str | Sequence[str] | bool) -> None:
        """Answer the questions of this page: text, a choice's code, day parts, a tick."""
        for name, answer in answers.items():
            if isinstance(answer, bool):
                self.page.check(f"main [name={name}]")
            elif isinstance(answer, str):
                self._answer(name, answer)
            else:
                for position, part in enumerate(answer):
                    self.page.fill(f"main [name={name}_{position}]", part)

    def is_asked(self, name: str) -> bool:
        return bool(self.page.locator(f"main [name={name}], main [name={name}_0]").count())

    def answers_and_continues(self, **answers: str | Sequence[str] | bool) -> None:
        self.answers(**answers)
        self.continues()

    def sends_a_file(self, question: str, name: str, content: bytes) -> None:
        """Choose a file in the browser's own window, and wait until it has arrived."""
        with self.page.expect_file_chooser() as chooser:
            self.page.locator(f"main input[type=file][name={question}]").click()
        chooser.value.set_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        arrived = self.page.locator("main [data-held] .files__one").filter(has_text=name)
        expect(arrived).to_be_visible(timeout=60_000)
        self.looks()

    def waits_for_a_preview(self) -> None:
        """Load the page again until the scanner has let the file through."""
        for _ in range(60):
            if self.page.locator("main img.files__picture").count():
                break
            self.page.wait_for_timeout(1_000)
            self.page.reload()
        expect(self.page.locator("main img.files__picture").first).to_be_visible()

    def _answer(self, name: str, answer: str) -> None:
        inputs = self.page.locator(f"main [name={name}]")
        if inputs.first.get_attribute("type") == "radio":
            self.page.check(f"main [name={name}][value='{answer}']")
            return
        inputs.first.fill(answer)
        if len(answer) > 4 and name not in ("password",):
            self.typed.append(answer)

    def fills_in_a_day_permit(self, *, family_name: str, until: str = "") -> None:
        """Walk through the form of the fishing permit; stop before the step `until`."""
        kind, first = a_permit_that_is_sold_on(date.today())
        pages: list[tuple[str, dict[str, str | Sequence[str] | bool]]] = [
            ("kind", {"kind": kind}),
            ("first-day", {"starts_on": (str(first.day), str(first.month), str(first.year))}),
            ("holder", {"given_name": "Hortense", "family_name": family_name, "birth_date": ("3", "9", "1956")}),
            ("residence", {"residence": "canton"}),
            ("address", {"street": "Chemin des Tilleuls", "house_number": "12b", "postal_code": "2350", "locality": "Saignelégier"}),
            ("children", {"children": "0"}),
            ("declaration", {"declares": True}),
        ]  # fmt: skip
        for step, answers in pages:
            if step == until:
                return
            expect(self.page).to_have_url(re.compile(f"/step/{step}/"))
            if step == "residence":
                self.takes_a_picture("step")
            self.answers_and_continues(**answers)

    def registers_without_address(self, *, family_name: str) -> None:
        """Open an account with neither e-mail nor mobile, and come back to where they were."""
        self.page.locator("main a[href*='/account/register/']").last.click()
        self.looks()
        self.answers_and_continues(
            given_name="Hortense", family_name=family_name, born=("3", "9", "1956")
        )
        self.answers(password=PASSWORD, agreed=True)
        self.continues()
        self.page.locator("main a.button").first.click()
        self.looks()

    def signs_in_at_the_desk(self, login: str) -> None:
        """Sign in as a member of staff, with the second factor that the demonstration tells."""
        known = self.running.login(login)
        self.goes_to("/fr/desk/")
        self.page.fill("main input[name=login]", known["login"])
        self.page.fill("main input[type=password]", known["password"])
        self.continues()
        found = re.search(r"\d{6}", self.running.command("demo", "code", login))
        assert found
        self.page.fill("main input[name=code]", found.group())
        self.continues()
        expect(self.page).to_have_url(re.compile("/desk/"))

    def sends_the_request(self) -> None:
        self.page.locator("main form button[type=submit]").last.click()
        expect(self.page).to_have_url(re.compile("/submitted/"))
        self.looks()

    def sends_the_request_again(self) -> None:
        """Send what may have been sent already: both ways end on the same page."""
        self.page.locator("main form button[type=submit]").last.click()
        expect(self.page).to_have_url(re.compile("/submitted/|/requests/[0-9a-f-]{36}/$"))
        self.looks()

    def pays_online(self, how: str = "twint") -> None:
        self.page.locator("main a[href*='/payments/']").first.click()
        self.looks()
        self.page.locator("main form[action*='/online'] button").first.click()
        expect(self.page).to_have_url(re.compile("/pay/"))
        self.looks()
        self.page.locator(f"button[name=do][value={how}]").click()

    def opens_the_request(self) -> None:
        self.page.locator("main a[href*='/requests/']").first.click()
        self.looks()

    def finishes_and_erases(self) -> None:
        self.page.locator("form[action*='/visit/finish/'] button").first.click()
        self.looks()

    def switches_to(self, language: str) -> None:
        self.language = language
        menu = self.page.locator("summary:visible").filter(
            has_text=re.compile("Langue|Sprache|Lingua|Language")
        )
        if menu.count():
            menu.first.click()
        self.page.locator(
            f"[name=switch_language][value={language}], a[hreflang={language}]"
        ).locator("visible=true").first.click()
        expect(self.page).to_have_url(re.compile(f"/{language}/"))
        self.looks()

    # then

    def looks(self) -> None:
        """Judge the page by the accessibility rules, once the page has come to rest."""
        for again in (True, True, False):
            self.page.wait_for_load_state("load")
            try:
                found = Axe().run(self.page, options=RULES)
                break
            except Error as fault:  # some pages load themselves anew, also while they are judged
                if not again or "context was destroyed" not in str(fault):
                    raise
        for violation in found.response["violations"]:
            where = [node["target"] for node in violation["nodes"]][:3]
            self.violations.append(
                f"{self.page.url}: {violation['id']} ({violation['help']}) at {where}"
            )

    def price(self) -> str:
        """Return the amount that this page names last, such as CHF 20.00."""
        return re.findall(r"CHF[\s\u00a0][\d’]+\.\d\d", self.page.locator("main").inner_text())[-1]

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def takes_a_picture(self, what: str) -> None:
        """Keep what is on the screen for the documentation, when `make pictures` asks for it."""
        size = self.page.viewport_size
        name = f"{SCREENS.get(size['width'], '') if size else ''}-{what}"
        if "VISAVIS_PICTURES" not in os.environ or name not in WANTED or self.language != "fr":
            return
        with Image.open(io.BytesIO(self.page.screenshot())) as picture:
            picture.convert("RGB").quantize(128).save(PICTURES / f"{name}.png", optimize=True)

    def found_every_page_accessible(self) -> None:
        assert self.violations == []
