"""Ways into an account: password, printed code; and changing the password."""

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from visavis.foundation import codes
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal
from visavis.people import limits, queries, rules, second_factor
from visavis.people.models import User
from visavis.people.refusals import NotYours, WeakPassword, WrongCredentials


def by_password(*, login: str, password: str, actor: Actor, now: datetime) -> User:
    """Return the account that a number, address or mobile number and a password open.

    Raises:
        WrongCredentials: no account, another password, or closed: never said which.
        TooMany: too many tries on this account or from here.
    """
    _count(login, actor=actor, now=now)
    candidates = queries.accounts_named(login)
    if not candidates:
        make_password(password)  # as slow as a comparison, so that time tells nothing
    for user in candidates:
        if check_password(password, user.password):
            _note(user, "password", actor=actor, now=now)
            return user
    raise WrongCredentials


def by_printed_code(*, login: str, code: str, actor: Actor, now: datetime) -> User:
    """Return the account that its number and one of its printed codes open; the code is void then.

    Raises:
        WrongCredentials: no account, another code, a used one, or closed: never said which.
        TooMany: too many tries on this account or from here.
    """
    _count(login, actor=actor, now=now)
    for user in queries.accounts_named(login):
        if second_factor.use_recovery_code(user, codes.canonical(code)):
            _note(user, "printed_code", actor=actor, now=now)
            return user
    raise WrongCredentials


def by_phone(*, name: str, actor: Actor, now: datetime) -> User:
    """Return the account that somebody has brought to this screen from their own phone.

    Args:
        name: of the account that was signed in on the phone.

    Raises:
        WrongCredentials: closed meanwhile.
    """
    user = queries.by_name(name)
    if user is None or not user.is_active:
        raise WrongCredentials
    _note(user, "phone", actor=actor, now=now)
    return user


def by_second_factor(*, user: User, code: str, actor: Actor, now: datetime) -> None:
    """Take the code that somebody's authenticator app shows; each code counts once.

    Raises:
        WrongCredentials: another code, an old one, or one that was used already.
        TooMany: too many tries.
    """
    limits.on_account(f"second factor {user.name}", actor=actor, now=now)
    if not second_factor.takes(user, codes.canonical(code)):
        raise WrongCredentials
    _note(user, "second_factor", actor=actor, now=now)


def set_up_second_factor(
    *, user: User, secret: str, code: str, actor: Actor, now: datetime
) -> None:
    """Make an app's secret the second factor, because its code shows that the app has it.

    Raises:
        NotYours: somebody else's account.
        WrongCredentials: the code does not come from this secret.
        TooMany: too many tries.
    """
    if not rules.may_see(user.name, actor_name=actor.name):
        raise NotYours
    limits.on_account(f"second factor {user.name}", actor=actor, now=now)
    if not second_factor.is_code_of(secret, codes.canonical(code)):
        raise WrongCredentials
    with transaction.atomic():
        second_factor.set_up_totp(user, secret)
        journal.record(
            what="people.second_factor_set_up", subject=f"person:{user.name}", actor=actor, now=now
        )


def allow_code(*, contact: rules.Contact, actor: Actor, now: datetime) -> User | None:
    """Return the account to which a login code may be sent, if there is one.

    Only to a confirmed address: behind another one somebody else may sit.

    Raises:
        TooMany: too many codes to this address, or from here.
    """
    limits.from_here("code", limits.CODES, actor=actor, now=now)
    limits.to_address(contact, now=now)
    return queries.owner_of(contact)


def change_password(
    *, user: User, password: str, current: str | None, actor: Actor, now: datetime
) -> None:
    """Give an account another password.

    Args:
        current: the password until now; None where the session began with a code instead.

    Raises:
        NotYours: somebody else's account.
        WrongCredentials: `current` is not the password until now.
        WeakPassword: see `check_strength`.
        TooMany: too many tries.
    """
    if not rules.may_see(user.name, actor_name=actor.name):
        raise NotYours
    if current is not None:
        limits.on_account(f"password {user.name}", actor=actor, now=now)
        if not check_password(current, user.password):
            raise WrongCredentials
    check_strength(password)
    _set_password(user, password, actor=actor, now=now)


@transaction.atomic
def _set_password(user: User, password: str, *, actor: Actor, now: datetime) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    journal.record(
        what="people.password_changed", subject=f"person:{user.name}", actor=actor, now=now
    )


@transaction.atomic
def new_printed_codes(*, user: User, actor: Actor, now: datetime) -> list[str]:
    """Return fresh one-time codes to print and keep; all earlier ones are void.

    Raises:
        NotYours: somebody else's account.
    """
    if not rules.may_see(user.name, actor_name=actor.name):
        raise NotYours
    made = second_factor.new_recovery_codes(user)
    journal.record(
        what="people.codes_made", subject=f"person:{user.name}", actor=actor, now=now,
        details={"count": len(made)},
    )  # fmt: skip
    return list(made)


def check_strength(password: str) -> None:
    """Refuse a password that is short or well known; nothing else is asked of one.

    Raises:
        WeakPassword: with the reasons.

    Source:
        NIST SP 800-63B: length and a list of common passwords; no rules on characters, no expiry.
    """
    try:
        validate_password(password)
    except ValidationError as fault:
        raise WeakPassword(fault.messages) from fault


def _count(login: str, *, actor: Actor, now: datetime) -> None:
    limits.from_here("sign-in", limits.SIGN_INS, actor=actor, now=now)
    limits.on_account(codes.canonical(login).lower(), actor=actor, now=now)


def _note(user: User, how: str, *, actor: Actor, now: datetime) -> None:
    journal.record(
        what="people.identified",
        subject=f"person:{user.name}",
        actor=actor,
        now=now,
        details={"by": how},
    )
