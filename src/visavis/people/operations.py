"""Opening an account and changing what it says: names, agreement, proofs of identity.

Beside it: `contacts` (addresses, their codes), `signing_in` (ways in, passwords), `staff` (roles).
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.timezone import localdate

from visavis.foundation import codes
from visavis.foundation.actor import Actor, Kind
from visavis.foundation.database import insert_unless_excluded
from visavis.journal import operations as journal
from visavis.people import contacts, limits, queries, rules, second_factor, signing_in
from visavis.people.models import Agreement, IdentityProof, User
from visavis.people.refusals import (
    AgreementOutdated,
    NameMissing,
    NameProven,
    NotBorn,
    NotYours,
    RegistrationUsed,
)

NAME_LETTERS = (
    "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1: read aloud in a call, they mislead
)
NUMBER_TRIES = 5  # two accounts draw one number about once in a thousand registrations
PROVEN_FIELDS = frozenset({"family_name", "given_name", "birth_year", "birth_month", "birth_day"})
ON_A_LETTER = PROVEN_FIELDS | {"street", "house_number", "postal_code", "locality"}


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What somebody says of themselves when registering."""

    family_name: str
    given_name: str
    birth: rules.PartialDate
    contact: rules.Contact | None
    language: str
    password: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody may change about themselves."""

    family_name: str
    given_name: str
    birth: rules.PartialDate | None
    street: str
    house_number: str
    postal_code: str
    locality: str
    commune: int | None
    language: str
    notify_by: rules.NotifyBy


def register(*, person: NewPerson, key: UUID, agreed_to: date, actor: Actor, now: datetime) -> User:
    """Open an account, with the agreement accepted, and send a code to its address if it has one.

    Args:
        key: of the form that was filled in; however often it is sent, one account comes of it.
        agreed_to: the version of the terms of use that was shown.

    Raises:
        RegistrationUsed: the form was sent before, with another password.
        NameMissing, NotBorn, WeakPassword: what was typed cannot be so.
        AgreementOutdated: another version is in force by now.
        TooMany: too many registrations in this visit, browser or device.
    """
    limits.from_here("register", limits.REGISTRATIONS, actor=actor, now=now)
    family_name, given_name = _name(person.family_name), _name(person.given_name)
    if not rules.is_birth_date(person.birth, today=localdate(now)):
        raise NotBorn
    signing_in.check_strength(person.password)
    if agreed_to != queries.agreement_in_force(now=now):
        raise AgreementOutdated
    draft = User(
        family_name=family_name,
        given_name=given_name,
        birth_year=person.birth.year,
        birth_month=person.birth.month,
        birth_day=person.birth.day,
        language=person.language,
        notify_by=rules.NotifyBy.COUNTER,
        password=make_password(person.password),  # before the transaction: it is slow on purpose
        registered_at=now,
        registered_by=actor.name,
        channel=actor.channel,
        registration=key,
    )
    if person.contact:
        setattr(draft, contacts.FIELDS[person.contact.kind][0], person.contact.address)
    return _open_account(draft, person=person, agreed_to=agreed_to, actor=actor, now=now)


def registered_before(*, key: UUID, password: str, actor: Actor, now: datetime) -> User:
    """Return the account that a form has made already, to whoever knows its key and its password.

    Raises:
        RegistrationUsed: it has made none, or with another password.
        TooMany: too many tries.
    """
    limits.on_account(f"registration {key}", actor=actor, now=now)
    user = User.objects.open().filter(registration=key).first()
    if user is None or not check_password(password, user.password):
        raise RegistrationUsed
    return user


@transaction.atomic
def _open_account(
    draft: User, *, person: NewPerson, agreed_to: date, actor: Actor, now: datetime
) -> User:
    user = _insert(draft)
    if user is None:
        return _same_again(draft, person.password)
    by = person.contact.kind if person.contact else "neither"
    journal.record(
        what="people.registered",
        subject=f"person:{user.name}",
        actor=actor,
        now=now,
        details={"by": by},
    )
    accept_agreement(user=user, version=agreed_to, language=person.language, actor=actor, now=now)
    IdentityProof.objects.create(
        user=user, method=rules.ProofMethod.DECLARED, level=1, proven_on=localdate(now),
        recorded_by=actor.name, recorded_at=now,
    )  # fmt: skip
    if person.contact:
        contacts.issue_code(user=user, contact=person.contact, actor=actor, now=now)
    else:
        second_factor.new_recovery_codes(user)  # printed on the sheet that comes next
    return user


def _insert(draft: User) -> User | None:
    """Insert with a number nobody has; None when this registration exists already."""
    for _ in range(NUMBER_TRIES):
        draft.name = new_name()
        draft.number = codes.new_number()
        if insert_unless_excluded(draft):
            return draft
        if User.objects.filter(registration=draft.registration).exists():
            return None
    raise AssertionError("no free number found")


def new_name() -> str:
    """Return a random opaque name for an account."""
    return "p-" + "".join(secrets.choice(NAME_LETTERS) for _ in range(12))


def _same_again(draft: User, password: str) -> User:
    user = User.objects.get(registration=draft.registration)
    if not check_password(password, user.password):
        raise RegistrationUsed
    return user


@transaction.atomic
def accept_agreement(
    *, user: User, version: date, language: str, actor: Actor, now: datetime
) -> Agreement:
    """Write down that a version of the terms of use was accepted, where and in which language.

    Accepting again changes nothing.

    Raises:
        AgreementOutdated: the version shown is not the one in force.
        NotYours: somebody else's account.
    """
    if not (
        rules.may_see(user.name, actor_name=actor.name)
        or actor.is_anonymous
        or actor.kind is Kind.SYSTEM
    ):
        raise NotYours
    if version != queries.agreement_in_force(now=now):
        raise AgreementOutdated
    text = queries.agreement_text(version, language=language)
    accepted = insert_unless_excluded(
        Agreement(
            user=user, version=version, language=language, text_hash=text.text_hash,
            accepted_at=now, channel=actor.channel,
        )
    )  # fmt: skip
    if accepted is None:
        return Agreement.objects.get(user=user, version=version)
    journal.record(
        what="people.agreed", subject=f"person:{user.name}", actor=actor, now=now,
        details={"version": str(version), "language": language},
    )  # fmt: skip
    return accepted


def profile_of(user: User) -> Profile:
    """Return what somebody says of themselves until now."""
    return Profile(
        family_name=user.family_name,
        given_name=user.given_name,
        birth=user.birth,
        street=user.street,
        house_number=user.house_number,
        postal_code=user.postal_code,
        locality=user.locality,
        commune=user.commune,
        language=user.language,
        notify_by=rules.NotifyBy(user.notify_by),
    )


@transaction.atomic
def change_profile(*, user: User, profile: Profile, actor: Actor, now: datetime) -> User:
    """Write what somebody says of themselves now.

    Raises:
        NotYours: somebody else's account.
        NameMissing, NotBorn: what was typed cannot be so.
        NameProven: name and birth date come from a document seen; they are changed at a counter.
    """
    if not rules.may_see(user.name, actor_name=actor.name):
        raise NotYours
    user = User.objects.select_for_update().get(pk=user.pk)
    birth = profile.birth or user.birth
    new: dict[str, object] = {
        "family_name": _name(profile.family_name),
        "given_name": _name(profile.given_name),
        "street": profile.street,
        "house_number": profile.house_number,
        "postal_code": profile.postal_code,
        "locality": profile.locality,
        "commune": profile.commune,
        "language": profile.language,
        "notify_by": profile.notify_by,
        "birth_year": birth.year if birth else None,
        "birth_month": birth.month if birth else None,
        "birth_day": birth.day if birth else None,
    }
    if birth and not rules.is_birth_date(birth, today=localdate(now)):
        raise NotBorn
    changed = sorted(name for name, value in new.items() if getattr(user, name) != value)
    if PROVEN_FIELDS & set(changed) and queries.is_document_proven(user, now=now):
        raise NameProven
    if not changed:
        return user
    for name in changed:
        setattr(user, name, new[name])
    user.save(update_fields=changed)
    if ON_A_LETTER & set(changed):
        # The letter went to another name or another door than those that stand here now.
        user.proofs.filter(method=rules.ProofMethod.LETTER, ended_at=None).update(ended_at=now)
        user.letter_codes.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    # The names of the fields, never what stood or stands in them.
    journal.record(
        what="people.profile_changed", subject=f"person:{user.name}", actor=actor, now=now,
        details=dict.fromkeys(changed, True),
    )  # fmt: skip
    return user


@transaction.atomic
def prove_identity(
    *,
    user: User,
    method: rules.ProofMethod,
    level: int,
    document_kind: rules.DocumentKind = rules.DocumentKind.NONE,
    expires_on: date | None = None,
    confirmed_by: str = "",
    provider: str = "",
    actor: Actor,
    now: datetime,
) -> IdentityProof:
    """Write down that an identity was established, how, where, and to which level.

    Args:
        confirmed_by: the Actor name of a second person who saw the document too.
        provider: code of the identity provider that vouches.

    Raises:
        NotYours: only staff and programs prove somebody else's identity, nobody their own.
        ValueError: the method does not reach that level.
    """
    if actor.kind is Kind.CITIZEN or user.name in (actor.name, confirmed_by):
        raise NotYours
    if not 1 <= level <= rules.HIGHEST_LEVEL[method]:
        raise ValueError(f"{method} reaches at most level {rules.HIGHEST_LEVEL[method]}")
    proof = IdentityProof.objects.create(
        user=user, method=method, level=level, proven_on=localdate(now), expires_on=expires_on,
        document_kind=document_kind, recorded_by=actor.name, recorded_at=now,
        confirmed_by=confirmed_by, site=actor.site or "", provider=provider,
    )  # fmt: skip
    journal.record(
        what="people.identity_proven", subject=f"person:{user.name}", actor=actor, now=now,
        details={"method": method, "level": level, "seen_by": 2 if confirmed_by else 1},
    )  # fmt: skip
    return proof


def _name(text: str) -> str:
    name = rules.clean_name(text)
    if name is None:
        raise NameMissing
    return name
