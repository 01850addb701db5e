"""Filling in: one page per step, kept in the background, in any language at any moment."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.cases import operations, queries
from visavis.cases.document import Document
from visavis.cases.drafting import Saved
from visavis.cases.models import Case
from visavis.cases.refusals import NotOpen, Stale
from visavis.cases.rules import State
from visavis.catalog.definition.fields import Problem
from visavis.catalog.definition.form import Field, Step
from visavis.catalog.definition.reading import Reading
from visavis.catalog.definition.texts import filled
from visavis.doors.entrance import (
    actor_of,
    in_other_language,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import cases_files, cases_forms, measuring
from visavis.doors.portal.cases_access import (
    FORM_ID,
    case_of,
    client_of,
    common,
    revision_of,
    url,
)
from visavis.doors.portal.cases_words import STALE
from visavis.doors.uploads import takes_files
from visavis.foundation.text import said_in
from visavis.people.models import User
from visavis.visits.rules import Reason

REVIEW = "review"  # after saving, the citizen goes back there


@never_cache
@require_http_methods(["GET", "POST"])
@takes_files
def step(request: HttpRequest, case_id: UUID, code: str) -> HttpResponse:
    """One page of the form."""
    case = case_of(request, case_id)
    if not case.is_draft:
        return redirect("portal:case", case_id)
    asked = queries.form_of(case).step(code)
    if asked is None:
        raise Http404
    if wants_another_language(request):
        return _switched(request, case, asked)
    if request.method == "POST":
        return _save(request, case, asked)
    written = queries.document_of(case)
    reading = queries.reading_of(case, now=request_now(request), written=written)
    if not reading.is_shown(asked):
        return redirect(url("case", case))
    place = [shown.code for shown in reading.steps()].index(code) + 1
    measuring.at(request, service=case.service_code, step=code, n=place)
    return _page(request, case, asked, reading, written)


@never_cache
@require_POST
def keep(request: HttpRequest, case_id: UUID, code: str) -> HttpResponse:
    """Keep what is typed but not sent yet; called by the page in the background."""
    case = case_of(request, case_id)
    asked = queries.form_of(case).step(code)
    try:
        _keep(request, case, asked.fields if asked else ())
    except NotOpen:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@never_cache
@require_GET
def ending(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A legitimate end: it cannot be asked for, and what to do instead."""
    case = case_of(request, case_id)
    reading = queries.reading_of(case, now=request_now(request))
    found = reading.ending()
    if found is None:
        return redirect("portal:case", case_id)
    language = language_of(request)
    measuring.reached(request, Reason.COMPLETED_NOT_ELIGIBLE)
    changing = reading.form.step_of(found.change) if found.change else None
    context = {
        **common(request, case),
        "title": said_in(filled(found.title, reading), language),
        "text": said_in(filled(found.say, reading), language),
        "change_url": url("case_step", case, changing.code) if changing else "",
    }
    return render(request, "portal/cases/ending.html", context)


def _switched(request: HttpRequest, case: Case, asked: Step) -> HttpResponseRedirect:
    """Keep what is typed and show the same page in the language asked for."""
    with suppress(NotOpen):  # sent or given up in another tab meanwhile: nothing is left to keep
        _keep(request, case, asked.fields)
    return HttpResponseRedirect(in_other_language(request))


def _keep(request: HttpRequest, case: Case, fields: Iterable[Field]) -> None:
    typed = cases_forms.typed(fields, request.POST)
    operations.keep(
        case_id=case.pk,
        typed={code: value for code, value in typed.items() if isinstance(value, str) and value},
        based_on=revision_of(request),
        actor=actor_of(request),
        now=request_now(request),
    )


def _save(request: HttpRequest, case: Case, asked: Step) -> HttpResponse:
    if cases_files.REMOVE in request.POST:
        return _without_a_file(request, case, asked)
    faults = cases_files.take(request, case, asked.fields)
    try:
        saved = operations.save_step(
            case_id=case.pk,
            step=asked.code,
            typed=cases_forms.typed(asked.fields, request.POST),
            based_on=revision_of(request),
            client=client_of(request),
            language=language_of(request),
            actor=actor_of(request),
            now=request_now(request),
        )
    except NotOpen:
        return redirect("portal:case", case.pk)
    except Stale:
        written = queries.document_of(case)
        reading = queries.reading_of(case, now=request_now(request), written=written)
        return _page(request, case, asked, reading, written, notice=str(STALE))
    if "pause" in request.POST:
        return redirect(url("case_park", case))
    if saved.troubles or faults or cases_files.SEND in request.POST:
        return _refused(request, saved, asked, faults)
    return _onwards(request, saved)


def _without_a_file(request: HttpRequest, case: Case, asked: Step) -> HttpResponse:
    """Keep what is typed, take a file back and show the page again."""
    with suppress(NotOpen):
        _keep(request, case, asked.fields)
    cases_files.take_back(request, case)
    return redirect(request.get_full_path())


def _onwards(request: HttpRequest, saved: Saved) -> HttpResponse:
    case = saved.case
    if saved.ending:
        return redirect(url("case_ending", case))
    if request.GET.get("back") == REVIEW or saved.next_step is None:
        return redirect(url("case_review", case))
    return redirect(url("case_step", case, saved.next_step))


def _refused(
    request: HttpRequest, saved: Saved, asked: Step, faults: Mapping[str, str]
) -> HttpResponse:
    """Show the page again with what is wrong; a question that has just come up stands on it."""
    case = queries.case(saved.case.pk)
    reading = queries.reading_of(case, now=request_now(request))
    form = cases_forms.StepForm(
        reading.asked(asked),
        reading=reading,
        language=language_of(request),
        shown={},
        data=request.POST,
        questions=cases_files.questions(case, reading.asked(asked)),
    )
    held = request.POST.get(cases_forms.ON_PAGE, "").split()
    seen = [
        trouble
        for trouble in saved.troubles
        if trouble.field not in faults
        and (trouble.field in held or trouble.problem != Problem.MISSING)
    ]
    if cases_files.SEND not in request.POST:  # only a file was sent: the page is not done yet
        form.refuse(seen, reading=reading, language=language_of(request))
    form.refuse_files(faults)
    return _render(request, case, asked, reading, form)


def _page(
    request: HttpRequest,
    case: Case,
    asked: Step,
    reading: Reading,
    written: Document,
    *,
    notice: str = "",
) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    form = cases_forms.StepForm(
        reading.asked(asked),
        reading=reading,
        language=language_of(request),
        shown={**queries.prefilled(case, user=user), **written.answers, **written.raw},
        questions=cases_files.questions(case, reading.asked(asked)),
    )
    return _render(request, case, asked, reading, form, notice=notice)


def _render(
    request: HttpRequest,
    case: Case,
    asked: Step,
    reading: Reading,
    form: cases_forms.StepForm,
    *,
    notice: str = "",
) -> HttpResponse:
    language = language_of(request)
    shown = [one.code for one in reading.steps()]
    place = shown.index(asked.code) if asked.code in shown else 0
    to_review = request.GET.get("back") == REVIEW
    before = url("case_step", case, shown[place - 1]) if place else url("case_before", case)
    context = {
        **common(request, case),
        "form": form,
        "form_id": FORM_ID,
        "step": asked,
        "title": said_in(filled(asked.title, reading), language),
        "intro": said_in(filled(asked.intro, reading), language),
        "is_one_question": len(form.fields) == 1,
        "not_offered": cases_forms.not_offered(
            reading.asked(asked), reading=reading, language=language
        ),
        "place": place + 1,
        "total": len(shown) + 1,  # the review is the last
        "revision": case.revision,
        "back_url": url("case_review", case) if to_review else before,
        "keep_url": f"{url('case_keep', case, asked.code)}?revision={case.revision}",
        "notice": notice,
        "rules_changed": has_newer_rules(case, reading),
    }
    return render(request, "portal/cases/step.html", context)


def has_newer_rules(case: Case, reading: Reading) -> bool:
    """Tell whether the draft keeps to rules that are no longer those of today."""
    until = case.version.valid_until
    return bool(case.state == State.DRAFT and until and until <= reading.today)
