"""Questions about people: how well they are known, what they may do, what they agreed to."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import F
from django.utils.timezone import localdate

from visavis.foundation import codes
from visavis.foundation.text import said_in
from visavis.people import comparing, provider_queries, rules, second_factor
from visavis.people.models import Agreement, ContactCode, IdentityProof, LetterCode, Role, User
from visavis.people.passkey_models import Passkey
from visavis.places import queries as places

AGREEMENT = re.compile(r"agreement-(\d{4}-\d{2}-\d{2})")
MOST_CANDIDATES = 3  # accounts that may share one unconfirmed address; more cannot sign in by it


class NoAgreement(Exception):
    """The pack has no terms of use that are in force."""


@dataclass(frozen=True, slots=True)
class AgreementText:
    """The terms of use as one language shows them; `body` is Markdown without the title."""

    version: date
    language: str
    title: str
    body: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How one person is told something now; channel `counter` means: only when they ask."""

    channel: rules.NotifyBy
    address: str
    language: str


def by_name(name: str) -> User | None:
    """Return the account of an opaque name, closed ones too."""
    return User.objects.filter(name=name).first()


def level_of(user: User | AnonymousUser, *, now: datetime, by_two: bool = False) -> int:
    """Return how well an identity is proven: 0 unknown, 1 self-declared, up to 4.

    Args:
        by_two: count no document that one clerk alone has seen, as a sensitive service asks.
    """
    if not isinstance(user, User):
        return 0
    proofs = IdentityProof.objects.filter(user=user).valid_on(localdate(now))
    levels = (proofs.seen_by_two() if by_two else proofs).values_list("level", flat=True)
    return max(levels, default=0)


def proof_that_counts(user: User, *, now: datetime) -> IdentityProof | None:
    """Return the proof that gives somebody their level today: the strongest, then the longest."""
    proofs = IdentityProof.objects.filter(user=user).valid_on(localdate(now))
    return proofs.order_by("-level", F("expires_on").desc(nulls_first=True), "-pk").first()


def is_document_proven(user: User, *, now: datetime) -> bool:
    """Tell whether name and birth date rest on more than the person's word and a letter box."""
    proofs = IdentityProof.objects.filter(user=user).valid_on(localdate(now))
    weak = (rules.ProofMethod.DECLARED, rules.ProofMethod.LETTER)
    return proofs.exclude(method__in=weak).exists()


def letter_underway(user: User, *, now: datetime) -> LetterCode | None:
    """Return the letter whose code may still be entered."""
    return LetterCode.objects.filter(user=user).usable(now).first()


def says_the_same(user: User, *, family_name: str, birth: rules.PartialDate) -> bool:
    """Tell whether a document shows the family name and the birth date of an account."""
    return user.birth == birth and comparing.is_same_name(user.family_name, family_name)


def roles_of(user: User | AnonymousUser, *, now: datetime) -> frozenset[str]:
    """Return what a member of staff may do now: `role@organisation` or `role@organisation/site`."""
    if not isinstance(user, User):
        return frozenset()
    return frozenset(str(role) for role in Role.objects.filter(user=user).valid_on(localdate(now)))


def agreement_versions() -> Sequence[date]:
    """Return the days from which the versions of the terms of use are in force, in order."""
    return _agreement_versions(places.version())


@lru_cache(maxsize=4)
def _agreement_versions(pack: str) -> Sequence[date]:
    with connection.cursor() as cursor:
        # Only the names: the texts themselves are long, and each page of an account asks.
        cursor.execute("SELECT jsonb_object_keys(texts) FROM places_canton")
        names = [str(name) for (name,) in cursor.fetchall()]
    return sorted(
        date.fromisoformat(found[1]) for name in names if (found := AGREEMENT.fullmatch(name))
    )


def agreement_in_force(*, now: datetime) -> date:
    """Return the version of the terms of use that counts today.

    Raises:
        NoAgreement: none yet.
    """
    begun = [version for version in agreement_versions() if version <= localdate(now)]
    if not begun:
        raise NoAgreement
    return begun[-1]


def agreement_text(version: date, *, language: str) -> AgreementText:
    """Return one version of the terms of use, in a language.

    Raises:
        NoAgreement: there is no such version.
    """
    text = said_in(places.canton().texts.get(f"agreement-{version}"), language)
    if not text:
        raise NoAgreement(version)
    first, _, rest = text.partition("\n")
    return AgreementText(
        version=version,
        language=language,
        title=first.removeprefix("#").strip(),
        body=rest.strip(),
        text_hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def has_agreed(user: User | AnonymousUser, *, now: datetime) -> bool:
    """Tell whether somebody accepted today's terms of use; true where there are none."""
    if not isinstance(user, User):
        return False
    try:
        version = agreement_in_force(now=now)
    except NoAgreement:
        return True
    return Agreement.objects.filter(user=user, version=version).exists()


def contact_in(login: str) -> rules.Contact | None:
    """Return what was typed as a contact, or None when it is none."""
    try:
        return rules.contact_from(login)
    except rules.NotAContact:
        return None


def accounts_named(login: str) -> Sequence[User]:
    """Return the open accounts that somebody may mean who types this to sign in, the surest first.

    Args:
        login: a number, an e-mail address or a mobile number, as typed.
    """
    number = codes.canonical(login)
    if codes.is_number(number) and (found := User.objects.open().filter(number=number).first()):
        return [found]
    contact = contact_in(login)
    if contact is None:
        return []
    if confirmed := User.objects.open().confirmed(contact).first():
        return [confirmed, *_claiming(contact)[: MOST_CANDIDATES - 1]]
    return _claiming(contact)


def owner_of(contact: rules.Contact) -> User | None:
    """Return the open account in which this address is confirmed."""
    return User.objects.open().confirmed(contact).first()


def waiting_contact(user: User, *, now: datetime) -> rules.Contact | None:
    """Return the address that waits for its code: a new one, or the one given at registration."""
    sent = ContactCode.objects.filter(user=user).usable(now).order_by("-sent_at", "-pk").first()
    if sent:
        return rules.Contact(rules.ContactKind(sent.kind), sent.address)
    if user.email and user.email_confirmed_at is None:
        return rules.Contact(rules.ContactKind.MAIL, user.email)
    if user.mobile and user.mobile_confirmed_at is None:
        return rules.Contact(rules.ContactKind.SMS, user.mobile)
    return None


def confirmed_contact(user: User) -> rules.Contact | None:
    """Return an address of which somebody has shown that it is theirs; mail before mobile."""
    if user.email_confirmed_at:
        return rules.Contact(rules.ContactKind.MAIL, user.email)
    if user.mobile_confirmed_at:
        return rules.Contact(rules.ContactKind.SMS, user.mobile)
    return None


def ways_beside_password(user: User, *, without: Passkey | None = None) -> frozenset[str]:
    """Return what opens an account if its password is forgotten: "code", "printed_code", "passkey", "login".

    Args:
        without: a passkey that shall not count.
    """
    passkeys = user.passkeys.exclude(pk=without.pk) if without else user.passkeys.all()
    possible = {
        "code": confirmed_contact(user) is not None,
        "printed_code": second_factor.recovery_codes_left(user) > 0,
        "passkey": passkeys.exists(),
        "login": any(map(provider_queries.entry_of, provider_queries.logins_of(user))),
    }
    return frozenset(way for way, is_possible in possible.items() if is_possible)


def reach_of(name: str) -> Reach | None:
    """Return how the person of an account is told something, or None if there is no such account.

    Nothing is sent to an address that its owner has not confirmed: it may be somebody else's.
    """
    user = by_name(name)
    if user is None:
        return None
    wish = rules.NotifyBy(user.notify_by)
    if wish is rules.NotifyBy.MAIL and user.email_confirmed_at:
        return Reach(wish, user.email, user.language)
    if wish is rules.NotifyBy.SMS and user.mobile_confirmed_at:
        return Reach(wish, user.mobile, user.language)
    if wish is rules.NotifyBy.LETTER and user.street and user.locality:
        return Reach(wish, postal_address(user), user.language)
    return Reach(rules.NotifyBy.COUNTER, "", user.language)


def ways_to_tell(user: User) -> Sequence[rules.NotifyBy]:
    """Return the ways in which somebody can be told something today."""
    possible = {
        rules.NotifyBy.MAIL: user.email_confirmed_at is not None,
        rules.NotifyBy.SMS: user.mobile_confirmed_at is not None,
        rules.NotifyBy.LETTER: bool(user.street and user.locality),
        rules.NotifyBy.COUNTER: True,
    }
    return [way for way, is_possible in possible.items() if is_possible]


def postal_address(user: User) -> str:
    """Return name and address as they stand on a letter, on several lines."""
    return "\n".join([user.full_name, *postal_lines(user)])


def postal_lines(user: User) -> Sequence[str]:
    """Return the lines of an address without the name; none without an address."""
    lines = (f"{user.street} {user.house_number}", f"{user.postal_code} {user.locality}")
    return [line.strip() for line in lines if line.strip()]


def _claiming(contact: rules.Contact) -> list[User]:
    accounts = User.objects.open()
    if contact.kind is rules.ContactKind.MAIL:
        claiming = accounts.filter(email=contact.address, email_confirmed_at=None)
    else:
        claiming = accounts.filter(mobile=contact.address, mobile_confirmed_at=None)
    return list(claiming.order_by("-registered_at")[:MOST_CANDIDATES])
