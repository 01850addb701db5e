"""Changes of the ways to reach somebody: codes sent, addresses confirmed, given and taken away."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from visavis.foundation import codes
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal
from visavis.notices import operations as notices
from visavis.people import limits, queries, rules
from visavis.people.models import ContactCode, User
from visavis.people.refusals import NothingToConfirm, NotYours, WrongCode

SALT = "visavis.people.contact-code"


def give_contact(*, user: User, contact: rules.Contact, actor: Actor, now: datetime) -> None:
    """Send a code to a new address; it takes the place of the old one once it is confirmed.

    Raises:
        NotYours: somebody else's account.
        TooMany: too many codes to this address, or from here.
    """
    _check_mine(user, actor)
    limits.from_here("code", limits.CODES, actor=actor, now=now)
    limits.to_address(contact, now=now)
    with transaction.atomic():
        _put_unless_confirmed(user, contact)
        issue_code(user=user, contact=contact, actor=actor, now=now)


def send_again(*, user: User, actor: Actor, now: datetime) -> rules.Contact:
    """Send a new code to the address that waits for one, and return that address.

    Raises:
        NotYours: somebody else's account.
        NothingToConfirm: no address waits.
        TooMany: too many codes to this address, or from here.
    """
    _check_mine(user, actor)
    contact = queries.waiting_contact(user, now=now)
    if contact is None:
        raise NothingToConfirm
    limits.from_here("code", limits.CODES, actor=actor, now=now)
    limits.to_address(contact, now=now)
    issue_code(user=user, contact=contact, actor=actor, now=now)
    return contact


@transaction.atomic
def issue_code(*, user: User, contact: rules.Contact, actor: Actor, now: datetime) -> None:
    """Make a code and send it; earlier ones are void.

    Whether the address belongs to another account already is said only in the message itself, so
    that a form never tells a stranger who has an account.
    """
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    ContactCode.objects.filter(user=user).usable(now).update(expires_at=now)
    ContactCode.objects.create(
        user=user, kind=contact.kind, address=contact.address, digest=_digest(user, contact, code),
        sent_at=now, expires_at=now + rules.CODE_LIVES,
    )  # fmt: skip
    owner = queries.owner_of(contact)
    taken = owner is not None and owner.pk != user.pk
    notices.send(
        channel=contact.kind,
        address=contact.address,
        language=user.language,
        template="contact-known" if taken else "contact-code",
        values={"code": code, "minutes": str(int(rules.CODE_LIVES.total_seconds() // 60))},
        subject=f"person:{user.name}",
        actor=actor,
        now=now,
    )


def confirm(*, user: User, code: str, actor: Actor, now: datetime) -> rules.Contact:
    """Take an address as the person's own, because they know the code sent there.

    Raises:
        NotYours: somebody else's account.
        WrongCode: not the code, or used, too old, tried five times; also when the address was
            confirmed in another account in the meantime.
        TooMany: too many tries from here.
    """
    _check_mine(user, actor)
    limits.from_here("confirm", limits.SIGN_INS, actor=actor, now=now)
    contact = _matching(
        user, codes.canonical(code), now=now
    )  # counts the try, whatever comes of it
    if contact is None:
        raise WrongCode
    try:
        with transaction.atomic():
            _confirm(user, contact, now=now)
            journal.record(
                what="people.contact_confirmed", subject=f"person:{user.name}",
                actor=actor, now=now, details={"kind": contact.kind},
            )  # fmt: skip
    except IntegrityError as taken:
        raise WrongCode from taken
    return contact


@transaction.atomic
def forget_contact(*, user: User, kind: rules.ContactKind, actor: Actor, now: datetime) -> None:
    """Take an address out of an account; number and password still open it.

    Raises:
        NotYours: somebody else's account.
    """
    _check_mine(user, actor)
    field, moment = FIELDS[kind]
    setattr(user, field, "")
    setattr(user, moment, None)
    if user.notify_by == kind:
        user.notify_by = rules.NotifyBy.COUNTER
    user.save(update_fields=[field, moment, "notify_by"])
    ContactCode.objects.filter(user=user, kind=kind).usable(now).update(expires_at=now)
    journal.record(
        what="people.contact_forgotten", subject=f"person:{user.name}", actor=actor, now=now,
        details={"kind": kind},
    )  # fmt: skip


FIELDS = {
    rules.ContactKind.MAIL: ("email", "email_confirmed_at"),
    rules.ContactKind.SMS: ("mobile", "mobile_confirmed_at"),
}


def _matching(user: User, code: str, *, now: datetime) -> rules.Contact | None:
    with transaction.atomic():
        sent = (
            ContactCode.objects.select_for_update()
            .filter(user=user)
            .usable(now)
            .order_by("-sent_at", "-pk")
            .first()
        )
        if sent is None:
            return None
        contact = rules.Contact(rules.ContactKind(sent.kind), sent.address)
        sent.tries += 1
        matches = constant_time_compare(sent.digest, _digest(user, contact, code))
        if matches:
            sent.used_at = now
        sent.save(update_fields=["tries", "used_at"])
        return contact if matches else None


def _confirm(user: User, contact: rules.Contact, *, now: datetime) -> None:
    field, moment = FIELDS[contact.kind]
    setattr(user, field, contact.address)
    setattr(user, moment, now)
    changed = [field, moment]
    if user.notify_by == rules.NotifyBy.COUNTER:
        user.notify_by = rules.NotifyBy(contact.kind.value)
        changed.append("notify_by")
    user.save(update_fields=changed)


def _put_unless_confirmed(user: User, contact: rules.Contact) -> None:
    """Show the new address at once where the old one was never confirmed anyway."""
    field, moment = FIELDS[contact.kind]
    if getattr(user, moment) is None and getattr(user, field) != contact.address:
        setattr(user, field, contact.address)
        user.save(update_fields=[field])


def _digest(user: User, contact: rules.Contact, code: str) -> str:
    return salted_hmac(
        SALT, f"{user.name}|{contact.address}|{code}", algorithm="sha256"
    ).hexdigest()


def _check_mine(user: User, actor: Actor) -> None:
    if not rules.may_see(user.name, actor_name=actor.name):
        raise NotYours
