"""A citizen's requests: begin, take up again, send, see where they stand."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from visavis.cases import attachments, message_queries, operations, queries
from visavis.cases.attachments import FileShown
from visavis.cases.models import Case
from visavis.cases.refusals import AlreadyPaid, IdentityTooWeak, NotComplete, NotEligible, NotOpen
from visavis.cases.rules import State, Step, is_possible
from visavis.catalog.definition import fees
from visavis.catalog.models import ServiceVersion
from visavis.doors import sign_in
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.portal import cases_files, cases_messages, measuring, payments_back
from visavis.doors.portal.account_gate import citizen_required, user_of
from visavis.doors.portal.cases_access import (
    case_of,
    common,
    day_in_words,
    rows_of,
    url,
    where_to_go_on,
)
from visavis.doors.portal.cases_filling import has_newer_rules
from visavis.doors.portal.cases_words import EXPECTED, HAPPENED, REFUSALS, STATES, UNTIL
from visavis.doors.portal.papers import papers_shown
from visavis.foundation import codes
from visavis.papers import queries as papers
from visavis.payments import queries as payments
from visavis.people import queries as people
from visavis.people.models import User
from visavis.places import queries as places

UNBROKEN = "\u00a0"  # a number read aloud stays on one line


@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Before you begin: what you need; drafts that are there already; the first page."""
    now, actor = request_now(request), actor_of(request)
    today = now.astimezone(places.zone()).date()
    version = ServiceVersion.objects.on(today).filter(code=code).first()
    if version is None or version.form is None:
        raise Http404
    is_given_here = queries.is_given_here(version.form)
    if request.method == "POST" and is_given_here:
        case = operations.start(
            service=version, language=language_of(request), actor=actor, now=now
        )
        return redirect(url("case_step", case, version.form.steps[0].code))
    context = {
        "entry": version.entry,
        "title": version.name_in(language_of(request)),
        "fees_note": version.form.fees.note if version.form.fees else None,
        "drafts": [_listed(draft, request) for draft in queries.drafts_of(actor, service=code)],
        "is_known": not actor.is_anonymous,
        "is_given_here": is_given_here,
        "service_code": code,
        "is_identity_missing": version.level > max(actor.assurance, 1)
        or _needs_two(version, request),
        "here": request.get_full_path(),
    }
    return render(request, "portal/cases/begin.html", context)


def _needs_two(version: ServiceVersion, request: HttpRequest) -> bool:
    """Tell whether a sensitive service asks for a document that two have seen."""
    if not version.entry.sensitive:
        return False
    return people.level_of(request.user, now=request_now(request), by_two=True) < version.level


@never_cache
@require_GET
def before(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Back from the first page: to where the request began."""
    return redirect("portal:begin", case_of(request, case_id).service_code)


@never_cache
@citizen_required
def mine(request: HttpRequest) -> HttpResponse:
    """All my requests."""
    user = user_of(request)
    cases = list(message_queries.with_news(queries.cases_of(user.name)))
    listed = [
        {**_listed(case, request), "has_news": getattr(case, "has_news", False)} for case in cases
    ]
    context = {
        "user": user,
        "drafts": [one for one in listed if one["is_draft"]],
        "open": [one for one in listed if one["is_open"] and not one["is_draft"]],
        "closed": [one for one in listed if not one["is_open"]],
        "papers": papers_shown(
            [case.subject for case in cases],
            language=language_of(request),
            now=request_now(request),
        ),
        "read_aloud": False,
    }
    return render(request, "portal/cases/mine.html", context)


def _listed(case: Case, request: HttpRequest) -> dict[str, object]:
    language = language_of(request)
    label, kind = STATES[case.state]
    moment = case.submitted_at or case.saved_at
    return {
        "url": url("case", case),
        "title": case.version.name_in(language),
        "state": label,
        "state_kind": kind,
        "is_draft": case.is_draft,
        "is_open": case.is_open,
        "reference": codes.spoken(case.reference or "").replace(" ", UNBROKEN),
        "code": case.code,
        "day": day_in_words(moment, language, places.zone()),
        "kept_until": day_in_words(case.kept_until, language, places.zone()),
    }


@never_cache
@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Where one request stands; a draft goes on where something is missing."""
    before = _how_far(request)  # first, so that what changes meanwhile is noticed
    found = case_of(request, case_id)
    now, language = request_now(request), language_of(request)
    if found.is_draft:
        return redirect(where_to_go_on(found, now=now))
    label, kind = STATES[found.state]
    payment = payments.for_subject(found.subject)
    files = [] if found.erased_at else attachments.files_of(found)
    context = {
        **common(request, found),
        "state": label,
        "state_kind": kind,
        "story": _story(found, language),
        "conversation": cases_messages.shown(request, found),
        "words": queries.last_words(found, "correction")
        if found.state == State.CORRECTION
        else queries.last_words(found, "refused"),
        "is_correction": found.state == State.CORRECTION,
        "is_payment": found.state == State.PAYMENT,
        "is_checking": found.state == State.CHECKING,
        "how_far": before,
        "payment": payment,
        "money_back": payments_back.shown(payment),
        "receipt": payment.receipt if payment and payment.is_settled else None,
        "can_withdraw": is_possible(found.state, Step.WITHDRAW),
        "pages": []
        if found.erased_at
        else rows_of(queries.reading_of(found, now=now), language, files),
        "rows": cases_files.rows(found, files),
        "charges": queries.charges_of(found),
        "papers": papers_shown([found.subject], language=language, now=now),
        "is_paper_coming": found.state == State.GRANTED and queries.form_of(found).paper,
    }
    return render(request, "portal/cases/case.html", context)


@never_cache
@require_GET
def how_far(request: HttpRequest) -> HttpResponse:
    """Say in a word how far a citizen's requests are, for a page on which they wait for a register."""
    return JsonResponse({"state": _how_far(request)})


def _how_far(request: HttpRequest) -> str:
    """Return a word that changes when one has been checked, or has got its paper."""
    name = actor_of(request).name
    subjects = [f"case:{pk}" for pk in queries.cases_of(name).values_list("pk", flat=True)]
    return f"{queries.how_many_checking(name)}-{papers.papers_for(subjects).count()}"


def _story(case: Case, language: str) -> list[dict[str, object]]:
    zone = places.zone()
    story: list[dict[str, object]] = []
    for entry in queries.timeline(case):
        is_done = entry.state == "done"
        words = (HAPPENED if is_done else EXPECTED)[entry.code]
        day = day_in_words(entry.at, language, zone)
        until = UNTIL.get(entry.code)
        when = day if is_done else str(until) % {"day": day} if until and day else ""
        story.append({"title": words, "when": when, "text": entry.words, "state": entry.state})
    return story


@never_cache
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Check your answers, see the price, send."""
    found = case_of(request, case_id)
    now = request_now(request)
    if not found.is_draft:
        return redirect("portal:case_submitted", case_id)
    reading = queries.reading_of(found, now=now)
    if reading.ending():
        return redirect("portal:case_ending", case_id)
    missing = reading.first_open_step()
    if missing:
        return redirect(f"{url('case_step', found, missing.code)}?back=review")
    if request.method == "POST" and "switch_language" not in request.POST:
        return _send(request, found)
    shown = reading.steps()
    measuring.at(request, service=found.service_code, step="review", n=len(shown) + 1)
    return _review(request, found)


def _review(request: HttpRequest, found: Case, *, refusal: str = "") -> HttpResponse:
    reading = queries.reading_of(found, now=request_now(request))
    bill, verdict = fees.charges(reading), fees.verdict(reading)
    form_fees = reading.form.fees
    context = {
        **common(request, found),
        "pages": rows_of(reading, language_of(request), _current(found)),
        "charges": bill,
        "total_cents": fees.total_cents(bill),
        "fees_note": form_fees.note if form_fees else None,
        "is_automatic": verdict.automatic,
        "is_checked_first": verdict.by_register,
        "answer_days": reading.form.decision.answer_days,
        "is_known": not actor_of(request).is_anonymous,
        "place": len(reading.steps()) + 1,
        "rules_changed": has_newer_rules(found, reading),
        "definition_changed": found.digest != found.version.digest,
        "refusal": refusal,
        "back_url": url("case_step", found, reading.steps()[-1].code),
    }
    return render(request, "portal/cases/review.html", context)


def _current(found: Case) -> list[FileShown]:
    return [one for one in attachments.files_of(found) if one.is_current]


def _send(request: HttpRequest, found: Case) -> HttpResponse:
    here = url("case_review", found)
    if not isinstance(request.user, User):
        return redirect(sign_in.with_next("portal:account_start", here))
    if not people.has_agreed(request.user, now=request_now(request)):
        return redirect(sign_in.with_next("portal:agreement", here))
    try:
        sent = operations.submit(
            case_id=found.pk, actor=actor_of(request), now=request_now(request)
        )
    except IdentityTooWeak:
        wanted = urlencode({"service": found.service_code, "next": here})
        return redirect(f"{reverse('portal:identity')}?{wanted}")
    except (NotComplete, NotEligible, NotOpen):
        return redirect("portal:case", found.pk)
    measuring.reached(request)
    return redirect("portal:case_submitted", sent.pk)


@never_cache
@require_GET
def submitted(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """It has arrived: the number, and what comes now."""
    before = _how_far(request)
    found = case_of(request, case_id)
    if found.submitted_at is None:
        return redirect("portal:case", case_id)
    language = language_of(request)
    context = {
        **common(request, found),
        "payment": payments.for_subject(found.subject),
        "is_payment": found.state == State.PAYMENT,
        "is_granted": found.state == State.GRANTED,
        "is_checking": found.state == State.CHECKING,
        "how_far": before,
        "due": day_in_words(found.due_at, language, places.zone()),
        "until": day_in_words(found.kept_until, language, places.zone()),
    }
    return render(request, "portal/cases/submitted.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give up a request, after asking once more."""
    found = case_of(request, case_id)
    if request.method == "GET" or "switch_language" in request.POST:
        if not is_possible(found.state, Step.WITHDRAW):
            return redirect("portal:case", case_id)
        context = {**common(request, found), "refusal": ""}
        return render(request, "portal/cases/withdraw.html", context)
    was_draft = found.is_draft
    try:
        operations.withdraw(case_id=case_id, actor=actor_of(request), now=request_now(request))
    except (NotOpen, AlreadyPaid) as refusal:
        context = {**common(request, found), "refusal": REFUSALS[type(refusal)]}
        return render(request, "portal/cases/withdraw.html", context, status=409)
    if was_draft:
        return redirect("portal:begin", found.service_code)
    return redirect("portal:case", case_id)
