"""Questions about identity providers: which there are, what they reach, whose login is linked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.timezone import localdate

from visavis.foundation.text import said_in
from visavis.gateways.openid.types import Authentication, Client, Source
from visavis.people import rules
from visavis.people.models import IdentityProof, User
from visavis.people.provider_models import IdentityProvider, ProviderLogin
from visavis.people.provider_schema import IdentityProviderEntry

CALLBACK = "/identity/back"  # registered at the providers; the door answers there


@dataclass(frozen=True, slots=True)
class Provider:
    """One identity provider as a page shows it."""

    code: str
    name: str
    about: str
    level: int  # the highest it vouches for
    own_phone: bool  # may be used beside a public screen, on one's own phone


def entry_of(code: str) -> IdentityProviderEntry | None:
    """Return a provider that this instance is connected to."""
    found = IdentityProvider.objects.standing().filter(code=code).first()
    if found is None or not is_connected(code):
        return None
    return IdentityProviderEntry.model_validate(found.definition)


def entries() -> Sequence[IdentityProviderEntry]:
    """Return the providers that this instance is connected to, in the pack's order."""
    return [
        IdentityProviderEntry.model_validate(found.definition)
        for found in IdentityProvider.objects.standing()
        if is_connected(found.code)
    ]


def is_connected(code: str) -> bool:
    """Tell whether the environment gives this instance an id and a secret at a provider."""
    return bool(settings.OPENID["fake_url"]) or all(_credentials(code))


def client_of(entry: IdentityProviderEntry) -> Client:
    """Return us as a provider knows us; outside the live world the provider is the fake."""
    fake = settings.OPENID["fake_url"]
    client_id, client_secret = _credentials(entry.code)
    return Client(
        issuer=f"{fake}/{entry.code}" if fake else entry.issuer,
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=settings.BASE_URL + CALLBACK,
        scopes=tuple(entry.scopes),
        authentication=Authentication(entry.client_authentication),
        source=Source(entry.identity_from),
        is_live=settings.WORLD == "live",
    )


def shown(entry: IdentityProviderEntry, *, language: str) -> Provider:
    """Return a provider in words."""
    return Provider(
        code=entry.code,
        name=said_in(dict(entry.name), language),
        about=said_in(dict(entry.about), language),
        level=entry.highest_level,
        own_phone=entry.public_screens == "own_phone",
    )


def logins_of(user: User) -> Mapping[str, ProviderLogin]:
    """Return the logins linked to an account, by provider."""
    return {login.provider: login for login in user.provider_logins.order_by("linked_at")}


def proofs_of(user: User, *, now: datetime) -> Sequence[IdentityProof]:
    """Return what counts today of how somebody proved who they are, the strongest first."""
    proofs = IdentityProof.objects.filter(user=user).valid_on(localdate(now))
    return list(
        proofs.exclude(method=rules.ProofMethod.DECLARED).order_by("-level", "-proven_on", "-pk")
    )


def name_of(code: str, *, language: str) -> str:
    """Return the name of a provider, of one that is gone too."""
    found = IdentityProvider.objects.filter(code=code).first()
    if found is None:
        return code
    return said_in(found.definition.get("name", {}), language) or code


def birth_from(text: str) -> rules.PartialDate | None:
    """Return a birth date as OpenID providers write it: a day, or a year alone.

    Source:
        OpenID Connect Core 1.0, section 5.1: YYYY-MM-DD or YYYY; 00 where a part is unknown.

    >>> str(birth_from("1984-04-12")), str(birth_from("1984")), birth_from("0000-04-12")
    ('1984-04-12', '1984', None)
    >>> birth_from("450576000000")
    """
    parts = text.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) not in (1, 3):
        return None
    if any(len(part) > 4 for part in parts):
        return None  # a moment in milliseconds, perhaps: no calendar has such a year
    year, month, day = (int(part) or None for part in [*parts, "0", "0"][:3])
    try:
        return rules.PartialDate(year, month, day) if year else None
    except rules.NoSuchDay:
        return None


def until(entry: IdentityProviderEntry, *, today: date) -> date:
    """Return the first day on which a proof of today no longer counts."""
    return date.fromordinal(today.toordinal() + entry.proof_days)


def _credentials(code: str) -> tuple[str, str]:
    if settings.OPENID["fake_url"]:
        return "visavis", str(settings.OPENID["fake_secret"])
    clients: Mapping[str, tuple[str, str]] = settings.OPENID["clients"]  # type: ignore[assignment]  # the three entries differ
    return clients.get(code, ("", ""))
