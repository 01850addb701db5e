"""Passkeys: made by somebody signed in, and used to sign in without a password.

The device keeps the private key and opens it by finger, face or PIN; that it did so is required and
checked here, because then a passkey is two factors in one. Only the public half is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.journal import operations as journal
from visavis.notices import operations as notices
from visavis.people import limits, queries, rules, webauthn
from visavis.people import passkey_rules as passkey
from visavis.people.models import User
from visavis.people.passkey_models import Passkey, PasskeyChallenge
from visavis.people.refusals import (
    ChallengeOver,
    CounterWentBack,
    LastWayIn,
    NotOwnDevice,
    NotYours,
    PasskeyKnown,
    PasskeyUnknown,
    SharedDevice,
    TooManyPasskeys,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What a browser is asked to do with a passkey.

    Attributes:
        challenge: names the row; the door keeps it in the session, so that no other browser answers.
        options: for `navigator.credentials`, as JSON carries them.
    """

    challenge: UUID
    options: Mapping[str, object]


def begin_adding(*, user: User, actor: Actor, now: datetime) -> Question:
    """Ask this browser for a new passkey.

    Raises:
        NotYours: somebody else's account.
        SharedDevice: others use this device too.
        TooManyPasskeys: the account has as many as it can have.
        TooMany: too many tries from here.
    """
    _check_mine(user, actor)
    _check_not_shared(actor)
    if user.passkeys.count() >= passkey.MOST:
        raise TooManyPasskeys
    limits.from_here("passkey", limits.SIGN_INS, actor=actor, now=now)
    options, challenge = webauthn.options_to_create(user)
    return _question(passkey.Purpose.CREATE, options, challenge, actor=actor, now=now)


def add(
    *, user: User, challenge: UUID | None, answer: str, name: str, actor: Actor, now: datetime
) -> Passkey:
    """Add the passkey that a browser has made, and tell its owner so.

    Args:
        challenge: of the question that this session was asked.
        answer: JSON, as the browser gave it.
        name: what its owner calls it; empty for the day.

    Raises:
        NotYours: somebody else's account, or closed by now.
        SharedDevice, TooManyPasskeys: see `begin_adding`.
        ChallengeOver: answered already, too old, or another session's.
        PasskeyBroken, WrongOrigin, NotVerified: see `webauthn`.
        PasskeyKnown: it was added before.
    """
    _check_mine(user, actor)
    _check_not_shared(actor)
    asked = _take(challenge, passkey.Purpose.CREATE, actor=actor, now=now)
    made = webauthn.made(answer, challenge=asked)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.is_active:
            raise NotYours  # closed in another tab: nothing may open it again
        if user.passkeys.count() >= passkey.MOST:
            raise TooManyPasskeys
        kept = insert_unless_excluded(
            Passkey(
                user=user, credential_id=made.credential_id, public_key=made.public_key,
                sign_count=made.sign_count, is_backed_up=made.is_backed_up,
                name=passkey.clean_name(name) or f"{now:%d.%m.%Y}", created_at=now,
            )
        )  # fmt: skip
        if kept is None:
            raise PasskeyKnown
        _record("people.passkey_added", user, actor=actor, now=now)
        _tell(user, actor=actor, now=now)
    return kept


def begin_signing_in(*, actor: Actor, now: datetime) -> Question:
    """Ask this browser for a passkey, whosever it is.

    Raises:
        TooMany: too many tries from here.
    """
    limits.from_here("passkey", limits.SIGN_INS, actor=actor, now=now)
    options, challenge = webauthn.options_to_use(is_shared=actor.visit is not None)
    return _question(passkey.Purpose.USE, options, challenge, actor=actor, now=now)


def sign_in(*, challenge: UUID | None, answer: str, actor: Actor, now: datetime) -> User:
    """Return the account that a passkey opens.

    Args:
        challenge: of the question that this session was asked.
        answer: JSON, as the browser gave it.

    Raises:
        ChallengeOver: answered already, too old, or another session's.
        NotOwnDevice: at a shared device, a passkey that lies on that very device.
        PasskeyUnknown: nobody has it, or no longer, or the account is closed.
        PasskeyBroken, WrongOrigin, NotVerified: see `webauthn`.
        CounterWentBack: there may be a copy of it.
        TooMany: too many tries with this passkey.
    """
    asked = _take(challenge, passkey.Purpose.USE, actor=actor, now=now)
    given = webauthn.read_answer(answer)
    if actor.visit is not None and not given.is_from_another_device:
        raise NotOwnDevice
    found = Passkey.objects.filter(credential_id=given.credential_id).select_related("user").first()
    if found is None or not found.user.is_active or given.owner not in (None, found.user.name):
        raise PasskeyUnknown
    limits.on_account(f"passkey {found.pk}", actor=actor, now=now)
    used = webauthn.check(given, public_key=bytes(found.public_key), challenge=asked)
    if not _count(found, used, actor=actor, now=now):
        raise CounterWentBack
    return found.user


@transaction.atomic
def remove(
    *, user: User, passkey_id: int, is_sure: bool = False, actor: Actor, now: datetime
) -> None:
    """Take a passkey away; it opens nothing any more. Repeating it changes nothing.

    Args:
        is_sure: the owner knows that only the password remains.

    Raises:
        NotYours: somebody else's account.
        LastWayIn: only the password remains, and the owner has not said that they know.
    """
    _check_mine(user, actor)
    user = User.objects.select_for_update().get(pk=user.pk)
    found = user.passkeys.filter(pk=passkey_id).first()
    if found is None:
        return
    if not is_sure and not queries.ways_beside_password(user, without=found):
        raise LastWayIn
    found.delete()
    _record("people.passkey_removed", user, actor=actor, now=now)


def _question(
    purpose: passkey.Purpose,
    options: Mapping[str, object],
    challenge: bytes,
    *,
    actor: Actor,
    now: datetime,
) -> Question:
    kept = PasskeyChallenge.objects.create(
        purpose=purpose, challenge=challenge, held_by=actor.name,
        expires_at=now + passkey.CHALLENGE_LIVES,
    )  # fmt: skip
    return Question(kept.pk, options)


def _take(
    challenge: UUID | None, purpose: passkey.Purpose, *, actor: Actor, now: datetime
) -> bytes:
    """Return the random bytes of a question and forget it, so that it is answered once."""
    if challenge is None:
        raise ChallengeOver
    with transaction.atomic():
        waiting = PasskeyChallenge.objects.select_for_update().filter(
            pk=challenge, purpose=purpose, held_by=actor.name
        )
        found = waiting.first()
        if found is None:
            raise ChallengeOver
        found_bytes, is_living = bytes(found.challenge), found.expires_at > now
        waiting.delete()
    if not is_living:
        raise ChallengeOver
    return found_bytes


@transaction.atomic
def _count(found: Passkey, used: webauthn.Used, *, actor: Actor, now: datetime) -> bool:
    """Write down a use, or that the counter went back; both stay written."""
    kept = Passkey.objects.select_for_update().filter(pk=found.pk).first()
    if kept is None:  # taken away in another tab
        raise PasskeyUnknown
    if passkey.went_back(kept=kept.sign_count, shown=used.sign_count):
        _record("people.passkey_counted_back", found.user, actor=actor, now=now)
        return False
    kept.sign_count, kept.is_backed_up, kept.last_used_at = used.sign_count, used.is_backed_up, now
    kept.save(update_fields=["sign_count", "is_backed_up", "last_used_at"])
    journal.record(
        what="people.identified", subject=f"person:{found.user.name}", actor=actor, now=now,
        details={"by": "passkey"},
    )  # fmt: skip
    return True


def _check_mine(user: User, actor: Actor) -> None:
    if not rules.may_see(user.name, actor_name=actor.name):
        raise NotYours


def _check_not_shared(actor: Actor) -> None:
    if actor.visit is not None:
        raise SharedDevice


def _record(what: str, user: User, *, actor: Actor, now: datetime) -> None:
    journal.record(what=what, subject=f"person:{user.name}", actor=actor, now=now)


def _tell(user: User, *, actor: Actor, now: datetime) -> None:
    """Tell the owner at a confirmed address, whatever they wished for else: it may not have been them."""
    contact = queries.confirmed_contact(user)
    if contact is None:
        return
    notices.send(
        channel=contact.kind, address=contact.address, language=user.language,
        template="passkey-added", values={}, subject=f"person:{user.name}", actor=actor, now=now,
    )  # fmt: skip
