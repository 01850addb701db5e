"""A one-time code by letter: who enters it lives where they say, under the name they say."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import localdate

from visavis.foundation import codes
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal
from visavis.notices import operations as notices
from visavis.notices.rules import Channel
from visavis.people import limits, operations, queries, rules
from visavis.people.models import LetterCode, User
from visavis.people.refusals import (
    LetterUnderway,
    NoPostalAddress,
    NotYours,
    TooManyLetters,
    WrongCode,
)
from visavis.places import queries as places

SALT = "visavis.people.letter"
YEAR = timedelta(days=365)


@transaction.atomic
def send(*, user: User, actor: Actor, now: datetime) -> LetterCode:
    """Send a letter with a new code to the postal address of an account; an older code is void.

    Raises:
        NotYours: somebody else's account.
        NoPostalAddress: the account has none.
        LetterUnderway, TooManyLetters: not before `again_at`.
    """
    _check_mine(user, actor)
    user = User.objects.select_for_update().get(pk=user.pk)  # ten taps wait here for the first
    if not (user.street and user.postal_code and user.locality):
        raise NoPostalAddress
    figures = places.settings_on(localdate(now))
    _check_limits(
        user, wait=timedelta(days=figures.letter_again_days), most=figures.letters_a_year, now=now
    )
    user.letter_codes.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    code = codes.new_number(rules.LETTER_CODE_DIGITS)
    letter = LetterCode.objects.create(
        user=user, digest=_digest(user, code), sent_at=now,
        expires_at=now + timedelta(days=figures.code_letter_days),
    )  # fmt: skip
    notices.send(
        channel=Channel.LETTER,
        address=queries.postal_address(user),
        language=user.language,
        template="identity-letter",
        values={"code": codes.spoken(code), "days": str(figures.code_letter_days)},
        subject=f"person:{user.name}",
        actor=actor,
        now=now,
        useless_at=letter.expires_at,
    )
    journal.record(what="people.letter_asked", subject=f"person:{user.name}", actor=actor, now=now)
    return letter


def enter(*, user: User, code: str, actor: Actor, now: datetime) -> None:
    """Prove an identity by the code of the letter.

    Raises:
        NotYours: somebody else's account.
        WrongCode: not the code, or used, too old, tried three times: never said which.
        TooMany: too many tries from here.
    """
    _check_mine(user, actor)
    limits.from_here("letter", limits.SIGN_INS, actor=actor, now=now)
    if not _try(user, codes.canonical(code), actor=actor, now=now):  # kept, whatever comes of it
        raise WrongCode


@transaction.atomic
def _try(user: User, code: str, *, actor: Actor, now: datetime) -> bool:
    user = User.objects.select_for_update().get(pk=user.pk)
    letter = user.letter_codes.usable(now).select_for_update().first()
    if letter is None:
        return False
    letter.tries += 1
    is_right = constant_time_compare(letter.digest, _digest(user, code))
    letter.used_at = now if is_right else None
    letter.save(update_fields=["tries", "used_at"])
    if is_right:
        figures = places.settings_on(localdate(now))
        operations.prove_identity(
            user=user,
            method=rules.ProofMethod.LETTER,
            level=figures.identity_letter_level,
            expires_on=localdate(now) + timedelta(days=figures.identity_letter_days),
            actor=Actor.system("people.letter"),
            now=now,
        )
    else:
        journal.record(
            what="people.letter_code_wrong", subject=f"person:{user.name}", actor=actor, now=now,
            details={"tries": letter.tries},
        )  # fmt: skip
    return is_right


def _check_limits(user: User, *, wait: timedelta, most: int, now: datetime) -> None:
    sent = list(
        user.letter_codes.filter(sent_at__gt=now - YEAR)
        .order_by("sent_at")
        .values_list("sent_at", flat=True)
    )
    if len(sent) >= most:
        raise TooManyLetters(sent[-most] + YEAR)
    if sent and now < sent[-1] + wait:
        raise LetterUnderway(sent[-1] + wait)


def _digest(user: User, code: str) -> str:
    bound = f"{user.name}|{queries.postal_address(user)}|{code}"
    return salted_hmac(SALT, bound, algorithm="sha256").hexdigest()


def _check_mine(user: User, actor: Actor) -> None:
    if not rules.may_see(user.name, actor_name=actor.name):
        raise NotYours
