"""One task of a visit goes on, for a moment, on somebody's own phone, and comes back once.

The screen shows a code for two minutes. The phone says which device it is and asks; then it shows a
number, which is chosen on the screen among three. So neither a stranger who photographs the screen
nor one who sends its code to somebody gets further: the one lacks the account, the other the number.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from visavis.foundation.actor import Actor
from visavis.journal import operations as journal
from visavis.visits import rules
from visavis.visits.handoff_models import Handoff
from visavis.visits.models import Visit
from visavis.visits.operations import VisitEnded, VisitRefused


class HandoffOver(VisitRefused):
    """Too old, used, refused, replaced by a newer one, never there, or its visit has ended."""


class WrongNumber(VisitRefused):
    """Not the number that the phone shows. The hand-off is over."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A hand-off, and the secret that stands in its code on the screen."""

    handoff: Handoff
    token: str


@transaction.atomic
def begin(*, visit: Visit, task: str, now: datetime) -> Begun:
    """Begin a hand-off; one of the same task that still lived in this visit is over.

    Raises:
        VisitEnded: too late.
    """
    assert rules.is_code(task)
    visit = Visit.objects.select_for_update(of=("self",)).select_related("device").get(pk=visit.pk)
    if not visit.is_open(now):
        raise VisitEnded
    Handoff.objects.filter(visit=visit, task=task, ended_at=None).update(ended_at=now)
    token = secrets.token_urlsafe(16)
    made = Handoff.objects.create(
        visit=visit, task=task, hashed=rules.hashed(token),
        made_at=now, expires_at=now + rules.HANDOFF_LIFE,
    )  # fmt: skip
    return Begun(made, token)


def living(*, visit: Visit, task: str, now: datetime) -> Handoff | None:
    """Return the hand-off of a task that still lives in a visit."""
    found = Handoff.objects.filter(visit=visit, task=task, ended_at=None, expires_at__gt=now)
    return found.first() if visit.is_open(now) else None


def seen(*, token: str, now: datetime) -> Handoff:
    """Return what a phone has photographed, with its visit, device and site.

    Raises:
        HandoffOver: see there.
    """
    return _alive(Handoff.objects.filter(hashed=rules.hashed(token)).first(), now=now)


@transaction.atomic
def answer(*, token: str, words: str, actor: Actor, now: datetime) -> Handoff:
    """Answer on the phone, once; the number to be chosen on the screen is drawn.

    The same answer again returns the same number.

    Args:
        words: what is handed over, such as the name of an account; never empty.
        actor: who holds the phone.

    Raises:
        HandoffOver: see there; also when somebody else has answered.
    """
    handoff = _locked(hashed=rules.hashed(token), now=now)
    if handoff.is_answered:
        if handoff.answer != words:
            raise HandoffOver
        return handoff
    handoff.answered_at, handoff.answer = now, words
    handoff.number = rules.new_number()
    handoff.save(update_fields=["answered_at", "answer", "number"])
    journal.record(
        what="visits.handoff_answered", subject=f"visit:{handoff.visit_id}", actor=actor, now=now,
        details={"task": handoff.task},
    )  # fmt: skip
    return handoff


@transaction.atomic
def refuse(*, token: str, now: datetime) -> None:
    """End a hand-off from the phone, unasked for or by mistake. Repeatable."""
    Handoff.objects.filter(hashed=rules.hashed(token), ended_at=None).update(ended_at=now)


def bring_back(*, visit: Visit, task: str, number: int, actor: Actor, now: datetime) -> str:
    """Choose on the screen the number that the phone shows, and return what was handed over.

    There is one try: a wrong number ends the hand-off.

    Raises:
        HandoffOver: see there; or nobody has answered yet.
        WrongNumber: as it says.
    """
    with transaction.atomic():  # ended before the refusal is raised
        handoff = _locked(visit=visit, task=task, ended_at=None, now=now)
        if not handoff.is_answered:
            raise HandoffOver
        is_right = handoff.number == number
        words = handoff.answer
        handoff.ended_at = now
        handoff.save(update_fields=["ended_at"])
        journal.record(
            what="visits.handoff_brought_back" if is_right else "visits.handoff_wrong_number",
            subject=f"visit:{handoff.visit_id}", actor=actor, now=now,
            details={"task": task},
        )  # fmt: skip
    if not is_right:
        raise WrongNumber
    return words


def forget(*, now: datetime) -> int:
    """Remove hand-offs that have been over for a while, and return how many rows went."""
    old = Handoff.objects.filter(expires_at__lt=now - rules.HANDOFF_KEPT)
    return old.delete()[0]


def _locked(*, now: datetime, **which: object) -> Handoff:
    found = Handoff.objects.select_for_update(of=("self",)).filter(**which).first()
    return _alive(found, now=now)


def _alive(handoff: Handoff | None, *, now: datetime) -> Handoff:
    if handoff is None or handoff.ended_at is not None or handoff.expires_at <= now:
        raise HandoffOver
    visit = Visit.objects.select_related("device__site").get(pk=handoff.visit_id)
    if not visit.is_open(now):
        raise HandoffOver
    handoff.visit = visit
    return handoff
