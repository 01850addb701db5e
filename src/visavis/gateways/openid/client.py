"""Our side of OpenID Connect: the code flow with PKCE, state and nonce, of a confidential client."""

import base64
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from visavis.gateways.openid import tokens
from visavis.gateways.openid.errors import (
    CodeRefused,
    DemonstrationOnly,
    NotConfigured,
    OtherPerson,
    OtherProvider,
    ProviderRefused,
    Unreachable,
)
from visavis.gateways.openid.types import Asked, Authentication, Client, Metadata, Person, Source
from visavis.gateways.openid.wire import Reply, exchange, object_of

WELL_KNOWN = "/.well-known/openid-configuration"
KEPT_S = 600  # a provider's description and keys
REFETCH_AFTER_S = 10  # unknown keys make us look again, but not for each forged token
SILENT_S = 20  # whoever did not answer is not asked again for each page that names it


@dataclass(slots=True)
class _Known:
    """What we remember of one provider."""

    metadata: Metadata
    read_at: float
    keys: list[dict[str, Any]] = field(default_factory=list)
    keys_read_at: float = float("-inf")


_known: dict[str, _Known] = {}
_silent_until: dict[str, float] = {}


def forget() -> None:
    """Forget every provider's description and keys, and who was silent."""
    _known.clear()
    _silent_until.clear()


def metadata_of(client: Client) -> Metadata:
    """Return what a provider says of itself, at most ten minutes old.

    Raises:
        NotConfigured: no client id or secret.
        Unreachable, NotEncrypted: see there.
        OtherProvider: another issuer answers at this address.
        DemonstrationOnly: a fake, in the live world.
    """
    if not (client.issuer and client.client_id and client.client_secret):
        raise NotConfigured
    known = _known.get(client.issuer)
    if known is None or time.monotonic() - known.read_at > KEPT_S:
        known = _known[client.issuer] = _looked_up(client)
    if known.metadata.demonstration and client.is_live:
        raise DemonstrationOnly
    return known.metadata


def authorization_url(client: Client, asked: Asked) -> str:
    """Return the address at the provider that somebody's browser is sent to.

    Raises:
        OpenIdError: see `metadata_of`.
    """
    metadata = metadata_of(client)
    challenge = hashlib.sha256(asked.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "scope": " ".join(client.scopes),
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "acr_values": " ".join(asked.acrs),
        "max_age": str(asked.max_age_s),
        "ui_locales": asked.language,
    }
    if metadata.takes_claims:
        wanted = {"acr": {"essential": True, "values": list(asked.acrs)}, "auth_time": None}
        query["claims"] = json.dumps({"id_token": wanted})
    joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
    return f"{metadata.authorization_endpoint}{joint}{urlencode(query)}"


def check_sender(client: Client, *, issuer: str | None) -> None:
    """Refuse an answer that names another provider, or none where the provider always does.

    Raises:
        OtherProvider: as it says.

    Source:
        RFC 9207: an attacker's provider could otherwise get the code of an honest one.
    """
    if issuer != client.issuer and (issuer is not None or metadata_of(client).names_itself):
        raise OtherProvider


def identify(client: Client, asked: Asked, *, code: str, now: datetime) -> Person:
    """Give the code back to the provider and return whom it vouches for.

    Raises:
        CodeRefused: the provider does not take the code.
        OpenIdError: the subclass says what is wrong.
    """
    metadata = metadata_of(client)
    answer = _tokens(client, metadata, asked, code=code)
    id_token, access_token = _text(answer, "id_token"), _text(answer, "access_token")
    keys = partial(_keys, client, metadata)
    claims = tokens.verified(id_token, keys=keys)
    person = tokens.person_of(
        claims, client=client, asked=asked, access_token=access_token, now=now
    )
    if client.source is Source.ID_TOKEN:
        return person
    said = tokens.verified(_userinfo(client, metadata, access_token), keys=keys)
    tokens.check_addressed(said, client=client)
    if tokens.subject_of(said) != person.subject:
        raise OtherPerson
    return Person(person.issuer, person.subject, person.acr, said)


def _looked_up(client: Client) -> _Known:
    """Ask a provider for its description, one thread alone while it is silent: each waits seconds."""
    silent_until = _silent_until.get(client.issuer)
    if silent_until is not None:
        if time.monotonic() < silent_until:
            raise Unreachable("silent a moment ago")
        _silent_until[client.issuer] = time.monotonic() + SILENT_S  # the others need not wait
    try:
        metadata = _discovered(client)
    except Unreachable:
        _silent_until[client.issuer] = time.monotonic() + SILENT_S
        raise
    _silent_until.pop(client.issuer, None)
    return _Known(metadata, time.monotonic())


def _discovered(client: Client) -> Metadata:
    reply = exchange("GET", client.issuer + WELL_KNOWN, is_live=client.is_live)
    said = _said(reply)
    if said.get("issuer") != client.issuer:
        raise OtherProvider(str(said.get("issuer"))[:200])
    return Metadata(
        issuer=client.issuer,
        authorization_endpoint=_text(said, "authorization_endpoint"),
        token_endpoint=_text(said, "token_endpoint"),
        jwks_uri=_text(said, "jwks_uri"),
        userinfo_endpoint=str(said.get("userinfo_endpoint") or ""),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        takes_claims=said.get("claims_parameter_supported") is True,
        demonstration=said.get("demonstration") is True,
    )


def _tokens(client: Client, metadata: Metadata, asked: Asked, *, code: str) -> Mapping[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": asked.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if client.authentication is Authentication.POST:
        form |= {"client_id": client.client_id, "client_secret": client.client_secret}
    else:
        pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    reply = exchange(
        "POST", metadata.token_endpoint, body=urlencode(form).encode(), headers=headers,
        is_live=client.is_live,
    )  # fmt: skip
    if 400 <= reply.status < 500:
        error = str(_said(reply, status=reply.status).get("error"))[:80]
        raise CodeRefused(error) if error == "invalid_grant" else ProviderRefused(error)
    return _said(reply)


def _userinfo(client: Client, metadata: Metadata, access_token: str) -> str:
    reply = exchange(
        "GET", metadata.userinfo_endpoint, is_live=client.is_live,
        headers={"Authorization": f"Bearer {access_token}", "Accept": "application/jwt"},
    )  # fmt: skip
    if reply.status != 200 or reply.kind != "application/jwt":
        raise Unreachable(f"userinfo: {reply.status} {reply.kind}")
    return reply.body.decode("ascii", "replace").strip()


def _keys(client: Client, metadata: Metadata, kid: str) -> Sequence[Mapping[str, Any]]:
    """Return the keys of an id, reading the provider's again, once, when none has it."""
    known, now = _known[client.issuer], time.monotonic()
    found = _of_id(known.keys, kid)
    age = now - known.keys_read_at
    if age > KEPT_S or (not found and age > REFETCH_AFTER_S):
        said = _said(exchange("GET", metadata.jwks_uri, is_live=client.is_live)).get("keys")
        known.keys = (
            [key for key in said if isinstance(key, dict)] if isinstance(said, list) else []
        )
        known.keys_read_at = now
        found = _of_id(known.keys, kid)
    return found


def _of_id(keys: Sequence[dict[str, Any]], kid: str) -> list[dict[str, Any]]:
    return [key for key in keys if not kid or key.get("kid") == kid]


def _said(reply: Reply, *, status: int = 200) -> dict[str, Any]:
    if reply.status != status:
        raise Unreachable(f"status {reply.status}")
    try:
        return object_of(reply.body)
    except ValueError as fault:
        raise Unreachable("not JSON") from fault


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise Unreachable(f"no {name}")
    return value
