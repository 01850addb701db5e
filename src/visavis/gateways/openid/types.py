"""What is said between us and an identity provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Authentication(StrEnum):
    """How we show the provider that we are its client."""

    BASIC = "basic"
    POST = "post"


class Source(StrEnum):
    """Where the provider says who the person is; both are signed."""

    ID_TOKEN = "id_token"  # noqa: S105 - no password
    USERINFO = "userinfo"


@dataclass(frozen=True, slots=True)
class Client:
    """We, as one provider knows us.

    Args:
        issuer: the provider's name and the beginning of its addresses; compared letter by letter.
        redirect_uri: where browsers come back to; registered at the provider.
        is_live: in the live world no fake is believed, and every address is encrypted.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scopes: tuple[str, ...] = ("openid",)
    authentication: Authentication = Authentication.BASIC
    source: Source = Source.ID_TOKEN
    is_live: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: three secrets of ours, and how well the person must be known.

    Args:
        verifier: of PKCE; the provider sees its hash first and itself only with the code.
        acrs: of which the answer should be one, the first is enough.
        max_age_s: the person gave their login at most so many seconds ago.
    """

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    acrs: tuple[str, ...]
    max_age_s: int
    language: str


@dataclass(frozen=True, slots=True)
class Person:
    """What a provider vouches for.

    Attributes:
        acr: None when it does not say how well it knows them.
    """

    issuer: str
    subject: str
    acr: str | None
    claims: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a provider says of itself at its well-known address."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    names_itself: bool  # in every answer, RFC 9207
    takes_claims: bool
    demonstration: bool
