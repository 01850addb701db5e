"""One's own phone as the camera for one question, of a request that is filled in at a screen."""

from dataclasses import dataclass
from uuid import UUID

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from visavis.cases import queries as cases
from visavis.cases.attachments import held_by
from visavis.cases.models import Case
from visavis.cases.rules import State
from visavis.catalog.definition.form import Field, FieldType
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.portal.cases_access import case_of, url
from visavis.foundation.text import said_in
from visavis.visits import handing_off
from visavis.visits import operations as visits
from visavis.visits.handing_off import HandoffOver, Screen, WrongNumber
from visavis.visits.handoff_models import Handoff

TASK = "photograph"
REFUSALS = {
    WrongNumber: _("This is not the number on your phone. Begin again with a new code."),
    HandoffOver: _("This took too long. Begin again with a new code."),
}
SHOWN = "photograph"  # in the session of the screen: the code that stands on it, and for what


@dataclass(frozen=True, slots=True)
class Question:
    """One question of type file, of a request that may still be changed."""

    case: Case
    field: Field

    @property
    def about(self) -> str:
        return f"{self.case.pk}/{self.field.code}"

    @property
    def back_url(self) -> str:
        if self.case.state == State.CORRECTION:
            return url("case_correct", self.case)
        step = cases.form_of(self.case).step_of(self.field.code)
        return url("case_step", self.case, step.code) if step else url("case", self.case)

    def words(self, language: str) -> dict[str, object]:
        return {
            "question": said_in(self.field.label, language),
            "service": self.case.version.name_in(language),
            "arrived": held_by(self.case, field=self.field.code).of_question,
            "most": self.field.most_files,
        }


@never_cache
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, case_id: UUID, field: str) -> HttpResponse:
    """Show the code; then the phone's number among three; then what arrives.

    A code that is over is replaced when somebody asks for it: nobody may be there any more.
    """
    case = case_of(request, case_id)
    asked = question_of(case, field)
    if asked is None:
        raise Http404
    here, now = screen_of(request), request_now(request)
    refusal: object = ""
    if "end" in request.POST:
        handing_off.give_back(screen=here, task=TASK, now=now)
        request.session.pop(SHOWN, None)
        return redirect(asked.back_url)
    if "new" in request.POST:
        _begin(request, asked, here)
        return redirect(request.path)  # this page looks again by itself, which must not send anew
    if "number" in request.POST:
        try:
            handing_off.lend(
                screen=here, task=TASK, number=_number(request), actor=actor_of(request), now=now
            )
            return redirect(request.path)
        except (HandoffOver, WrongNumber) as why:
            refusal = REFUSALS[type(why)]
    found = _shown(request, asked, here)
    context = {
        **asked.words(language_of(request)),
        "handoff": found,
        "refusal": refusal,
        "state": state_of(found),
        "qr": _qr(request) if found and not found.is_answered else "",
        "back_url": asked.back_url,
        "is_visit": here.visit is not None,
        "read_aloud": False,
    }
    return render(request, "portal/by_phone/screen.html", context)


@never_cache
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """Say in a word how far the phone is, for the screen that waits."""
    here, now = screen_of(request), request_now(request)
    return JsonResponse({"state": state_of(handing_off.living(screen=here, task=TASK, now=now))})


def question_of(case: Case, field: str) -> Question | None:
    """Return a question that takes files now, or nothing."""
    asked = cases.form_of(case).field(field)
    is_taken = case.state == State.DRAFT or (
        case.state == State.CORRECTION and field in case.marked
    )
    if asked is None or asked.type != FieldType.FILE or not is_taken:
        return None
    return Question(case, asked)


def screen_of(request: HttpRequest) -> Screen:
    """Return the screen at which this request is made: of a visit, else of this browser or account."""
    return Screen(request.visit, actor_of(request).name)  # type: ignore[attr-defined]  # set by the visits' middleware


def state_of(found: Handoff | None) -> str:
    """Return one word, and how many files the phone has sent; it changes with each of them."""
    if found is None:
        return "over"
    if found.is_lent:
        return f"lent-{found.done}"
    return "answered" if found.is_answered else "waiting"


def _shown(request: HttpRequest, asked: Question, here: Screen) -> Handoff | None:
    """Return what stands on the screen, begun now if it is the first look at this question."""
    held = request.session.get(SHOWN, {})
    found = handing_off.living(screen=here, task=TASK, now=request_now(request))
    is_other = held.get("about") != asked.about or (found and not found.is_of(held["token"]))
    return _begin(request, asked, here) if is_other else found


def _begin(request: HttpRequest, asked: Question, here: Screen) -> Handoff:
    now = request_now(request)
    begun = handing_off.begin(screen=here, task=TASK, about=asked.about, now=now)
    request.session[SHOWN] = {"about": asked.about, "token": begun.token}
    if here.visit:
        visits.leave(visit=here.visit, now=now)  # nobody touches the screen meanwhile
    return begun.handoff


def _number(request: HttpRequest) -> int:
    typed = request.POST["number"]
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 2 else 0


def _qr(request: HttpRequest) -> str:
    token = request.session[SHOWN]["token"]
    address = settings.BASE_URL + reverse("portal:photograph", args=[token])
    return mark_safe(segno.make(address, error="m").svg_inline(scale=8, border=4, omitsize=True))
