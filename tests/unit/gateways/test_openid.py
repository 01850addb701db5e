"""Tokens, the description and the keys of an identity provider: what is believed, and what is not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from visavis.gateways.openid import client as openid
from visavis.gateways.openid import errors, tokens
from visavis.gateways.openid.types import Asked, Client, Source
from visavis.gateways.openid.wire import Reply, exchange

NOW = datetime(2026, 10, 25, 0, 30, 1, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER = "https://id.example.ch"
RSA = RSAKey.generate_key(2048, parameters={"kid": "rsa", "use": "sig"})
CURVE = ECKey.generate_key("P-256", parameters={"kid": "ec"})
CLIENT = Client(ISSUER, "visavis", "a secret", "https://guichet.example.ch/identity/back")
ASKED = Asked("state", "nonce", "verifier", ("high",), 300, "fr")


def public(*keys):
    return [{**key.as_dict(private=False), "kid": key.kid} for key in keys]


def keys_of(*keys):
    return lambda kid: [key for key in public(*keys) if not kid or key["kid"] == kid]


def claims(**changes):
    good = {
        "iss": ISSUER, "aud": "visavis", "sub": "one", "iat": AT, "exp": AT + 300,
        "auth_time": AT, "nonce": "nonce", "acr": "high",
    }  # fmt: skip
    changed = {**good, **changes}
    return {name: value for name, value in changed.items() if value is not None}


def signed(payload=None, *, key=RSA, **header):
    said = payload if isinstance(payload, str) else json.dumps(payload or claims())
    return jws.serialize_compact(
        {"alg": "RS256", "kid": key.kid, **header}, said.encode(), key,
        algorithms=["RS256", "RS512", "PS256", "ES256", "HS256"],
    )  # fmt: skip


def base64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def person(**changes):
    return tokens.person_of(
        claims(**changes), client=CLIENT, asked=ASKED, access_token="access", now=NOW
    )


class TestVerified:
    @pytest.mark.parametrize(
        ("algorithm", "key"), [("RS256", RSA), ("PS256", RSA), ("ES256", CURVE)]
    )
    def test_takes_what_a_published_key_signs(self, algorithm, key):
        token = signed(key=key, alg=algorithm)

        assert tokens.verified(token, keys=keys_of(RSA, CURVE))["sub"] == "one"

    @pytest.mark.parametrize(
        ("token", "refusal"),
        [
            pytest.param("a.b", errors.NotAToken, id="two parts"),
            pytest.param("é.b.c", errors.NotAToken, id="no base64"),
            pytest.param("e30.e30.", errors.WrongAlgorithm, id="no algorithm"),
            pytest.param("x" * 70_000, errors.NotAToken, id="too long"),
            pytest.param(signed(alg="RS512"), errors.WrongAlgorithm, id="another algorithm"),
            pytest.param(
                signed(crit=["b64"], b64=True), errors.WrongAlgorithm, id="critical headers"
            ),
            pytest.param(signed(kid="other"), errors.UnknownKey, id="unknown key"),
            pytest.param(signed(kid="ec"), errors.UnknownKey, id="key of another kind"),
            pytest.param(signed("[]"), errors.NotAToken, id="no object"),
            pytest.param(signed('{"sub":"a","sub":"b"}'), errors.NotAToken, id="a name twice"),
        ],
    )
    def test_refuses(self, token, refusal):
        with pytest.raises(refusal):
            tokens.verified(token, keys=keys_of(RSA, CURVE))

    def test_refuses_the_public_key_as_a_shared_secret(self):
        head, body, _ = signed(alg="RS256").split(".")
        head = base64url(b'{"alg":"HS256","kid":"rsa"}')
        secret = RSA.as_pem(private=False)
        mark = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()

        with pytest.raises(errors.WrongAlgorithm):
            tokens.verified(f"{head}.{body}.{base64url(mark)}", keys=keys_of(RSA))

    def test_refuses_a_key_that_is_for_encryption(self):
        keys = [{**key, "use": "enc"} for key in public(RSA)]

        with pytest.raises(errors.UnknownKey):
            tokens.verified(signed(), keys=lambda kid: keys)

    @pytest.mark.parametrize("odd", [{"crv": "P-999"}, {"x": "AA"}, {"y": 5}])
    def test_refuses_a_key_that_is_none(self, odd):
        keys = [{**key, **odd} for key in public(CURVE)]

        with pytest.raises(errors.WrongSignature):
            tokens.verified(signed(key=CURVE, alg="ES256"), keys=lambda kid: keys)

    def test_guesses_no_key_among_several(self):
        other = RSAKey.generate_key(2048, parameters={"kid": "two"})
        token = jws.serialize_compact(
            {"alg": "RS256"}, json.dumps(claims()).encode(), RSA, algorithms=["RS256"]
        )

        assert tokens.verified(token, keys=keys_of(RSA))
        with pytest.raises(errors.UnknownKey):
            tokens.verified(token, keys=keys_of(RSA, other))


class TestPerson:
    def test_is_whom_the_token_names(self):
        found = person()

        assert (found.subject, found.acr) == ("one", "high")

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"aud": ["visavis"], "azp": "visavis"}, id="a list of us alone"),
            pytest.param({"exp": AT - 59}, id="a clock a minute apart, past"),
            pytest.param({"iat": AT + 60, "nbf": AT + 60}, id="a clock a minute apart, future"),
            pytest.param({"auth_time": AT - 360}, id="fresh enough"),
            pytest.param({"at_hash": tokens.half_hash("access")}, id="its access token"),
        ],
    )
    def test_is_taken_at_the_edge(self, changes):
        assert person(**changes).subject == "one"

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            pytest.param({"iss": f"{ISSUER}/"}, errors.WrongIssuer, id="a stroke more"),
            pytest.param({"iss": None}, errors.WrongIssuer, id="no issuer"),
            pytest.param({"aud": None}, errors.WrongAudience, id="no audience"),
            pytest.param({"aud": []}, errors.WrongAudience, id="an empty audience"),
            pytest.param({"aud": ["visavis", "b"]}, errors.WrongAudience, id="one beside us"),
            pytest.param({"azp": "b"}, errors.WrongAudience, id="another party"),
            pytest.param({"exp": AT - 60}, errors.Expired, id="expired"),
            pytest.param({"exp": None}, errors.NotAToken, id="no end"),
            pytest.param({"exp": "soon"}, errors.NotAToken, id="an end in words"),
            pytest.param({"exp": True}, errors.NotAToken, id="an end that is true"),
            pytest.param({"iat": AT + 61}, errors.NotYetValid, id="from the future"),
            pytest.param({"nbf": AT + 61}, errors.NotYetValid, id="not yet"),
            pytest.param({"nonce": None}, errors.WrongNonce, id="no nonce"),
            pytest.param({"nonce": ["nonce"]}, errors.WrongNonce, id="a list of nonces"),
            pytest.param({"nonce": "\ud800"}, errors.WrongNonce, id="half a character"),
            pytest.param({"at_hash": "x"}, errors.WrongAccessToken, id="another access token"),
            pytest.param({"auth_time": AT - 361}, errors.NotFresh, id="signed in long ago"),
            pytest.param({"auth_time": None}, errors.NotAToken, id="no time of signing in"),
            pytest.param({"acr": 3}, errors.NotAToken, id="a level that is no word"),
            pytest.param({"sub": None}, errors.NotAToken, id="nobody"),
            pytest.param({"sub": "a\x00b"}, errors.NotAToken, id="a subject with a NUL"),
            pytest.param({"sub": "x" * 256}, errors.NotAToken, id="a long subject"),
        ],
    )
    def test_is_refused(self, changes, refusal):
        with pytest.raises(refusal):
            person(**changes)


class Provider:
    """What the wire answers in these tests, and what it was asked."""

    def __init__(self, **said):
        self.asked = []
        self.keys = [RSA]
        self.description = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize?tenant=1",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            **said,
        }
        self.token = signed
        self.userinfo = lambda: signed({"iss": ISSUER, "aud": "visavis", "sub": "one"})
        self.kind = "application/jwt"

    def __call__(self, method, url, **more):
        self.asked.append(url.removeprefix(ISSUER))
        match url.removeprefix(ISSUER):
            case "/.well-known/openid-configuration":
                return self._json(self.description)
            case "/keys":
                return self._json({"keys": public(*self.keys)})
            case "/token":
                return self._json({"id_token": self.token(), "access_token": "access"})
            case _:
                return Reply(200, self.kind, self.userinfo().encode())

    def _json(self, said):
        return Reply(200, "application/json", json.dumps(said).encode())


class Silent:
    """Does not answer, and lets something happen while it is waited for."""

    def __init__(self):
        self.asked, self.meanwhile = 0, None

    def __call__(self, *_, **more):
        self.asked += 1
        if self.meanwhile:
            with pytest.raises(errors.Unreachable):
                self.meanwhile()
        raise errors.Unreachable("no answer")


@pytest.fixture
def provider(monkeypatch):
    openid.forget()
    wire = Provider()
    monkeypatch.setattr(openid, "exchange", wire)
    yield wire
    openid.forget()


class TestClient:
    def test_asks_with_all_that_protects_the_way(self, provider):
        url = openid.authorization_url(CLIENT, ASKED)

        assert url.startswith(f"{ISSUER}/authorize?tenant=1&response_type=code")
        for part in (
            "state=state", "nonce=nonce", "code_challenge_method=S256", "acr_values=high",
            "code_challenge=iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ", "max_age=300",
        ):  # fmt: skip
            assert part in url
        assert "verifier" not in url
        assert "claims=" not in url  # this provider does not take them

    def test_reads_new_keys_once_when_the_provider_has_changed_them(self, provider, monkeypatch):
        openid.identify(CLIENT, ASKED, code="c", now=NOW)
        new = RSAKey.generate_key(2048, parameters={"kid": "new"})
        provider.keys, provider.token = [new], lambda: signed(key=new)

        with pytest.raises(errors.UnknownKey):  # forged tokens do not make us ask each time
            openid.identify(CLIENT, ASKED, code="c", now=NOW)
        monkeypatch.setattr(openid, "REFETCH_AFTER_S", -1)
        assert openid.identify(CLIENT, ASKED, code="c", now=NOW).subject == "one"
        assert provider.asked.count("/keys") == 2

    def test_is_not_asked_again_for_each_page_while_it_is_silent(self, provider, monkeypatch):
        """A page that names a provider must not hold a thread for seconds whenever it is shown."""
        clock = [0.0]
        monkeypatch.setattr(openid, "time", SimpleNamespace(monotonic=lambda: clock[0]))
        monkeypatch.setattr(openid, "exchange", silent := Silent())

        for _ in range(3):
            with pytest.raises(errors.Unreachable):
                openid.metadata_of(CLIENT)
        assert silent.asked == 1

        clock[0] += openid.SILENT_S
        silent.meanwhile = lambda: openid.metadata_of(CLIENT)  # somebody else's page
        with pytest.raises(errors.Unreachable):
            openid.metadata_of(CLIENT)
        assert silent.asked == 2

        clock[0] += openid.SILENT_S
        monkeypatch.setattr(openid, "exchange", provider)
        assert openid.metadata_of(CLIENT).issuer == ISSUER
        assert openid.metadata_of(CLIENT).issuer == ISSUER
        assert len(provider.asked) == 1

    def test_believes_no_fake_in_live(self, provider):
        provider.description["demonstration"] = True

        with pytest.raises(errors.DemonstrationOnly):
            openid.metadata_of(CLIENT)

    def test_believes_no_description_of_another_issuer(self, provider):
        provider.description["issuer"] = "https://elsewhere.example"

        with pytest.raises(errors.OtherProvider):
            openid.metadata_of(CLIENT)

    def test_needs_id_and_secret(self, provider):
        with pytest.raises(errors.NotConfigured):
            openid.metadata_of(Client(ISSUER, "visavis", "", "https://guichet.example.ch/"))

    @pytest.mark.parametrize("issuer", [None, ISSUER])
    def test_takes_an_answer_without_a_name_where_the_provider_never_gives_one(
        self, provider, issuer
    ):
        openid.check_sender(CLIENT, issuer=issuer)

        with pytest.raises(errors.OtherProvider):
            openid.check_sender(CLIENT, issuer="https://elsewhere.example")

    def test_keeps_the_secret_out_of_what_is_printed(self):
        assert "a secret" not in repr(CLIENT)
        assert "verifier" not in repr(ASKED)

    def test_an_address_that_is_none_is_as_good_as_silent(self):
        with pytest.raises(errors.Unreachable):
            exchange("GET", "https://[bad", is_live=True)

    def test_sends_nothing_in_the_clear_in_live(self):
        openid.forget()
        with pytest.raises(errors.NotEncrypted):
            openid.metadata_of(Client("http://127.0.0.1:9", "a", "b", "https://c.example/"))


class TestUserinfo:
    CLIENT = Client(ISSUER, "visavis", "s", "https://a.example/", source=Source.USERINFO)

    def test_is_taken_when_it_is_signed(self, provider):
        assert openid.identify(self.CLIENT, ASKED, code="c", now=NOW).acr == "high"

    @pytest.mark.parametrize(
        ("said", "kind", "refusal"),
        [
            ({"sub": "another"}, "application/jwt", errors.OtherPerson),
            ({"aud": "another"}, "application/jwt", errors.WrongAudience),
            ({"iss": "https://b.example"}, "application/jwt", errors.WrongIssuer),
            ({}, "application/json", errors.Unreachable),
        ],
    )
    def test_is_refused(self, provider, said, kind, refusal):
        good = {"iss": ISSUER, "aud": "visavis", "sub": "one"}
        provider.userinfo, provider.kind = lambda: signed({**good, **said}), kind

        with pytest.raises(refusal):
            openid.identify(self.CLIENT, ASKED, code="c", now=NOW)
