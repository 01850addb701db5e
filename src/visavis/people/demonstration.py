"""The invented people of a demonstration; never in the live world."""

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from visavis.foundation import codes
from visavis.foundation.actor import Actor
from visavis.people import operations, queries, rules, second_factor, staff
from visavis.people.models import Role, User
from visavis.people.schema import DemonstrationPerson

WORDS = (
    "alpe",
    "biene",
    "cloche",
    "doubs",
    "etoile",
    "forelle",
    "genepi",
    "lago",
    "moulin",
    "sapin",
)
LOGINS = "demo-logins.json"


class NotInLive(Exception):
    """Invented people have no business in the live world."""


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """What `visavis up` prints of one invented person."""

    code: str  # as `visavis demo code` takes it
    login: str  # what is typed to sign in
    password: str
    who: str
    name: str  # the account's opaque name


def load(people: Sequence[DemonstrationPerson], *, actor: Actor, now: datetime) -> list[DemoLogin]:
    """Make the invented people that are missing, bring the others up to date, write their logins.

    Loading again changes nothing.

    Raises:
        NotInLive: this instance is live.
    """
    if settings.WORLD == "live":
        raise NotInLive
    password = _password()
    with transaction.atomic():
        logins = [_load(person, password=password, actor=actor, now=now) for person in people]
    _write(logins)
    return logins


def logins() -> list[DemoLogin]:
    """Return the logins that were written last; none before the first load."""
    path = Path(settings.VAR) / LOGINS
    return [DemoLogin(**entry) for entry in json.loads(path.read_text())] if path.exists() else []


def account_of(code: str) -> User | None:
    """Return the account of an invented person by code or by anything one signs in with.

    Raises:
        NotInLive: this instance is live.
    """
    if settings.WORLD == "live":
        raise NotInLive
    for entry in logins():
        if code in (entry.code, entry.login, entry.name):
            return queries.by_name(entry.name)
    return None


def _load(person: DemonstrationPerson, *, password: str, actor: Actor, now: datetime) -> DemoLogin:
    key = uuid5(NAMESPACE_URL, f"visavis:demonstration:{person.login}")
    user = User.objects.filter(registration=key).first() or _new(actor=actor, now=now)
    user.registration = key
    _fill(user, person, now=now)
    if not check_password(password, user.password):
        user.password = make_password(password)
    user.save()
    _give_rights(user, person, actor=actor, now=now)
    return DemoLogin(
        code=person.login,
        login=user.email or user.mobile or codes.spoken(user.number),
        password=password,
        who=f"{user.full_name}: {person.about['en']}",
        name=user.name,
    )


def _new(*, actor: Actor, now: datetime) -> User:
    return User(
        name=operations.new_name(),
        number=codes.new_number(),
        registered_at=now,
        registered_by=actor.name,
        channel=actor.channel,
    )


def _fill(user: User, person: DemonstrationPerson, *, now: datetime) -> None:
    for field in (
        *("given_name", "family_name", "birth_year", "birth_month", "birth_day", "language"),
        *("street", "house_number", "postal_code", "locality", "commune", "notify_by"),
    ):
        setattr(user, field, getattr(person, field))
    staff_address = f"{person.login}@example.ch" if person.roles else ""
    user.email = (person.email or staff_address).lower()
    user.mobile = person.mobile or ""
    user.email_confirmed_at = (user.email_confirmed_at or now) if user.email else None
    user.mobile_confirmed_at = (user.mobile_confirmed_at or now) if user.mobile else None


def _give_rights(user: User, person: DemonstrationPerson, *, actor: Actor, now: datetime) -> None:
    version = queries.agreement_in_force(now=now)
    operations.accept_agreement(
        user=user, version=version, language=person.language, actor=actor, now=now
    )
    if queries.level_of(user, now=now) < person.level:
        method = rules.ProofMethod.DECLARED if person.level == 1 else rules.ProofMethod.PROVIDER
        operations.prove_identity(
            user=user, method=method, level=person.level, actor=actor, now=now
        )
    _give_roles(user, person, actor=actor, now=now)
    if person.roles and not second_factor.has_totp(user):
        second_factor.set_up_totp(user, second_factor.new_secret())


def _give_roles(user: User, person: DemonstrationPerson, *, actor: Actor, now: datetime) -> None:
    held = {str(role): role for role in Role.objects.filter(user=user, valid_until=None)}
    for role in set(person.roles) - set(held):
        name, _, place = role.partition("@")
        organisation, _, site = place.partition("/")
        staff.give_role(
            user=user, role=rules.RoleName(name), organisation=organisation, site=site,
            actor=actor, now=now,
        )  # fmt: skip
    for name in set(held) - set(person.roles):
        staff.end_role(role=held[name], actor=actor, now=now)


def _password() -> str:
    """Return the password of an earlier load, or a new one that can be read out and typed."""
    kept = logins()
    if kept:
        return kept[0].password
    return "-".join(secrets.choice(WORDS) for _ in range(3)) + f"-{secrets.randbelow(900) + 100}"


def _write(entries: Sequence[DemoLogin]) -> None:
    path = Path(settings.VAR) / LOGINS
    content = json.dumps([asdict(entry) for entry in entries], indent=2, ensure_ascii=False)
    if path.exists() and path.read_text() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{LOGINS}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    draft.replace(path)
