"""Asking for a fishing permit in the portal, page by page, as a browser does without script."""

# ruff: noqa: F811 - fixtures are imported, and asked for by name

import re
from urllib.parse import unquote

import pytest
from django.test import Client

from tests.answers import season_answers, week_answers
from tests.filling_in import Browser, address, browser, drafted, signed_in  # noqa: F401
from tests.requesting import citizen, elodie, fill, neighbour, nobody, officer, service  # noqa: F401
from visavis.cases import operations, queries, refusals
from visavis.cases.models import Case
from visavis.cases.rules import State
from visavis.catalog.models import ServiceVersion
from visavis.foundation import codes
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.payments.models import Payment
from visavis.people.models import IdentityProof

pytestmark = pytest.mark.django_db


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

    @pytest.mark.parametrize(
        ("before", "held", "typed", "shown"),
        [
            pytest.param(
                "birth_date",
                "given_name family_name",
                {"given_name": "Ada", "family_name": "Autre"},
                {"given_name": "Ada", "birth_date_0": "5", "birth_date_2": "1970"},
                id="a day",
            ),
            pytest.param(
                "postal_code",
                "street house_number locality",
                {"street": "Chemin neuf", "house_number": "1", "locality": ""},
                {"street": "Chemin neuf", "postal_code": "2800", "locality": None},
                id="a text, and nothing into a box that was emptied",
            ),
        ],
    )
    def test_a_question_that_comes_up_on_the_same_page_shows_what_the_profile_knows(
        self, signed_in, citizen, before, held, typed, shown
    ):
        profile = {"postal_code": "2800", "locality": "Delémont"}
        profile |= {"birth_year": 1970, "birth_month": 3, "birth_day": 5}
        type(citizen).objects.filter(pk=citizen.pk).update(**profile)
        signed_in.begin()
        answers = week_answers()
        while f'name="{before}' not in signed_in.page:
            on_page = re.search(r'name="on_page" value="([^"]*)"', signed_in.page)[1].split()
            signed_in.post(**{name: answers[name] for name in on_page if name in answers})

        signed_in.post(on_page=held, **typed)

        values = {
            name: (re.search(rf'<input[^>]*name="{name}"[^>]*>', signed_in.page) or [""])[0]
            for name in shown
        }
        for name, value in shown.items():
            assert (f'value="{value}"' in values[name]) == (value is not None)
            assert values[name]

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

    def test_a_day_that_comes_up_and_that_nobody_knows_is_empty(self, browser):
        browser.begin()
        browser.fill_in(season_answers(habitat_done=""))

        browser.post(habitat_done="yes")

        assert 'name="habitat_on_0"' in browser.page
        assert "errors__title" not in browser.page

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

        assert "/account/identity/?service=fishing-permit" in signed_in.at
        assert address("case_review", drafted.pk) in signed_in.page  # the way back
        assert address("identity_ask") in signed_in.page
        assert Case.objects.get().is_draft


class TestRulesThatChange:
    def test_says_that_a_draft_keeps_to_its_rules(self, drafted, signed_in):
        ServiceVersion.objects.filter(pk=drafted.version_id).update(valid_until="2026-02-01")

        assert "Les règles ont changé" in signed_in.get(address("case_review", drafted.pk))

    def test_asks_to_look_again_when_the_form_was_mended(self, drafted, signed_in):
        Case.objects.filter(pk=drafted.pk).update(digest="another")

        assert "a été amélioré" in signed_in.get(address("case_review", drafted.pk))

    def test_says_nothing_while_nothing_changed(self, drafted, signed_in):
        page = signed_in.get(address("case_review", drafted.pk))

        assert "ont changé" not in page
        assert "amélioré" not in page


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


def as_owner(case: Case) -> Actor:
    return Actor(Kind.CITIZEN, case.owner, Channel.WEB, assurance=1)
