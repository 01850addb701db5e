"""Questions about the files of a case."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from visavis.cases import storing, vault
from visavis.cases.attachment_models import Attachment
from visavis.cases.attachment_rules import Held, Standing, Verdict
from visavis.cases.models import Case
from visavis.cases.refusals import NoSuchFile, NotYetScanned, Quarantined
from visavis.catalog.definition.fields import INFECTED_FILE
from visavis.catalog.definition.form import Form
from visavis.foundation.files.types import FileKind


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file as its citizen and the office see it in a list."""

    key: UUID
    field: str
    name: str
    kind: FileKind
    size: int
    pages: int
    has_preview: bool
    verdict: Verdict
    standing: Standing
    sent_at: datetime
    left_at: datetime | None

    @property
    def is_current(self) -> bool:
        return self.standing is Standing.CURRENT


@dataclass(frozen=True, slots=True)
class Opened:
    """A file in the clear."""

    name: str
    kind: FileKind
    content: bytes


def files_of(case: Case, *, field: str = "") -> list[FileShown]:
    """Return the files of a case, or of one of its questions, in the order in which they came.

    What was replaced is among them; what was removed is not.

    Raises:
        KeyDestroyed: the case is erased while files were left.
    """
    found = Attachment.objects.filter(case=case).kept().in_order()
    return _opened(case.pk, found.filter(field=field) if field else found)


def files_of_cases(cases: Collection[Case]) -> dict[UUID, list[FileShown]]:
    """Return the files of those cases that have any, as `files_of` does.

    Raises:
        KeyDestroyed: one of them is erased while files were left.
    """
    by_case: dict[UUID, list[Attachment]] = {}
    for row in Attachment.objects.filter(case__in=cases).kept().in_order():
        by_case.setdefault(row.case_id, []).append(row)
    return {case_id: _opened(case_id, rows) for case_id, rows in by_case.items()}


def _opened(case_id: UUID, found: Iterable[Attachment]) -> list[FileShown]:
    rows = list(found)
    names = vault.open_all(case_id, {name_context(row.key): row.name for row in rows})
    return [_shown(row, names[name_context(row.key)].decode()) for row in rows]


def names_of(files: Iterable[FileShown], field: str) -> str:
    """Return the names of the current files of a question, as one line."""
    return ", ".join(one.name for one in files if one.is_current and one.field == field)


def answers_of(case: Case, form: Form) -> dict[str, int | str]:
    """Return how many files each question has; `INFECTED_FILE` where a harmful one is among them."""
    asked = form.file_fields()
    if not asked:
        return {}
    answers: dict[str, int | str] = {}
    current = Attachment.objects.filter(case=case).current().in_order()
    for field, verdict in current.values_list("field", "verdict"):
        before = answers.get(field, 0)
        is_harmful = verdict == Verdict.INFECTED or not isinstance(before, int)
        answers[field] = INFECTED_FILE if is_harmful else int(before) + 1
    return answers


def held_by(case: Case, *, field: str) -> Held:
    """Return how much a case holds already."""
    kept = Attachment.objects.filter(case=case).kept()
    return Held(
        files=kept.count(),
        bytes=kept.aggregate(all=Sum("size"))["all"] or 0,
        of_question=kept.current().filter(field=field).count(),
    )


def row_of(case: Case, key: UUID) -> Attachment:
    """Return the row of a file that is kept.

    Raises:
        NoSuchFile: none with this key in this case, or removed.
    """
    found = Attachment.objects.filter(case=case, key=key).kept().first()
    if found is None:
        raise NoSuchFile(key)
    return found


def opened(row: Attachment, *, is_sender: bool = False) -> Opened:
    """Return a file in the clear.

    Args:
        is_sender: who sent it need not wait for the scanner.

    Raises:
        NotYetScanned, Quarantined: as the scanner says.
        KeyDestroyed: the case is erased.
    """
    _refuse_unless_clean(row, is_sender=is_sender)
    name = vault.open_(row.case_id, row.name, context=name_context(row.key)).decode()
    return Opened(name, FileKind(row.kind), content_of(row))


def preview(row: Attachment, *, is_sender: bool = False) -> bytes:
    """Return the picture of a file's first page: a JPEG that we have drawn ourselves.

    Args:
        is_sender: who sent it need not wait for the scanner.

    Raises:
        NoSuchFile: it has none.
        NotYetScanned, Quarantined: as the scanner says.
        KeyDestroyed: the case is erased.
    """
    _refuse_unless_clean(row, is_sender=is_sender)
    if not row.has_preview:
        raise NoSuchFile(row.key)
    return _open(row, row.file + storing.PREVIEW, preview_context(row.key))


def content_of(row: Attachment) -> bytes:
    """Return the bytes of a file, whatever the scanner says: for the scanner itself.

    Raises:
        NoSuchFile: it was removed at this very moment.
        KeyDestroyed: the case is erased.
    """
    return _open(row, row.file, content_context(row.key))


def _refuse_unless_clean(row: Attachment, *, is_sender: bool) -> None:
    if row.verdict == Verdict.WAITING and not is_sender:
        raise NotYetScanned
    if row.verdict == Verdict.INFECTED:
        raise Quarantined


def name_context(key: UUID) -> str:
    return f"file:{key}:name"


def content_context(key: UUID) -> str:
    return f"file:{key}"


def preview_context(key: UUID) -> str:
    return f"file:{key}:preview"


def _open(row: Attachment, file: str, context: str) -> bytes:
    try:
        sealed = storing.read(row.case_id, file)
    except FileNotFoundError as gone:
        raise NoSuchFile(row.key) from gone
    return vault.open_(row.case_id, sealed, context=context)


def _shown(row: Attachment, name: str) -> FileShown:
    return FileShown(
        key=row.key, field=row.field, name=name, kind=FileKind(row.kind), size=row.size,
        pages=row.pages, has_preview=row.has_preview, verdict=Verdict(row.verdict),
        standing=Standing(row.standing), sent_at=row.sent_at, left_at=row.left_at,
    )  # fmt: skip
