"""The check of an identity: asked for, agreed to, compared, proven. A checker never sees what we know."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate

from visavis.assistance import queries, rules
from visavis.assistance.models import IdentityCheck
from visavis.assistance.refusals import NoSuchCheck, NotAChecker, NotInVisit, SamePerson
from visavis.foundation import codes, throttles
from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.journal import operations as journal
from visavis.people import operations as people
from visavis.people import queries as people_queries
from visavis.people.models import User
from visavis.people.refusals import NotYours
from visavis.people.rules import DocumentKind, PartialDate, ProofMethod
from visavis.places import queries as places

CODES_DRAWN = 5  # two open codes are the same about once in a million


@dataclass(frozen=True, slots=True)
class Shown:
    """What a checker reads on the document before them; compared, never kept, but for the kind."""

    family_name: str
    birth: PartialDate
    kind: DocumentKind


@transaction.atomic
def ask(*, citizen: User, needs_two: bool, actor: Actor, now: datetime) -> IdentityCheck:
    """Ask for a check, and get its code; asking again gives the one that waits already.

    Args:
        needs_two: for a sensitive service; a check that waits is then made one of two.

    Raises:
        PermissionDenied: somebody else's account.
        TooMany: several checks today.
    """
    if actor.name != citizen.name:
        raise NotYours
    citizen = User.objects.select_for_update().get(pk=citizen.pk)  # ten taps wait for the first
    check = citizen.identity_checks.unfinished().select_for_update().first()
    if check and now < check.expires_at:
        if needs_two and not check.needs_two:
            check.needs_two = True
            check.save(update_fields=["needs_two"])
        return check
    if check:
        _close(check, "expired", now=now)
    limit, per = rules.CHECKS_A_DAY
    throttles.spend(f"identity-check:{citizen.name}", limit=limit, per=per, now=now)
    lives = timedelta(days=places.settings_on(localdate(now)).identity_slip_days)
    check = _insert(citizen, needs_two=needs_two, expires_at=now + lives, now=now)
    _record("asked", check, actor=actor, now=now)
    return check


def _insert(
    citizen: User, *, needs_two: bool, expires_at: datetime, now: datetime
) -> IdentityCheck:
    for _ in range(CODES_DRAWN):
        check = IdentityCheck(
            code=codes.new_number(rules.CODE_DIGITS), citizen=citizen, needs_two=needs_two,
            asked_at=now, expires_at=expires_at,
        )  # fmt: skip
        if insert_unless_excluded(check):
            return check
    raise AssertionError("no free code found")


@transaction.atomic
def agree(*, citizen: User, actor: Actor, now: datetime) -> IdentityCheck:
    """Let a checker of this branch compare, in this visit only. Agreeing again changes nothing.

    Raises:
        PermissionDenied: somebody else's account.
        NotInVisit: not at a device of a branch, or the visit is over.
        NoSuchCheck: none is asked for.
    """
    if actor.name != citizen.name:
        raise NotYours
    if not queries.is_here(actor.visit, site=actor.site, now=now):
        raise NotInVisit
    check = IdentityCheck.objects.open(now).filter(citizen=citizen).select_for_update().first()
    if check is None:
        raise NoSuchCheck
    if check.visit == actor.visit:
        return check
    check.visit, check.agreed_at = actor.visit, now
    check.save(update_fields=["visit", "agreed_at"])
    _record("agreed", check, actor=actor, now=now)
    return check


@transaction.atomic
def take_back(*, citizen: User, actor: Actor, now: datetime) -> None:
    """Give a check up: the code is void. One that is over already stays as it is.

    Raises:
        PermissionDenied: somebody else's account.
    """
    if actor.name != citizen.name:
        raise NotYours
    check = citizen.identity_checks.unfinished().select_for_update().first()
    if check:
        _close(check, "taken_back", now=now)
        _record("taken_back", check, actor=actor, now=now)


def look_up(*, code: str, actor: Actor, now: datetime) -> IdentityCheck:
    """Return the check of a code, to who may do it here and now.

    Raises:
        NotAChecker: not in the role at this site.
        NoSuchCheck: there is none, for whatever reason.
        SamePerson: the checker's own, or already seen by this checker.
        TooMany: too many codes tried.
    """
    _check_role(actor)
    limit, per = rules.LOOK_UPS
    throttles.spend(f"identity-look-up:{actor.name}", limit=limit, per=per, now=now)
    found = IdentityCheck.objects.open(now).filter(code=codes.canonical(code)).first()
    if found is None or not queries.is_here(found.visit, site=actor.site, now=now):
        raise NoSuchCheck
    _check_other_person(found, actor)
    return found


@transaction.atomic
def compare(*, check_id: UUID, shown: Shown, actor: Actor, now: datetime) -> rules.Outcome:
    """Compare what a document shows with the account, and store the proof if it is the same.

    Every try is counted under a lock on the check; the third that is not equal closes it.

    Raises:
        NotAChecker, NoSuchCheck, SamePerson: as for `look_up`; the visit may be over by now.
    """
    _check_role(actor)
    check = IdentityCheck.objects.open(now).select_for_update().filter(pk=check_id).first()
    if check is None or not queries.is_here(check.visit, site=actor.site, now=now):
        raise NoSuchCheck
    _check_other_person(check, actor)
    citizen = User.objects.select_for_update().get(pk=check.citizen_id)  # says what it says now
    if shown.kind is DocumentKind.NONE or not people_queries.says_the_same(
        citizen, family_name=shown.family_name, birth=shown.birth
    ):
        return _not_equal(check, actor=actor, now=now)
    check.document_kind = shown.kind
    seen_as = _digest(citizen)
    # What the account says may have changed since the first one looked: they saw another person.
    if check.needs_two and check.seen_as != seen_as:
        check.seen_at, check.seen_by, check.seen_as = now, actor.name, seen_as
        check.save(update_fields=["document_kind", "seen_at", "seen_by", "seen_as"])
        _record("seen", check, actor=actor, now=now)
        return rules.Outcome.EQUAL_SO_FAR
    _prove(check, citizen, actor=actor, now=now)
    return rules.Outcome.EQUAL


def _not_equal(check: IdentityCheck, *, actor: Actor, now: datetime) -> rules.Outcome:
    check.tries += 1
    check.save(update_fields=["tries"])
    if check.tries >= rules.TRIES:
        _close(check, "not_equal", now=now)
    _record("not_equal", check, actor=actor, now=now)
    return rules.Outcome.NOT_EQUAL


def _prove(check: IdentityCheck, citizen: User, *, actor: Actor, now: datetime) -> None:
    figures = places.settings_on(localdate(now))
    people.prove_identity(
        user=citizen,
        method=ProofMethod.BRANCH,
        level=figures.identity_branch_level,
        document_kind=DocumentKind(check.document_kind),
        expires_on=localdate(now) + timedelta(days=figures.identity_branch_days),
        confirmed_by=check.seen_by,
        actor=actor,
        now=now,
    )
    check.proven_at = now
    check.save(update_fields=["document_kind", "proven_at"])
    _record("proven", check, actor=actor, now=now)


def _digest(citizen: User) -> str:
    said = f"{citizen.name}|{citizen.family_name}|{citizen.birth}"
    return salted_hmac("visavis.assistance.seen", said, algorithm="sha256").hexdigest()


def _check_role(actor: Actor) -> None:
    try:
        site = places.site(actor.site or "")
    except places.NoSuchSite:
        raise NotAChecker from None
    if not rules.may_check(actor, organisation=site.organisation.code, site=site.code):
        raise NotAChecker


def _check_other_person(check: IdentityCheck, actor: Actor) -> None:
    if actor.name in (check.citizen.name, check.seen_by):
        raise SamePerson


def _close(check: IdentityCheck, ending: str, *, now: datetime) -> None:
    check.closed_at, check.ending = now, ending
    check.save(update_fields=["closed_at", "ending"])


def _record(what: str, check: IdentityCheck, *, actor: Actor, now: datetime) -> None:
    journal.record(
        what=f"assistance.identity_{what}", subject=check.subject, actor=actor, now=now,
        details={"tries": check.tries, "seen_by_two": check.needs_two},
    )  # fmt: skip
