"""One task of a screen goes on, for a moment, on somebody's own phone, and comes back once.

The screen, of a visit or at home, shows a code for two minutes. The phone says which screen it is and
asks; then it shows a number, which is chosen on the screen among three. So neither a stranger who
photographs the screen nor one who sends its code to somebody gets further: only who has both in hand
brings them together. What comes back is an answer (who signs in), or the phone may act for a while in
the screen's stead (`lend`, then `use`).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, QuerySet

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


@dataclass(frozen=True, slots=True)
class Screen:
    """Where the code stands.

    Attributes:
        visit: none at home.
        holder: the Actor's name of who sits there; at home it alone says which screen it is.
    """

    visit: Visit | None
    holder: str = ""

    @property
    def handoffs(self) -> QuerySet[Handoff]:
        if self.visit:
            return Handoff.objects.filter(visit=self.visit)
        return Handoff.objects.filter(visit=None, holder=self.holder)

    def is_open(self, now: datetime) -> bool:
        return self.visit is None or self.visit.is_open(now)


@transaction.atomic
def begin(*, screen: Screen, task: str, about: str = "", now: datetime) -> Begun:
    """Begin a hand-off; one of the same task that still lived at this screen is over.

    Raises:
        VisitEnded: too late.
    """
    assert rules.is_code(task)
    if screen.visit:
        Visit.objects.select_for_update(of=("self",)).get(pk=screen.visit.pk)
        screen = replace(
            screen, visit=Visit.objects.select_related("device").get(pk=screen.visit.pk)
        )
    else:
        _wait_for_other_tabs(screen.holder, task)
    if not screen.is_open(now):
        raise VisitEnded
    screen.handoffs.filter(task=task, ended_at=None).update(ended_at=now)
    token = rules.new_secret()
    made = Handoff.objects.create(
        visit=screen.visit, holder=screen.holder, task=task, about=about,
        hashed=rules.hashed(token), made_at=now, expires_at=now + rules.HANDOFF_LIFE,
    )  # fmt: skip
    return Begun(made, token)


def living(*, screen: Screen, task: str, now: datetime) -> Handoff | None:
    """Return the hand-off of a task that still lives at a screen."""
    found = screen.handoffs.filter(task=task, ended_at=None, expires_at__gt=now)
    return found.first() if screen.is_open(now) else None


def seen(*, token: str, task: str, now: datetime) -> Handoff:
    """Return what a phone has photographed, with its visit, device and site.

    Raises:
        HandoffOver: see there.
    """
    return _alive(_by_token(token, task).first(), now=now)


@transaction.atomic
def answer(*, token: str, task: str, words: str, actor: Actor, now: datetime) -> Handoff:
    """Answer on the phone, once; the number to be chosen on the screen is drawn.

    The same answer again returns the same number.

    Args:
        words: what is handed over, such as the name of an account; never empty.
        actor: who holds the phone.

    Raises:
        HandoffOver: see there; also when somebody else has answered.
    """
    handoff = _locked(_by_token(token, task), now=now)
    if handoff.is_answered:
        if handoff.answer != words:
            raise HandoffOver
        return handoff
    handoff.answered_at, handoff.answer = now, words
    handoff.number = rules.new_number()
    handoff.save(update_fields=["answered_at", "answer", "number"])
    journal.record(
        what="visits.handoff_answered", subject=handoff.subject, actor=actor, now=now,
        details={"task": handoff.task},
    )  # fmt: skip
    return handoff


@transaction.atomic
def refuse(*, token: str, task: str, now: datetime) -> None:
    """End a hand-off from the phone, unasked for or by mistake. Repeatable."""
    _by_token(token, task).filter(ended_at=None).update(ended_at=now)


def bring_back(*, screen: Screen, task: str, number: int, actor: Actor, now: datetime) -> str:
    """Choose on the screen the number that the phone shows, and return what was handed over.

    There is one try: a wrong number ends the hand-off.

    Raises:
        HandoffOver: see there; or nobody has answered yet.
        WrongNumber: as it says.
    """
    return _chosen(screen, task, number, actor=actor, now=now, is_lent=False).answer


def lend(*, screen: Screen, task: str, number: int, actor: Actor, now: datetime) -> Handoff:
    """Choose the number, as for `bring_back`; from now on the phone may act for ten minutes.

    Raises:
        HandoffOver, WrongNumber: as for `bring_back`.
    """
    return _chosen(screen, task, number, actor=actor, now=now, is_lent=True)


def lent(*, token: str, task: str, words: str, now: datetime) -> Handoff:
    """Return what a phone may act on.

    Args:
        words: with which this phone has answered.

    Raises:
        HandoffOver: see there; another phone's, or not chosen on the screen.
    """
    handoff = seen(token=token, task=task, now=now)
    if not handoff.is_lent or handoff.answer != words:
        raise HandoffOver
    return handoff


def use(*, token: str, task: str, words: str, now: datetime) -> Handoff:
    """Note that the phone has acted once more, and give it as much time again.

    Raises:
        HandoffOver: as for `lent`.
    """
    handoff = lent(token=token, task=task, words=words, now=now)
    Handoff.objects.filter(pk=handoff.pk).update(
        done=F("done") + 1, expires_at=now + rules.LENT_LIFE
    )
    return handoff


def give_back(*, screen: Screen, task: str, now: datetime) -> None:
    """End a hand-off from the screen. Repeatable."""
    screen.handoffs.filter(task=task, ended_at=None).update(ended_at=now)


def end_all(*, holder: str, now: datetime) -> None:
    """End whatever somebody has begun or lent, at any screen: they sign out. Repeatable."""
    Handoff.objects.filter(holder=holder, ended_at=None).update(ended_at=now)


def _chosen(
    screen: Screen, task: str, number: int, *, actor: Actor, now: datetime, is_lent: bool
) -> Handoff:
    with transaction.atomic():  # ended before the refusal is raised
        handoff = _locked(screen.handoffs.filter(task=task, ended_at=None), now=now)
        if not handoff.is_answered or handoff.is_lent:
            raise HandoffOver
        is_right = handoff.number == number
        if is_right and is_lent:
            handoff.lent_at, handoff.expires_at = now, now + rules.LENT_LIFE
        else:
            handoff.ended_at = now
        handoff.save(update_fields=["ended_at", "lent_at", "expires_at"])
        journal.record(
            what="visits.handoff_brought_back" if is_right else "visits.handoff_wrong_number",
            subject=handoff.subject, actor=actor, now=now,
            details={"task": task},
        )  # fmt: skip
    if not is_right:
        raise WrongNumber
    return handoff


def forget(*, now: datetime) -> int:
    """Remove hand-offs that have been over for a while, and return how many rows went."""
    old = Handoff.objects.filter(expires_at__lt=now - rules.HANDOFF_KEPT)
    return old.delete()[0]


def _wait_for_other_tabs(holder: str, task: str) -> None:
    """Let one tab at a time begin at home, where there is no visit to lock."""
    with connection.cursor() as cursor:
        key = f"handoff:{holder}:{task}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _by_token(token: str, task: str) -> QuerySet[Handoff]:
    return Handoff.objects.filter(hashed=rules.hashed(token), task=task)


def _locked(found: QuerySet[Handoff], *, now: datetime) -> Handoff:
    return _alive(found.select_for_update(of=("self",)).first(), now=now)


def _alive(handoff: Handoff | None, *, now: datetime) -> Handoff:
    if handoff is None or handoff.ended_at is not None or handoff.expires_at <= now:
        raise HandoffOver
    if handoff.visit_id is None:
        return handoff
    visit = Visit.objects.select_related("device__site").get(pk=handoff.visit_id)
    if not visit.is_open(now):
        raise HandoffOver
    handoff.visit = visit
    return handoff
