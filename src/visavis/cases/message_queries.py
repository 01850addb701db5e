"""Questions about what citizens and offices write to each other."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from visavis.cases import vault
from visavis.cases.models import Case, CaseQuerySet, Message


@dataclass(frozen=True, slots=True)
class Said:
    """One message, as its readers see it.

    Attributes:
        is_open: the citizen has not seen it, or the office has not answered it.
        due_at: until when the office answers what the citizen wrote.
    """

    from_office: bool
    words: str
    at: datetime
    is_open: bool
    due_at: datetime | None


def conversation(case: Case) -> list[Said]:
    """Return what citizen and office wrote to each other, the oldest first; nothing once erased."""
    if case.erased_at:
        return []
    return [
        Said(
            from_office=message.from_office,
            words=vault.open_(
                case.pk, message.words, context=message_context(message.key)
            ).decode(),
            at=message.written_at,
            is_open=message.settled_at is None,
            due_at=message.due_at,
        )
        for message in Message.objects.filter(case=case).order_by("written_at", "id")
    ]


def message_context(key: UUID) -> str:
    """Return what a message's words are sealed for."""
    return f"message:{key}"


def open_messages(case: Case, *, from_office: bool) -> QuerySet[Message]:
    """Return what one side wrote and the other has not settled."""
    return Message.objects.filter(case=case, from_office=from_office, settled_at=None)


def with_news(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return a citizen's cases, each with `has_news`: a message that they have not seen."""
    unseen = Message.objects.filter(case=OuterRef("pk"), from_office=True, settled_at=None)
    return cases.annotate(has_news=Exists(unseen))


def unanswered(offices: Collection[str]) -> CaseQuerySet:
    """Return the cases of offices in which a citizen waits for an answer, the most urgent first.

    Each has `answer_by`, when the first of the answers is due.
    """
    waiting = Q(messages__from_office=False, messages__settled_at=None)
    found = Case.objects.with_version().filter(waiting, office__in=offices, erased_at=None)
    return found.annotate(answer_by=Min("messages__due_at", filter=waiting)).order_by(
        "answer_by", "id"
    )
