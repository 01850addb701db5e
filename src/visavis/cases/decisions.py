"""Everything that an officer may change about a case. Each reads its rules itself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.cases import asking, deciding, queries, rules, telling
from visavis.cases.models import Case
from visavis.cases.refusals import (
    NoReason,
    NothingMarked,
    NothingToAsk,
    NotOpen,
    NotYours,
    TakenByAnother,
)
from visavis.cases.rules import State, Step
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal


@transaction.atomic
def read_file(*, case_id: UUID, actor: Actor, now: datetime) -> Case:
    """Open a citizen's file as an officer; that it was read is written down.

    Raises:
        NoSuchCase: none, a draft, or another office's.
    """
    case = queries.file_for(case_id, actor=actor)
    journal.record(what="cases.read", subject=case.subject, actor=actor, now=now)
    return case


@transaction.atomic
def take(*, case_id: UUID, actor: Actor, now: datetime) -> Case:
    """Begin to work on a case; taking one's own again changes nothing.

    Raises:
        NoSuchCase: none, or another office's.
        TakenByAnother: somebody else works on it.
        NotOpen: it does not wait for the office.
    """
    case = _locked_file(case_id, actor=actor)
    if case.state == State.IN_REVIEW:
        if case.taken_by != actor.name:
            raise TakenByAnother(case.taken_at)
        return case
    _refuse_unless(case, Step.TAKE)
    if case.owner == actor.name:
        raise NotYours
    case.state, case.taken_by, case.taken_at = State.IN_REVIEW, actor.name, now
    case.save(update_fields=["state", "taken_by", "taken_at"])
    telling.happens(case, "taken", actor=actor, now=now)
    return case


@transaction.atomic
def put_back(*, case_id: UUID, actor: Actor, now: datetime) -> Case:
    """Give a case back into the queue.

    Raises:
        NoSuchCase, NotYours, NotOpen: as for `accept`.
    """
    case = _decidable(case_id, Step.PUT_BACK, actor=actor)
    case.state, case.taken_by, case.taken_at = State.SUBMITTED, "", None
    case.save(update_fields=["state", "taken_by", "taken_at"])
    journal.record(what="cases.put_back", subject=case.subject, actor=actor, now=now)
    return case


@transaction.atomic
def ask_correction(
    *, case_id: UUID, fields: Sequence[str], message: str, actor: Actor, now: datetime
) -> Case:
    """Ask the citizen to correct some answers, with a message.

    Raises:
        NoSuchCase, NotYours, NotOpen: as for `accept`.
        NothingMarked: no field of the form, or no message.
    """
    case = _decidable(case_id, Step.ASK_CORRECTION, actor=actor)
    asked = {field.code for field, _ in queries.reading_of(case, now=now).asked_answers()}
    marked = [code for code in fields if code in asked]
    if not marked or not message.strip():
        raise NothingMarked
    case.state, case.marked = State.CORRECTION, marked
    case.save(update_fields=["state", "marked"])
    telling.happens(case, "correction", actor=actor, now=now, words=message.strip())
    telling.tell(case, "case-correction", actor=actor, now=now)
    return case


@transaction.atomic
def accept(*, case_id: UUID, actor: Actor, now: datetime) -> Case:
    """Say yes. With a fee it is granted once paid, without one at once. Repeatable.

    Raises:
        NoSuchCase: none, or another office's.
        NotYours: the actor has not taken it, or it is their own.
        NotOpen: it is not in review.
        NotGrantedHere: not in this world.
    """
    case = _locked_file(case_id, actor=actor)
    if case.state in (State.PAYMENT, State.GRANTED) and case.taken_by == actor.name:
        return case
    case = _decidable(case_id, Step.ACCEPT, actor=actor)
    deciding.accept(case, actor=actor, now=now)
    return case


@transaction.atomic
def ask_register(*, case_id: UUID, actor: Actor, now: datetime) -> Case:
    """Have the register asked, once more or for the first time; the officer still decides.

    Raises:
        NoSuchCase, NotYours, NotOpen: as for `accept`.
        NothingToAsk: the service compares with no register.
    """
    case = _decidable(case_id, Step.ACCEPT, actor=actor)
    if queries.form_of(case).decision.check is None:
        raise NothingToAsk
    asking.begin(case, actor=actor, now=now)
    return case


@transaction.atomic
def refuse(*, case_id: UUID, reason: str, actor: Actor, now: datetime) -> Case:
    """Say no, with the reason in words for the citizen.

    Raises:
        NoSuchCase, NotYours, NotOpen: as for `accept`.
        NoReason: no words.
    """
    case = _decidable(case_id, Step.REFUSE, actor=actor)
    if not reason.strip():
        raise NoReason
    case.decided_at = now
    deciding.close(case, Step.REFUSE, now=now, more=["decided_at"])
    telling.happens(case, "refused", actor=actor, now=now, words=reason.strip())
    telling.tell(case, "case-refused", actor=actor, now=now)
    return case


def _locked_file(case_id: UUID, *, actor: Actor) -> Case:
    Case.objects.select_for_update().filter(pk=case_id).first()
    return queries.file_for(case_id, actor=actor)


def _decidable(case_id: UUID, step: Step, *, actor: Actor) -> Case:
    case = _locked_file(case_id, actor=actor)
    _refuse_unless(case, step)
    if not rules.may_decide(case, actor=actor):
        raise NotYours
    return case


def _refuse_unless(case: Case, step: Step) -> None:
    if not rules.is_possible(case.state, step):
        raise NotOpen(case.state)
