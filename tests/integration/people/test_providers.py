"""Logins of identity providers, against a real provider that also misbehaves."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie
from uuid import uuid4

import pytest

from tests.fixtures import CANTONS
from tests.openid import AGOV, ELODIE, connect, real_provider
from tests.people import as_actor, browser, register
from visavis.foundation import database
from visavis.foundation.throttles import TooMany
from visavis.journal.models import Entry
from visavis.notices.models import Notice
from visavis.packs import folder
from visavis.people import closing, export, followers, limits, provider_loading, providers, queries
from visavis.people import provider_queries as known
from visavis.people.models import IdentityProof, User
from visavis.people.provider_models import Errand, IdentityProvider, ProviderLogin
from visavis.people.refusals import (
    AnotherLogin,
    ErrandOver,
    GivenUp,
    LevelTooLow,
    LevelUnknown,
    LoginTaken,
    LoginUnknown,
    NoSuchProvider,
    NotBelieved,
    NotYours,
    OnPublicScreen,
    OtherAccount,
    ProviderSilent,
    ProviderTooWeak,
    SaysOtherwise,
    SaysTooLittle,
    WrongCredentials,
)

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("openid")]
HOME = "/fr/account/"


@pytest.fixture
def now():
    return database.now()


@pytest.fixture(autouse=True)
def _connected(canton, real_provider, settings, now):
    connect(settings, real_provider, now=now)


@pytest.fixture
def go(real_provider, now):
    """Return a function that walks to the provider and back as somebody, and takes the answer."""

    def _go(actor, *, provider="agov", level=3, secret="tab", change=None, cookies=None):
        url = providers.begin(
            provider=provider, level=level, browser=secret, target=HOME, language="fr",
            actor=actor, now=now,
        )  # fmt: skip
        said = real_provider.visit(url, cookies)
        answer = providers.Answer(
            said["state"], said.get("code", ""), said.get("iss"), said.get("error", "")
        )
        answer = replace(answer, **(change or {}))
        errand = providers.take(state=answer.state, browser=secret, now=now)
        return providers.finish(errand=errand, answer=answer, actor=actor, now=now)

    return _go


class TestProve:
    def test_links_the_login_and_proves_the_level_until_a_day(self, go, elodie, as_elodie, now):
        outcome = go(as_elodie)

        assert (outcome.level, outcome.user) == (3, None)
        proof = IdentityProof.objects.get(user=elodie, method="provider")
        assert (proof.level, proof.provider) == (3, "agov")
        assert proof.expires_on == proof.proven_on + timedelta(days=1825)
        assert queries.level_of(elodie, now=now) == 3
        assert ProviderLogin.objects.get(user=elodie).subject == "person-1"

    def test_takes_identity_from_signed_userinfo_where_the_pack_says_so(
        self, go, elodie, as_elodie, real_provider, now
    ):
        real_provider.behaves(acr="qor2", claims=ELODIE)

        assert go(as_elodie, provider="swissid").level == 3

    def test_takes_a_higher_level_than_was_asked(self, go, as_elodie, real_provider):
        real_provider.behaves(acr=f"{AGOV}500", claims=ELODIE)

        assert go(as_elodie, level=2).level == 4

    def test_refuses_a_lower_level_than_was_asked_and_names_both(
        self, go, elodie, as_elodie, real_provider, now
    ):
        real_provider.behaves(acr=f"{AGOV}300", claims=ELODIE, fault="lower-acr")

        with pytest.raises(LevelTooLow) as refusal:
            go(as_elodie)
        assert (refusal.value.wanted, refusal.value.got) == (3, 2)
        assert queries.level_of(elodie, now=now) == 1
        assert not ProviderLogin.objects.exists()

    @pytest.mark.parametrize("fault", ["no-acr", "strange-acr"])
    def test_refuses_a_login_without_a_word_on_its_level(
        self, go, elodie, as_elodie, real_provider, now, fault
    ):
        real_provider.behaves(acr=f"{AGOV}300", claims=ELODIE, fault=fault)

        with pytest.raises(LevelUnknown):
            go(as_elodie)
        assert queries.level_of(elodie, now=now) == 1

    @pytest.mark.parametrize(
        ("fault", "why"),
        [
            ("wrong-nonce", "WrongNonce"),
            ("no-nonce", "WrongNonce"),
            ("wrong-issuer", "WrongIssuer"),
            ("wrong-audience", "WrongAudience"),
            ("two-audiences", "WrongAudience"),
            ("wrong-party", "WrongAudience"),
            ("expired", "Expired"),
            ("future", "NotYetValid"),
            ("not-yet", "NotYetValid"),
            ("alg-none", "WrongAlgorithm"),
            ("shared-secret", "WrongAlgorithm"),
            ("unknown-key", "UnknownKey"),
            ("stolen-key-id", "WrongSignature"),
            ("forged", "WrongSignature"),
            ("wrong-access-token", "WrongAccessToken"),
            ("old-login", "NotFresh"),
            ("no-auth-time", "NotAToken"),
        ],
    )
    def test_believes_no_bad_token_and_says_what_is_wrong(
        self, go, elodie, as_elodie, real_provider, now, fault, why
    ):
        real_provider.behaves(acr=f"{AGOV}300", claims=ELODIE, fault=fault)

        with pytest.raises(NotBelieved) as refusal:
            go(as_elodie)
        assert refusal.value.why == why
        assert queries.level_of(elodie, now=now) == 1

    @pytest.mark.parametrize(
        ("claims", "fields"),
        [
            ({"family_name": "Autre"}, ("family_name",)),
            ({"given_name": "Paul", "birthdate": "1961-04-13"}, ("given_name", "birth")),
        ],
    )
    def test_refuses_another_persons_login_and_names_what_differs(
        self, go, elodie, as_elodie, real_provider, now, claims, fields
    ):
        real_provider.behaves(acr=f"{AGOV}300", claims={**ELODIE, **claims})

        with pytest.raises(SaysOtherwise) as refusal:
            go(as_elodie)
        assert refusal.value.fields == fields
        assert not ProviderLogin.objects.exists()

    def test_refuses_a_login_that_does_not_say_who_it_is(self, go, as_elodie, real_provider):
        real_provider.behaves(acr=f"{AGOV}300", claims={"family_name": "Exemple"})

        with pytest.raises(SaysTooLittle) as refusal:
            go(as_elodie)
        assert refusal.value.fields == ("given_name", "birth")

    @pytest.mark.parametrize("odd", ["-273369600000", "450576000000", "9" * 5000])
    def test_refuses_a_birth_date_that_no_calendar_has(self, go, as_elodie, real_provider, odd):
        real_provider.behaves(acr=f"{AGOV}300", claims={**ELODIE, "birthdate": odd})

        with pytest.raises(SaysTooLittle) as refusal:
            go(as_elodie)
        assert refusal.value.fields == ("birth",)

    def test_refuses_a_level_that_the_provider_does_not_reach(self, as_elodie, go):
        with pytest.raises(ProviderTooWeak):
            go(as_elodie, provider="swissid", level=4)

    def test_writes_the_journal_without_anything_personal(self, go, as_elodie):
        go(as_elodie)

        entries = Entry.objects.filter(what__in=("people.login_linked", "people.identity_proven"))
        assert entries.count() == 2
        assert "person-1" not in str(list(entries.values()))


class TestAnswer:
    def test_counts_once(self, go, real_provider, as_elodie, now):
        url = providers.begin(
            provider="agov", level=3, browser="tab", target=HOME, language="fr",
            actor=as_elodie, now=now,
        )  # fmt: skip
        said = real_provider.visit(url)
        providers.take(state=said["state"], browser="tab", now=now)

        with pytest.raises(ErrandOver):
            providers.take(state=said["state"], browser="tab", now=now)

    def test_with_a_code_used_before_is_refused_by_the_provider(
        self, real_provider, as_elodie, now
    ):
        url = providers.begin(
            provider="agov", level=3, browser="tab", target=HOME, language="fr",
            actor=as_elodie, now=now,
        )  # fmt: skip
        said = real_provider.visit(url)
        answer = providers.Answer(said["state"], said["code"], said["iss"], "")
        errand = providers.take(state=answer.state, browser="tab", now=now)
        providers.finish(errand=errand, answer=answer, actor=as_elodie, now=now)

        with pytest.raises(NotBelieved) as refusal:
            providers.finish(errand=errand, answer=answer, actor=as_elodie, now=now)
        assert refusal.value.why == "CodeRefused"

    def test_with_another_requests_code_fails_at_the_providers_proof_key(
        self, go, real_provider, as_elodie, now
    ):
        url = providers.begin(
            provider="agov", level=3, browser="other", target=HOME, language="fr",
            actor=browser("attacker"), now=now,
        )  # fmt: skip
        stolen = real_provider.visit(url)["code"]

        with pytest.raises(NotBelieved) as refusal:
            go(as_elodie, change={"code": stolen})
        assert refusal.value.why == "CodeRefused"

    def test_in_another_browser_is_none(self, real_provider, as_elodie, now):
        url = providers.begin(
            provider="agov", level=3, browser="tab", target=HOME, language="fr",
            actor=as_elodie, now=now,
        )  # fmt: skip
        said = real_provider.visit(url)

        with pytest.raises(ErrandOver):
            providers.take(state=said["state"], browser="another", now=now)
        assert providers.take(state=said["state"], browser="tab", now=now)  # not lost by the try

    def test_after_ten_minutes_is_too_late(self, real_provider, as_elodie, now):
        url = providers.begin(
            provider="agov", level=3, browser="tab", target=HOME, language="fr",
            actor=as_elodie, now=now,
        )  # fmt: skip
        said = real_provider.visit(url)

        with pytest.raises(ErrandOver):
            providers.take(state=said["state"], browser="tab", now=now + timedelta(minutes=10))

    def test_of_each_tab_is_its_own(self, real_provider, as_elodie, now):
        urls = [
            providers.begin(
                provider=provider, level=3, browser="tab", target=HOME, language="fr",
                actor=as_elodie, now=now,
            )
            for provider in ("agov", "swissid")
        ]  # fmt: skip
        states = [real_provider.visit(url)["state"] for url in reversed(urls)]

        taken = [providers.take(state=state, browser="tab", now=now).provider for state in states]
        assert taken == ["swissid", "agov"]

    @pytest.mark.parametrize("issuer", ["https://elsewhere.example", None])
    def test_of_another_provider_or_a_nameless_one_is_refused(self, go, as_elodie, issuer):
        with pytest.raises(NotBelieved) as refusal:
            go(as_elodie, change={"issuer": issuer})
        assert refusal.value.why == "OtherProvider"

    def test_no_of_the_person_is_taken_as_no(self, go, as_elodie, real_provider):
        real_provider.behaves(deny=True)

        with pytest.raises(GivenUp):
            go(as_elodie)

    @pytest.mark.parametrize(
        ("error", "refusal"),
        [
            ("temporarily_unavailable", ProviderSilent),
            ("server_error", ProviderSilent),
            ("unmet_authentication_requirements", LevelUnknown),
            ("invalid_scope\nforged line", GivenUp),
        ],
    )
    def test_with_an_error_says_whose_it_is(self, go, as_elodie, error, refusal, caplog):
        with pytest.raises(refusal):
            go(as_elodie, change={"code": "", "error": error})
        assert ("invalid_scope" in caplog.text) == (refusal is GivenUp)
        assert "\nforged" not in caplog.text

    def test_is_refused_when_another_account_is_signed_in_by_then(
        self, real_provider, as_elodie, paul, now
    ):
        url = providers.begin(
            provider="agov", level=3, browser="tab", target=HOME, language="fr",
            actor=as_elodie, now=now,
        )  # fmt: skip
        said = real_provider.visit(url)
        answer = providers.Answer(said["state"], said["code"], said["iss"], "")
        errand = providers.take(state=answer.state, browser="tab", now=now)

        for actor in (as_actor(paul), browser()):
            with pytest.raises(OtherAccount):
                providers.finish(errand=errand, answer=answer, actor=actor, now=now)


class TestSignIn:
    def test_opens_the_account_that_was_linked(self, go, elodie, as_elodie):
        go(as_elodie)

        assert go(browser(), level=1).user == elodie

    def test_knows_nobody_by_address_alone(self, go, elodie, real_provider, now):
        elodie.email_confirmed_at = now
        elodie.save()
        claims = {**ELODIE, "email": "elodie@example.ch", "email_verified": True}
        real_provider.behaves(acr=f"{AGOV}300", claims=claims)

        with pytest.raises(LoginUnknown):
            go(browser(), level=1)
        assert not ProviderLogin.objects.exists()

    def test_does_not_open_a_closed_account_whose_links_are_gone(self, go, elodie, as_elodie, now):
        go(as_elodie)
        closing.close_account(user=elodie, actor=as_elodie, now=now)

        with pytest.raises(LoginUnknown):
            go(browser(), level=1)

    def test_does_not_open_a_closed_account_with_a_link(self, go, elodie, as_elodie, now):
        go(as_elodie)
        elodie.closed_at = now
        elodie.save()

        with pytest.raises(WrongCredentials):
            go(browser(), level=1)


class TestLink:
    def test_of_a_login_that_belongs_to_another_account_is_refused(
        self, go, elodie, as_elodie, now
    ):
        go(as_elodie)
        twin = register(now, "twin@example.ch")

        with pytest.raises(LoginTaken):
            go(as_actor(twin))
        assert queries.level_of(twin, now=now) == 1

    def test_of_a_second_login_of_one_provider_is_refused(self, go, as_elodie, real_provider):
        go(as_elodie)
        real_provider.behaves(sub="person-2", acr=f"{AGOV}300", claims=ELODIE)

        with pytest.raises(AnotherLogin):
            go(as_elodie)

    def test_again_proves_again(self, go, elodie, as_elodie):
        go(as_elodie)
        go(as_elodie)

        assert ProviderLogin.objects.filter(user=elodie).count() == 1

    @pytest.mark.parametrize("level", [1, 3])
    def test_is_told_to_the_owner_once_at_a_confirmed_address(
        self, go, elodie, as_elodie, real_provider, now, level
    ):
        User.objects.filter(pk=elodie.pk).update(email_confirmed_at=now, language="en")
        real_provider.behaves(acr=f"{AGOV}{level}00", claims=ELODIE)
        for _ in range(2):
            go(as_elodie, level=level)

        notice = Notice.objects.get(template="login-linked")
        assert (notice.channel, notice.address) == ("mail", "elodie@example.ch")
        assert "AGOV now opens your account" in notice.body
        assert "Exemple" not in notice.title + notice.body

    def test_is_told_to_nobody_at_an_address_that_is_not_confirmed(self, go, as_elodie):
        go(as_elodie)

        assert not Notice.objects.filter(template="login-linked").exists()

    def test_at_level_1_links_and_proves_nothing(self, go, elodie, as_elodie, real_provider, now):
        real_provider.behaves(acr=f"{AGOV}100")
        go(as_elodie, level=1)

        assert ProviderLogin.objects.filter(user=elodie).exists()
        assert queries.level_of(elodie, now=now) == 1

    def test_taken_away_ends_what_it_proved(self, go, elodie, as_elodie, now):
        go(as_elodie)
        providers.unlink(user=elodie, provider="agov", actor=as_elodie, now=now)

        assert queries.level_of(elodie, now=now) == 1
        assert not ProviderLogin.objects.exists()
        with pytest.raises(LoginUnknown):
            go(browser(), level=1)

    def test_opens_the_account_beside_the_password_while_its_provider_stands(
        self, go, elodie, as_elodie, now
    ):
        assert "login" not in queries.ways_beside_password(elodie)
        go(as_elodie)
        assert "login" in queries.ways_beside_password(elodie)

        provider_loading.load([], now=now)
        assert "login" not in queries.ways_beside_password(elodie)

    def test_is_taken_away_by_its_owner_only(self, go, elodie, as_elodie, paul, now):
        go(as_elodie)

        with pytest.raises(NotYours):
            providers.unlink(user=elodie, provider="agov", actor=as_actor(paul), now=now)

    def test_stands_in_the_persons_file(self, go, elodie, as_elodie):
        go(as_elodie)

        assert export.file_of(elodie)["linked_logins"][0]["subject"] == "person-1"


class TestBegin:
    def test_refuses_a_public_screen(self, as_elodie, go):
        with pytest.raises(OnPublicScreen):
            go(replace(as_elodie, visit=uuid4()))

    def test_refuses_a_provider_that_the_pack_does_not_know(self, as_elodie, go):
        with pytest.raises(NoSuchProvider):
            go(as_elodie, provider="other")

    def test_refuses_a_withdrawn_one(self, as_elodie, go, now):
        provider_loading.load([], now=now)

        with pytest.raises(NoSuchProvider):
            go(as_elodie)

    def test_refuses_one_without_client_id_in_live(self, as_elodie, go, settings):
        settings.OPENID = {"fake_url": "", "fake_secret": "", "clients": {"agov": ("id", "")}}

        assert known.entries() == []
        with pytest.raises(NoSuchProvider):
            go(as_elodie)

    def test_says_so_when_the_provider_does_not_answer(self, as_elodie, go, settings):
        settings.OPENID = {**settings.OPENID, "fake_url": "http://127.0.0.1:9"}

        with pytest.raises(ProviderSilent):
            go(as_elodie)
        assert not Errand.objects.exists()

    def test_has_a_limit(self, as_elodie, now):
        def begin():
            providers.begin(
                provider="agov", level=3, browser="tab", target=HOME, language="fr",
                actor=as_elodie, now=now,
            )  # fmt: skip

        for _ in range(limits.ERRANDS["browser"][0]):
            begin()
        with pytest.raises(TooMany):
            begin()

    def test_keeps_neither_nonce_nor_verifier(self, as_elodie, now):
        url = providers.begin(
            provider="agov", level=3, browser="tab", target=HOME, language="fr",
            actor=as_elodie, now=now,
        )  # fmt: skip
        kept = str(Errand.objects.values().get())

        for part in url.split("?")[1].split("&"):
            name, _, value = part.partition("=")
            if name in ("state", "nonce", "code_challenge"):
                assert value not in kept

    def test_leaves_nothing_after_a_day(self, as_elodie, now):
        providers.begin(
            provider="agov", level=3, browser="tab", target=HOME, language="fr",
            actor=as_elodie, now=now,
        )  # fmt: skip
        followers.forget_old_errands(now + timedelta(days=2))

        assert not Errand.objects.exists()


class TestLoad:
    def test_again_changes_nothing(self, now):
        entries = [item.entry for item in folder.read(CANTONS / "jura").identity]

        assert not provider_loading.load(entries, now=now)

    def test_withdraws_what_is_gone(self, now):
        assert provider_loading.load([], now=now).closed == 2
        assert not provider_loading.load([], now=now)
        assert not IdentityProvider.objects.standing().exists()
