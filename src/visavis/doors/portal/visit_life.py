"""Staying alive: the idle ladder, more time, help and preferences."""

from datetime import datetime

import phonenumbers
from babel.dates import format_date
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from visavis.doors.entrance import language_of, request_now
from visavis.doors.portal import measuring, visit_cookies
from visavis.doors.portal.measuring import visit_of
from visavis.doors.portal.visit_forms import LookForm, next_of
from visavis.places import queries as places
from visavis.visits import operations, rules
from visavis.visits.models import Visit


@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """Answer how long the visit still lives; asking is no sign of life."""
    return _ladder(request, visit_of(request))


@require_POST
def alive(request: HttpRequest) -> HttpResponse:
    """Take a sign of life; the touch itself was noted before this view."""
    return _ladder(request, visit_of(request))


@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    """Give more time, and answer as the asker reads: a script JSON, a form its page."""
    visit = visit_of(request)
    is_longest = False
    if visit:
        try:
            operations.extend(visit=visit, now=request_now(request))
        except operations.LongestReached:
            is_longest = True
    if _wants_json(request):
        return _ladder(request, visit)
    if is_longest:
        return redirect(f"{reverse('portal:still_there')}?longest=1")
    return redirect(next_of(request))


@require_GET
def still_there(request: HttpRequest) -> HttpResponse:
    """Ask whether somebody is still there, where no script can ask."""
    visit = visit_of(request)
    if visit is None:
        return redirect("portal:home")
    ladder = visit.ladder(request_now(request))
    context = {
        "ends_in_s": ladder.ends_in_s,
        "next": next_of(request),
        "is_longest": "longest" in request.GET,
    }
    return render(request, "portal/visit/still_there.html", context)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember text size and contrast: in a visit until its end, at home for a year."""
    form = LookForm(request.POST)
    response: HttpResponse = redirect(next_of(request))
    if _wants_json(request):
        response = HttpResponse(status=204)
    if not form.is_valid():
        return response
    size = form.cleaned_data["text_size"] or getattr(request, "text_size", 1)
    contrast = form.cleaned_data["contrast"] or getattr(request, "contrast", rules.Contrast.NORMAL)
    visit = visit_of(request)
    if visit:
        operations.prefer(
            visit=visit,
            text_size=size,
            contrast=rules.Contrast(contrast),
            now=request_now(request),
        )
    else:
        visit_cookies.remember_look(request, response, text_size=size, contrast=contrast)
    return response


@require_GET
def show_help(request: HttpRequest) -> HttpResponse:
    """Say honestly whom to ask and call, here and now; in a visit wait longer for the answer."""
    visit, now = visit_of(request), request_now(request)
    site = visit.device.site.code if visit else None
    if visit:
        measuring.note(request, "help.requested", **_where(visit))
        operations.leave(visit=visit, now=now)
    here = places.help_here(site, language=language_of(request), now=now)
    context = {
        "here": here,
        "opens_on": _day(here.opening.opens_at, language_of(request)) if here.opening else "",
        "hotline": as_spoken(here.hotline),
        "next": next_of(request),
        "device_code": visit.device.code if visit else "",
    }
    return render(request, "portal/visit/help.html", context)


def as_spoken(number: str) -> str:
    """Return a telephone number in the groups in which people here say it."""
    try:
        parsed = phonenumbers.parse(number, "CH")
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def _day(moment: datetime | None, language: str) -> str:
    if moment is None:
        return ""
    pattern = "EEEE, d. MMMM" if language == "de" else "EEEE d MMMM"
    said: str = format_date(timezone.localtime(moment), pattern, locale=language)
    return said


def _where(visit: Visit) -> dict[str, str]:
    where = {"service": visit.at_service, "step": visit.at_step}
    return {name: measuring.as_code(code) for name, code in where.items() if code}


def _ladder(request: HttpRequest, visit: Visit | None) -> JsonResponse:
    if visit is None:
        ladder = rules.Ladder(rules.State.ENDED, 0, 0)
    else:
        ladder = visit.ladder(request_now(request))
    answer = {
        "state": ladder.state,
        "warns_in_s": ladder.warns_in_s,
        "ends_in_s": ladder.ends_in_s,
    }
    response = JsonResponse(answer)
    response["Cache-Control"] = "no-store"
    return response


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
