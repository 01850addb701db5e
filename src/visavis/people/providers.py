"""Logins of identity providers: linked to an account, opening it, proving who somebody is.

An errand is one trip to a provider and back: made here, answered once, in the same browser. A login
is linked only to the account that is signed in. An address that the provider knows is never asked
for: whoever holds a mailbox is not therefore the person.
"""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import localdate

from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.gateways.openid import client as openid
from visavis.gateways.openid.errors import OpenIdError, Unreachable
from visavis.gateways.openid.types import Asked, Person
from visavis.journal import operations as journal
from visavis.notices import operations as notices
from visavis.people import comparing, limits, operations, queries, rules
from visavis.people import provider_queries as known
from visavis.people.models import User
from visavis.people.provider_models import Errand, ProviderLogin
from visavis.people.provider_schema import IdentityProviderEntry
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
    ProviderRefused,
    ProviderSilent,
    ProviderTooWeak,
    SaysOtherwise,
    SaysTooLittle,
    WrongCredentials,
)

LOG = logging.getLogger(__name__)
SALT = "visavis.people.errand"
ERRAND_LIVES = timedelta(minutes=10)
FRESH_S = 300  # a login given earlier elsewhere may be somebody else's who left the computer
LONGEST_TARGET = 2000
# OAuth 2.0, section 4.1.2.1, and OpenID Connect Unmet Authentication Requirements 1.0.
DENIED, UNMET = "access_denied", "unmet_authentication_requirements"
OUT_OF_ORDER = frozenset({"server_error", "temporarily_unavailable"})
WORTH_PROVING = 2  # level 1 is what everybody has who registered


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser brings back from a provider; nothing of it is believed yet."""

    state: str
    code: str
    issuer: str | None  # RFC 9207
    error: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an errand.

    Attributes:
        user: whose account is to be opened; None where somebody was signed in already.
        level: that is proven now; None where nothing was to be proven.
    """

    errand: Errand
    user: User | None
    level: int | None


def begin(
    *,
    provider: str,
    level: int,
    browser: str,
    target: str,
    language: str,
    actor: Actor,
    now: datetime,
    service: str = "",
) -> str:
    """Begin an errand and return the address at the provider to send the browser to.

    Somebody signed in goes to link a login and to prove who they are; somebody unknown to sign in.

    Args:
        level: that is wanted, 1 to 4.
        browser: a secret that this browser's session keeps.
        target: an address of ours, to which the way leads afterwards.
        service: code of the service that asks for the level.

    Raises:
        NoSuchProvider, ProviderTooWeak, ProviderSilent, NotBelieved: as they say.
        OnPublicScreen: in a visit.
        TooMany: too many errands from here.
    """
    limits.from_here("errand", limits.ERRANDS, actor=actor, now=now)
    if actor.visit is not None:
        raise OnPublicScreen
    entry = _entry(provider)
    acrs = entry.acrs_for(level, rather=0 if actor.is_anonymous else WORTH_PROVING)
    if not acrs:
        raise ProviderTooWeak
    state = secrets.token_urlsafe(32)
    url = _talking(
        lambda: openid.authorization_url(
            known.client_of(entry), _asked(state, acrs=acrs, language=language)
        )
    )
    Errand.objects.create(
        provider=provider,
        state=_digest("state", state),
        browser=_digest("browser", browser),
        account="" if actor.is_anonymous else actor.name,
        level=level,
        service=service,
        target=target[:LONGEST_TARGET],
        language=language,
        made_at=now,
        expires_at=now + ERRAND_LIVES,
    )
    return url


def address_of(provider: IdentityProviderEntry) -> str:
    """Return where browsers are sent, or at least whose address it begins with."""
    client = known.client_of(provider)
    try:
        return openid.metadata_of(client).authorization_endpoint
    except OpenIdError:
        return client.issuer


def take(*, state: str, browser: str, now: datetime) -> Errand:
    """Return the errand that an answer belongs to, and use it up, whatever the answer says.

    Raises:
        ErrandOver: none of this browser, too old, or answered before.
    """
    with transaction.atomic():
        waiting = Errand.objects.open(now).filter(state=_digest("state", state))
        errand = waiting.select_for_update().first()
        if errand is None or not constant_time_compare(errand.browser, _digest("browser", browser)):
            raise ErrandOver
        errand.used_at = now
        errand.save(update_fields=["used_at"])
    return errand


def finish(*, errand: Errand, answer: Answer, actor: Actor, now: datetime) -> Outcome:
    """Take a provider's answer: link the login and prove the identity, or say whose account opens.

    Raises:
        ProviderRefused: the subclass says why; nothing was changed.
        WrongCredentials: the account of this login is closed.
    """
    if actor.visit is not None:
        raise OnPublicScreen
    if errand.account != ("" if actor.is_anonymous else actor.name):
        raise OtherAccount
    entry = _entry(errand.provider)
    person = _person(errand, entry, answer, now=now)
    level = entry.level_of(person.acr)
    if level is None:
        raise LevelUnknown
    if level < errand.level:
        raise LevelTooLow(wanted=errand.level, got=level)
    if not errand.account:
        return Outcome(errand, _signed_in(person, actor=actor, now=now), None)
    user = User.objects.get(name=errand.account)
    _link_and_prove(user, entry, person, level, actor=actor, now=now)
    return Outcome(errand, None, level)


@transaction.atomic
def unlink(*, user: User, provider: str, actor: Actor, now: datetime) -> None:
    """Take a login away from an account; what its provider vouched for no longer counts.

    Unlinking what is not linked changes nothing.

    Raises:
        NotYours: somebody else's account.
    """
    if not rules.may_see(user.name, actor_name=actor.name):
        raise NotYours
    count, _ = user.provider_logins.filter(provider=provider).delete()
    if count:
        user.proofs.filter(provider=provider, ended_at=None).update(ended_at=now)
        _journal("people.login_unlinked", user, {"provider": provider}, actor=actor, now=now)


def _person(
    errand: Errand, entry: IdentityProviderEntry, answer: Answer, *, now: datetime
) -> Person:
    client = known.client_of(entry)
    asked = _asked(answer.state, acrs=entry.acrs_for(errand.level), language=errand.language)
    _talking(lambda: openid.check_sender(client, issuer=answer.issuer))
    if answer.error or not answer.code:
        raise _refused(answer.error)
    return _talking(lambda: openid.identify(client, asked, code=answer.code, now=now))


def _refused(error: str) -> ProviderRefused:
    """Return what the error of a provider means; what no person can have caused stands in the log."""
    if error in OUT_OF_ORDER:
        return ProviderSilent(error)
    if error == UNMET:
        return LevelUnknown(error)
    if error != DENIED:
        LOG.warning("identity provider: error %.40r", error)
    return GivenUp(error[:40])


def _signed_in(person: Person, *, actor: Actor, now: datetime) -> User:
    login = _login_of(person)
    if login is None:
        raise LoginUnknown
    if not login.user.is_active:
        raise WrongCredentials
    ProviderLogin.objects.filter(pk=login.pk).update(used_at=now, acr=person.acr or "")
    _journal("people.identified", login.user, {"by": "provider"}, actor=actor, now=now)
    return login.user


@transaction.atomic
def _link_and_prove(
    user: User,
    entry: IdentityProviderEntry,
    person: Person,
    level: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    user = User.objects.select_for_update().get(pk=user.pk)  # two tabs: the second waits
    if not user.is_active:
        raise WrongCredentials
    if level >= WORTH_PROVING:
        _compare(user, entry, person)
    _link(user, entry, person, actor=actor, now=now)
    if level >= WORTH_PROVING:
        operations.prove_identity(
            user=user,
            method=rules.ProofMethod.PROVIDER,
            level=level,
            expires_on=known.until(entry, today=localdate(now)),
            provider=entry.code,
            actor=Actor.system("people.providers"),
            now=now,
        )


def _link(
    user: User, entry: IdentityProviderEntry, person: Person, *, actor: Actor, now: datetime
) -> None:
    made = insert_unless_excluded(
        ProviderLogin(
            user=user, provider=entry.code, issuer=person.issuer, subject=person.subject,
            acr=person.acr or "", linked_at=now, used_at=now,
        )
    )  # fmt: skip
    if made is not None:
        _journal("people.login_linked", user, {"provider": entry.code}, actor=actor, now=now)
        _tell(user, entry, actor=actor, now=now)
        return
    standing = _login_of(person)
    if standing is None:
        raise AnotherLogin
    if standing.user_id != user.pk:
        raise LoginTaken
    ProviderLogin.objects.filter(pk=standing.pk).update(used_at=now, acr=person.acr or "")


def _tell(user: User, entry: IdentityProviderEntry, *, actor: Actor, now: datetime) -> None:
    """Tell the owner at a confirmed address, as of a passkey: it may not have been them."""
    contact, spoken = queries.confirmed_contact(user), user.language
    if contact is None:
        return
    notices.send(
        channel=contact.kind, address=contact.address, language=spoken, template="login-linked",
        values={"provider": known.name_of(entry.code, language=spoken)},
        subject=f"person:{user.name}", actor=actor, now=now,
    )  # fmt: skip


def _compare(user: User, entry: IdentityProviderEntry, person: Person) -> None:
    """Refuse a login that is another person's than the account, and name what differs."""
    names = entry.claims
    family, given, born = (
        _words(person, name) for name in (names.family_name, names.given_name, names.birth_date)
    )
    birth = known.birth_from(born)
    said = {"family_name": family, "given_name": given, "birth": birth}
    if missing := [field for field, value in said.items() if not value]:
        raise SaysTooLittle(missing)
    is_same = {
        "family_name": comparing.is_same_name(user.family_name, family),
        "given_name": comparing.is_same_given(user.given_name, given),
        "birth": user.birth == birth,
    }
    if other := [field for field, same in is_same.items() if not same]:
        raise SaysOtherwise(other)


def _words(person: Person, claim: str) -> str:
    value = person.claims.get(claim)
    return value.strip() if isinstance(value, str) else ""


def _login_of(person: Person) -> ProviderLogin | None:
    logins = ProviderLogin.objects.select_related("user")
    return logins.filter(issuer=person.issuer, subject=person.subject).first()


def _asked(state: str, *, acrs: Sequence[str], language: str) -> Asked:
    """Return the request of a state: nonce and verifier follow from it and our key, kept nowhere."""
    return Asked(
        state=state,
        nonce=_digest("nonce", state),
        verifier=_digest("verifier", state),
        acrs=tuple(acrs),
        max_age_s=FRESH_S,
        language=language,
    )


def _digest(purpose: str, secret: str) -> str:
    return salted_hmac(f"{SALT}.{purpose}", secret, algorithm="sha256").hexdigest()


Said = TypeVar("Said")


def _talking(act: Callable[[], Said]) -> Said:
    """Do something with a provider and give what goes wrong there the names of this room."""
    try:
        return act()
    except Unreachable as fault:
        LOG.warning("identity provider: %s", fault)
        raise ProviderSilent from fault
    except OpenIdError as fault:
        why = type(fault).__name__
        LOG.warning("identity provider: %s", why)
        raise NotBelieved(why) from fault


def _entry(provider: str) -> IdentityProviderEntry:
    entry = known.entry_of(provider)
    if entry is None:
        raise NoSuchProvider
    return entry


def _journal(
    what: str, user: User, details: Mapping[str, str], *, actor: Actor, now: datetime
) -> None:
    journal.record(what=what, subject=f"person:{user.name}", actor=actor, now=now, details=details)
