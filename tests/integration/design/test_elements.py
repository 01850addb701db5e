"""The custom elements in a real browser, on the frame's own markup, without a server."""

import json
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Route

from visavis import design

STATIC = Path(design.__file__).parent / "static"
HASH = re.compile(r"\.[0-9a-f]{12}(?=\.)")
ADDRESS = "http://counter.example/fr/step/"
STEP = """
{% extends "design/page.html" %}{% load design %}
{% block title %}Step{% endblock %}
{% block content %}
  <h1>Step</h1>
  {% auto_save "/keep/" %}{% submit_once %}
    <form id="step" method="post" action="/send/">
      <label for="name">Name</label><input id="name" name="name">
      <label for="mail">Mail</label><input id="mail" name="mail" type="email">
      <label for="days">Days</label><input id="days" name="days" inputmode="numeric" maxlength="2">
      <label for="secret">Secret</label><input id="secret" name="secret" type="password">
      <button class="button">Continue</button>
    </form>
  {% endsubmit_once %}{% endauto_save %}
{% endblock %}
{% block page_scripts %}{% script "auto-save" %}{% script "submit-once" %}{% endblock %}
"""


class Visit:
    channel = "kiosk"


@dataclass
class Server:
    """Answers what the page asks, and remembers it."""

    html: str
    life: dict[str, object] = field(
        default_factory=lambda: {"state": "open", "warns_in_s": 90, "ends_in_s": 120}
    )
    keeps: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    keep_status: int = 204

    def answer(self, route: Route) -> None:
        path = "/" + route.request.url.split("/", 3)[3]
        self.asked.append(f"{route.request.method} {path}")
        if path.startswith("/static/"):
            self.give_file(route, HASH.sub("", path.removeprefix("/static/")))
        elif "/visit/" in path and "finish" not in path:
            if "extend" in path:
                self.life = {"state": "open", "warns_in_s": 90, "ends_in_s": 120}
            route.fulfill(content_type="application/json", body=json.dumps(self.life))
        elif path == "/keep/":
            self.keeps.append(
                dict(pair.split("=", 1) for pair in route.request.post_data.split("&"))
            )
            route.fulfill(status=self.keep_status)
        elif route.request.method == "POST":
            route.fulfill(status=200, content_type="text/html", body="<title>sent</title>sent")
        else:
            route.fulfill(content_type="text/html", body=self.html)

    def give_file(self, route: Route, path: str) -> None:
        file = STATIC / path
        if file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(content_type=kind, body=file.read_bytes())
        else:
            route.fulfill(status=404)


def rendered(**context: object) -> str:
    request = RequestFactory().get("/fr/step/")
    request.visit = Visit()
    with translation.override("fr"):
        return engines["django"].from_string(STEP).render(context, request)


@pytest.fixture
def server() -> Server:
    return Server(rendered(draft_code="7K3MP4QW", form_id="step"))


@pytest.fixture
def page(chromium, server):
    context = chromium.new_context(viewport={"width": 1080, "height": 1920}, locale="fr-CH")
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.route("**/*", server.answer)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(ADDRESS)
    yield page
    context.close()
    assert faults == []


def key(page, sign):
    page.locator(f'screen-keyboard [data-skbtn="{sign}"]').click()


class TestScreenKeyboard:
    def test_types_a_name_with_capital_and_accent_and_leads_to_the_next_field(self, page):
        page.locator("#name").click()
        for sign in ("{shift}", "M", "ü", "x", "{bksp}", "l", "{space}", "é"):
            key(page, sign)
        key(page, "{next}")

        assert page.input_value("#name") == "Mül é"
        assert page.evaluate("document.activeElement.id") == "mail"

    def test_offers_what_a_mail_address_needs(self, page):
        page.locator("#mail").click()
        for sign in ("a", "@", "b", ".ch"):
            key(page, sign)

        assert page.input_value("#mail") == "a@b.ch"

    def test_shows_figures_only_and_respects_the_length(self, page):
        page.locator("#days").click()
        for sign in "123":
            key(page, sign)

        assert page.locator('screen-keyboard [data-skbtn="q"]').count() == 0
        assert page.input_value("#days") == "12"

    def test_works_for_masked_fields_and_never_covers_the_field(self, page):
        page.locator("#secret").click()
        key(page, "q")
        field_box = page.locator("#secret").bounding_box()
        keyboard_box = page.locator("screen-keyboard").bounding_box()

        assert page.input_value("#secret") == "q"
        assert field_box["y"] + field_box["height"] <= keyboard_box["y"]

    def test_has_keys_for_fingers_each_with_a_name(self, page):
        page.locator("#name").click()
        page.wait_for_selector("screen-keyboard .hg-button")
        keys = page.evaluate(
            """[...document.querySelectorAll("screen-keyboard .hg-button")].map((button) => {
              const { width, height } = button.getBoundingClientRect();
              return [button.tagName, Math.min(width, height), button.ariaLabel ?? button.textContent];
            })"""
        )

        assert {tag for tag, _, _ in keys} == {"BUTTON"}
        assert min(size for _, size, _ in keys) >= 60
        assert all(name for _, _, name in keys)

    def test_can_be_hidden(self, page):
        page.locator("#name").click()
        key(page, "{close}")

        page.locator("screen-keyboard").wait_for(state="hidden")


class TestAutoSave:
    def test_keeps_what_is_typed_but_never_a_secret(self, page, server):
        page.fill("#secret", "hunter2")
        page.fill("#name", "Zoe")
        page.wait_for_selector('[data-status][data-state="saved"]')

        assert server.keeps[-1]["name"] == "Zoe"
        assert server.keeps[-1]["autosave"] == "1"
        assert "secret" not in server.keeps[-1]

    def test_says_that_the_network_is_lost_and_goes_on_when_it_is_back(self, page, server):
        page.context.set_offline(True)
        page.route("**/keep/", lambda route: route.abort("internetdisconnected"))
        page.fill("#name", "Zoe")
        page.wait_for_selector('[data-status][data-state="lost"]')
        page.unroute("**/keep/")
        page.context.set_offline(False)
        page.wait_for_selector('[data-status][data-state="saved"]')

        assert server.keeps[-1]["name"] == "Zoe"

    def test_sends_the_form_only_when_the_network_is_back(self, page, server):
        page.route("**/keep/", lambda route: route.abort("internetdisconnected"))
        page.fill("#name", "Zoe")
        page.wait_for_selector('[data-status][data-state="lost"]')
        page.locator("main .button").click()
        assert "POST /send/" not in server.asked

        page.unroute("**/keep/")
        page.wait_for_url("**/send/", timeout=20_000)

        assert server.asked.count("POST /send/") == 1

    def test_asks_for_the_page_again_when_the_visit_is_over(self, page, server):
        server.keep_status = 410
        asked = server.asked.count("GET /fr/step/")
        with page.expect_navigation():
            page.fill("#name", "Zoe")

        assert server.asked.count("GET /fr/step/") == asked + 1


class TestSubmitOnce:
    def test_lets_ten_taps_be_one(self, page, server):
        page.evaluate(
            """for (let i = 0; i < 10; i++) document.querySelector("main .button").click()"""
        )
        page.wait_for_url("**/send/")

        assert server.asked.count("POST /send/") == 1


class TestIdleGuard:
    def soon(self, server, page):
        server.life = {"state": "warning", "warns_in_s": 0, "ends_in_s": 25}
        page.goto(ADDRESS)
        page.wait_for_selector("idle-guard dialog[open]")

    def test_covers_the_page_saves_first_and_shows_the_code(self, page, server):
        server.life = {"state": "open", "warns_in_s": 1, "ends_in_s": 26}
        page.goto(ADDRESS)
        page.fill("#name", "Zoe")
        server.life = {"state": "warning", "warns_in_s": 0, "ends_in_s": 25}
        page.wait_for_selector("idle-guard dialog[open]")
        box = page.locator("idle-guard dialog").bounding_box()

        assert (box["width"], box["height"]) == (1080, 1920)
        assert page.evaluate("document.activeElement.id") == "idle-title"
        assert "7K3M P4QW" in page.locator("idle-guard dialog").inner_text()
        assert 20 <= int(page.locator("[data-seconds]").inner_text()) <= 25
        page.wait_for_function("() => true")
        assert server.keeps
        assert server.keeps[-1]["name"] == "Zoe"

    def test_gives_more_time_and_the_focus_back(self, page, server):
        server.life = {"state": "open", "warns_in_s": 1, "ends_in_s": 26}
        page.goto(ADDRESS)
        page.locator("#name").focus()
        server.life = {"state": "warning", "warns_in_s": 0, "ends_in_s": 25}
        page.wait_for_selector("idle-guard dialog[open]")
        page.locator("[data-extend-form] button").click()
        page.wait_for_selector("idle-guard dialog:not([open])", state="attached")

        assert page.evaluate("document.activeElement.id") == "name"
        assert any("extend" in asked for asked in server.asked)

    def test_asks_for_the_page_again_when_the_server_says_that_the_visit_has_ended(
        self, page, server
    ):
        self.soon(server, page)
        server.life = {"state": "ended", "warns_in_s": 0, "ends_in_s": 0}
        asked = server.asked.count("GET /fr/step/")
        with page.expect_navigation():
            page.locator("[data-extend-form]").evaluate(
                "(form) => form.closest('idle-guard').dataset.extend = form.closest('idle-guard').dataset.state"
            )
            page.locator("[data-extend-form] button").click()

        assert server.asked.count("GET /fr/step/") >= asked + 1

    def test_covers_the_page_in_time_without_network(self, page, server):
        server.life = {"state": "open", "warns_in_s": 2, "ends_in_s": 60}
        with page.expect_response("**/visit/state/"):
            page.goto(ADDRESS)
        page.wait_for_timeout(300)
        page.route("**/visit/**", lambda route: route.abort("internetdisconnected"))

        page.wait_for_selector("idle-guard dialog[open]", timeout=20_000)


class TestPreferences:
    def test_change_at_once_and_lose_nothing_that_is_typed(self, page, server):
        page.fill("#name", "Zoe")
        page.locator("[name=contrast]").click()
        page.locator("[name=text_size]").click()

        assert page.evaluate("document.documentElement.dataset.contrast") == "high"
        assert page.evaluate("document.documentElement.dataset.textSize") == "2"
        assert page.input_value("#name") == "Zoe"
        assert page.locator("[name=text_size]").get_attribute("value") == "3"
        assert [a for a in server.asked if a.startswith("POST") and "preferences" in a]


class TestReadAloud:
    VOICES = """
      window.spoken = [];
      window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
      const speech = new EventTarget();
      speech.getVoices = () => [{ lang: "de-DE" }, { lang: "fr-FR" }, { lang: "fr-CH" }];
      speech.speak = (said) => { window.spoken.push([said.text, said.lang, said.voice.lang]); window.last = said; };
      speech.cancel = () => { window.cancelled = true; };
      Object.defineProperty(window, "speechSynthesis", { value: speech });
    """

    def test_is_hidden_where_the_browser_has_no_voice(self, page):
        assert page.locator("read-aloud").is_hidden()

    def test_reads_sentence_by_sentence_but_nothing_private_and_stops(self, page, server):
        page.add_init_script(self.VOICES)
        server.html = server.html.replace(
            "<h1>Step</h1>",
            "<h1>Le permis</h1><p>Un. Deux.</p><p data-private>Secret.</p><ul><li>Trois<b> !</b></li></ul>",
        )
        page.goto(ADDRESS)
        page.fill("#name", "Froidevaux")
        page.locator("read-aloud button").click()
        for _ in range(3):
            page.evaluate("window.last.onend()")
        spoken = page.evaluate("window.spoken")
        page.locator("read-aloud button").click()

        assert [text for text, _, _ in spoken] == ["Le permis", "Un.", "Deux.", "Trois !"]
        assert {(lang, voice) for _, lang, voice in spoken} == {("fr", "fr-CH")}
        assert page.evaluate("window.cancelled")
        assert page.locator("read-aloud button").get_attribute("aria-pressed") == "false"


def test_every_target_of_a_kiosk_page_is_large_enough_for_a_finger(page):
    small = page.evaluate(
        """[...document.querySelectorAll("a, button, input, select, summary")]
          .filter((target) => target.checkVisibility() && !target.matches(".govuk-skip-link, .visually-hidden, [type=hidden]"))
          .map((target) => [target.outerHTML.slice(0, 60), target.getBoundingClientRect()])
          .filter(([, { width, height }]) => Math.min(width, height) < 60 && width)
          .map(([html]) => html)"""
    )
    body = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")

    assert [html for html in small if 'id="' not in html] == []  # the test's own bare fields
    assert body >= 31
