"""Asking for a fishing permit in the portal, page by page, as a browser does without script."""

# ruff: noqa: F401, F811 - fixtures of requests are imported, and asked for by name

import re
from datetime import datetime
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.answers import season_answers, week_answers
from tests.requesting import citizen, elodie, fill, neighbour, nobody, officer, service
from visavis.cases import decisions, operations, queries, refusals
from visavis.cases.models import Case
from visavis.cases.rules import State
from visavis.catalog.definition.fields import Problem
from visavis.catalog.models import ServiceVersion
from visavis.doors.portal import cases_words
from visavis.foundation import codes
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.payments import settling
from visavis.payments.models import Payment
from visavis.payments.rules import Method as Cash
from visavis.people.models import Agreement, IdentityProof, User

pytestmark = pytest.mark.django_db


def address(name: str, *args: object, language: str = "fr") -> str:
    with translation.override(language):
        return reverse(f"portal:{name}", args=args)


def in_parts(typed: dict[str, object]) -> dict[str, object]:
    """Return answers as the page's inputs send them: days in three."""
    sent: dict[str, object] = {}
    for name, value in typed.items():
        if name in ("starts_on", "birth_date", "habitat_on"):
            year, month, day = [*str(value).split("-"), "", ""][:3]
            sent |= {f"{name}_0": day, f"{name}_1": month, f"{name}_2": year}
        else:
            sent[name] = value
    return sent


class Browser:
    """Somebody at home who fills in what each page asks."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.page = ""
        self.at = ""

    def get(self, url: str) -> str:
        answer = self.client.get(url, follow=True)
        assert answer.status_code == 200, (url, answer.status_code)
        self.at = answer.redirect_chain[-1][0] if answer.redirect_chain else url
        self.page = answer.content.decode()
        return self.page

    def post(self, **typed: object) -> str:
        hidden = dict(
            re.findall(r'<input type="hidden" name="(revision|on_page)" value="([^"]*)"', self.page)
        )
        answer = self.client.post(self.at, {**hidden, **in_parts(typed)}, follow=True)
        assert answer.status_code == 200, (self.at, answer.status_code)
        self.at = answer.redirect_chain[-1][0] if answer.redirect_chain else self.at
        self.page = answer.content.decode()
        return self.page

    def begin(self) -> None:
        self.get(address("begin", "fishing-permit"))
        self.post()

    def fill_in(self, answers: dict[str, object]) -> None:
        """Answer page after page, until the review or a page that does not let us on."""
        seen: list[str] = []
        while "/step/" in self.at and seen.count(self.at) < 2:  # a page may bring up a question
            seen.append(self.at)
            on_page = re.search(r'name="on_page" value="([^"]*)"', self.page)
            assert on_page
            self.post(**{name: answers[name] for name in on_page[1].split() if name in answers})


@pytest.fixture
def browser(client: Client, service: ServiceVersion) -> Browser:
    return Browser(client)


@pytest.fixture
def signed_in(browser: Browser, citizen: User, now: datetime) -> Browser:
    """Somebody registered, who has accepted the terms."""
    IdentityProof.objects.create(
        user=citizen,
        level=1,
        method="declared",
        proven_on=now.date(),
        recorded_by="tests",
        recorded_at=now,
    )
    Agreement.objects.create(
        user=citizen, version="2022-02-10", language="fr", accepted_at=now, channel="web"
    )
    browser.client.force_login(citizen)
    return browser


@pytest.fixture
def drafted(signed_in: Browser) -> Case:
    signed_in.begin()
    signed_in.fill_in(week_answers())
    return Case.objects.get()


class TestFilling:
    def test_leads_from_the_first_page_to_the_review(self, browser):
        browser.begin()
        browser.fill_in(week_answers())

        assert "/review/" in browser.at
        assert "60.00" in browser.page
        assert "Élodie" in browser.page

    @pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
    def test_every_page_speaks_every_language(self, browser, language):
        browser.get(address("begin", "fishing-permit", language=language))
        browser.post()
        browser.fill_in(season_answers())

        assert browser.at.startswith(f"/{language}/")
        assert "280.00" in browser.page
        assert "{" not in re.sub(r"<script.*?</script>", "", browser.page, flags=re.S)

    def test_the_title_holds_nothing_personal(self, browser):
        browser.begin()
        browser.fill_in(week_answers())

        title = re.search("<title>(.*?)</title>", browser.page, re.S)
        assert title
        assert "Élodie" not in title[1]

    def test_an_error_is_said_at_its_field_and_what_was_typed_stays(self, browser):
        browser.begin()
        browser.post(kind="week")
        browser.post(starts_on="61-1-1")

        assert "/step/first-day/" in browser.at
        assert 'href="#id_starts_on_0"' in browser.page
        assert browser.page.count("Indiquez une date qui existe") >= 1 or "day that exists" in (
            browser.page
        )

    def test_a_rule_is_said_in_the_words_of_the_pack(self, browser):
        browser.begin()
        browser.post(kind="week")
        browser.post(starts_on="2027-03-10")

        assert "à partir du 20 mars 2027" in browser.page

    def test_a_question_that_comes_up_is_asked_before_it_is_called_missing(self, browser):
        browser.begin()
        browser.fill_in(season_answers(has_sana=""))
        browser.post(has_sana="yes")

        assert "sana_number" in browser.page
        assert "errors__title" not in browser.page

        browser.post(has_sana="yes", sana_number="")
        assert "errors__title" in browser.page

    def test_going_back_and_choosing_otherwise_just_works(self, browser):
        browser.begin()
        first, page = browser.at, browser.page
        browser.post(kind="week")
        browser.at, browser.page = first, page  # the browser's own back button
        browser.post(kind="season")

        assert "/step/holder/" in browser.at

    def test_another_device_is_told(self, browser):
        browser.begin()
        page = browser.page
        browser.post(kind="week")
        session = browser.client.session
        session["client"] = "another"
        session.save()

        browser.at, browser.page = address("case_step", Case.objects.get().pk, "kind"), page
        browser.post(kind="season")

        assert 'role="alert"' in browser.page
        assert queries.document_of(Case.objects.get()).answers["kind"] == "week"

    def test_the_language_can_be_changed_in_the_middle_and_nothing_is_lost(self, browser):
        browser.begin()
        browser.fill_in(week_answers(given_name=""))
        browser.post(given_name="Élo", family_name="Exem", switch_language="de")

        assert browser.at.startswith("/de/")
        assert 'value="Élo"' in browser.page
        assert 'value="Exem"' in browser.page
        assert "Geburtsdatum" in browser.page

    def test_what_is_typed_is_kept_in_the_background(self, browser):
        browser.begin()
        browser.fill_in(week_answers(given_name=""))
        keep = re.search(r'data-url="([^"]+)"', browser.page)
        assert keep

        answer = browser.client.post(
            keep[1], {"on_page": "given_name family_name birth_date", "given_name": "Élo"}
        )

        assert answer.status_code == 204
        assert 'value="Élo"' in browser.get(browser.at)

    def test_switching_the_language_while_it_is_sent_elsewhere_breaks_nothing(
        self, drafted, signed_in, monkeypatch
    ):
        def sent(**_what: object) -> None:
            raise refusals.NotOpen(State.SUBMITTED)

        monkeypatch.setattr(operations, "keep", sent)
        answer = signed_in.client.post(
            address("case_step", drafted.pk, "kind"), {"switch_language": "de"}
        )

        assert answer["Location"] == address("case_step", drafted.pk, "kind", language="de")

    def test_keeping_is_refused_once_it_is_sent(self, drafted, signed_in):
        keep = address("case_keep", drafted.pk, "kind")
        signed_in.post()

        assert signed_in.client.post(keep, {"on_page": "kind", "kind": "day"}).status_code == 409

    def test_a_change_from_the_review_leads_back_to_it(self, browser):
        browser.begin()
        browser.fill_in(week_answers())
        browser.get(address("case_step", Case.objects.get().pk, "address") + "?back=review")
        browser.post(street="Rue", house_number="", postal_code="2800", locality="Delémont")

        assert "/review/" in browser.at
        assert "Delémont" in browser.page

    def test_a_legitimate_end_says_what_to_do_instead(self, browser):
        browser.begin()
        browser.fill_in(season_answers(has_sana="no"))

        assert "/ending/" in browser.at
        assert "SaNa" in browser.page
        assert "/step/kind/" in browser.page

    def test_the_code_stands_at_the_foot_from_the_first_saved_page(self, browser):
        browser.begin()
        code = codes.spoken(Case.objects.get().code)
        assert code not in browser.page

        browser.post(kind="week")
        assert code in browser.page

    def test_an_unknown_page_does_not_exist(self, drafted, signed_in):
        assert signed_in.client.get(address("case_step", drafted.pk, "nothing")).status_code == 404


class TestBegin:
    def test_offers_the_draft_that_is_there(self, drafted, signed_in):
        signed_in.get(address("begin", "fishing-permit"))

        assert address("case", drafted.pk) in signed_in.page

    def test_says_that_the_tariff_is_for_demonstration(self, browser):
        assert "Tarif de démonstration" in browser.get(address("begin", "fishing-permit"))

    @pytest.mark.parametrize("code", ["sana-course", "nothing"])
    def test_what_has_no_form_cannot_be_begun(self, browser, code):
        assert browser.client.get(address("begin", code)).status_code == 404


class TestSending:
    def test_leads_to_the_payment(self, drafted, signed_in):
        signed_in.post()

        payment = Payment.objects.get()
        assert "/submitted/" in signed_in.at
        assert codes.spoken(Case.objects.get().reference) in signed_in.page
        assert address("payment", payment.pk) in signed_in.page

    def test_ten_taps_lead_to_the_same_page(self, drafted, signed_in):
        review = signed_in.at
        for _ in range(10):
            signed_in.at = review
            signed_in.post()

        assert Payment.objects.count() == 1
        assert "/submitted/" in signed_in.at

    def test_the_back_button_afterwards_shows_that_it_is_sent(self, drafted, signed_in):
        review = signed_in.at
        signed_in.post()

        assert "/submitted/" in (signed_in.get(review), signed_in.at)[1]
        signed_in.get(address("case_step", drafted.pk, "kind"))
        assert signed_in.at == address("case", drafted.pk)

    def test_somebody_unknown_makes_the_detour_and_comes_back_here(self, browser):
        browser.begin()
        browser.fill_in(week_answers())
        review = browser.at

        answer = browser.client.post(review)

        assert answer.status_code == 302
        assert answer["Location"].startswith(address("account_start"))
        assert review in unquote(answer["Location"])

    def test_what_is_missing_is_asked_first(self, drafted, signed_in):
        operations.save_step(
            case_id=drafted.pk, step="holder", typed={"family_name": ""}, based_on=99,
            client="x", language="fr", actor=as_owner(drafted), now=drafted.saved_at,
        )  # fmt: skip

        signed_in.get(address("case_review", drafted.pk))

        assert "/step/holder/" in signed_in.at

    def test_a_weak_identity_is_told_where_to_go(self, drafted, signed_in):
        IdentityProof.objects.all().delete()

        signed_in.post()

        assert "pièce d’identité" in signed_in.page or "identity document" in signed_in.page
        assert Case.objects.get().is_draft


class TestNeighbour:
    @pytest.mark.parametrize(
        "page",
        ["case", "case_review", "case_submitted", "case_park", "case_withdraw", "case_correct"],
    )
    def test_my_request_does_not_exist_for_the_neighbour(self, drafted, page):
        assert Client().get(address(page, drafted.pk)).status_code == 404

    def test_nor_do_its_pages(self, drafted):
        assert Client().get(address("case_step", drafted.pk, "kind")).status_code == 404
        assert Client().post(address("case_keep", drafted.pk, "kind")).status_code == 404

    def test_my_requests_are_asked_for_after_signing_in(self, service):
        answer = Client().get(address("cases"))

        assert answer.status_code == 302

    def test_pages_are_never_stored(self, drafted, signed_in):
        for name in ("case_review", "case_park"):
            answer = signed_in.client.get(address(name, drafted.pk))
            assert "no-store" in answer["Cache-Control"]


class TestLater:
    def test_shows_the_code_and_keeps_a_number(self, browser):
        browser.begin()
        browser.post(kind="week", pause="1")
        assert "/later/" in browser.at

        browser.post(number="4711")

        assert Case.objects.get().second_fact
        assert codes.spoken(Case.objects.get().code) in browser.page

    def test_a_number_of_five_digits_is_refused(self, browser):
        browser.begin()
        browser.post(kind="week", pause="1")
        browser.post(number="47110")

        assert "errors__title" in browser.page

    def test_goes_on_elsewhere_with_code_and_birth_date(self, browser):
        browser.begin()
        browser.fill_in(week_answers())
        elsewhere = Browser(Client())
        elsewhere.get(address("case_take_up"))
        elsewhere.post(code=Case.objects.get().code, birth_0="12", birth_1="4", birth_2="1961")

        assert "/review/" in elsewhere.at
        assert "Élodie" in elsewhere.page

    def test_says_the_same_of_a_wrong_code_and_a_wrong_fact(self, browser):
        browser.begin()
        browser.fill_in(week_answers())
        code = Case.objects.get().code
        said = []
        for typed in ({"code": code, "number": "0000"}, {"code": "999999999", "number": "0000"}):
            browser.get(address("case_take_up"))
            said.append(re.search(r'role="alert".*?</div>', browser.post(**typed), re.S))

        assert said[0]
        assert said[1]
        assert said[0][0] == said[1][0]

    def test_asks_for_both(self, browser):
        browser.get(address("case_take_up"))
        browser.post(code="", number="")

        assert "errors__title" in browser.page

    def test_says_when_there_were_too_many_tries(self, browser):
        for _ in range(11):
            browser.get(address("case_take_up"))
            browser.post(code="999999999", number="0000")

        assert "quart d’heure" in browser.page or "quarter of an hour" in browser.page


class TestMine:
    def test_lists_drafts_requests_and_what_comes_next(self, drafted, signed_in):
        signed_in.get(address("cases"))
        assert address("case", drafted.pk) in signed_in.page

        signed_in.get(address("case_review", drafted.pk))
        signed_in.post()
        signed_in.get(address("cases"))
        assert codes.spoken(Case.objects.get().reference) in signed_in.page

    def test_is_friendly_when_empty(self, signed_in):
        assert address("services") in signed_in.get(address("cases"))

    def test_does_not_grow_its_queries(
        self, signed_in, fill, elodie, django_assert_max_num_queries
    ):
        for _ in range(6):
            fill(elodie)

        with django_assert_max_num_queries(20):
            signed_in.client.get(address("cases"))


class TestFollowing:
    @pytest.fixture
    def asked(self, signed_in, officer, now):
        signed_in.begin()
        signed_in.fill_in(season_answers())
        signed_in.post()
        case = Case.objects.get()
        decisions.take(case_id=case.pk, actor=officer, now=now)
        return decisions.ask_correction(
            case_id=case.pk, fields=["sana_number"], message="Numéro ?", actor=officer, now=now
        )

    def test_shows_only_what_is_marked_and_sends_it_back(self, asked, signed_in):
        signed_in.get(address("case_correct", asked.pk))
        assert "sana_number" in signed_in.page
        assert "family_name" not in signed_in.page
        assert "Numéro ?" in signed_in.page

        signed_in.post(sana_number="DEMO-2")

        assert signed_in.at == address("case", asked.pk)
        assert Case.objects.get().state == State.IN_REVIEW

    @pytest.mark.parametrize("revision", ["", "x", "²", "1e9", "-1", "9" * 5000])
    def test_an_invented_revision_breaks_nothing(self, asked, signed_in, revision):
        posted = {"on_page": "sana_number", "revision": revision, "sana_number": ""}

        answer = signed_in.client.post(address("case_correct", asked.pk), posted)

        assert answer.status_code == 200
        assert Case.objects.get().state == State.CORRECTION

    def test_an_empty_correction_is_refused(self, asked, signed_in):
        signed_in.get(address("case_correct", asked.pk))
        signed_in.post(sana_number="")

        assert "errors__title" in signed_in.page

    def test_tells_the_story(self, asked, signed_in):
        signed_in.get(address("case", asked.pk))

        assert signed_in.page.count("timeline__entry") >= 4
        assert "Numéro ?" in signed_in.page

    def test_shows_the_reason_of_a_refusal(self, asked, signed_in, officer, now, elodie):
        signed_in.get(address("case_correct", asked.pk))
        signed_in.post(sana_number="DEMO-2")
        decisions.refuse(case_id=asked.pk, reason="Inconnue.", actor=officer, now=now)

        assert "Inconnue." in signed_in.get(address("case", asked.pk))

    def test_withdrawing_is_asked_once_more(self, asked, signed_in):
        signed_in.get(address("case_withdraw", asked.pk))
        assert Case.objects.get().state == State.CORRECTION

        signed_in.post()
        assert Case.objects.get().state == State.WITHDRAWN

    def test_a_deleted_draft_leads_back_to_its_beginning(self, drafted, signed_in):
        signed_in.get(address("case_withdraw", drafted.pk))
        signed_in.post()

        assert signed_in.at == address("begin", "fishing-permit")

    def test_what_is_paid_cannot_be_withdrawn_here(self, drafted, signed_in, system, now):
        signed_in.post()
        settling.settle(Payment.objects.get(), method=Cash.CASH, by="tests", actor=system, now=now)
        signed_in.at = address("case_withdraw", drafted.pk)

        assert signed_in.client.post(signed_in.at).status_code == 409


def as_owner(case: Case) -> Actor:
    return Actor(Kind.CITIZEN, case.owner, Channel.WEB, assurance=1)


def test_every_refusal_has_a_sentence():
    said = {refusal.__name__ for refusal in cases_words.REFUSALS}
    for_officers = {"NothingMarked", "NoReason", "TakenByAnother", "TakeUpRefused", "CaseRefused"}
    every = {
        name
        for name, kind in vars(refusals).items()
        if isinstance(kind, type) and issubclass(kind, refusals.CaseRefused)
    }

    assert every - said == for_officers


def test_every_problem_state_and_happening_has_words():
    assert set(cases_words.PROBLEMS) == set(Problem)
    assert set(cases_words.STATES) == set(State)
    expected = {code for now, later in queries.HERE.values() for code in (now, *later)}
    assert expected == set(cases_words.EXPECTED)
