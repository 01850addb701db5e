"""What the pages of a case share: whose it is, what stands on it, how answers are shown."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse

from visavis.cases import queries
from visavis.cases.attachments import FileShown, names_of
from visavis.cases.models import Case
from visavis.cases.queries import NoSuchCase
from visavis.catalog.definition.fields import Answer
from visavis.catalog.definition.form import Field, FieldType
from visavis.catalog.definition.functions import day_of, moment_of
from visavis.catalog.definition.reading import Reading
from visavis.catalog.definition.texts import filled, said_day
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.portal.cases_words import NO, YES
from visavis.foundation.text import said_in

CLIENT = "client"  # in the session: names this browser, so that it may change its own mind
FORM_ID = "step"
LONGEST_REVISION = 9  # digits; nobody saves a page so often


@dataclass(frozen=True, slots=True)
class Row:
    """One answer as people read it."""

    key: str
    value: str
    step: str
    is_personal: bool


def case_of(request: HttpRequest, case_id: UUID) -> Case:
    """Return a case of whoever asks; the neighbour's does not exist.

    Raises:
        Http404: none, somebody else's, or of a visit that has ended.
    """
    try:
        return queries.case_for(case_id, actor=actor_of(request), now=request_now(request))
    except NoSuchCase as missing:
        raise Http404 from missing


def client_of(request: HttpRequest) -> str:
    """Return the random name of this browser, kept in its session."""
    if CLIENT not in request.session:
        request.session[CLIENT] = secrets.token_urlsafe(9)
    return str(request.session[CLIENT])


def revision_of(request: HttpRequest) -> int:
    """Return which revision of the draft the page showed; what is no number counts as the first."""
    text = request.POST.get("revision") or request.GET.get("revision") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_REVISION else 0


def url(view: str, case: Case, *more: str) -> str:
    return reverse(f"portal:{view}", args=[case.pk, *more])


def where_to_go_on(case: Case, *, now: datetime) -> str:
    """Return the address of the first page with something missing, or of the review."""
    missing = queries.reading_of(case, now=now).first_open_step()
    return url("case_step", case, missing.code) if missing else url("case_review", case)


def rows_of(
    reading: Reading, language: str, files: Sequence[FileShown] = ()
) -> list[tuple[str, str, list[Row]]]:
    """Return the answers page by page: code, title, rows; files by their names."""
    return [
        (
            step.code,
            said_in(filled(step.title, reading), language),
            [
                Row(
                    key=said_in(filled(field.label, reading), language),
                    value=names_of(files, field.code)
                    or said_answer(field, reading.answer(field.code), language),
                    step=step.code,
                    is_personal=field.personal,
                )
                for field in reading.asked(step)
            ],
        )
        for step in reading.steps()
        if step.fields
    ]


def said_answer(field: Field, answer: Answer | None, language: str) -> str:
    """Return an answer as people read it; nothing when it was not given."""
    if answer is None or field.type == FieldType.FILE:
        return ""
    if isinstance(answer, bool):
        return str(YES if answer else NO)
    if isinstance(answer, list) or field.options:
        codes = answer if isinstance(answer, list) else [str(answer)]
        chosen = [field.option(code) for code in codes]
        return ", ".join(said_in(option.label, language) for option in chosen if option)
    day = day_of(answer) if field.type in (FieldType.DATE, FieldType.PARTIAL_DATE) else None
    if day:
        return said_day(moment_of(day), language)
    if field.type == FieldType.PARTIAL_DATE:
        return ".".join(reversed(str(answer).split("-")))
    return str(answer)


def day_in_words(moment: datetime | None, language: str, zone: object) -> str:
    """Return the day of a moment, in words and in the canton's time."""
    return "" if moment is None else said_day(moment.astimezone(zone), language)  # type: ignore[arg-type]  # a ZoneInfo


def common(request: HttpRequest, case: Case) -> dict[str, object]:
    """Return what every page of a case gives to its template."""
    return {
        "case": case,
        "service_name": case.version.name_in(language_of(request)),
        "draft_code": case.code if case.is_draft and case.revision else "",
        "read_aloud": False,
    }
