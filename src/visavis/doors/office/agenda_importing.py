"""Summonses from a file: what is in it, what is wrong with it, and importing the good lines."""

import csv
import io

from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from visavis.appointments.books import Book
from visavis.appointments.operations import importing, summonses
from visavis.appointments.operations.summonses import BadLine, Report
from visavis.doors.entrance import language_of, request_now
from visavis.doors.office import agenda_access as access
from visavis.doors.office import agenda_labels as labels
from visavis.doors.office.agenda_forms import LARGEST_FILE, Summonses
from visavis.doors.staff_gate import require_role
from visavis.foundation.text import said_in

LARGEST_REQUEST = LARGEST_FILE * 3 // 2  # accents grow when the checked lines come back as UTF-8
MOST_SHOWN = 200


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def import_summonses(request: HttpRequest, code: str) -> HttpResponse:
    """Take a small file into memory, where everywhere else files are refused.

    Handlers can only be chosen before the body is read, and the middleware's CSRF check reads it;
    so that check comes after, in `_import`.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
        messages.error(request, _("This file is too large: at most 1 MB. Send it in parts."))
        return redirect("office:import_summonses", code)
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _import(request, code)


@csrf_protect
def _import(request: HttpRequest, code: str) -> HttpResponse:
    """Report what a file would do; import its good lines when that is confirmed."""
    book = _book(request, code)
    if request.method != "POST":
        return _page(request, book, "import", form=Summonses())
    form = Summonses(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, book, "import", form=form)
    text, is_confirmed = form.cleaned_data["text"], "confirmed" in request.POST
    work = importing.run if is_confirmed else importing.check
    actor, now = access.officer(request), request_now(request)
    report = work(book=book, text=text, actor=actor, now=now)
    return _page(
        request, book, "import_done" if is_confirmed else "import_report",
        text=text, good=report.good[:MOST_SHOWN], good_count=len(report.good),
        known=report.known, bad=_bad(report, book, language_of(request)), bad_count=len(report.bad),
    )  # fmt: skip


@require_safe
@require_role("officer")
def header(request: HttpRequest, code: str) -> HttpResponse:
    """Give a file that has only the header, to be filled in."""
    book = _book(request, code)
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerow(summonses.header(book))
    answer = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{book.code}.csv"'
    return answer


def _book(request: HttpRequest, code: str) -> Book:
    book = access.book_of(request, code)
    if book.is_withdrawn:
        raise Http404
    return book


def _bad(report: Report, book: Book, language: str) -> list[dict[str, object]]:
    names = {fact.code: said_in(fact.label, language) for fact in book.entry.facts}
    return [_line(bad, names) for bad in report.bad[:MOST_SHOWN]]


def _line(bad: BadLine, names: dict[str, str]) -> dict[str, object]:
    return {
        "line": bad.line,
        "column": bad.column,
        "name": names.get(bad.column, ""),
        "why": labels.BAD_LINES[bad.why],
    }


def _page(request: HttpRequest, book: Book, name: str, **context: object) -> HttpResponse:
    calendar = said_in(book.entry.name, language_of(request))
    shown = {"calendar": calendar, "code": book.code, "read_aloud": False, **context}
    if name == "import":
        shown |= {"columns": summonses.header(book), "kinds": _kinds(book, language_of(request))}
        shown["places"] = list(book.agendas)
    return render(request, f"office/agenda/{name}.html", shown)


def _kinds(book: Book, language: str) -> list[tuple[str, str]]:
    return [
        (kind.code, said_in(kind.name, language))
        for kind in book.entry.kinds
        if kind.minutes.summons
    ]
