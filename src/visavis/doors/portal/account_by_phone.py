"""Signing in at a kiosk with one's own phone: nothing secret is typed on the public screen."""

from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from visavis.doors import sign_in
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.foundation.text import said_in
from visavis.people import queries as people
from visavis.people import signing_in
from visavis.people.models import User
from visavis.people.refusals import WrongCredentials
from visavis.visits import handing_off
from visavis.visits import operations as visits
from visavis.visits.handing_off import HandoffOver, Screen, WrongNumber
from visavis.visits.handoff_models import Handoff
from visavis.visits.models import Visit

TASK = "sign-in"
SHOWN = "handoff"  # in the session of the screen: the secret in the code that stands on it
REFUSALS = {
    WrongNumber: _("This is not the number on your phone. Begin again with a new code."),
    HandoffOver: _("This took too long. Begin again with a new code."),
    WrongCredentials: _("This account cannot be used. Please ask for help."),
}


@never_cache
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest) -> HttpResponse:
    """Show the code on the kiosk; once the phone has answered, its number among three.

    A code that is over is replaced when somebody asks for it: nobody may be there any more.
    """
    visit, target = _visit_of(request), sign_in.next_of(request)
    if request.user.is_authenticated:
        return redirect(target)
    refusal: object = ""
    if "new" in request.POST:
        request.session.pop(SHOWN, None)
    elif "number" in request.POST:
        try:
            return _signed_in(request, visit, target)
        except (HandoffOver, WrongNumber, WrongCredentials) as why:
            refusal = REFUSALS[type(why)]
    found = handing_off.living(screen=Screen(visit), task=TASK, now=request_now(request))
    shown = request.session.get(SHOWN, "")
    # Of one that another tab began, or this one before it signed out, the code cannot be shown.
    if not shown or (found and not found.is_of(shown)):
        begun = handing_off.begin(screen=Screen(visit), task=TASK, now=request_now(request))
        visits.leave(visit=visit, now=request_now(request))  # nobody touches the screen meanwhile
        found, request.session[SHOWN] = begun.handoff, begun.token
    context = {
        "handoff": found,
        "refusal": refusal,
        "state": _state(found),
        "qr": _qr(request.session.get(SHOWN, "")) if found and not found.is_answered else "",
        "who": _initials(found) if found and found.is_answered else "",
        "next": target,
        "query": urlencode({sign_in.NEXT: target}),
        "read_aloud": False,
    }
    return render(request, "portal/account/login_phone.html", context)


@never_cache
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """Say in one word whether the phone has answered, for the screen that waits."""
    found = handing_off.living(
        screen=Screen(_visit_of(request)), task=TASK, now=request_now(request)
    )
    return JsonResponse({"state": _state(found)})


@never_cache
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest, token: str) -> HttpResponse:
    """On the phone: which screen asks, yes or no, and then the number to choose there."""
    user = request.user
    if not isinstance(user, User):
        return redirect(sign_in.with_next("portal:login", request.get_full_path()))
    now, actor = request_now(request), actor_of(request)
    try:
        found = handing_off.seen(token=token, task=TASK, now=now)
        if request.method == "POST" and "no" in request.POST:
            handing_off.refuse(token=token, task=TASK, now=now)
            return render(request, "portal/account/on_phone.html", {"is_refused": True})
        if request.method == "POST":
            found = handing_off.answer(
                token=token, task=TASK, words=user.name, actor=actor, now=now
            )
    except HandoffOver:
        return render(request, "portal/account/on_phone.html", {"is_over": True}, status=410)
    assert found.visit  # signing in is handed off in visits only
    device, language = found.visit.device, language_of(request)
    context = {
        "device": said_in(device.label, language),
        "site": said_in(device.site.names, language),
        "number": found.number if found.answer == user.name else None,
        "is_anothers": found.is_answered and found.answer != user.name,
        "read_aloud": False,
    }
    return render(request, "portal/account/on_phone.html", context)


def _signed_in(request: HttpRequest, visit: Visit, target: str) -> HttpResponse:
    typed, now, actor = request.POST["number"], request_now(request), actor_of(request)
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 2 else 0
    name = handing_off.bring_back(
        screen=Screen(visit), task=TASK, number=number, actor=actor, now=now
    )
    user = signing_in.by_phone(name=name, actor=actor, now=now)
    request.session.pop(SHOWN, None)
    return sign_in.begin(request, user, by="phone", target=target)


def _visit_of(request: HttpRequest) -> Visit:
    """Return the visit at this screen; at home there is nothing to hand off."""
    visit: Visit | None = request.visit  # type: ignore[attr-defined]  # set by the visits' middleware
    if visit is None:
        raise Http404
    return visit


def _state(found: Handoff | None) -> str:
    if found is None:
        return "over"
    return "answered" if found.is_answered else "waiting"


def _qr(token: str) -> str:
    address = settings.BASE_URL + reverse("portal:on_phone", args=[token])
    return mark_safe(segno.make(address, error="m").svg_inline(scale=8, border=4, omitsize=True))


def _initials(found: Handoff) -> str:
    """Return who has answered, as far as the person themselves needs to see it on a public screen."""
    user = people.by_name(found.answer)
    return f"{user.given_name[:1]}. {user.family_name[:1]}." if user else ""
