"""The files of a case as the office sees them: previews, the file itself, what was replaced."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from visavis.cases import attaching, attachments, queries
from visavis.cases.attachment_rules import Verdict
from visavis.cases.attachments import FileShown
from visavis.cases.models import Case
from visavis.cases.refusals import NoSuchFile, NotYetScanned, Quarantined
from visavis.cases.vault import KeyDestroyed
from visavis.doors.entrance import actor_of, request_now
from visavis.doors.files import handed_over, picture
from visavis.doors.staff_gate import require_role
from visavis.foundation.actor import Kind

STATES = {
    Verdict.WAITING: (_("Being checked for viruses"), "waiting"),
    Verdict.CLEAN: (_("Clean"), "good"),
    Verdict.INFECTED: (_("Harmful: locked away"), "bad"),
}
REFUSALS = {
    NotYetScanned: _("This file is still being checked for viruses. Try again in a moment."),
    Quarantined: _("This file is harmful and is opened by nobody. Ask for another one."),
}


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file in the office's list."""

    name: str
    size: str
    pages: int
    when: str
    preview_url: str
    url: str
    state: str
    state_kind: str
    is_replaced: bool


def rows(case: Case) -> dict[str, list[FileRow]]:
    """Return the files of a case by question, what was replaced after what stands now."""
    found: dict[str, list[FileRow]] = {}
    files = [] if case.erased_at else attachments.files_of(case)
    for one in sorted(files, key=lambda one: not one.is_current):
        found.setdefault(one.field, []).append(_row(case, one))
    return found


def _row(case: Case, one: FileShown) -> FileRow:
    where = [case.pk, one.key]
    is_clean = one.verdict is Verdict.CLEAN
    state, kind = STATES[one.verdict]
    return FileRow(
        name=one.name, size=filesizeformat(one.size), pages=one.pages,
        when=date_format(localtime(one.sent_at), "d.m.Y H:i"),
        preview_url=reverse("office:file_preview", args=where)
        if is_clean and one.has_preview else "",
        url=reverse("office:file", args=where) if is_clean else "",
        state=str(state), state_kind=kind, is_replaced=not one.is_current,
    )  # fmt: skip


@never_cache
@require_GET
@require_role("officer")
def file(request: HttpRequest, case_id: UUID, key: UUID) -> HttpResponse:
    """Hand a file over to be saved; that it was opened is written in the journal."""
    actor = actor_of(request, kind=Kind.OFFICER)
    try:
        opened = attaching.open_file(
            case_id=case_id, key=key, actor=actor, now=request_now(request)
        )
    except (queries.NoSuchCase, NoSuchFile, KeyDestroyed) as missing:
        raise Http404 from missing
    except (NotYetScanned, Quarantined) as refusal:
        messages.error(request, str(REFUSALS[type(refusal)]))
        return redirect("office:case", case_id)
    return handed_over(opened)


@never_cache
@require_GET
@require_role("officer")
def preview(request: HttpRequest, case_id: UUID, key: UUID) -> HttpResponse:
    """A small picture of the first page; that it was seen is written in the journal."""
    actor = actor_of(request, kind=Kind.OFFICER)
    try:
        seen = attaching.see_preview(
            case_id=case_id, key=key, actor=actor, now=request_now(request)
        )
    except (queries.NoSuchCase, NoSuchFile, NotYetScanned, Quarantined, KeyDestroyed) as missing:
        raise Http404 from missing
    return picture(seen)
