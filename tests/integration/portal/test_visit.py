"""A visit on the screen: how it begins, what it shows, and that nothing is left after it."""

import re
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import translation

from tests.visiting import HOME, device, site  # noqa: F401 - fixtures
from visavis.config.urls import urlpatterns as real
from visavis.doors.portal import visit_cookies
from visavis.doors.portal.measuring import visit_of
from visavis.foundation import database
from visavis.foundation.actor import Actor
from visavis.measures.models import Event
from visavis.visits import operations, upkeep
from visavis.visits.models import Visit
from visavis.visits.rules import Reason

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

SECRET_WORD = "Zwetschgenkuchen"


def remember(request: HttpRequest) -> HttpResponse:
    """Stands for any page that keeps something in the session and shows it."""
    request.session["word"] = request.GET.get("word") or request.session.get("word", "")
    return HttpResponse(f"{request.session['word']} {visit_of(request)}")


def sign_in(request: HttpRequest) -> HttpResponse:
    """Stands for a sign-in, as far as the session shows it."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = "0"
    return HttpResponse()


def gone(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(status=302)
    response["Location"] = "https://pay.example.org/"
    return response


urlpatterns = [
    path("fr/remember/", remember),
    path("fr/pay/", gone),
    path("fr/sign-in/", sign_in),
    *real,
]


def address(name: str, language: str = "fr") -> str:
    with translation.override(language):
        return reverse(f"portal:{name}")


@pytest.fixture
def ticket(device) -> str:  # noqa: F811
    return upkeep.issue_ticket(device=device, home=HOME, now=database.now())


@pytest.fixture
def browser() -> Client:
    return Client()


def begin(browser: Client, ticket: str, language: str = "fr") -> HttpResponse:
    browser.get(address("attract"), {"ticket": ticket})
    return browser.post(f"{address('start')}?ticket={ticket}", {"language": language})


@pytest.fixture
def kiosk(browser, ticket) -> Client:
    """A browser in a visit."""
    begin(browser, ticket)
    return browser


def silent_for(seconds: int) -> None:
    """Let the visit have been without a touch for so long."""
    moment = database.now() + timedelta(seconds=120 - seconds)
    Visit.objects.update(expires_at=moment, started_at=moment - timedelta(minutes=10))


class TestAttract:
    def test_offers_four_languages_and_fetches_its_next_ticket_in_time(self, browser, ticket):
        response = browser.get(address("attract"), {"ticket": ticket})

        page = response.content.decode()
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
        assert all(f'value="{language}"' in page for language in ("fr", "de", "it", "en"))
        (seconds,) = re.findall(r'http-equiv="refresh" content="(\d+); url=http://127', page)
        assert int(seconds) <= 840
        assert "Saignelégier" in page

    @pytest.mark.parametrize("ticket", ["", "invented"])
    def test_begins_nothing_without_a_ticket(self, browser, ticket, device):  # noqa: F811
        response = browser.get(address("attract"), {"ticket": ticket})

        assert response.status_code == 409
        assert "kiosk/start" not in response.content.decode()

    def test_the_back_button_leads_from_it_into_the_visit_again(self, kiosk, ticket):
        response = kiosk.get(address("attract"), {"ticket": ticket})

        assert (response.status_code, response["Location"]) == (302, address("home"))
        assert Client().get(address("attract"), {"ticket": ticket}).status_code == 409


class TestStart:
    def test_leads_into_the_visit_in_the_language_touched(self, browser, ticket):
        response = begin(browser, ticket, "de")

        assert response.status_code == 302
        assert response["Location"].startswith("/de/")
        cookie = response.cookies[visit_cookies.VISIT]
        assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
        assert Visit.objects.get().language == "de"

    def test_a_secure_address_makes_a_secure_cookie(self, browser, ticket):
        browser.get(address("attract"), {"ticket": ticket}, secure=True)
        response = browser.post(
            f"{address('start')}?ticket={ticket}", {"language": "fr"}, secure=True
        )

        assert response.cookies[visit_cookies.VISIT]["secure"]

    def test_ten_taps_are_one_visit_and_one_cookie(self, browser, ticket):
        browser.get(address("attract"), {"ticket": ticket})
        secrets = {
            browser.post(f"{address('start')}?ticket={ticket}", {"language": "fr"})
            .cookies[visit_cookies.VISIT]
            .value
            for _ in range(10)
        }

        assert len(secrets) == 1
        assert Visit.objects.count() == 1

    def test_a_photographed_ticket_begins_nothing_elsewhere(self, kiosk, ticket):
        response = begin(Client(), ticket)

        assert response.status_code == 409
        assert Visit.objects.count() == 1

    def test_without_having_seen_the_attract_screen_begins_nothing(self, browser, ticket):
        response = browser.post(f"{address('start')}?ticket={ticket}", {"language": "fr"})

        assert response.status_code == 409
        assert not Visit.objects.exists()

    def test_leaves_nothing_of_a_session_that_lay_in_the_browser(self, browser, ticket):
        browser.get("/fr/remember/", {"word": SECRET_WORD})
        begin(browser, ticket)

        assert SECRET_WORD not in browser.get("/fr/remember/").content.decode()

    def test_asks_for_the_csrf_token(self, ticket):
        browser = Client(enforce_csrf_checks=True)

        assert begin(browser, ticket).status_code == 403
        assert not Visit.objects.exists()


class TestInAVisit:
    @pytest.mark.parametrize("page", ["help", "still_there", "visit_state", "finish"])
    def test_no_page_may_be_stored(self, kiosk, page):
        response = kiosk.get(address(page))

        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"

    def test_the_state_counts_down_and_is_no_sign_of_life(self, kiosk):
        silent_for(80)

        answer = kiosk.get(address("visit_state")).json()

        assert answer["state"] == "open"
        assert answer["warns_in_s"] <= 10
        assert kiosk.get(address("visit_state")).json()["ends_in_s"] <= 40

    def test_a_page_is_a_sign_of_life(self, kiosk):
        silent_for(110)

        kiosk.get("/fr/remember/")

        assert kiosk.get(address("visit_state")).json()["ends_in_s"] >= 118

    def test_more_time_answers_a_script_and_a_form(self, kiosk):
        silent_for(100)

        scripted = kiosk.post(address("visit_extend"), headers={"Accept": "application/json"})
        plain = kiosk.post(address("visit_extend"), {"next": "/fr/remember/"})

        assert scripted.json()["ends_in_s"] >= 148
        assert plain["Location"] == "/fr/remember/"

    def test_leads_nowhere_else_than_to_our_own_pages(self, kiosk):
        for wanted in ("https://example.org/", "//example.org/", "/\\example.org"):
            response = kiosk.post(address("visit_extend"), {"next": wanted})

            assert "example.org" not in response["Location"]

    def test_remembers_the_look_of_the_visit_and_only_of_it(self, kiosk):
        kiosk.post(address("preferences"), {"text_size": "3", "next": "/fr/help/"})
        kiosk.post(address("preferences"), {"contrast": "high", "next": "/fr/help/"})

        page = kiosk.get(address("help")).content.decode()
        assert 'data-text-size="3"' in page
        assert 'data-contrast="high"' in page
        assert visit_cookies.LOOK not in kiosk.cookies

    def test_waits_longer_while_somebody_pays_elsewhere(self, kiosk):
        kiosk.get("/fr/pay/")

        assert kiosk.get(address("visit_state")).json()["ends_in_s"] >= 298

    def test_waits_longer_while_somebody_asks_for_help_and_counts_the_call(self, kiosk):
        page = kiosk.get(address("help")).content.decode()

        assert "032 555 01 00" in page
        assert "saignelegier-kiosk" in page
        assert kiosk.get(address("visit_state")).json()["ends_in_s"] >= 298
        assert Event.objects.filter(event="help.requested").count() == 1

    @pytest.mark.parametrize(
        ("language", "day"),
        [("fr", "lundi "), ("de", "Montag, "), ("it", "lunedì "), ("en", "Monday ")],
    )
    def test_help_says_when_the_closed_counter_opens(self, kiosk, language, day, monkeypatch):
        sunday = datetime(2026, 10, 25, 0, 30, 1, tzinfo=UTC)
        monkeypatch.setattr("visavis.foundation.database.now", lambda: sunday)
        Visit.objects.update(expires_at=sunday + timedelta(seconds=60))

        assert day in kiosk.get(address("help", language)).content.decode()

    def test_counts_another_language_once(self, kiosk):
        for _ in range(2):
            kiosk.get(address("help", "it"))

        assert [event.values for event in Event.objects.filter(event="language.set")] == [
            {"language": "fr"},
            {"language": "it"},
        ]

    def test_keeps_its_own_session_over_many_pages(self, kiosk):
        kiosk.get("/fr/remember/", {"word": SECRET_WORD})

        assert SECRET_WORD in kiosk.get("/fr/remember/").content.decode()

    def test_counts_a_sign_in_once(self, kiosk):
        for _ in range(3):
            kiosk.get("/fr/sign-in/")

        assert Event.objects.filter(event="portal.opened").count() == 1

    def test_refuses_a_session_that_was_planted(self, kiosk):
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store["word"] = SECRET_WORD
        store.create()
        kiosk.cookies[settings.SESSION_COOKIE_NAME] = store.session_key

        assert SECRET_WORD not in kiosk.get("/fr/remember/").content.decode()

    def test_needs_few_queries_for_itself(self, kiosk, django_assert_max_num_queries):
        kiosk.get(address("visit_state"))

        with django_assert_max_num_queries(2):
            kiosk.get(address("visit_state"))


def end_by_citizen(browser: Client) -> None:
    browser.post(address("finish"), {"confirmed": "1"})


def end_by_idle(browser: Client) -> None:
    silent_for(121)


def end_by_staff(browser: Client) -> None:
    operations.end(
        visit=Visit.objects.get(),
        reason=Reason.TECHNICAL,
        actor=Actor.system("tests"),
        now=database.now(),
    )


ENDS = pytest.mark.parametrize("end", [end_by_citizen, end_by_idle, end_by_staff])


class TestAfterTheEnd:
    @ENDS
    @pytest.mark.parametrize("page", ["/fr/remember/", "/fr/help/", "/it/nowhere/", "/"])
    def test_every_page_answers_that_it_has_ended_and_nothing_else(self, kiosk, end, page):
        kiosk.get("/fr/remember/", {"word": SECRET_WORD})
        end(kiosk)

        for _ in range(2):
            response = kiosk.get(page)

            assert response.status_code == 410
            assert response["Cache-Control"] == "no-store"
            assert "storage" in response["Clear-Site-Data"]
            assert SECRET_WORD not in response.content.decode()

    @ENDS
    def test_a_copied_cookie_and_a_second_tab_see_nothing(self, kiosk, end):
        kiosk.get("/fr/remember/", {"word": SECRET_WORD})
        copy = Client()
        copy.cookies.update(kiosk.cookies)
        end(kiosk)

        response = copy.get("/fr/remember/")

        assert response.status_code == 410
        assert SECRET_WORD not in response.content.decode()

    @ENDS
    def test_a_copied_session_without_its_visit_sees_nothing(self, kiosk, end):
        kiosk.get("/fr/remember/", {"word": SECRET_WORD})
        thief = Client()
        key = kiosk.cookies[settings.SESSION_COOKIE_NAME].value
        thief.cookies[settings.SESSION_COOKIE_NAME] = key

        assert SECRET_WORD not in thief.get("/fr/remember/").content.decode()
        end(kiosk)
        assert SECRET_WORD not in thief.get("/fr/remember/").content.decode()

    @ENDS
    def test_the_session_is_gone_on_the_server(self, kiosk, end):
        kiosk.get("/fr/remember/", {"word": SECRET_WORD})
        key = kiosk.cookies[settings.SESSION_COOKIE_NAME].value
        end(kiosk)
        kiosk.get("/fr/remember/")

        assert not import_module(settings.SESSION_ENGINE).SessionStore().exists(key)

    @ENDS
    def test_a_script_learns_it_too(self, kiosk, end):
        end(kiosk)

        for ask in (kiosk.get, kiosk.post):
            response = ask(address("visit_state"))
            assert (response.status_code, response.json()["state"]) == (410, "ended")

    @ENDS
    def test_nothing_posted_late_is_taken(self, kiosk, end):
        end(kiosk)

        assert kiosk.post("/fr/remember/?word=late").status_code == 410

    @ENDS
    def test_only_the_attract_screen_with_a_new_ticket_begins_again(self, kiosk, end, device):  # noqa: F811
        kiosk.get("/fr/remember/", {"word": SECRET_WORD})
        end(kiosk)
        kiosk.get("/fr/remember/")
        fresh = upkeep.issue_ticket(device=device, home=HOME, now=database.now())

        assert begin(kiosk, fresh).status_code == 302
        page = kiosk.get("/fr/remember/")
        assert page.status_code == 200
        assert SECRET_WORD not in page.content.decode()
        assert Event.objects.filter(event="wipe.done").count() == 1

    def test_the_browser_keeps_no_byte_of_the_visit(self, kiosk):
        kiosk.get("/fr/remember/", {"word": SECRET_WORD})
        secret = kiosk.cookies[visit_cookies.VISIT].value
        end_by_citizen(kiosk)

        kept = " ".join(morsel.value for morsel in kiosk.cookies.values())
        assert secret not in kept
        assert SECRET_WORD not in kept
        assert not kiosk.cookies[settings.SESSION_COOKIE_NAME].value

    def test_an_invented_secret_is_no_way_home(self, browser, device):  # noqa: F811
        browser.cookies[visit_cookies.VISIT] = "invented"

        assert browser.get("/fr/remember/").status_code == 410

    def test_the_page_leads_back_to_the_device(self, kiosk):
        end_by_citizen(kiosk)

        page = kiosk.get(address("ended")).content.decode()
        assert f'content="5; url={HOME}"' in page

    def test_outside_the_live_world_the_browser_can_be_one_at_home_again(self, kiosk, settings):
        end_by_citizen(kiosk)

        assert kiosk.post(address("leave_kiosk")).status_code == 302
        assert kiosk.get("/fr/remember/").status_code == 200

    def test_in_the_live_world_it_cannot(self, kiosk, settings):
        settings.WORLD = "live"
        end_by_citizen(kiosk)

        assert kiosk.post(address("leave_kiosk")).status_code == 410


class TestFinish:
    def test_with_nothing_begun_takes_one_tap(self, kiosk):
        response = kiosk.post(address("finish"))

        assert response.status_code == 302
        assert Visit.objects.get().end_reason == "abandoned_citizen"

    def test_twice_changes_nothing(self, kiosk):
        first = kiosk.post(address("finish"), {"confirmed": "1"})
        kiosk.post(address("finish"), {"confirmed": "1"})

        assert first.status_code == 302
        assert Event.objects.filter(event="session.ended").count() == 1


class TestAtHome:
    def test_there_is_no_visit_and_pages_without_a_session_may_be_cached(self, browser, site):  # noqa: F811
        response = browser.get(address("help"))

        assert "Cache-Control" not in response or "no-store" not in response["Cache-Control"]

    def test_pages_of_a_session_may_not_be_stored(self, browser):
        response = browser.get("/fr/remember/", {"word": "x"})

        assert response["Cache-Control"] == "no-store"

    def test_keeps_the_look_in_a_cookie(self, browser, site):  # noqa: F811
        browser.post(address("preferences"), {"text_size": "2"})

        assert 'data-text-size="2"' in browser.get(address("help")).content.decode()

    @pytest.mark.parametrize("value", ["", "9-high", "2-blinking", "2", "-", "2-high-x"])
    def test_takes_no_nonsense_from_that_cookie(self, browser, site, value):  # noqa: F811
        browser.cookies[visit_cookies.LOOK] = value

        assert 'data-text-size="1"' in browser.get(address("help")).content.decode()

    def test_help_says_whom_to_call(self, browser, site):  # noqa: F811
        page = browser.get(address("help")).content.decode()

        assert "032 555 01 00" in page
        assert not Event.objects.exists()
