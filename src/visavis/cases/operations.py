"""Everything that a citizen may change about a case; officers: see `decisions`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.db import transaction

from visavis.cases import (
    asking,
    attaching,
    deciding,
    drafting,
    queries,
    rules,
    taking_up,
    telling,
    vault,
)
from visavis.cases.drafting import Saved
from visavis.cases.models import Case
from visavis.cases.refusals import (
    AlreadyPaid,
    IdentityTooWeak,
    NoForm,
    NotComplete,
    NotEligible,
    NotGrantedHere,
    NotOpen,
    NotRegistered,
    NotYours,
    WeakNumber,
)
from visavis.cases.rules import State, Step
from visavis.catalog.models import ServiceVersion
from visavis.foundation import codes, jobs, throttles
from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.journal import operations as journal
from visavis.payments import operations as payments
from visavis.payments import queries as payments_queries
from visavis.payments.refusals import AlreadySettled
from visavis.people import queries as people


@transaction.atomic
def start(*, service: ServiceVersion, language: str, actor: Actor, now: datetime) -> Case:
    """Begin a draft; while nothing is in it, starting again leads to the same one.

    Raises:
        NoForm: the service cannot be asked for here.
        NotGrantedHere: it would be asked for in vain.
    """
    if service.form is None:
        raise NoForm
    if not queries.is_given_here(service.form):
        raise NotGrantedHere
    holder = {"owner": "" if actor.is_anonymous else actor.name, "held_by": actor.name}
    untouched = Case.objects.drafts().filter(service_code=service.code, revision=0, **holder)
    while True:  # a conflict is either the untouched draft, found next, or a drawn code
        case = untouched.select_related("version").first()
        if case is not None and case.version_id == service.pk:
            return case
        if case is not None:  # of an older version: it holds nothing, so it makes room
            _close(case, Step.EXPIRE, now=now)
        fresh = Case(
            id=uuid4(),
            code=codes.new_number(rules.NUMBER_DIGITS),
            service_code=service.code,
            version=service,
            digest=service.digest,
            office=service.office,
            language=language,
            created_at=now,
            saved_at=now,
            kept_until=now + rules.EMPTY_DRAFT_KEPT,
            **holder,
        )
        if insert_unless_excluded(fresh) is not None:
            vault.new_key(fresh.pk)
            journal.record(what="cases.started", subject=fresh.subject, actor=actor, now=now)
            return fresh


@transaction.atomic
def save_step(
    *,
    case_id: UUID,
    step: str,
    typed: Mapping[str, object],
    based_on: int,
    client: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> Saved:
    """Save one page: good answers are kept even when others on it are not good.

    Args:
        typed: by field, as it came; only the fields of this step are looked at.
        based_on: revision of the draft when the page was shown.
        client: names the browser, so that it may change its own mind.

    Raises:
        NoSuchCase: none, or not theirs.
        NotOpen: submitted already, or given up.
        Stale: another browser changed these answers since.
    """
    case = _locked(case_id, actor=actor, now=now)
    _refuse_unless(case, Step.SUBMIT)
    return drafting.save(
        case, step, typed, based_on=based_on, client=client, language=language, now=now
    )


@transaction.atomic
def keep(
    *, case_id: UUID, typed: Mapping[str, str], based_on: int, actor: Actor, now: datetime
) -> Case:
    """Keep what was typed and not sent yet, unread, beside the answers.

    Raises:
        NoSuchCase, NotOpen: as for `save_step`.
    """
    case = _locked(case_id, actor=actor, now=now)
    if case.state not in (State.DRAFT, State.CORRECTION):
        raise NotOpen(case.state)
    return drafting.keep(case, typed, based_on=based_on, now=now)


@transaction.atomic
def park(*, case_id: UUID, number: str, actor: Actor, now: datetime) -> Case:
    """Let the draft be taken up elsewhere with its code and four digits that the citizen chose.

    Raises:
        NoSuchCase, NotOpen: as for `save_step`.
        WeakNumber: not four digits.
    """
    case = _locked(case_id, actor=actor, now=now)
    _refuse_unless(case, Step.SUBMIT)
    if not rules.is_four_digits(number):
        raise WeakNumber
    case.second_fact, case.tries = make_password(number), 0
    case.save(update_fields=["second_fact", "tries"])
    journal.record(what="cases.parked", subject=case.subject, actor=actor, now=now)
    return case


def take_up(*, code: str, fact: str, actor: Actor, now: datetime) -> Case:
    """Hand out a draft to who knows its code and the birth date in it, or the chosen number.

    Raises:
        TooMany: this visit or browser tried too often.
        WrongFacts, OnlyInABranch, BelongsToAnAccount: see there.
    """
    return taking_up.take_up(code=code, fact=fact, actor=actor, now=now)


def unlock(*, code: str, actor: Actor, now: datetime) -> None:
    """Allow new tries for a draft code whose holder stands before the actor, unseen inside.

    Raises:
        NotYours: not staff.
        TooMany: this clerk entered too many codes.
        WrongFacts: no such draft.
    """
    if not rules.may_unlock(actor=actor):
        raise NotYours
    throttles.spend(
        f"cases.unlock:{actor.name}", limit=rules.UNLOCKS, per=rules.UNLOCKS_PER, now=now
    )
    taking_up.unlock(code=code, actor=actor, now=now)


@transaction.atomic
def adopt(*, held_by: str, actor: Actor, now: datetime) -> int:
    """Bring the drafts that somebody just began unknown into the account they signed in to.

    Only fresh ones: an older draft in a browser may be another person's. Returns how many.
    """
    if actor.is_anonymous or not held_by:
        return 0
    since = now - rules.ADOPTED_WITHIN
    fresh = Case.objects.drafts().held_by(held_by).filter(saved_at__gte=since)
    count = 0
    for case in fresh.select_for_update().exclude(revision=0):
        case.owner = actor.name
        case.save(update_fields=["owner"])
        journal.record(what="cases.adopted", subject=case.subject, actor=actor, now=now)
        count += 1
    return count


@transaction.atomic
def submit(*, case_id: UUID, actor: Actor, now: datetime) -> Case:
    """Turn a draft into a request, once: whoever comes second gets the same request.

    Answers are read again on this day, the bill is frozen, and where the law allows it the case is
    decided at once.

    Raises:
        NoSuchCase: none, or not theirs.
        NotRegistered, IdentityTooWeak: who asks is not known well enough.
        NotComplete, NotEligible: the answers do not lead there.
        NotOpen: given up, or expired.
    """
    case = _locked(case_id, actor=actor, now=now)
    if case.submitted_at is not None and case.state != State.CORRECTION:
        return case
    _refuse_unless(case, Step.SUBMIT)
    if actor.is_anonymous:
        raise NotRegistered
    if actor.assurance < case.version.level:
        raise IdentityTooWeak(case.version.level)
    if case.version.entry.sensitive:
        user = people.by_name(actor.name)
        if user is None or people.level_of(user, now=now, by_two=True) < case.version.level:
            raise IdentityTooWeak(case.version.level)
    reading = queries.reading_of(case, now=now)
    if ending := reading.ending():
        raise NotEligible(ending.code)
    if missing := reading.first_open_step():
        raise NotComplete(missing.code)
    case.owner = case.owner or actor.name
    attaching.settle(case, reading, now=now)
    deciding.freeze(case, reading, now=now)
    _happens(case, "submitted", actor=actor, now=now)
    jobs.announce("case.submitted", subject=str(case.pk))
    if case.is_automatic:
        deciding.accept(case, actor=Actor.system("automatic decision"), now=now)
    elif deciding.is_for_a_register(reading):
        case.state = rules.next_state(case.state, Step.CHECK)
        case.save(update_fields=["state"])
        asking.begin(case, actor=actor, now=now)
    else:
        telling.tell(case, "case-submitted", actor=actor, now=now)
    return case


@transaction.atomic
def correct(
    *,
    case_id: UUID,
    typed: Mapping[str, object],
    based_on: int,
    client: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> Saved:
    """Save the fields that the office has marked; once they are good the office has it again.

    The bill is made again from the corrected answers, under the rules of the day of submission.

    Raises:
        NoSuchCase, Stale: as for `save_step`.
        NotOpen: nothing is to be corrected.
    """
    case = _locked(case_id, actor=actor, now=now)
    _refuse_unless(case, Step.CORRECT)
    saved = drafting.save_marked(
        case, typed, based_on=based_on, client=client, language=language, now=now
    )
    if saved.troubles:
        return saved
    reading = queries.reading_of(case, now=now)
    if (ending := reading.ending()) is not None:
        raise NotEligible(ending.code)
    attaching.settle(case, reading, now=now)
    deciding.freeze_again(case, reading, now=now)
    _happens(case, "corrected", actor=actor, now=now)
    return saved


@transaction.atomic
def withdraw(*, case_id: UUID, actor: Actor, now: datetime) -> Case:
    """Give up a case; a draft is erased at once.

    Raises:
        NoSuchCase: none, or not theirs.
        NotOpen: it is decided, or closed.
        AlreadyPaid: the money is there; the office must look.
    """
    case = _locked(case_id, actor=actor, now=now)
    if case.state == State.WITHDRAWN:
        return case
    _refuse_unless(case, Step.WITHDRAW)
    was_draft = case.is_draft
    asked = payments_queries.for_subject(case.subject)
    if asked is not None:
        try:
            payments.cancel(payment=asked, actor=actor, now=now)
        except AlreadySettled:
            raise AlreadyPaid from None
    _close(case, Step.WITHDRAW, now=now)
    _happens(case, "withdrawn", actor=actor, now=now)
    if was_draft:
        deciding.erase(case, actor=actor, now=now)
    return case


def _locked(case_id: UUID, *, actor: Actor, now: datetime) -> Case:
    Case.objects.select_for_update().filter(pk=case_id).first()
    return queries.case_for(case_id, actor=actor, now=now)


def _refuse_unless(case: Case, step: Step) -> None:
    if not rules.is_possible(case.state, step):
        raise NotOpen(case.state)


def _close(case: Case, step: Step, *, now: datetime, more: Sequence[str] = ()) -> None:
    deciding.close(case, step, now=now, more=more)


def _happens(case: Case, what: str, *, actor: Actor, now: datetime, words: str = "") -> None:
    telling.happens(case, what, actor=actor, now=now, words=words)
