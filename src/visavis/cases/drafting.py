"""How typed pages become the encrypted document of a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from visavis.cases import queries, vault
from visavis.cases.document import Document
from visavis.cases.models import Case
from visavis.cases.refusals import Stale
from visavis.catalog.definition import fields
from visavis.catalog.definition.fields import Answer, Unreadable
from visavis.catalog.definition.form import Field, FieldType
from visavis.catalog.definition.reading import Reading, Trouble
from visavis.places import queries as places


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving a page.

    Attributes:
        troubles: what stands against this page; its good answers are kept all the same.
        next_step: code of the page that follows, or None when the review does.
        ending: code of the legitimate end that the answers lead to.
    """

    case: Case
    troubles: tuple[Trouble, ...]
    next_step: str | None = None
    ending: str | None = None


def save(
    case: Case,
    step_code: str,
    typed: Mapping[str, object],
    *,
    based_on: int,
    client: str,
    language: str,
    now: datetime,
) -> Saved:
    """Save the page of one step of a locked draft.

    A question that the page's own answers bring up is missing until it is answered too.

    Raises:
        Stale: another browser changed these answers since.
    """
    form = queries.form_of(case)
    step = form.step(step_code)
    if step is None:
        return Saved(case, ())
    written = _written(case, step.fields, typed, based_on=based_on, client=client)
    reading = queries.reading_of(case, now=now, written=written)
    _store(case, written, reading, language=language, now=now)
    after = [shown.code for shown in reading.steps()]
    following = after[after.index(step_code) + 1 :] if step_code in after else after
    ending = reading.ending()
    return Saved(
        case=case,
        troubles=tuple(_of_typed(reading.troubles(step), written, step.fields)),
        next_step=following[0] if following else None,
        ending=ending.code if ending else None,
    )


def save_marked(
    case: Case,
    typed: Mapping[str, object],
    *,
    based_on: int,
    client: str,
    language: str,
    now: datetime,
) -> Saved:
    """Save only the fields that the office has marked, and look at all that depends on them.

    Raises:
        Stale: another browser changed these answers since.
    """
    form = queries.form_of(case)
    marked = [field for field in form.fields() if field.code in case.marked]
    written = _written(case, marked, typed, based_on=based_on, client=client)
    reading = queries.reading_of(case, now=now, written=written)
    troubles = [trouble for step in reading.steps() for trouble in reading.troubles(step)]
    # A corrected answer may bring up a question that was not asked before: it is marked too.
    case.marked = [*case.marked, *(t.field for t in troubles if t.field not in case.marked)]
    _store(case, written, reading, language=language, now=now)
    case.save(update_fields=["marked"])
    return Saved(case=case, troubles=tuple(_of_typed(troubles, written, form.fields())))


def keep(case: Case, typed: Mapping[str, str], *, based_on: int, now: datetime) -> Case:
    """Keep raw values of known fields beside the answers of a locked draft."""
    fields_ = queries.form_of(case).fields()
    known = {field.code for field in fields_ if field.type != FieldType.FILE}
    before = queries.document_of(case)
    written = before.kept(
        {name: value for name, value in typed.items() if name in known}, based_on=based_on
    )
    if written == before:
        return case
    case.document = vault.seal(case.pk, written.packed(), context=queries.DOCUMENT)
    case.saved_at = now
    changed = ["document", "saved_at", "revision"]
    case.revision = written.revision
    if case.is_draft:
        case.kept_until = now + timedelta(days=_kept_days(now))
        changed.append("kept_until")
    case.save(update_fields=changed)
    return case


def touch(case: Case, *, now: datetime) -> None:
    """Count what happened beside the answers of a locked case, such as a file, as a change of it.

    So a draft with nothing but a file is one with something in it, and is kept as long.
    """
    before = queries.document_of(case)
    written = replace(before, revision=before.revision + 1)
    reading = queries.reading_of(case, now=now, written=written)
    _store(case, written, reading, language=case.language, now=now)


def _written(
    case: Case,
    asked: Iterable[Field],
    typed: Mapping[str, object],
    *,
    based_on: int,
    client: str,
) -> Document:
    accepted, refused = _read(asked, typed)
    before = queries.document_of(case)
    stale = before.stale(accepted, based_on=based_on, client=client)
    if stale:
        raise Stale(stale)
    return before.saved(accepted, refused, client=client)


def _read(
    asked: Iterable[Field], typed: Mapping[str, object]
) -> tuple[dict[str, Answer | None], dict[str, str]]:
    """Return what can be read and what cannot, of the fields that were sent."""
    accepted: dict[str, Answer | None] = {}
    refused: dict[str, str] = {}
    for field in asked:
        if field.code not in typed or field.type == FieldType.FILE:
            continue  # files are counted where they lie, see `attachments.answers_of`
        try:
            accepted[field.code] = fields.read(field, typed[field.code])
        except Unreadable:
            refused[field.code] = str(typed[field.code])
    return accepted, refused


def _of_typed(
    troubles: Iterable[Trouble], written: Document, asked: Iterable[Field]
) -> list[Trouble]:
    """Say of a value that could not be read why, not that it is missing."""
    by_code = {field.code: field for field in asked}
    said = []
    for trouble in troubles:
        raw, field = written.raw.get(trouble.field), by_code.get(trouble.field)
        if raw and field and trouble.field not in written.answers:
            try:
                fields.read(field, raw)
            except Unreadable as why:
                trouble = Trouble(trouble.field, why.problem, why.limit, field.pattern_say)
        said.append(trouble)
    return said


def _store(
    case: Case, written: Document, reading: Reading, *, language: str, now: datetime
) -> None:
    case.document = vault.seal(case.pk, written.packed(), context=queries.DOCUMENT)
    case.revision = written.revision
    case.filters = reading.filters()
    case.language = language
    case.digest = case.version.digest
    case.saved_at = now
    changed = ["document", "revision", "filters", "language", "digest", "saved_at"]
    if case.is_draft:
        case.kept_until = now + timedelta(days=_kept_days(now))
        changed.append("kept_until")
    case.save(update_fields=changed)


def _kept_days(now: datetime) -> int:
    return places.settings_on(now.date()).draft_kept_days
