"""How somebody comes to a right: with two facts from their summons, freely, or with their account."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from visavis.appointments import facts, listing
from visavis.appointments.books import Book
from visavis.appointments.facts import Shape
from visavis.appointments.models import Right, RightAccess, RightKey
from visavis.appointments.operations import changing
from visavis.appointments.refusals import AlreadyOpen, NoMatch
from visavis.appointments.rules import Purpose
from visavis.foundation import codes
from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.foundation.throttles import TooMany, spend
from visavis.journal import operations as journal

PER = timedelta(minutes=15)
TRIES_OF_ONE = 10  # a visit, a browser or an account, in a quarter of an hour
TRIES_AT_A_DEVICE = 60
# Whoever knows a plate must not find the number by trying: there are ninety million. Fewer tries
# would let anybody lock out the holder, because a plate can be read on the street.
TRIES_OF_A_FACT = 200
FREE_OF_ONE = 6
FREE_OPEN_OF_ONE = 10  # of an account
LEAST_FREE_A_DAY = 10  # of a calendar, by unknown people at home; more where it has more places
DAY = timedelta(days=1)
RIGHTS_OF_AN_ADDRESS = 10  # a day; nobody has proven that it is theirs, and each sends messages


def secret() -> bytes:
    """Return the key under which facts are compared."""
    return hashlib.sha256(f"appointments.facts:{settings.SECRET_KEY}".encode()).digest()


def open_with(*, book: Book, given: Mapping[str, str], actor: Actor, now: datetime) -> Right:
    """Open the newest right that is known by two facts, and let the actor act on it from now on.

    Not one transaction: a refusal must not take back that a try was counted.

    Args:
        given: canonical values of one pair of `opens_with`, by code.

    Raises:
        NoMatch: unknown, wrong, or no such pair: all the same, and as quick.
        TooMany: there were too many tries, right or wrong.
    """
    _spend(book, given, actor=actor, now=now)
    if sorted(given) not in [sorted(pair) for pair in book.entry.opens_with]:
        raise NoMatch
    digest = facts.digest(book.code, given, key=secret())
    keys = RightKey.objects.filter(digest=digest, right__erased_at=None)
    key = keys.select_related("right__calendar").order_by("-right__made_at").first()
    if key is None:
        raise NoMatch
    let_in(key.right, actor=actor, now=now)
    return key.right


def ask_freely(
    *, book: Book, kind: str, given: Mapping[str, str], language: str, actor: Actor, now: datetime
) -> Right:
    """Make a right for somebody whom nobody has summoned.

    Args:
        given: canonical values of all of `free_asks`, by code.

    Raises:
        AlreadyOpen: for this subject a right is open; with its two facts it can be opened.
        NoSuchKind: nobody may book this kind freely.
        TooMany: there were too many in a short time.
    """
    spend(f"appointments.free:{actor.name}", limit=FREE_OF_ONE, per=PER, now=now)
    if actor.visit is None and actor.is_anonymous:
        # Nobody has proven who they are, so together they get no more than a day's places a day.
        limit = max(LEAST_FREE_A_DAY, listing.places_a_day(book, kind, now=now))
        spend(f"appointments.free:{book.code}", limit=limit, per=DAY, now=now)
    mine = Right.objects.open().of(actor.name).filter(purpose=Purpose.FREE)
    if not actor.is_anonymous and mine.count() >= FREE_OPEN_OF_ONE:
        raise TooMany(now + DAY)
    book.minutes(kind, Purpose.FREE)
    with transaction.atomic():
        right = make(
            book=book, purpose=Purpose.FREE, kind=kind, given=given, language=language,
            actor=actor, now=now,
        )  # fmt: skip
        let_in(right, actor=actor, now=now)
    return right


def make(
    *, book: Book, purpose: Purpose, kind: str, given: Mapping[str, str], language: str,
    actor: Actor, now: datetime, number: str = "", **more: object,
) -> Right:  # fmt: skip
    """Write a right and the hashes with which it can be opened.

    Raises:
        AlreadyOpen: for this subject, or of this number, there is one.
    """
    drawn = Right(
        number=number or codes.new_number(),
        calendar_id=book.id,
        purpose=purpose,
        kind=kind,
        facts=dict(given),
        subject_digest=subject_of(book, given),
        language=language,
        made_at=now,
        made_by=actor.name,
        **more,
    )
    right = insert_unless_excluded(drawn)
    if right is None:
        raise AlreadyOpen
    write_keys(right, book)
    journal.record(
        what="appointments.made", subject=right.subject, actor=actor, now=now,
        details={"purpose": purpose.value, "kind": kind},
    )  # fmt: skip
    return right


def write_keys(right: Right, book: Book) -> None:
    """Write the hash of each pair of facts that is complete."""
    known = {**right.facts, facts.NUMBER: right.number}
    RightKey.objects.bulk_create(
        RightKey(
            right=right,
            digest=facts.digest(book.code, {code: known[code] for code in pair}, key=secret()),
        )
        for pair in book.entry.opens_with
        if all(code in known for code in pair)
    )


@transaction.atomic
def let_in(right: Right, *, actor: Actor, now: datetime) -> None:
    """Let the actor act on a right; an account keeps it, if nobody else's account has it."""
    RightAccess.objects.bulk_create(
        [RightAccess(right=right, actor=actor.name, opened_at=now)], ignore_conflicts=True
    )
    if not actor.is_anonymous:
        Right.objects.filter(pk=right.pk, owner="").update(owner=actor.name)
    journal.record(what="appointments.opened", subject=right.subject, actor=actor, now=now)


def hand_over(right: Right, to: Right) -> None:
    """Let everybody who may act on a right act on the one that follows it."""
    RightAccess.objects.bulk_create(
        [
            RightAccess(right=to, actor=access.actor, opened_at=access.opened_at)
            for access in right.accesses.all()
        ],
        ignore_conflicts=True,
    )


def allow_address(right: Right, address: str, *, now: datetime) -> None:
    """Count that an address was given for one more right, which will send messages there.

    Raises:
        TooMany: as many as a person could want today; somebody is teasing its owner.
    """
    if address and address != right.contact_address:
        key = f"appointments.address:{address}"
        spend(key, limit=RIGHTS_OF_AN_ADDRESS, per=timedelta(days=1), now=now)


@transaction.atomic
def tell_by(*, right: Right, channel: str, address: str, language: str, actor: Actor, now: datetime) -> None:  # fmt: skip
    """Remember how to tell somebody about this one appointment; empty: not at all.

    Raises:
        TooMany: see `allow_address`.
    """
    held = changing.locked(right.pk)
    allow_address(held, address, now=now)
    held.contact_channel, held.contact_address = (channel, address) if address else ("", "")
    held.language = language
    held.save(update_fields=["contact_channel", "contact_address", "language"])
    right.contact_channel, right.contact_address = held.contact_channel, held.contact_address
    journal.record(
        what="appointments.contact_changed", subject=right.subject, actor=actor, now=now,
        details={"channel": held.contact_channel},
    )  # fmt: skip


def readable(book: Book, typed: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the canonical facts among what was typed, and the codes of what cannot be one."""
    known, wrong = dict[str, str](), list[str]()
    for code, text in typed.items():
        try:
            known[code] = facts.canonical(shape_of(book, code), text)
        except facts.Unreadable:
            wrong.append(code)
    return known, wrong


def shape_of(book: Book, code: str) -> Shape:
    """Return how a fact of a calendar is written."""
    return Shape.APPOINTMENT_NUMBER if code == facts.NUMBER else book.entry.fact(code).shape


def subject_of(book: Book, given: Mapping[str, str]) -> str:
    """Return what stands for that of which only one right may be open; empty where any may."""
    code = book.entry.one_for_each
    if code is None or code not in given:
        return ""
    return facts.digest(f"{book.code}:subject", {code: given[code]}, key=secret())


def _spend(book: Book, given: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    spend(f"appointments.open:{actor.name}", limit=TRIES_OF_ONE, per=PER, now=now)
    if actor.device:
        spend(f"appointments.open:{actor.device}", limit=TRIES_AT_A_DEVICE, per=PER, now=now)
    for code, value in sorted(given.items()):
        key = f"appointments.open:{book.code}:{code}:{value}"
        spend(key, limit=TRIES_OF_A_FACT, per=PER, now=now)
