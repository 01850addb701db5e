"""Sending the files that a question asks for, taking one back, and handing one out to the office.

While a request is a draft, what is taken back is gone. While the office asks for a correction, what it
has seen already is kept as replaced: both sides know what was there.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.cases import attachment_rules, attachments, drafting, queries, scanning, storing, vault
from visavis.cases.attachment_models import Attachment
from visavis.cases.attachment_rules import Standing
from visavis.cases.attachments import Opened
from visavis.cases.models import Case, Event
from visavis.cases.refusals import (
    CaseFull,
    FileTooLarge,
    NotAsked,
    NotOpen,
    TooManyFiles,
    WrongKind,
)
from visavis.cases.rules import State
from visavis.catalog.definition.form import Field, FieldType
from visavis.catalog.definition.reading import Reading
from visavis.foundation import jobs, throttles
from visavis.foundation.actor import Actor
from visavis.foundation.files.examining import examine
from visavis.foundation.files.types import Examined
from visavis.journal import operations as journal


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came.

    Attributes:
        key: made by who sends; the same again is the same file, sent once more.
        name: as the sender's device calls it; may be empty.
    """

    key: UUID
    name: str
    content: bytes


def attach(*, case_id: UUID, field: str, sent: Sent, actor: Actor, now: datetime) -> Attachment:
    """Take one file for a question; sending it again with the same key makes no second.

    It is judged before the case is locked, so that a large picture holds nobody up.

    Raises:
        NoSuchCase: none, not theirs, or of a visit that has ended.
        NotOpen: neither a draft nor to be corrected.
        NotAsked, WrongKind, FileTooLarge, TooManyFiles, CaseFull: as they say.
        FileRefused: by one of its kinds: what is in the file cannot be taken.
        TooMany: this visit, account or browser has sent too much in this hour.
    """
    case = queries.case_for(case_id, actor=actor, now=now)
    asked = _asked(case, field, now=now)
    before = Attachment.objects.filter(case=case, key=sent.key).first()
    if before is not None:
        return before
    if len(sent.content) > asked.most_bytes:
        raise FileTooLarge(asked.most_bytes // 1_000_000)
    _refuse_unless_room(case, asked, more=0)
    _spend(len(sent.content), actor=actor, now=now)
    examined = examine(sent.content)
    if not attachment_rules.is_taken(asked, examined.kind):
        raise WrongKind
    return _keep(case_id, field, sent, examined, actor=actor, now=now)


@transaction.atomic
def remove(*, case_id: UUID, key: UUID, actor: Actor, now: datetime) -> None:
    """Take a file back. What the office has seen stays for it, as replaced. Repeating changes nothing.

    Raises:
        NoSuchCase: none, not theirs, or of a visit that has ended.
        NotOpen, NotAsked: its question cannot be changed now.
    """
    case = _locked(case_id, actor=actor, now=now)
    row = Attachment.objects.filter(case=case, key=key).current().first()
    if row is None:
        return
    _asked(case, row.field, now=now)
    _leave(case, row, now=now)
    drafting.touch(case, now=now)
    journal.record(what="cases.detached", subject=case.subject, actor=actor, now=now)


def settle(case: Case, reading: Reading, *, now: datetime) -> None:
    """Leave only the files of questions that are asked, when a locked case goes to the office."""
    asked = {field.code for field, _ in reading.asked_answers()}
    for row in Attachment.objects.filter(case=case).current().exclude(field__in=asked):
        _leave(case, row, now=now)


@transaction.atomic
def open_file(*, case_id: UUID, key: UUID, actor: Actor, now: datetime) -> Opened:
    """Hand a file to an officer; that it was opened is written down.

    Raises:
        NoSuchCase: none, a draft, or another office's.
        NoSuchFile: none with this key, or removed.
        NotYetScanned, Quarantined: as the scanner says.
        KeyDestroyed: the case is erased.
    """
    case = queries.file_for(case_id, actor=actor)
    opened = attachments.opened(attachments.row_of(case, key))
    journal.record(
        what="cases.file_opened", subject=case.subject, actor=actor, now=now,
        details={"file": str(key)},
    )  # fmt: skip
    return opened


@transaction.atomic
def see_preview(*, case_id: UUID, key: UUID, actor: Actor, now: datetime) -> bytes:
    """Show an officer the first page of a file; that it was seen is written down.

    Raises:
        NoSuchCase, NoSuchFile, NotYetScanned, Quarantined, KeyDestroyed: as for `open_file`.
    """
    case = queries.file_for(case_id, actor=actor)
    seen = attachments.preview(attachments.row_of(case, key))
    journal.record(
        what="cases.preview_seen", subject=case.subject, actor=actor, now=now,
        details={"file": str(key)},
    )  # fmt: skip
    return seen


def forget(*, attachment_id: int) -> None:
    """Remove from the disk what lies there of a removed file. Repeating it changes nothing."""
    row = Attachment.objects.filter(pk=attachment_id, standing=Standing.REMOVED).first()
    if row is not None:
        storing.remove(row.case_id, row.file)


def sweep(*, now: datetime) -> int:
    """Remove the files that no row names, and return how many: a crash came between the two."""
    count = 0
    for case_id, name in list(storing.older_than(now - attachment_rules.SWEPT_AFTER)):
        whole = name.removesuffix(storing.PREVIEW)
        if not Attachment.objects.filter(case_id=case_id, file=whole).kept().exists():
            storing.remove(case_id, whole)
            storing.remove(case_id, name)
            count += 1
    return count


@transaction.atomic
def _keep(
    case_id: UUID, field: str, sent: Sent, examined: Examined, *, actor: Actor, now: datetime
) -> Attachment:
    case = _locked(case_id, actor=actor, now=now)
    asked = _asked(case, field, now=now)
    before = Attachment.objects.filter(case=case, key=sent.key).first()
    if before is not None:  # sent twice at the same moment: the other came first
        return before
    _refuse_unless_room(case, asked, more=len(examined.content))
    name = attachment_rules.name_of(sent.name) or f"{field}{examined.kind.suffix}"
    stored = _store(case, sent.key, examined)
    row = Attachment.objects.create(
        case=case, field=field, key=sent.key, file=stored, kind=examined.kind,
        name=vault.seal(case.pk, name.encode(), context=attachments.name_context(sent.key)),
        size=len(examined.content), pages=examined.pages, has_preview=bool(examined.preview),
        verdict=scanning.first_verdict(), sent_at=now,
    )  # fmt: skip
    drafting.touch(case, now=now)
    journal.record(what="cases.attached", subject=case.subject, actor=actor, now=now)
    jobs.announce("attachment.sent", subject=row.subject)
    return row


def _store(case: Case, key: UUID, examined: Examined) -> str:
    name = storing.new_name()
    content = vault.seal(case.pk, examined.content, context=attachments.content_context(key))
    storing.write(case.pk, name, content)
    if examined.preview:
        preview = vault.seal(case.pk, examined.preview, context=attachments.preview_context(key))
        storing.write(case.pk, name + storing.PREVIEW, preview)
    return name


def _leave(case: Case, row: Attachment, *, now: datetime) -> None:
    row.left_at = now
    if _was_seen(case, row):
        row.standing = Standing.REPLACED
    else:
        row.standing, row.name = Standing.REMOVED, b""
        jobs.announce("attachment.removed", subject=row.subject)
    row.save(update_fields=["standing", "name", "left_at"])


def _was_seen(case: Case, row: Attachment) -> bool:
    """Tell whether a file lay with the office before it asked for the correction."""
    asked = Event.objects.filter(case=case, what="correction").order_by("happened_at", "id").last()
    return asked is not None and row.sent_at <= asked.happened_at


def _locked(case_id: UUID, *, actor: Actor, now: datetime) -> Case:
    Case.objects.select_for_update().filter(pk=case_id).first()
    return queries.case_for(case_id, actor=actor, now=now)


def _asked(case: Case, field: str, *, now: datetime) -> Field:
    if case.state not in (State.DRAFT, State.CORRECTION):
        raise NotOpen(case.state)
    asked = queries.form_of(case).field(field)
    if asked is None or asked.type != FieldType.FILE:
        raise NotAsked
    if case.state == State.CORRECTION and field not in case.marked:
        raise NotAsked
    if not queries.reading_of(case, now=now).is_asked(field):
        raise NotAsked
    return asked


def _refuse_unless_room(case: Case, asked: Field, *, more: int) -> None:
    held = attachments.held_by(case, field=asked.code)
    if not attachment_rules.has_room(asked, held):
        raise TooManyFiles(asked.most_files)
    if attachment_rules.is_full(held, more=more):
        raise CaseFull


def _spend(size: int, *, actor: Actor, now: datetime) -> None:
    kilobytes = max(size // 1_000 + 1, attachment_rules.LEAST_KILOBYTES)
    who = f"visit:{actor.visit}" if actor.visit else actor.name
    limit, per = attachment_rules.KILOBYTES_AN_HOUR, attachment_rules.PER
    throttles.spend(f"cases.files:{who}", limit=limit, per=per, now=now, much=kilobytes)
    if actor.is_anonymous and not actor.visit:
        limit = attachment_rules.KILOBYTES_OF_ALL_BROWSERS
        throttles.spend("cases.files:browsers", limit=limit, per=per, now=now, much=kilobytes)
