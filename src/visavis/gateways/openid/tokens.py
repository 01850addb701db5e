"""Whether a token is believed: signature first, then every claim. Pure; each fault has its name.

Source:
    OpenID Connect Core 1.0, sections 3.1.3.6 to 3.1.3.8 and 5.3.2; RFC 8725.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from visavis.gateways.openid import errors
from visavis.gateways.openid.types import Asked, Client, Person
from visavis.gateways.openid.wire import object_of

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}  # and the kind of key; no others
LEEWAY_S = 60  # between the provider's clock and ours
MOST_BYTES = 65_536
LONGEST_SUBJECT = 255
Keys = Callable[[str], Sequence[Mapping[str, Any]]]
"""Returns the provider's keys of an id; an empty id means any."""


def verified(token: str, *, keys: Keys) -> dict[str, Any]:
    """Return the claims of a token whose signature is the provider's.

    Raises:
        NotAToken, WrongAlgorithm, UnknownKey, WrongSignature: as they say.
    """
    header = _header(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or "crit" in header:
        raise errors.WrongAlgorithm(str(algorithm)[:20])
    kid = header.get("kid", "")
    if not isinstance(kid, str):
        raise errors.NotAToken("kid")
    fitting = [key for key in keys(kid) if _fits(key, algorithm)]
    if not fitting or (len(fitting) > 1 and not kid):
        raise errors.UnknownKey(kid[:80])
    return _payload(token, fitting[0], algorithm)


def person_of(
    claims: Mapping[str, Any], *, client: Client, asked: Asked, access_token: str, now: datetime
) -> Person:
    """Return whom an ID token names, if it answers our request, for us, now.

    Args:
        claims: of the ID token, its signature verified.
        access_token: that came beside it.

    Raises:
        TokenRefused: the subclass says why.
    """
    check_addressed(claims, client=client)
    _check_time(claims, at=now.timestamp())
    if not _is_same(claims.get("nonce"), asked.nonce):
        raise errors.WrongNonce
    if "at_hash" in claims and not _is_same(claims["at_hash"], half_hash(access_token)):
        raise errors.WrongAccessToken
    authenticated_at = _moment(claims, "auth_time")
    if authenticated_at < now.timestamp() - asked.max_age_s - LEEWAY_S:
        raise errors.NotFresh
    acr = claims.get("acr")
    if acr is not None and not isinstance(acr, str):
        raise errors.NotAToken("acr")
    return Person(client.issuer, subject_of(claims), acr, dict(claims))


def check_addressed(claims: Mapping[str, Any], *, client: Client) -> None:
    """Refuse a token of another issuer, or for another client.

    Raises:
        WrongIssuer, WrongAudience: as they say.
    """
    if not _is_same(claims.get("iss"), client.issuer):
        raise errors.WrongIssuer
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    if several != [client.client_id]:
        # Another audience beside us could pass the token on as its own: we know none to trust.
        raise errors.WrongAudience
    if "azp" in claims and claims["azp"] != client.client_id:
        raise errors.WrongAudience("azp")


def subject_of(claims: Mapping[str, Any]) -> str:
    """Return the provider's lasting name for a person.

    Raises:
        NotAToken: there is none that could be kept.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise errors.NotAToken("sub")
    if not subject.isprintable():
        raise errors.NotAToken("sub")
    return subject


def half_hash(access_token: str) -> str:
    """Return what an ID token says of the access token beside it (all our algorithms use SHA-256).

    >>> half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")
    '77QmUPtjPfzWtF2AnpK9RQ'
    """
    digest = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _header(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(token) > MOST_BYTES or len(parts) != 3:
        raise errors.NotAToken("shape")
    try:
        raw = base64.b64decode(parts[0] + "=" * (-len(parts[0]) % 4), altchars=b"-_", validate=True)
        return object_of(raw)
    except ValueError as fault:
        raise errors.NotAToken("header") from fault


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    return (
        key.get("kty") == ALGORITHMS[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
    )


def _payload(token: str, key: Mapping[str, Any], algorithm: str) -> dict[str, Any]:
    try:
        signed = jws.deserialize_compact(token, import_key(dict(key)), algorithms=[algorithm])
    except (JoseError, ValueError, KeyError) as fault:  # KeyError: a curve that nobody knows
        raise errors.WrongSignature from fault
    try:
        return object_of(signed.payload)
    except ValueError as fault:
        raise errors.NotAToken("payload") from fault


def _check_time(claims: Mapping[str, Any], *, at: float) -> None:
    if _moment(claims, "exp") <= at - LEEWAY_S:
        raise errors.Expired
    if _moment(claims, "iat") > at + LEEWAY_S:
        raise errors.NotYetValid("iat")
    if "nbf" in claims and _moment(claims, "nbf") > at + LEEWAY_S:
        raise errors.NotYetValid("nbf")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise errors.NotAToken(name)
    return float(value)


def _is_same(said: object, wanted: str) -> bool:
    if not isinstance(said, str):
        return False
    return hmac.compare_digest(said.encode(errors="surrogatepass"), wanted.encode())
