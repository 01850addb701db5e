"""Files that a question asks for: sent at once by script, or with the page; looked at; removed."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from visavis.cases import attaching, attachments
from visavis.cases.attachments import FileShown
from visavis.cases.models import Case
from visavis.cases.queries import NoSuchCase
from visavis.cases.refusals import CaseRefused, NoSuchFile
from visavis.cases.vault import KeyDestroyed
from visavis.catalog.definition.form import Field, FieldType, FileSort
from visavis.doors.entrance import actor_of, request_now
from visavis.doors.files import handed_over, picture
from visavis.doors.portal.cases_access import case_of, url
from visavis.doors.portal.cases_file_words import INFECTED_LATER, LATER, REPLACED, STATES, said
from visavis.doors.uploads import takes_files
from visavis.foundation.files.refusals import FileRefused
from visavis.foundation.throttles import TooMany

ACCEPT = {
    # By naming JPEG and not every picture, iPhones send JPEG instead of HEIC.
    FileSort.PICTURE: "image/jpeg,image/png,image/webp",
    FileSort.PDF: "application/pdf",
}
REMOVE, SEND = "remove_file", "send_files"  # names of buttons of the page


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file in a list."""

    key: UUID
    name: str
    size: str
    pages: int
    preview_url: str
    url: str
    state: str
    state_kind: str


@dataclass(frozen=True, slots=True)
class FileQuestion:
    """A question that is answered with files, as its page shows it."""

    code: str
    accept: str
    takes_pdf: bool
    takes_pictures: bool
    most: int
    megabytes: int
    rows: tuple[FileRow, ...]
    key: UUID
    send_url: str
    phone_url: str

    @property
    def room(self) -> int:
        return max(self.most - len(self.rows), 0)


def questions(case: Case, fields: Iterable[Field]) -> dict[str, FileQuestion]:
    """Return what the file questions among some fields need on their page."""
    asked = [field for field in fields if field.type == FieldType.FILE]
    if not asked:
        return {}
    files = [one for one in attachments.files_of(case) if one.is_current]
    return {field.code: _question(case, field, files) for field in asked}


def _question(case: Case, field: Field, files: list[FileShown]) -> FileQuestion:
    return FileQuestion(
        code=field.code,
        accept=",".join(ACCEPT[sort] for sort in field.file_sorts),
        takes_pdf=FileSort.PDF in field.file_sorts,
        takes_pictures=FileSort.PICTURE in field.file_sorts,
        most=field.most_files,
        megabytes=field.most_bytes // 1_000_000,
        rows=tuple(rows(case, [one for one in files if one.field == field.code])),
        key=uuid4(),
        send_url=url("case_file_send", case, field.code),
        phone_url=_phone_url(case, field),
    )


def _phone_url(case: Case, field: Field) -> str:
    with suppress(NoReverseMatch):
        return reverse("portal:file_by_phone", args=[case.pk, field.code])
    return ""


def rows(case: Case, files: Iterable[FileShown]) -> list[FileRow]:
    """Return files ready to be listed to who sent them."""
    return [_row(case, one) for one in files]


def _row(case: Case, one: FileShown) -> FileRow:
    where = [case.pk, one.key]
    state, kind = STATES[one.verdict]
    is_harmful = one.verdict == one.verdict.INFECTED
    if is_harmful and case.submitted_at is not None:
        state = INFECTED_LATER
    if not one.is_current:
        state, kind = REPLACED, "neutral"
    return FileRow(
        key=one.key, name=one.name, size=filesizeformat(one.size), pages=one.pages,
        preview_url=reverse("portal:case_file_preview", args=where)
        if one.has_preview and not is_harmful else "",
        url="" if is_harmful else reverse("portal:case_file", args=where),
        state=str(state), state_kind=kind,
    )  # fmt: skip


def take(request: HttpRequest, case: Case, fields: Iterable[Field]) -> dict[str, str]:
    """Attach the files that came with a page, and say by question why one was not taken."""
    faults: dict[str, str] = {}
    for field in fields:
        for number, file in enumerate(request.FILES.getlist(field.code)):
            key = uuid5(_key(request, f"key_{field.code}"), str(number))
            try:
                _attach(request, case, field.code, key, file)
            except (CaseRefused, FileRefused, TooMany) as refusal:
                faults[field.code] = f"{file.name}: {said(refusal)}"
    return faults


def take_back(request: HttpRequest, case: Case) -> None:
    """Remove the file whose button was pressed."""
    with suppress(CaseRefused):  # sent meanwhile: the page says where the request stands
        attaching.remove(
            case_id=case.pk, key=_key(request, REMOVE), actor=actor_of(request),
            now=request_now(request),
        )  # fmt: skip


def _attach(request: HttpRequest, case: Case, field: str, key: UUID, file: UploadedFile) -> None:
    sent = attaching.Sent(key=key, name=file.name or "", content=file.read())
    try:
        attaching.attach(
            case_id=case.pk, field=field, sent=sent, actor=actor_of(request),
            now=request_now(request),
        )  # fmt: skip
    except NoSuchCase as gone:  # taken up elsewhere while its file was judged
        raise Http404 from gone


def _key(request: HttpRequest, name: str) -> UUID:
    """Return the key that the page made; what is none is as good as a fresh one."""
    with suppress(ValueError):
        return UUID(request.POST.get(name, ""))
    return uuid4()


@never_cache
@require_POST
@takes_files
def send(request: HttpRequest, case_id: UUID, field: str) -> HttpResponse:
    """Take one file, for the script; answer with the files that are there now."""
    case = case_of(request, case_id)
    file = request.FILES.get("file")
    if file is None:
        return HttpResponse(status=400)
    try:
        _attach(request, case, field, _key(request, "key"), file)
    except (CaseRefused, FileRefused, TooMany) as refusal:
        status = 503 if isinstance(refusal, LATER) else 422
        return HttpResponse(said(refusal), status=status, content_type="text/plain; charset=utf-8")
    files = [one for one in attachments.files_of(case, field=field) if one.is_current]
    context = {"rows": rows(case, files), "can_remove": True}
    return render(request, "portal/cases/_files.html", context)


@never_cache
@require_GET
def preview(request: HttpRequest, case_id: UUID, key: UUID) -> HttpResponse:
    """A small picture of one's own file."""
    case = case_of(request, case_id)
    try:
        return picture(attachments.preview(attachments.row_of(case, key), is_sender=True))
    except (NoSuchFile, CaseRefused, KeyDestroyed) as missing:
        raise Http404 from missing


@never_cache
@require_GET
def file(request: HttpRequest, case_id: UUID, key: UUID) -> HttpResponse:
    """One's own file, to be saved; on our devices nothing may stay behind."""
    case = case_of(request, case_id)
    if getattr(request, "visit", None):
        raise Http404
    try:
        return handed_over(attachments.opened(attachments.row_of(case, key), is_sender=True))
    except (NoSuchFile, CaseRefused, KeyDestroyed) as missing:
        raise Http404 from missing
