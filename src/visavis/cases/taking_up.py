"""How a parked draft is taken up elsewhere: its code, and something only its citizen knows."""

from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import F

from visavis.cases import queries, rules
from visavis.cases.models import Case
from visavis.cases.refusals import BelongsToAnAccount, OnlyInABranch, WrongFacts
from visavis.foundation import codes, throttles
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal
from visavis.places import queries as places


def take_up(*, code: str, fact: str, actor: Actor, now: datetime) -> Case:
    """See `operations.take_up`. A wrong try is counted whatever happens afterwards."""
    throttles.spend(
        f"cases.take_up:{actor.visit or actor.name}",
        limit=rules.TAKE_UPS,
        per=rules.TAKE_UPS_PER,
        now=now,
    )
    if actor.visit is None and actor.is_anonymous:
        # Whoever leaves cookies out is a new browser each time, so all browsers share a budget too.
        throttles.spend(
            "cases.take_up:browsers",
            limit=rules.TAKE_UPS_OF_ALL_BROWSERS,
            per=rules.TAKE_UPS_OF_ALL_PER,
            now=now,
        )
    with transaction.atomic():
        case = _draft(code, now=now)
        refusal = _refusal(case, fact, actor=actor, now=now)
        if refusal is None:
            return _handed_over(case, actor=actor, now=now)
        if isinstance(refusal, WrongFacts):
            Case.objects.filter(pk=case.pk).update(tries=F("tries") + 1)
            journal.record(what="cases.take_up_refused", subject=case.subject, actor=actor, now=now)
    raise refusal  # after the commit, so that the try counts


def unlock(*, code: str, actor: Actor, now: datetime) -> None:
    """See `operations.unlock`."""
    with transaction.atomic():
        case = _draft(code, now=now)
        case.tries = 0
        case.save(update_fields=["tries"])
        journal.record(what="cases.unlocked", subject=case.subject, actor=actor, now=now)


def _draft(code: str, *, now: datetime) -> Case:
    """Return the locked draft of a code.

    Raises:
        WrongFacts: there is none, or its time is over.
    """
    number = codes.canonical(code)
    case = (
        Case.objects.drafts()
        .select_for_update(of=("self",))
        .select_related("version")
        .filter(code=number, kept_until__gt=now, revision__gt=0)
        .first()
        if codes.is_number(number)
        else None
    )
    if case is None:
        raise WrongFacts
    return case


def _refusal(case: Case, fact: str, *, actor: Actor, now: datetime) -> Exception | None:
    if case.owner:
        return None if case.owner == actor.name else BelongsToAnAccount()
    if case.tries >= places.settings_on(now.date()).draft_tries:
        return OnlyInABranch()
    return None if _knows(case, fact.strip()) else WrongFacts()


def _knows(case: Case, fact: str) -> bool:
    if case.second_fact and rules.is_four_digits(fact) and check_password(fact, case.second_fact):
        return True
    birth_field = queries.form_of(case).birth_field
    birth = queries.document_of(case).answers.get(birth_field or "")
    return isinstance(birth, str) and len(fact) == 10 and rules.is_same_birth(fact, birth)


def _handed_over(case: Case, *, actor: Actor, now: datetime) -> Case:
    case.tries = 0
    case.held_by = actor.name
    case.owner = "" if actor.is_anonymous else actor.name
    case.save(update_fields=["tries", "held_by", "owner"])
    journal.record(what="cases.taken_up", subject=case.subject, actor=actor, now=now)
    return case
