"""What the fake knows: invented people, the words for how well they are known, codes given out."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from visavis.gateways.openid.tokens import half_hash

CODE_LIVES_S = 60
TOKEN_LIVES_S = 300
ALGORITHM = "RS256"
FAULTS = (
    *("", "no-acr", "other-acr", "wrong-nonce", "wrong-issuer", "wrong-audience", "expired"),
    *("unknown-key", "shared-secret", "other-person"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """One invented person, as the providers know them."""

    subject: str
    given_name: str
    family_name: str
    birth_date: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One provider of the pack: its name, its words for assurance, its claims' names."""

    code: str
    name: Mapping[str, str]
    acrs: tuple[str, ...]
    levels: tuple[int, ...]
    claims: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Given:
    """A code or an access token that was given out, and for what."""

    request: Mapping[str, str]
    person: Known
    acr: str
    fault: str
    at: float


@dataclass(slots=True)
class Desk:
    """The fake's memory and its keys."""

    url: str
    secret: str
    people: Mapping[str, Known]
    shapes: Mapping[str, Shape]
    clock: Callable[[], float]
    key: RSAKey = field(default_factory=lambda: _new_key())
    stranger: RSAKey = field(default_factory=lambda: _new_key())
    codes: dict[str, Given] = field(default_factory=dict)
    tokens: dict[str, Given] = field(default_factory=dict)

    def give(self, request: Mapping[str, str], *, person: Known, acr: str, fault: str) -> str:
        """Return a new code for a request."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = Given(request, person, acr, fault, self.clock())
        return code

    def redeem(self, code: str, *, verifier: str, redirect_uri: str) -> Given | None:
        """Return what a code was given for, once, to whoever knows its verifier."""
        given = self.codes.pop(code, None)
        if given is None or self.clock() - given.at > CODE_LIVES_S:
            return None
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        challenge = digest.rstrip(b"=").decode()
        wanted = (given.request.get("code_challenge"), given.request.get("redirect_uri"))
        return given if wanted == (challenge, redirect_uri) else None

    def answer(self, code: str, given: Given) -> dict[str, Any]:
        """Return the tokens for a code, as well or as badly as the person on the page wished."""
        access_token = secrets.token_urlsafe(24)
        self.tokens[access_token] = given
        now = int(self.clock())
        claims: dict[str, Any] = {
            **self.claims(code, given),
            "iat": now,
            "exp": now + TOKEN_LIVES_S,
            "auth_time": int(given.at),
            "nonce": given.request.get("nonce", ""),
            "acr": given.acr,
            "at_hash": half_hash(access_token),
        }
        id_token = self.signed(_spoilt(claims, given.fault), fault=given.fault)
        return {"access_token": access_token, "token_type": "Bearer", "id_token": id_token}

    def claims(self, code: str, given: Given) -> dict[str, Any]:
        """Return what the provider says of the person."""
        names, person = self.shapes[code].claims, given.person
        return {
            "iss": f"{self.url}/{code}",
            "aud": given.request.get("client_id", ""),
            "sub": f"{code}-{person.subject}",
            names["family_name"]: person.family_name,
            names["given_name"]: person.given_name,
            names["birth_date"]: person.birth_date,
        }

    def signed(self, claims: Mapping[str, Any], *, fault: str = "") -> str:
        """Return a signed token."""
        if fault == "shared-secret":
            key = OctKey.import_key(self.secret)
            return jwt.encode({"alg": "HS256"}, dict(claims), key, algorithms=["HS256"])
        key_used = self.stranger if fault == "unknown-key" else self.key
        header = {"alg": ALGORITHM, "kid": key_used.kid}
        return jwt.encode(header, dict(claims), key_used, algorithms=[ALGORITHM])


def people_of(pack: Path) -> dict[str, Known]:
    """Return the invented citizens of a pack whose birth date is known."""
    path = pack / "demo" / "people.yaml"
    rows = yaml.safe_load(path.read_text()) if path.exists() else []
    return {
        row["login"]: Known(row["login"], row["given_name"], row["family_name"], _born(row))
        for row in rows
        if row.get("kind") == "citizen" and row.get("birth_day")
    }


def shapes_of(pack: Path) -> dict[str, Shape]:
    """Return the providers of a pack."""
    path = pack / "identity.yaml"
    rows = yaml.safe_load(path.read_text()) if path.exists() else []
    names = {"family_name": "family_name", "given_name": "given_name", "birth_date": "birthdate"}
    return {
        row["code"]: Shape(
            code=row["code"],
            name=row["name"],
            acrs=tuple(one["acr"] for one in row["assurance"]),
            levels=tuple(one["level"] for one in row["assurance"]),
            claims={**names, **row.get("claims", {})},
        )
        for row in rows
    }


def _born(row: Mapping[str, int]) -> str:
    return f"{row['birth_year']:04d}-{row['birth_month']:02d}-{row['birth_day']:02d}"


def _spoilt(claims: dict[str, Any], fault: str) -> dict[str, Any]:
    changes: Mapping[str, Mapping[str, Any]] = {
        "other-acr": {"acr": "urn:unknown"},
        "wrong-nonce": {"nonce": "another"},
        "wrong-issuer": {"iss": "https://elsewhere.example"},
        "wrong-audience": {"aud": "another"},
        "expired": {"iat": claims["iat"] - 7200, "exp": claims["iat"] - 3600},
    }
    spoilt = {**claims, **changes.get(fault, {})}
    if fault == "no-acr":
        del spoilt["acr"]
    return spoilt


def _new_key() -> RSAKey:
    key = RSAKey.generate_key(2048, parameters={"alg": ALGORITHM, "use": "sig"})
    key.ensure_kid()
    return key
