"""Citizen and office write to each other about a case. What they write is sealed with its key."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.cases import deciding, queries, rules, telling, vault
from visavis.cases.message_queries import message_context, open_messages
from visavis.cases.models import Case, Message
from visavis.cases.refusals import NotOpen, NotYours, NoWords, TooLong, Unanswered
from visavis.foundation.actor import Actor, Kind
from visavis.journal import operations as journal


@transaction.atomic
def write(*, case_id: UUID, words: str, key: UUID, actor: Actor, now: datetime) -> Message:
    """Send a message to the other side; the same key again sends nothing and returns the first.

    The office's message settles what the citizen wrote before. The citizen is told that there is
    one, never what stands in it, and not again before they have seen it.

    Args:
        words: at most `rules.LONGEST_MESSAGE` characters; blanks around are cut off.
        key: made anew for every page on which one can write.

    Raises:
        NoSuchCase: none, or one that the actor may not know of.
        NotYours: an officer writes about their own request.
        NotOpen: it is not sent yet, or erased.
        NoWords, TooLong, Unanswered: as they say.
    """
    case = _locked(case_id, actor=actor, now=now)
    sent = Message.objects.filter(case=case, key=key).first()
    if sent is not None:
        return sent
    words = words.strip()
    if not words:
        raise NoWords
    if len(words) > rules.LONGEST_MESSAGE:
        raise TooLong(rules.LONGEST_MESSAGE)
    from_office = actor.kind is Kind.OFFICER
    unseen = open_messages(case, from_office=from_office).count()
    if not from_office and unseen >= rules.UNANSWERED:
        raise Unanswered
    message = Message.objects.create(
        case=case, key=key, from_office=from_office, author=actor.name, written_at=now,
        words=vault.seal(case.pk, words.encode(), context=message_context(key)),
        due_at=None if from_office else deciding.due(queries.form_of(case), now=now),
    )  # fmt: skip
    open_messages(case, from_office=not from_office).update(settled_at=now)
    journal.record(what="cases.wrote", subject=case.subject, actor=actor, now=now)
    if from_office and not unseen:
        telling.tell(case, "case-message", actor=actor, now=now, once=str(message.pk))
    return message


@transaction.atomic
def settle(*, case_id: UUID, actor: Actor, now: datetime) -> int:
    """Settle what the other side wrote: the citizen has seen it, or it needs no answer.

    Returns:
        how many messages; repeating it settles nothing more.

    Raises:
        NoSuchCase, NotYours, NotOpen: as for `write`.
    """
    case = _locked(case_id, actor=actor, now=now)
    waiting = open_messages(case, from_office=actor.kind is not Kind.OFFICER)
    settled = waiting.update(settled_at=now)
    if settled:
        journal.record(what="cases.settled", subject=case.subject, actor=actor, now=now)
    return settled


def _locked(case_id: UUID, *, actor: Actor, now: datetime) -> Case:
    Case.objects.select_for_update().filter(pk=case_id).first()
    if actor.kind is Kind.OFFICER:
        case = queries.file_for(case_id, actor=actor)
        if case.owner == actor.name:
            raise NotYours
    else:
        case = queries.case_for(case_id, actor=actor, now=now)
    if case.submitted_at is None or case.erased_at is not None:
        raise NotOpen(case.state)
    return case
