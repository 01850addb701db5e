"""One case on one page: what was asked, why it needs an eye, and the decision."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from visavis.cases import conversing, decisions, message_queries, queries, rules
from visavis.cases.models import Case
from visavis.cases.refusals import CaseRefused, NotYours
from visavis.doors import answers
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.office import files
from visavis.doors.office import register as office_register
from visavis.doors.office.forms import Correction, Message, Refusal
from visavis.doors.office.labels import (
    CHANNELS,
    EVENTS,
    NOTICE_STATES,
    STATES,
    sentence_for,
    status_kind,
)
from visavis.doors.staff_gate import require_role
from visavis.foundation.actor import Actor, Kind
from visavis.foundation.codes import spoken
from visavis.foundation.text import said_in
from visavis.notices import queries as notices
from visavis.papers import queries as papers

Change = Callable[..., object]


@never_cache
@require_role("officer")
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show a case; that it was opened is written in the journal."""
    actor, now = _officer(request), request_now(request)
    try:
        found = decisions.read_file(case_id=case_id, actor=actor, now=now)
    except queries.NoSuchCase:
        raise Http404 from None
    return _page(request, found, actor=actor)


@require_POST
@require_role("officer")
def take(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _do(request, case_id, decisions.take)


@require_POST
@require_role("officer")
def put_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _do(
        request,
        case_id,
        decisions.put_back,
        done=_("The case is back in the queue."),
        to_queue=True,
    )


@require_POST
@require_role("officer")
def accept(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return _do(
        request,
        case_id,
        decisions.accept,
        done=_("Accepted. The citizen has been told."),
        to_queue=True,
    )


@require_POST
@require_role("officer")
def ask_register(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Compare with the register once more."""
    return _do(
        request, case_id, decisions.ask_register,
        done=_("The register is being asked. Load this page again in a moment."),
    )  # fmt: skip


@never_cache
@require_role("officer")
def refuse(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask for the reason, then refuse."""
    form = Refusal(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return _do(
            request,
            case_id,
            decisions.refuse,
            done=_("Refused. The citizen has been told why."),
            to_queue=True,
            reason=reason,
        )
    return _with_form(request, case_id, form, "office/refuse.html")


@never_cache
@require_role("officer")
def ask_correction(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Mark answers, say what to do, and send the case back to the citizen."""
    found = _file(request, case_id)
    choices = [(row.code, row.label) for sheet in _sheets(request, found) for row in sheet.rows]
    form = Correction(request.POST or None, choices=choices)
    if form.is_valid():
        return _do(
            request, case_id, decisions.ask_correction, to_queue=True,
            done=_("The citizen has been asked to correct the marked answers."),
            fields=form.cleaned_data["fields_to_correct"], message=form.cleaned_data["message"],
        )  # fmt: skip
    return _with_form(request, case_id, form, "office/correction.html")


@never_cache
@require_POST
@require_role("officer")
def write(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write to the citizen about their request."""
    form = Message(request.POST)
    if not form.is_valid():
        return _page(request, _file(request, case_id), actor=_officer(request), message=form)
    return _do(
        request, case_id, conversing.write, done=_("Sent. The citizen finds it in their request."),
        words=form.cleaned_data["words"], key=form.cleaned_data["key"],
    )  # fmt: skip


@require_POST
@require_role("officer")
def settle(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say that what the citizen wrote needs no answer."""
    return _do(request, case_id, conversing.settle)


def _officer(request: HttpRequest) -> Actor:
    return actor_of(request, kind=Kind.OFFICER)


def _file(request: HttpRequest, case_id: UUID) -> Case:
    try:
        return queries.file_for(case_id, actor=_officer(request))
    except queries.NoSuchCase:
        raise Http404 from None


def _do(
    request: HttpRequest, case_id: UUID, change: Change, *, done: Promise | None = None,
    to_queue: bool = False, **what: object,
) -> HttpResponse:  # fmt: skip
    try:
        change(case_id=case_id, actor=_officer(request), now=request_now(request), **what)
    except queries.NoSuchCase:
        raise Http404 from None
    except (CaseRefused, NotYours) as refusal:
        messages.error(request, str(sentence_for(refusal)))
        return redirect("office:case", case_id)
    if done:
        messages.success(request, str(done))
    return redirect("office:queue") if to_queue else redirect("office:case", case_id)


def _with_form(request: HttpRequest, case_id: UUID, form: object, template: str) -> HttpResponse:
    found = _file(request, case_id)
    context = {
        "case": found,
        "reference": spoken(found.reference or ""),
        "form": form,
        "read_aloud": False,
    }
    return render(request, template, context)


def _sheets(request: HttpRequest, found: Case) -> list[answers.Sheet]:
    reading = queries.reading_of(found, now=request_now(request))
    return list(answers.sheets(reading, language=language_of(request)))


def _sheets_with_files(request: HttpRequest, found: Case) -> list[dict[str, object]]:
    sent = files.rows(found)
    return [
        {
            "title": sheet.title,
            "rows": [
                {"label": row.label, "value": row.value, "files": sent.get(row.code)}
                for row in sheet.rows
            ],
        }
        for sheet in _sheets(request, found)
    ]


def _moment(entry: queries.TimelineEntry) -> str:
    """Say when something happened; by when the answer is promised stands above, once."""
    if entry.state != "done" or entry.at is None:
        return ""
    return date_format(localtime(entry.at), "d.m.Y H:i")


def _conversation(found: Case) -> list[dict[str, object]]:
    return [
        {
            "who": _("The office") if one.from_office else _("The citizen"),
            "when": date_format(localtime(one.at), "d.m.Y H:i"),
            "text": one.words,
            "is_new": one.is_open and not one.from_office,
            "note": _note(one),
        }
        for one in message_queries.conversation(found)
    ]


def _papers_of(found: Case) -> list[str]:
    """Return how notices name the papers of a case: one may go by post."""
    return [papers.subject_of(paper) for paper in papers.papers_of(found.subject)]


def _note(said: message_queries.Said) -> str:
    if not said.is_open:
        return ""
    if said.due_at is None:
        return gettext("Not read yet")
    day = date_format(localtime(said.due_at), "d.m.Y")
    return gettext("Answer promised by %(day)s") % {"day": day}


def _page(
    request: HttpRequest, found: Case, *, actor: Actor, message: Message | None = None
) -> HttpResponse:
    conversation = _conversation(found)
    language = language_of(request)
    decision = queries.form_of(found).decision
    timeline = [
        {
            "title": EVENTS.get(entry.code, entry.code),
            "state": entry.state,
            "when": _moment(entry),
            "text": entry.words,
        }
        for entry in queries.timeline(found)
    ]
    return render(
        request,
        "office/case.html",
        {
            "case": found,
            "reference": spoken(found.reference or ""),
            "service": said_in(found.version.names, language),
            "state": STATES.get(rules.State(found.state), found.state),
            "kind": status_kind(found.state),
            "sheets": [] if found.erased_at else _sheets_with_files(request, found),
            "reasons": [
                said_in(reason.say, language)
                for reason in decision.reasons
                if reason.code in found.reasons
            ],
            "officer_checks": said_in(decision.officer_checks, language),
            "register": office_register.shown(found, language),
            "charges": queries.charges_of(found),
            "timeline": timeline,
            "notices": [
                {
                    "channel": CHANNELS[notice.channel],
                    "when": date_format(localtime(notice.sent_at or notice.asked_at), "d.m.Y H:i"),
                    "state": NOTICE_STATES[notice.state],
                }
                for notice in notices.about(found.subject, *_papers_of(found))
            ],
            "conversation": conversation,
            "waits_for_answer": any(one["is_new"] for one in conversation),
            "message": message or Message(),
            "may_write": not found.erased_at and found.owner != actor.name,
            "is_late": found.is_late(request_now(request)),
            "may_take": found.state == rules.State.SUBMITTED and found.owner != actor.name,
            "may_decide": found.state == rules.State.IN_REVIEW
            and rules.may_decide(found, actor=actor),
            "taken_by_another": found.state == rules.State.IN_REVIEW
            and found.taken_by != actor.name,
            "read_aloud": False,
        },
    )
