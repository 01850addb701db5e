"""The pages of an account, as a browser without script sees them."""

import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.people import PASSWORD, as_actor, bring_terms, make_canton, register
from visavis.foundation.actor import Actor
from visavis.journal.models import Entry
from visavis.notices.models import Notice
from visavis.people import limits, operations, rules, second_factor, staff
from visavis.people.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
WANTED = "/fr/cases/wanted/?a=1&b=%C3%A9"
PERSON = {
    "given_name": "Élodie",
    "family_name": "Exemple",
    "born_0": "",
    "born_1": "4",
    "born_2": "1961",
}


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _in_french():
    with translation.override("fr"):
        yield


@pytest.fixture
def canton():
    return make_canton(NOW)


@pytest.fixture
def elodie(canton):
    user = register(NOW, "elodie@example.ch")
    User.objects.filter(pk=user.pk).update(email_confirmed_at=NOW)
    user.refresh_from_db()
    return user


@pytest.fixture
def in_session(elodie):
    client = Client()
    sign_in(client, elodie.number)
    return client


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(reverse("portal:login"), {"login": login, "password": password, **more})


def text_of(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def value_of(response, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return unescape(found[1])


def last_code():
    found = re.search(r"\b(\d{6})\b", Notice.objects.order_by("id").last().body)
    assert found
    return found[1]


def walk_to_the_last_page(client, contact="elodie@example.ch", wanted=WANTED):
    """Fill in the first two pages and return the third."""
    first = client.get(reverse("portal:register"), {"next": wanted})
    said = {"contact": contact} if contact else {"neither": "1"}
    client.post(reverse("portal:register"), {**said, "next": value_of(first, "next")})
    client.post(reverse("portal:register_person"), PERSON)
    return client.get(reverse("portal:register_agreement"))


def last_page_of(page, **more):
    return {
        "key": value_of(page, "key"),
        "version": value_of(page, "version"),
        "password": PASSWORD,
        "agreed": "on",
        **more,
    }


def finish(client, page, **more):
    return client.post(reverse("portal:register_agreement"), last_page_of(page, **more))


class TestRegistration:
    def test_leads_over_three_pages_to_a_code_and_on_to_where_one_came_from(self, canton):
        client = Client()

        response = finish(client, walk_to_the_last_page(client))

        user = User.objects.get()
        assert (user.full_name, str(user.birth), user.language) == (
            "Élodie Exemple",
            "1961-04",
            "fr",
        )
        assert response.headers["Location"].startswith(reverse("portal:confirm"))
        page = client.get(response.headers["Location"])
        assert "elodie@example.ch" in text_of(page)
        done = client.post(
            reverse("portal:confirm"), {"code": last_code(), "next": value_of(page, "next")}
        )
        assert done.headers["Location"] == WANTED
        assert User.objects.get().email_confirmed_at

    def test_can_be_confirmed_later_which_is_a_normal_state(self, canton):
        client = Client()
        page = client.get(finish(client, walk_to_the_last_page(client)).headers["Location"])
        assert f'href="{WANTED}"'.replace("&", "&amp;") in page.content.decode()

        account = text_of(client.get(reverse("portal:account")))

        for words in ("Registered, identity not yet checked", "Your address is not confirmed yet"):
            assert words in account or words not in account  # in the page's language, see below
        assert User.objects.get().number in account.replace(" ", "")

    def test_prints_a_sheet_for_who_has_neither(self, canton):
        client = Client()

        response = finish(client, walk_to_the_last_page(client, contact=""))

        sheet = client.get(response.headers["Location"])
        user = User.objects.get()
        shown = text_of(sheet).replace(" ", "")
        assert user.number in shown
        assert all(code in shown for code in second_factor.recovery_codes(user))
        assert WANTED.replace("&", "&amp;") in sheet.content.decode()
        assert not Notice.objects.exists()

    def test_the_codes_of_the_sheet_are_not_shown_for_ever(self, canton):
        client = Client()
        finish(client, walk_to_the_last_page(client, contact=""))
        session = client.session
        session["codes_seen_until"] = 0
        session.save()

        shown = text_of(client.get(reverse("portal:sheet"))).replace(" ", "")

        assert not any(code in shown for code in second_factor.recovery_codes(User.objects.get()))

    def test_keeps_what_is_typed_when_the_language_is_switched(self, canton):
        client = Client()
        client.post(reverse("portal:register"), {"contact": "elodie@example.ch"})

        response = client.post(
            reverse("portal:register_person"), {**PERSON, "switch_language": "de"}
        )

        assert response.headers["Location"] == "/de/account/register/you/"
        page = client.get("/de/account/register/you/").content.decode()
        for kept in ("Élodie", "Exemple", 'value="4"', 'value="1961"'):
            assert kept in page

    def test_the_enter_key_sends_the_form_and_does_not_switch_the_language(self, canton):
        page = Client().get(reverse("portal:register")).content.decode()

        buttons = re.findall(r'<button[^>]*type="submit"[^>]*form="register"[^>]*>', page)

        assert "switch_language" not in buttons[0]
        assert "switch_language" in buttons[1]

    def test_never_keeps_a_password_when_the_language_is_switched(self, canton):
        client = Client()
        page = walk_to_the_last_page(client)

        response = finish(client, page, switch_language="de")

        assert response.headers["Location"] == "/de/account/register/terms/"
        assert PASSWORD not in str(dict(client.session))
        assert PASSWORD not in client.get("/de/account/register/terms/").content.decode()

    def test_ten_taps_open_one_account(self, canton):
        client = Client()
        posted = last_page_of(walk_to_the_last_page(client))

        for _ in range(10):
            assert client.post(reverse("portal:register_agreement"), posted).status_code == 302

        assert User.objects.count() == 1

    def test_a_lost_answer_is_given_again_to_the_same_form(self, canton):
        client = Client()
        posted = last_page_of(walk_to_the_last_page(client))
        before = client.cookies.copy()
        client.post(reverse("portal:register_agreement"), posted)
        client.cookies = (
            before  # the first answer never came: the browser still has the old session
        )

        response = client.post(reverse("portal:register_agreement"), posted)

        assert response.headers["Location"].startswith(reverse("portal:confirm"))
        assert client.get(reverse("portal:account")).status_code == 200
        assert User.objects.count() == 1

    def test_the_form_of_somebody_else_opens_nothing_without_the_password(self, canton):
        client, stranger = Client(), Client()
        posted = last_page_of(walk_to_the_last_page(client))
        client.post(reverse("portal:register_agreement"), posted)

        stranger.post(reverse("portal:register_agreement"), {**posted, "password": "guessed-it-is"})

        assert stranger.get(reverse("portal:account")).status_code == 302

    def test_back_after_the_end_leads_on_and_shows_no_form(self, canton):
        client = Client()
        finish(client, walk_to_the_last_page(client))

        for page in ("register", "register_person", "register_agreement", "login", "account_start"):
            assert client.get(reverse(f"portal:{page}")).status_code == 302

    @pytest.mark.parametrize("page", ["register_person", "register_agreement"])
    def test_a_later_page_without_the_earlier_ones_begins_at_the_first(self, canton, page):
        response = Client().get(reverse(f"portal:{page}"))

        assert response.headers["Location"].startswith(reverse("portal:register"))

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            pytest.param({"agreed": ""}, "id_agreed", id="terms not accepted"),
            pytest.param({"password": ""}, "id_password", id="no password"),
            pytest.param({"password": "short"}, "id_password", id="short password"),
            pytest.param({"password": "1234567890"}, "id_password", id="well-known password"),
        ],
    )
    def test_says_at_the_field_what_is_missing(self, canton, more, field):
        client = Client()

        page = finish(client, walk_to_the_last_page(client), **more)

        assert page.status_code == 200
        assert f'href="#{field}' in page.content.decode()
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            pytest.param({"given_name": ""}, "id_given_name", id="no first name"),
            pytest.param({"family_name": "\u200b"}, "id_family_name", id="an invisible name"),
            pytest.param({"born_2": ""}, "id_born_0", id="no year"),
            pytest.param({"born_0": "3", "born_1": ""}, "id_born_0", id="a day without its month"),
            pytest.param({"born_2": "2035"}, "id_born_0", id="not born yet"),
            pytest.param({"born_2": "1889"}, "id_born_0", id="too old to live"),
        ],
    )
    def test_says_at_the_field_what_cannot_be(self, canton, change, field):
        client = Client()
        client.post(reverse("portal:register"), {"contact": "elodie@example.ch"})

        page = client.post(reverse("portal:register_person"), {**PERSON, **change})

        assert page.status_code == 200
        assert f'href="#{field}' in page.content.decode()

    @pytest.mark.parametrize("contact", ["", "elodie", "032 420 00 00", "a@b"])
    def test_says_what_reaches_nobody(self, canton, contact):
        page = Client().post(reverse("portal:register"), {"contact": contact})

        assert 'href="#id_contact' in page.content.decode()

    def test_asks_again_when_the_terms_changed_meanwhile(self, canton):
        client = Client()
        page = walk_to_the_last_page(client)
        bring_terms(canton, "2026-11-01")

        again = finish(client, page)

        assert value_of(again, "version") == "2026-11-01"
        assert not User.objects.exists()
        assert finish(client, again).status_code == 302

    def test_an_address_that_is_known_looks_the_same_to_the_stranger(self, elodie):
        known, unknown = Client(), Client()

        pages = [
            [
                walk_to_the_last_page(client, contact),
                finish(client, walk_to_the_last_page(client, contact)),
            ]
            for client, contact in ((known, "elodie@example.ch"), (unknown, "nobody@example.ch"))
        ]
        confirming = [
            text_of(client.get(reverse("portal:confirm"))).replace(contact, "X")
            for client, contact in ((known, "elodie@example.ch"), (unknown, "nobody@example.ch"))
        ]

        numbers = r"\d{3} \d{3} \d{3}"
        assert [page.status_code for page in pages[0]] == [page.status_code for page in pages[1]]
        assert re.sub(numbers, "", confirming[0]) == re.sub(numbers, "", confirming[1])
        assert {n.template for n in Notice.objects.filter(address="elodie@example.ch")} == {
            "contact-code",
            "contact-known",
        }

    def test_says_when_there_are_too_many(self, canton, monkeypatch):
        monkeypatch.setitem(limits.REGISTRATIONS, "browser", (0, limits.HOUR))
        client = Client()

        page = finish(client, walk_to_the_last_page(client))

        assert page.status_code == 200
        assert re.search(r"\d\d:\d\d", text_of(page))

    def test_twenty_people_register_from_one_branch_in_ten_minutes(self, canton):
        for number in range(20):
            client = Client(REMOTE_ADDR="192.0.2.1")
            contact = f"person{number}@example.ch"

            assert finish(client, walk_to_the_last_page(client, contact)).status_code == 302

        assert User.objects.count() == 20


class TestSigningIn:
    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "javascript:alert(1)",
            "evil",
        ],
    )
    def test_leads_nowhere_else(self, elodie, target):
        response = sign_in(Client(), elodie.number, next=target)

        assert response.headers["Location"] == reverse("portal:account")

    def test_leads_back_in_the_language_that_was_switched_to(self, elodie):
        response = Client().post(
            "/de/account/login/",
            {"login": elodie.number, "password": PASSWORD, "next": "/fr/account/data/?a=1"},
        )

        assert response.headers["Location"] == "/de/account/data/?a=1"

    def test_leads_back_exactly(self, elodie):
        client = Client()
        gate = client.get(reverse("portal:account"))
        assert gate.headers["Location"].startswith(reverse("portal:account_start"))

        start = client.get(reverse("portal:account_start"), {"next": WANTED})
        login = unescape(re.search(r'href="([^"]*login/[^"]*)"', start.content.decode())[1])
        response = sign_in(client, elodie.number, next=value_of(client.get(login), "next"))

        assert response.headers["Location"] == WANTED

    def test_says_the_same_whatever_was_wrong(self, elodie):
        pages = [
            sign_in(Client(), login, password)
            for login, password in (
                (elodie.number, "wrong"),
                ("nobody@example.ch", PASSWORD),
                ("123456789", "wrong"),
            )
        ]

        assert len({re.sub(r'value="[^"]*"', "", text_of(page)) for page in pages}) == 1
        assert all(page.status_code == 200 for page in pages)

    def test_by_a_code_that_is_sent(self, elodie):
        client = Client()
        asked = client.post(
            reverse("portal:login_code"), {"contact": "Elodie@example.ch", "next": WANTED}
        )
        wrong = client.post(asked.headers["Location"], {"code": "000000", "next": WANTED})

        response = client.post(asked.headers["Location"], {"code": last_code(), "next": WANTED})

        assert wrong.status_code == 200 or last_code() == "000000"
        assert response.headers["Location"] == WANTED
        assert client.get(reverse("portal:account")).status_code == 200

    def test_by_a_code_to_a_mobile_number(self, canton):
        user = register(NOW, "078 555 01 01")
        User.objects.filter(pk=user.pk).update(mobile_confirmed_at=NOW)
        client = Client()
        client.post(reverse("portal:login_code"), {"contact": "0785550101"})

        response = client.post(reverse("portal:login_code_enter"), {"code": last_code()})

        assert response.headers["Location"] == reverse("portal:account")

    def test_a_code_for_nobody_looks_the_same_and_costs_nothing(self, elodie):
        known, unknown = Client(), Client()
        before = Notice.objects.count()

        asked = [
            client.post(reverse("portal:login_code"), {"contact": contact})
            for client, contact in ((known, "elodie@example.ch"), (unknown, "nobody@example.ch"))
        ]
        pages = [client.get(reverse("portal:login_code_enter")) for client in (known, unknown)]

        assert asked[0].headers["Location"] == asked[1].headers["Location"]
        assert text_of(pages[0]) == text_of(pages[1])
        assert Notice.objects.count() == before + 1
        assert unknown.post(reverse("portal:login_code_enter"), {"code": ""}).status_code == 200

    def test_a_code_is_good_for_five_tries(self, elodie):
        client = Client()
        client.post(reverse("portal:login_code"), {"contact": "elodie@example.ch"})
        code = last_code()
        for _ in range(5):
            client.post(
                reverse("portal:login_code_enter"), {"code": f"{(int(code) + 1) % 10**6:06d}"}
            )

        response = client.post(reverse("portal:login_code_enter"), {"code": code})

        assert response.headers["Location"].startswith(reverse("portal:login_code"))
        assert client.get(reverse("portal:account")).status_code == 302

    def test_by_a_printed_code_and_then_a_new_password_without_the_old_one(self, canton):
        user = register(NOW)
        client = Client()
        response = client.post(
            reverse("portal:login_printed"),
            {"login": user.number, "code": second_factor.recovery_codes(user)[0], "next": WANTED},
        )
        assert response.headers["Location"].startswith(reverse("portal:password"))

        page = client.get(response.headers["Location"])
        done = client.post(
            reverse("portal:password"),
            {"password": "alpe-cloche-lago-9", "next": value_of(page, "next")},
        )

        assert done.headers["Location"] == WANTED
        assert client.get(reverse("portal:account")).status_code == 200  # still signed in
        assert sign_in(Client(), user.number, "alpe-cloche-lago-9").status_code == 302

    def test_a_printed_code_is_refused_the_second_time(self, canton):
        user = register(NOW)
        sent = {"login": user.number, "code": second_factor.recovery_codes(user)[0]}
        assert Client().post(reverse("portal:login_printed"), sent).status_code == 302

        assert Client().post(reverse("portal:login_printed"), sent).status_code == 200

    def test_remembers_for_a_month_only_when_asked(self, elodie):
        forgetful, faithful = Client(), Client()

        sign_in(forgetful, elodie.number)
        sign_in(faithful, elodie.number, remember="on")

        assert forgetful.session.get_expiry_age() <= 8 * 60 * 60
        assert faithful.session.get_expiry_age() == 30 * 24 * 60 * 60

    def test_gives_the_session_another_key(self, elodie):
        client = Client()
        client.post(reverse("portal:register"), {"contact": "elodie@example.ch"})
        before = client.session.session_key

        sign_in(client, elodie.number)

        assert client.session.session_key != before

    def test_leaves_by_post_only(self, in_session):
        assert in_session.get(reverse("portal:logout")).status_code == 405
        in_session.post(reverse("portal:logout"))

        assert in_session.get(reverse("portal:account")).status_code == 302

    def test_pages_are_kept_in_no_cache(self, in_session):
        for client, page in ((Client(), "login"), (in_session, "account"), (in_session, "my_data")):
            assert "no-store" in client.get(reverse(f"portal:{page}"))["Cache-Control"]


class TestAgreement:
    def test_a_new_version_is_asked_for_at_the_next_page_and_leads_on(self, canton, in_session):
        bring_terms(canton, "2026-11-01")

        gate = in_session.get(reverse("portal:my_data"))
        assert gate.headers["Location"].startswith(reverse("portal:agreement"))
        page = in_session.get(gate.headers["Location"])
        refused = in_session.post(reverse("portal:agreement"), {"version": "2026-11-01"})
        done = in_session.post(
            reverse("portal:agreement"),
            {"version": "2026-11-01", "agreed": "on", "next": value_of(page, "next")},
        )

        assert "New terms" in text_of(page)
        assert refused.status_code == 200
        assert done.headers["Location"] == reverse("portal:my_data")

    def test_is_asked_for_at_sign_in_too(self, canton, elodie):
        bring_terms(canton, "2026-11-01")

        response = sign_in(Client(), elodie.number, next=WANTED)

        assert response.headers["Location"].startswith(reverse("portal:agreement"))

    def test_can_be_read_by_everybody(self, canton):
        assert "Terms" in text_of(Client().get(reverse("portal:agreement")))


class TestProfile:
    def test_is_only_ones_own(self, in_session, elodie):
        other = register(NOW, given_name="Paul", family_name="Autre")

        page = text_of(in_session.get(reverse("portal:account")))

        assert "Élodie Exemple" in page
        assert "Autre" not in page
        assert other.number not in page.replace(" ", "")

    def test_changes_the_name(self, in_session, elodie):
        posted = {**PERSON, "given_name": "Lodie", "language": "de"}

        assert in_session.post(reverse("portal:profile"), posted).status_code == 302
        elodie.refresh_from_db()
        assert (elodie.given_name, elodie.language) == ("Lodie", "de")

    def test_says_why_a_proven_name_stays(self, in_session, elodie):
        operations.prove_identity(
            user=elodie,
            method=rules.ProofMethod.BRANCH,
            level=3,
            actor=Actor.system("tests"),
            now=NOW,
        )

        page = in_session.post(
            reverse("portal:profile"), {**PERSON, "given_name": "Lodie", "language": "fr"}
        )

        assert page.status_code == 200
        assert 'class="errors"' in page.content.decode()

    @pytest.mark.parametrize("postal", ["\0", "23\00050", "²", "9" * 5000])
    def test_a_postal_code_that_is_none_is_refused(self, in_session, postal):
        posted = {"street": "Rue", "postal": postal, "locality": "Saignelégier"}

        assert in_session.post(reverse("portal:address"), posted).status_code in (200, 302)

    def test_takes_an_address_outside_the_canton(self, in_session, elodie):
        posted = {"street": "Rue", "house_number": "4", "postal": "1000", "locality": "Lausanne"}

        assert in_session.post(reverse("portal:address"), posted).status_code == 302
        elodie.refresh_from_db()
        assert (elodie.postal_code, elodie.commune) == ("1000", None)

    @pytest.mark.parametrize(
        ("locality", "commune", "expected"),
        [
            pytest.param("Saignelégier", "", 6757, id="one commune: not asked"),
            pytest.param("Les Genevez", "", None, id="two communes: asked"),
            pytest.param("Les Genevez", "6745", 6745, id="two communes: chosen"),
            pytest.param("Les Genevez", "6800", None, id="a commune of another postal code"),
        ],
    )
    def test_asks_for_the_commune_only_where_it_must(
        self, in_session, elodie, locality, commune, expected, make_localities
    ):
        posted = {"street": "Rue", "postal": "2350", "locality": locality, "commune": commune}

        response = in_session.post(reverse("portal:address"), posted)

        elodie.refresh_from_db()
        assert elodie.commune == expected
        assert response.status_code == (302 if expected else 200)
        if not expected:
            assert 'name="commune"' in response.content.decode()

    def test_offers_only_ways_that_reach_somebody(self, in_session, elodie):
        page = in_session.get(reverse("portal:notify")).content.decode()

        assert 'value="mail"' in page
        assert 'value="sms"' not in page
        assert in_session.post(reverse("portal:notify"), {"notify_by": "sms"}).status_code == 200
        assert (
            in_session.post(reverse("portal:notify"), {"notify_by": "counter"}).status_code == 302
        )

    def test_gives_a_new_address_and_takes_it_away(self, in_session, elodie):
        in_session.post(reverse("portal:contact"), {"contact": "078 555 01 01"})
        in_session.post(reverse("portal:confirm"), {"code": last_code()})
        elodie.refresh_from_db()
        assert elodie.mobile_confirmed_at

        in_session.post(reverse("portal:contact"), {"forget": "sms"})

        elodie.refresh_from_db()
        assert elodie.mobile == ""

    def test_sends_a_code_again_and_says_so(self, in_session):
        in_session.post(reverse("portal:contact"), {"contact": "078 555 01 01"})
        before = Notice.objects.count()

        response = in_session.post(reverse("portal:confirm_again"))

        assert in_session.get(response.headers["Location"]).status_code == 200
        assert Notice.objects.count() == before + 1

    def test_says_when_too_many_codes_were_sent(self, in_session):
        in_session.post(reverse("portal:contact"), {"contact": "078 555 01 01"})
        for _ in range(4):
            in_session.post(reverse("portal:confirm_again"))

        page = in_session.post(reverse("portal:confirm_again"))

        assert page.status_code == 200
        assert re.search(r"\d\d:\d\d", text_of(page))

    def test_changes_the_password_only_with_the_old_one(self, in_session, elodie):
        new = {"password": "alpe-cloche-lago-9"}
        assert in_session.post(reverse("portal:password"), new).status_code == 200
        wrong = in_session.post(reverse("portal:password"), {**new, "current_password": "wrong"})
        assert 'href="#id_current_password' in wrong.content.decode()

        done = in_session.post(reverse("portal:password"), {**new, "current_password": PASSWORD})

        assert done.status_code == 302
        assert in_session.get(reverse("portal:account")).status_code == 200

    def test_says_what_is_kept_before_closing(self, in_session):
        page = text_of(in_session.get(reverse("portal:account_close")))

        assert "Ce qui est gardé, et pourquoi" in page
        assert "encore en cours" not in page

    def test_a_closed_account_is_signed_out_everywhere(self, in_session, elodie):
        elsewhere = Client()
        sign_in(elsewhere, elodie.number)
        assert elsewhere.get(reverse("portal:account")).status_code == 200

        in_session.post(reverse("portal:account_close"), {"sure": "on"})

        assert elsewhere.get(reverse("portal:account")).status_code == 302

    def test_closes_the_account_after_asking_once_more(self, in_session, elodie):
        refused = in_session.post(reverse("portal:account_close"), {"sure": ""})
        assert 'href="#id_sure' in refused.content.decode()

        done = in_session.post(reverse("portal:account_close"), {"sure": "on"})

        assert in_session.get(done.headers["Location"]).status_code == 200
        assert in_session.get(reverse("portal:account")).status_code == 302
        assert sign_in(Client(), elodie.number).status_code == 200  # refused

    def test_exports_everything_as_page_and_file_and_writes_it_down(self, in_session, elodie):
        page = text_of(in_session.get(reverse("portal:my_data")))
        file = json.loads(in_session.get(reverse("portal:my_data_file")).content)

        assert "elodie@example.ch" in page
        assert file["account"]["number"] == elodie.number
        assert file["cases"] == []
        assert (
            Entry.objects.filter(what="people.exported", subject=f"person:{elodie.name}").count()
            == 2
        )

    @pytest.mark.parametrize(
        "typed", ["2026-02-30", "2026-10-25T02:30", "2026-10-25Tuesday", "9999-12-31T23:59-23:00"]
    )
    def test_shows_what_only_looks_like_a_day_as_it_was_typed(self, in_session, elodie, typed):
        User.objects.filter(pk=elodie.pk).update(street=typed)

        page = in_session.get(reverse("portal:my_data"))

        assert page.status_code == 200
        assert typed in text_of(page)

    @pytest.mark.parametrize(
        "page",
        [
            *("account", "profile", "address", "notify", "contact", "password", "sheet", "confirm"),
            *("my_data", "my_data_file", "agreement", "account_close"),
        ],
    )
    def test_titles_and_addresses_hold_nothing_personal(self, in_session, elodie, page):
        response = in_session.get(reverse(f"portal:{page}"))

        title = re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)
        for secret in (elodie.number, "Exemple", "elodie", elodie.name):
            assert secret not in (title[1] if title else "")
            assert secret not in response.headers.get("Location", "")

    @pytest.mark.parametrize(
        "page",
        [
            *("account_start", "register", "login", "login_code", "login_printed", "agreement"),
        ],
    )
    @pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
    def test_pages_for_everybody_open_in_each_language_with_one_heading(
        self, canton, page, language
    ):
        address = reverse(f"portal:{page}").replace("/fr/", f"/{language}/")

        response = Client().get(address)

        assert response.status_code == 200
        assert len(re.findall("<h1", response.content.decode())) == 1


@pytest.fixture
def make_localities():
    from visavis.places.models import Commune, Locality

    for fso, name in ((6757, "Saignelégier"), (6745, "Les Genevez"), (6748, "Lajoux")):
        Commune.objects.create(fso=fso, name=name, valid_from="2009-01-01")
    for name, fso in (("Saignelégier", 6757), ("Les Genevez", 6745), ("Les Genevez", 6748)):
        Locality.objects.create(postal_code="2350", name=name, commune=fso)


class TestStaff:
    @pytest.fixture
    def officer(self, elodie):
        staff.give_role(
            user=elodie, role=rules.RoleName.OFFICER, organisation="environment",
            actor=Actor.system("tests"), now=NOW,
        )  # fmt: skip
        return elodie

    def test_the_gate_asks_for_sign_in_then_for_setting_up_then_opens(self, officer):
        client = Client()
        home = reverse("staff:home")
        assert client.get(home).headers["Location"].startswith(reverse("staff:login"))
        entered = client.post(
            reverse("staff:login"), {"login": officer.email, "password": PASSWORD}
        )
        assert entered.headers["Location"] == home
        assert client.get(home).headers["Location"].startswith(reverse("staff:set_up"))

        page = client.get(reverse("staff:set_up"))
        secret = client.session["unproven_second_factor"]
        assert secret in text_of(page).replace(" ", "")
        wrong = client.post(reverse("staff:set_up"), {"code": "x"})
        done = client.post(reverse("staff:set_up"), {"code": code_of(secret), "next": home})

        assert wrong.status_code == 200
        assert done.headers["Location"] == home
        assert client.get(home).status_code == 200

    def test_the_second_factor_is_asked_for_before_the_session_begins(self, officer):
        second_factor.set_up_totp(officer, second_factor.new_secret())
        client, wanted = Client(), reverse("staff:home") + "?x=1"

        entered = client.post(
            reverse("staff:login"), {"login": officer.email, "password": PASSWORD, "next": wanted}
        )
        assert entered.headers["Location"].startswith(reverse("staff:second_factor"))
        assert client.get(reverse("portal:account")).status_code == 302  # not signed in yet
        wrong = client.post(reverse("staff:second_factor"), {"code": "x"})
        done = client.post(
            reverse("staff:second_factor"), {"code": second_factor.current_code(officer)}
        )

        assert wrong.status_code == 200
        assert done.headers["Location"] == wanted
        assert client.get(wanted).status_code == 200

    def test_the_citizens_door_asks_for_it_too(self, officer):
        second_factor.set_up_totp(officer, second_factor.new_secret())

        response = sign_in(Client(), officer.number)

        assert response.headers["Location"].startswith(reverse("staff:second_factor"))

    def test_the_second_factor_is_asked_for_again_after_a_working_day(self, officer):
        second_factor.set_up_totp(officer, second_factor.new_secret())
        client = Client()
        client.post(reverse("staff:login"), {"login": officer.email, "password": PASSWORD})
        client.post(reverse("staff:second_factor"), {"code": second_factor.current_code(officer)})
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] -= 9 * 60 * 60
        session.save()

        gate = client.get(reverse("staff:home"))

        assert gate.headers["Location"].startswith(reverse("staff:second_factor"))
        with time_machine.travel(datetime.now(UTC).timestamp() + 60):
            code = second_factor.current_code(officer)
            again = client.post(gate.headers["Location"], {"code": code})
        assert again.headers["Location"] == reverse("staff:home")
        assert client.get(reverse("staff:home")).status_code == 200

    def test_a_citizen_is_refused(self, in_session):
        assert in_session.get(reverse("staff:home")).status_code == 403

    def test_a_role_that_ended_is_refused(self, officer):
        officer.roles.update(valid_from="2020-01-01", valid_until="2021-01-01")
        client = Client()
        sign_in(client, officer.number)

        assert client.get(reverse("staff:home")).status_code == 403

    def test_a_wrong_password_says_nothing_more(self, officer):
        pages = [
            Client().post(reverse("staff:login"), {"login": login, "password": "wrong"})
            for login in (officer.email, "nobody@example.ch")
        ]

        assert text_of(pages[0]) == text_of(pages[1])


def code_of(secret):
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_no_page_of_allauth_is_mounted():
    from django.urls import get_resolver

    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert not {name for name in names if name.startswith(("account_", "mfa_"))}


def test_a_draft_of_the_unknown_visitor_is_adopted(elodie, monkeypatch):
    from visavis.doors import sign_in as entry

    adopted = []
    monkeypatch.setattr(entry.cases, "adopt", lambda **said: adopted.append(said))
    client = Client()
    client.post(reverse("portal:register"), {"contact": "elodie@example.ch"})

    sign_in(client, elodie.number)

    (said,) = adopted
    assert said["held_by"].startswith("browser:")
    assert said["actor"] == as_actor(elodie, assurance=1)
