"""The pages of papers, as a browser without script sees them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.integration.papers.conftest import (
    citizen,
    clerk,
    elodie,
    fill,
    granted,
    neighbour,
    officer,
    own_keys,
    paper,
    service,
    week,
)
from tests.integration.papers.test_operations import barcode_of
from tests.people import make_canton, register
from tests.visiting import HOME, device, site
from visavis.cases import vault
from visavis.doors.portal.visit_middleware import BELONGS_TO
from visavis.foundation import codes, database
from visavis.foundation.actor import Actor
from visavis.papers import operations, trust
from visavis.papers.rules import Outcome, RevokeReason
from visavis.visits import operations as visits
from visavis.visits import upkeep
from visavis.visits.models import Visit
from visavis.visits.rules import Reason

__all__ = [
    "citizen",
    "clerk",
    "device",
    "elodie",
    "fill",
    "granted",
    "neighbour",
    "officer",
    "own_keys",
    "paper",
    "service",
    "site",
    "week",
]

pytestmark = pytest.mark.django_db
IN_TIME = datetime(2027, 6, 3, 12, tzinfo=UTC)
LANGUAGES = ["fr", "de", "it", "en"]
SAID = {  # what stands in large letters, by outcome and language
    Outcome.SPECIMEN: ["Spécimen", "Muster", "Facsimile", "Specimen"],
    Outcome.NOT_YET_VALID: [
        "Pas encore valable",
        "Noch nicht gültig",
        "Non ancora valido",
        "Not valid yet",
    ],
    Outcome.EXPIRED: ["Plus valable", "Nicht mehr gültig", "Non più valido", "No longer valid"],
    Outcome.REVOKED: ["Retiré", "Zurückgenommen", "Ritirato", "Taken back"],
    Outcome.ALTERED: ["Modifié", "Verändert", "Modificato", "Altered"],
    Outcome.FOREIGN: [
        "Ne vient pas de nous",
        "Nicht von uns",
        "Non proviene da noi",
        "Not from us",
    ],
    Outcome.UNREADABLE: ["Illisible", "Nicht lesbar", "Illeggibile", "Cannot be read"],
    Outcome.UNKNOWN: ["Introuvable", "Nicht gefunden", "Non trovato", "Not found"],
}


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the database's clock."""

    def set_(moment: datetime) -> None:
        monkeypatch.setattr("visavis.foundation.database.now", lambda: moment)

    return set_


@pytest.fixture
def canton(now):
    return make_canton(now)


@pytest.fixture
def browser(citizen):
    client = Client()
    client.force_login(citizen)
    return client


def address(name: str, *arguments: object, language: str = "fr") -> str:
    with translation.override(language):
        return reverse(f"portal:{name}", args=arguments)


def page_of(response) -> str:
    return response.content.decode()


class TestMyPaper:
    def test_shows_state_number_and_documents(self, browser, paper):
        for language, said in zip(LANGUAGES, SAID[Outcome.NOT_YET_VALID], strict=True):
            page = page_of(browser.get(address("paper", paper.pk, language=language)))
            assert codes.spoken(paper.number) in page
            assert said in page
            for kind in ("paper", "booklet"):
                assert address("paper_document", paper.pk, kind, language=language) in page

    def test_names_nobody_in_title_and_address(self, browser, paper):
        page = page_of(browser.get(address("paper", paper.pk)))

        title = page.partition("<title>")[2].partition("</title>")[0]
        assert "Exemple" not in title
        assert "Élodie" not in title

    def test_hands_over_the_pdf_to_look_at_or_to_keep(self, browser, paper):
        shown = browser.get(address("paper_document", paper.pk, "paper"))
        saved = browser.get(address("paper_document", paper.pk, "paper") + "?save")

        assert shown["Content-Type"] == "application/pdf"
        assert shown.content.startswith(b"%PDF")
        assert shown.content == saved.content
        assert shown["Content-Disposition"] == f'inline; filename="paper-{paper.number}.pdf"'
        assert saved["Content-Disposition"].startswith("attachment")
        assert "no-store" in shown["Cache-Control"]

    @pytest.mark.parametrize("kind", ["receipt", "sealed", "paper-2"])
    def test_knows_no_other_document(self, browser, paper, kind):
        assert browser.get(address("paper_document", paper.pk, kind)).status_code == 404

    def test_the_neighbours_paper_does_not_exist(self, paper, now):
        stranger = Client()
        other = register(now, "other@example.ch")
        stranger.force_login(other)
        for client in (stranger, Client()):
            for wanted in (
                address("paper", paper.pk),
                address("paper_document", paper.pk, "paper"),
            ):
                assert client.get(wanted).status_code == 404

    def test_says_so_when_the_case_was_erased(self, browser, paper, granted):
        vault.destroy(granted.pk)

        response = browser.get(address("paper_document", paper.pk, "paper"))

        assert response.status_code == 410
        assert "effacé" in page_of(response)

    def test_says_so_when_it_was_taken_back(self, browser, paper, officer, now):
        operations.revoke(
            paper_id=paper.pk, reason=RevokeReason.HOLDER_ASKED, actor=officer, now=now
        )

        assert "Retiré" in page_of(browser.get(address("paper", paper.pk)))


class TestInAVisit:
    @pytest.fixture
    def kiosk(self, device, citizen, service):
        """A browser in a visit, its citizen signed in."""
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=database.now())
        client = Client()
        client.get(address("attract"), {"ticket": ticket})
        client.post(f"{address('start')}?ticket={ticket}", {"language": "fr"})
        client.force_login(citizen)
        session = client.session
        session[BELONGS_TO] = str(Visit.objects.get().pk)  # as if they had signed in in the visit
        session.save()
        return client

    def test_a_paper_is_shown_and_printed_but_never_left_behind_as_a_file(self, kiosk, paper):
        page = page_of(kiosk.get(address("paper", paper.pk)))
        response = kiosk.get(address("paper_document", paper.pk, "paper") + "?save")

        assert "?save" not in page
        assert "<paper-frame>" in page  # the end of the visit stays beside the PDF
        assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert response["Content-Disposition"].startswith("inline")
        assert "no-store" in response["Cache-Control"]

    def test_nothing_is_printed_once_the_visit_is_over(self, kiosk, paper):
        visits.end(
            visit=Visit.objects.get(),
            reason=Reason.IDLE,
            actor=Actor.system("tests"),
            now=database.now(),
        )

        response = kiosk.get(address("paper_document", paper.pk, "paper"))

        assert not response.content.startswith(b"%PDF")


class TestCheck:
    @pytest.mark.parametrize("outcome", list(SAID))
    def test_says_each_outcome_in_large_plain_words(self, paper, officer, at, outcome, now):
        typed, moment = case_for(outcome, paper)
        if outcome is Outcome.REVOKED:
            reason = RevokeReason.MISUSED
            operations.revoke(paper_id=paper.pk, reason=reason, actor=officer, now=now)
        at(moment)

        nameless = {Outcome.ALTERED, Outcome.FOREIGN, Outcome.UNREADABLE, Outcome.UNKNOWN}
        for language, said in zip(LANGUAGES, SAID[outcome], strict=True):
            page = page_of(Client().post(address("check", language=language), typed))
            assert f'id="verdict-title">{said}</h2>' in page
            assert ("Élodie Exemple" in page) == (outcome not in nameless)

    def test_shows_the_form_without_script(self):
        page = page_of(Client().get(address("check")))

        assert 'name="text"' in page
        assert 'name="number"' in page
        assert 'name="birth_year"' in page

    def test_by_number_and_year_says_the_outcome_and_no_name(self, paper, at):
        at(IN_TIME)

        page = page_of(
            Client().post(address("check"), {"number": paper.number, "birth_year": "1961"})
        )

        assert "Spécimen" in page
        assert "Exemple" not in page
        assert "lodie" not in page

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            pytest.param({}, "text", id="nothing"),
            pytest.param(
                {"number": "482 913 757", "birth_year": "1961"}, "number", id="check digit"
            ),
            pytest.param({"number": "482 913 756"}, "birth_year", id="no year"),
            pytest.param({"birth_year": "1961"}, "number", id="no number"),
            pytest.param(
                {"number": "482913756", "birth_year": "61"}, "birth_year", id="short year"
            ),
            pytest.param({"number": "482913756", "birth_year": "2999"}, "birth_year", id="future"),
            pytest.param(
                {"number": "482913756", "birth_year": "１９６１"}, "birth_year", id="full width"
            ),
            pytest.param({"text": "x" * 5000}, "text", id="too long"),
        ],
    )
    def test_says_at_the_field_what_is_missing(self, canton, typed, field):
        page = page_of(Client().post(address("check"), typed))

        assert f'href="#id_{field}"' in page
        assert "verdict-title" not in page

    def test_limits_the_tries_for_one_number_whoever_tries(self, paper, at):
        at(IN_TIME)
        statuses = [
            Client()
            .post(address("check"), {"number": paper.number, "birth_year": str(1950 + guess)})
            .status_code
            for guess in range(12)
        ]

        assert statuses == [200] * 10 + [429] * 2
        late = Client().post(address("check"), {"number": paper.number, "birth_year": "1961"})
        assert "Spécimen" not in page_of(late)

    def test_limits_the_checks_of_one_browser(self, canton, at):
        at(IN_TIME)
        client = Client()
        statuses = {
            client.post(address("check"), {"text": "VV1.AAAA"}).status_code for _ in range(61)
        }

        assert statuses == {200, 429}

    def test_an_answer_can_be_read_in_another_language(self, paper, at):
        at(IN_TIME)
        client, barcode = Client(), barcode_of(paper)

        response = client.post(
            address("check"), {"text": barcode, "switch_language": "de"}, follow=True
        )

        assert response.request["PATH_INFO"] == address("check", language="de")
        assert 'id="verdict-title">Muster</h2>' in page_of(response)
        assert "1. Juni 2027" in page_of(response)
        assert barcode not in page_of(client.get(address("check", language="de")))

    def test_half_a_form_crosses_to_another_language_and_is_not_judged(self, canton):
        response = Client().post(
            address("check"), {"number": "482 913", "switch_language": "it"}, follow=True
        )

        assert 'value="482 913"' in page_of(response)
        assert "verdict-title" not in page_of(response)
        assert 'href="#id_' not in page_of(response)

    def test_is_never_kept_by_a_cache(self, canton):
        assert "no-store" in Client().get(address("check"))["Cache-Control"]


class TestForMachines:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_short_address_leads_to_the_page_in_the_browsers_language(self, language):
        response = Client(headers={"accept-language": language}).get("/check")

        assert (response.status_code, response["Location"]) == (302, f"/{language}/check/")

    def test_the_redirect_has_no_fragment_so_the_browser_carries_its_own(self):
        assert "#" not in Client().get("/check")["Location"]

    def test_publishes_the_keys(self, paper):
        response = Client().get("/check/keys.json")

        (key,) = trust.read_trust_list(page_of(response))
        assert key.key_id.hex() == paper.signing_key
        assert json.loads(page_of(response))["keys"][0]["specimen"] is True

    def test_publishes_what_was_taken_back_signed(self, paper, officer, now):
        reason = RevokeReason.MISUSED
        operations.revoke(paper_id=paper.pk, reason=reason, actor=officer, now=now)

        keys = trust.read_trust_list(page_of(Client().get("/check/keys.json")))
        listed = trust.read_revocation_list(page_of(Client().get("/check/revoked.txt")), keys=keys)

        assert listed.numbers == {paper.number}

    def test_needs_no_cookie(self, paper):
        for wanted in ("/check", "/check/keys.json", "/check/revoked.txt"):
            assert not Client().get(wanted).cookies


def case_for(outcome: Outcome, paper) -> tuple[dict[str, str], datetime]:
    """Return what is typed, and when, so that the outcome is this one."""
    barcode = barcode_of(paper)
    if outcome is Outcome.ALTERED:
        return {"text": changed(barcode, at=-8)}, IN_TIME
    if outcome is Outcome.FOREIGN:
        return {"text": changed(barcode, at=barcode.index("VV1.") + 4 + 14)}, IN_TIME
    if outcome is Outcome.UNREADABLE:
        return {"text": barcode[:-20]}, IN_TIME
    if outcome is Outcome.UNKNOWN:
        return {"number": paper.number, "birth_year": "1962"}, IN_TIME
    moments = {
        Outcome.NOT_YET_VALID: paper.valid_from - timedelta(seconds=1),
        Outcome.EXPIRED: paper.valid_until,
    }
    return {"text": barcode}, moments.get(outcome, IN_TIME)


def changed(text: str, *, at: int) -> str:
    other = "A" if text[at] != "A" else "B"
    return text[:at] + other + text[at:][1:]
