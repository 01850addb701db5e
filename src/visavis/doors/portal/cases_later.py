"""Going on later: parking a draft, taking it up elsewhere, and correcting what the office marked."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.cases import operations, queries
from visavis.cases.models import Case
from visavis.cases.refusals import CaseRefused, NotEligible, NotOpen, Stale, WeakNumber
from visavis.cases.rules import State
from visavis.catalog.definition.form import Field
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import cases_files, cases_forms
from visavis.doors.portal.cases_access import (
    FORM_ID,
    case_of,
    client_of,
    common,
    day_in_words,
    revision_of,
    url,
)
from visavis.doors.portal.cases_words import REFUSALS, STALE
from visavis.doors.uploads import takes_files
from visavis.foundation.throttles import TooMany
from visavis.places import queries as places


@never_cache
@require_http_methods(["GET", "POST"])
def park(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Save and go on later: the code, until when, and a number to open it with."""
    found = case_of(request, case_id)
    if not found.is_draft:
        return redirect("portal:case", case_id)
    is_posted = request.method == "POST" and not wants_another_language(request)
    form = cases_forms.FourDigits(request.POST if is_posted else None)
    if wants_another_language(request):
        return keep_and_switch(request)
    if is_posted and form.is_valid():
        try:
            operations.park(
                case_id=case_id,
                number=form.cleaned_data["number"].strip(),
                actor=actor_of(request),
                now=request_now(request),
            )
        except WeakNumber as refusal:
            form.add_error("number", str(REFUSALS[type(refusal)]))
        else:
            return redirect("portal:case_park", case_id)
    birth_field = queries.form_of(found).birth_field or ""
    context = {
        **common(request, found),
        "form": form,
        "form_id": "number",
        "code": found.code,
        "has_number": bool(found.second_fact),
        "has_birth": birth_field in queries.document_of(found).answers,
        "is_in_account": bool(found.owner),
        "until": day_in_words(found.kept_until, language_of(request), places.zone()),
    }
    return render(request, "portal/cases/park.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def take_up(request: HttpRequest) -> HttpResponse:
    """Take up a draft with its code and the second fact."""
    if wants_another_language(request):
        return keep_and_switch(request)
    form = cases_forms.TakeUp(request.POST or None)
    refusal = ""
    if form.is_valid():
        try:
            case = operations.take_up(
                code=form.cleaned_data["code"],
                fact=form.fact(),
                actor=actor_of(request),
                now=request_now(request),
            )
        except TooMany:
            refusal = _("There were too many tries here. Wait a quarter of an hour.")
        except CaseRefused as why:
            refusal = str(REFUSALS[type(why)])
        else:
            return redirect("portal:case", case.pk)
    context = {"form": form, "form_id": "take-up", "refusal": refusal, "read_aloud": False}
    return render(request, "portal/cases/take_up.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@takes_files
def correct(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Correct what the office has marked, and nothing else."""
    found = case_of(request, case_id)
    if found.state != State.CORRECTION:
        return redirect("portal:case", case_id)
    if wants_another_language(request):
        with suppress(NotOpen):  # sent in another tab meanwhile: nothing is left to keep
            _keep(request, found)
        return keep_and_switch(request)
    if request.method == "GET":
        return _correction(request, found)
    if cases_files.REMOVE in request.POST:
        with suppress(NotOpen):
            _keep(request, found)
        cases_files.take_back(request, found)
        return redirect("portal:case_correct", case_id)
    faults = cases_files.take(request, found, _marked(found))
    if faults or cases_files.SEND in request.POST:
        form = _form(request, found, is_posted=True)
        form.refuse_files(faults)
        return _correction(request, queries.case(case_id), form=form)
    return _send_correction(request, found)


def _send_correction(request: HttpRequest, found: Case) -> HttpResponse:
    try:
        saved = operations.correct(
            case_id=found.pk,
            typed=cases_forms.typed(_marked(found), request.POST),
            based_on=revision_of(request),
            client=client_of(request),
            language=language_of(request),
            actor=actor_of(request),
            now=request_now(request),
        )
    except Stale:
        return _correction(request, found, notice=str(STALE))
    except NotEligible as refusal:
        return _correction(request, found, notice=str(REFUSALS[type(refusal)]))
    except NotOpen:
        return redirect("portal:case", found.pk)
    if saved.troubles:
        again = queries.case(found.pk)
        reading = queries.reading_of(again, now=request_now(request))
        form = _form(request, again, is_posted=True)
        form.refuse(saved.troubles, reading=reading, language=language_of(request))
        return _correction(request, again, form=form)
    return redirect("portal:case", found.pk)


def _marked(case: Case) -> list[Field]:
    return [field for field in queries.form_of(case).fields() if field.code in case.marked]


def _keep(request: HttpRequest, case: Case) -> None:
    typed = cases_forms.typed(_marked(case), request.POST)
    operations.keep(
        case_id=case.pk,
        typed={code: value for code, value in typed.items() if isinstance(value, str) and value},
        based_on=case.revision,
        actor=actor_of(request),
        now=request_now(request),
    )


def _form(request: HttpRequest, case: Case, *, is_posted: bool) -> cases_forms.StepForm:
    written = queries.document_of(case)
    return cases_forms.StepForm(
        _marked(case),
        reading=queries.reading_of(case, now=request_now(request)),
        language=language_of(request),
        shown={**written.answers, **written.raw},
        data=request.POST if is_posted else None,
        questions=cases_files.questions(case, _marked(case)),
    )


def _correction(
    request: HttpRequest,
    case: Case,
    *,
    form: cases_forms.StepForm | None = None,
    notice: str = "",
) -> HttpResponse:
    context = {
        **common(request, case),
        "form": form or _form(request, case, is_posted=False),
        "form_id": FORM_ID,
        "words": queries.last_words(case, "correction"),
        "revision": case.revision,
        "back_url": url("case", case),
        "notice": notice,
    }
    return render(request, "portal/cases/correct.html", context)
