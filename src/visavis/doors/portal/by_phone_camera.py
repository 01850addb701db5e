"""On the phone: which screen and question ask, yes or no, a number, and then the pictures.

The phone learns nothing else of the request: it acts for the screen, in this one question.
"""

import secrets
from contextlib import suppress
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.cases import attaching
from visavis.cases import queries as cases
from visavis.cases.queries import NoSuchCase
from visavis.cases.refusals import AttachingRefused, NotAsked, NotOpen
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.portal.by_phone import TASK, Question, question_of, state_of
from visavis.doors.portal.cases_file_words import said
from visavis.doors.portal.cases_files import ACCEPT
from visavis.doors.uploads import takes_files
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.foundation.files.refusals import Empty, FileRefused
from visavis.foundation.text import said_in
from visavis.foundation.throttles import TooMany
from visavis.visits import handing_off
from visavis.visits import operations as visits
from visavis.visits import rules as visit_rules
from visavis.visits.handing_off import HandoffOver
from visavis.visits.handoff_models import Handoff
from visavis.visits.operations import VisitEnded

PAGE = "portal/by_phone/phone.html"
OVER = (HandoffOver, NoSuchCase, NotOpen, VisitEnded)  # nothing can be sent any more
CAMERA = "camera"  # in the phone's session: names this phone, so that a second one gets nothing


@never_cache
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, show the number, and once it was chosen on the screen take pictures."""
    now = request_now(request)
    try:
        found = handing_off.seen(token=token, task=TASK, now=now)
        if request.method == "POST" and "no" in request.POST:
            handing_off.refuse(token=token, task=TASK, now=now)
            return render(request, PAGE, {"is_refused": True})
        if request.method == "POST":
            handing_off.answer(
                token=token, task=TASK, words=_words(request), actor=actor_of(request), now=now
            )
            return redirect("portal:photograph", token)
        if found.is_answered and found.answer != _words(request):
            raise HandoffOver
        return _page(request, token, found)
    except OVER:
        return _over(request)


@never_cache
@require_GET
def state(request: HttpRequest, token: str) -> HttpResponse:
    """Say in a word whether the number was chosen, for the phone that waits."""
    try:
        found = handing_off.seen(token=token, task=TASK, now=request_now(request))
    except HandoffOver:
        return JsonResponse({"state": state_of(None)})
    return JsonResponse({"state": state_of(found)})


@never_cache
@require_POST
@takes_files
def send(request: HttpRequest, token: str) -> HttpResponse:
    """Take one picture from the phone, for the screen's request."""
    now, words = request_now(request), _words(request)
    try:
        found = handing_off.lent(token=token, task=TASK, words=words, now=now)
        asked = _question(found, request)
        try:
            row = attaching.attach(
                case_id=asked.case.pk, field=asked.field.code, sent=_sent(request),
                actor=_stand_in(found), now=now,
            )  # fmt: skip
        except NotAsked:
            return _over(request)
        except (AttachingRefused, FileRefused, TooMany) as why:
            return _page(request, token, found, refusal=said(why))
        if row.sent_at == now:  # what has come before gives no more time, nor holds a device
            handing_off.use(token=token, task=TASK, words=words, now=now)
            if found.visit:
                visits.leave(visit=found.visit, now=now)
    except OVER:
        return _over(request)
    return redirect("portal:photograph", token)


@never_cache
@require_POST
def done(request: HttpRequest, token: str) -> HttpResponse:
    """End it from the phone; what was sent is at the screen."""
    now = request_now(request)
    try:
        handing_off.lent(token=token, task=TASK, words=_words(request), now=now)
    except HandoffOver:
        return _over(request)
    handing_off.refuse(token=token, task=TASK, now=now)
    return render(request, PAGE, {"is_done": True})


def _page(
    request: HttpRequest, token: str, found: Handoff, *, refusal: object = ""
) -> HttpResponse:
    asked, language = _question(found, request), language_of(request)
    device = found.visit.device if found.visit else None
    context = {
        **asked.words(language),
        "token": token,
        "device": said_in(device.label, language) if device else "",
        "site": said_in(device.site.names, language) if device else "",
        "handoff": found,
        "state": state_of(found),
        "key": uuid4(),
        "refusal": refusal,
        "accepts": ",".join(ACCEPT[sort] for sort in asked.field.file_sorts),
        "read_aloud": False,
    }
    return render(request, PAGE, context, status=422 if refusal else 200)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, PAGE, {"is_over": True}, status=410)


def _question(found: Handoff, request: HttpRequest) -> Question:
    """Return what the phone photographs for.

    Raises:
        NoSuchCase: the request is no longer the screen's.
        HandoffOver: it was sent, given up, or no longer asks for this.
    """
    case_id, _, field = found.about.partition("/")
    case = cases.case_for(UUID(case_id), actor=_stand_in(found), now=request_now(request))
    asked = question_of(case, field)
    if asked is None:
        raise HandoffOver
    return asked


def _stand_in(found: Handoff) -> Actor:
    """Return who acts: whoever sits at the screen, by the phone in their hand."""
    visit = found.visit
    return Actor(
        kind=Kind.CITIZEN,
        name=found.holder,
        channel=Channel(visit.channel) if visit else Channel.WEB,
        visit=visit.pk if visit else None,
        device=visit.device.code if visit else None,
        site=visit.device.site.code if visit else None,
    )


def _words(request: HttpRequest) -> str:
    if CAMERA not in request.session:
        request.session[CAMERA] = secrets.token_urlsafe(16)
    return visit_rules.hashed(request.session[CAMERA])


def _sent(request: HttpRequest) -> attaching.Sent:
    """Return the picture as it came.

    Raises:
        Empty: there is none.
    """
    file = request.FILES.get("file")
    if file is None:
        raise Empty
    key = uuid4()
    with suppress(ValueError):
        key = UUID(request.POST.get("key", ""))
    return attaching.Sent(key=key, name="", content=file.read())
