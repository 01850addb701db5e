"""Gives each request its visit, and answers "this visit has ended" to everything of one that has."""

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse

from visavis.doors.entrance import language_of, request_now
from visavis.doors.portal import measuring, visit_cookies
from visavis.foundation.actor import Actor
from visavis.visits import operations, queries, rules
from visavis.visits.models import Visit

Next = Callable[[HttpRequest], HttpResponse]

MACHINES = ("/device/", "/static/", "/health")
BELONGS_TO = "visit"  # in a session: the visit it may be used in, and in no other
FINISHED = frozenset({*rules.OUTCOMES, rules.Reason.ABANDONED_CITIZEN})
CLEAR = '"cache", "storage"'  # not the cookies: the one that says "over" must stay


class VisitMiddleware:
    """Sets `request.visit`, `request.text_size` and `request.contrast`."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.visit = None  # type: ignore[attr-defined]  # what this middleware adds
        _set_look(request, visit_cookies.look_of(request))
        if request.path_info.startswith(MACHINES):
            return self.get_response(request)
        secret = request.COOKIES.get(visit_cookies.VISIT, "")
        if not secret:
            return self._at_home(request)
        if _is_beginning(request):
            return no_store(self.get_response(request))
        visit = None if visit_cookies.how_it_ended(secret) else queries.visit_of(secret)
        if visit is None or not visit.is_open(request_now(request)):
            return ended(request, visit)
        return self._in_visit(request, visit)

    def _at_home(self, request: HttpRequest) -> HttpResponse:
        knows_browser = bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        if knows_browser and BELONGS_TO in request.session and not _is_beginning(request):
            return ended(request, None)  # the session of a visit, taken out of it
        response = self.get_response(request)
        if knows_browser or request.session.modified:
            no_store(response)
        return response

    def _in_visit(self, request: HttpRequest, visit: Visit) -> HttpResponse:
        now = request_now(request)
        _refuse_foreign_session(request, visit)
        request.visit = visit  # type: ignore[attr-defined]  # what this middleware adds
        _set_look(request, (visit.text_size, rules.Contrast(visit.contrast)))
        if request.path_info not in _asked_by_themselves():
            operations.touch(visit=visit, now=now)
            language = language_of(request)
            if operations.speak(visit=visit, language=language, now=now):
                measuring.note(request, "language.set", language=language)
        response = self.get_response(request)
        if visit.ended_at is None:
            _bind_session(request, visit)
            if _leads_elsewhere(response):
                with suppress(operations.VisitEnded):
                    operations.leave(visit=visit, now=now)
        return no_store(response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer "ended" when somebody ended the visit while the page was being made."""
        if not isinstance(exception, operations.VisitEnded):
            return None
        return ended(request, measuring.visit_of(request))


def ended(request: HttpRequest, visit: Visit | None) -> HttpResponse:
    """Answer that the visit has ended, and leave nothing of it in the browser."""
    how = how_it_ended(request, visit)
    request.visit = None  # type: ignore[attr-defined]  # nothing of it may be shown
    request.session.flush()
    request.user = AnonymousUser()
    if request.path_info in _json_pages():
        response: HttpResponse = JsonResponse(
            {"state": rules.State.ENDED, "warns_in_s": 0, "ends_in_s": 0}, status=410
        )
    else:
        response = _ended_page(request, how)
    visit_cookies.bury(request, response, how=how)
    response["Clear-Site-Data"] = CLEAR
    return no_store(response)


def how_it_ended(request: HttpRequest, visit: Visit | None) -> str:
    """Return how a visit ended, in the words of the page, writing down its end if nobody did."""
    if visit is None:
        said = visit_cookies.how_it_ended(request.COOKIES.get(visit_cookies.VISIT, ""))
        return said or "finished"
    if visit.ended_at is None:
        system = Actor.system("visits")
        reason = rules.Reason.TECHNICAL  # of a device out of service; run out of time ends as idle
        operations.end(visit=visit, reason=reason, actor=system, now=request_now(request))
    if visit.end_reason == rules.Reason.IDLE:
        return "idle"
    by_citizen = visit.ended_by.startswith(("visit:", "p-"))
    return "finished" if by_citizen and visit.end_reason in FINISHED else "stopped"


def no_store(response: HttpResponse) -> HttpResponse:
    """Keep a page out of every cache, the browser's back button among them."""
    response["Cache-Control"] = "no-store"
    return response


def _ended_page(request: HttpRequest, how: str) -> HttpResponse:
    start = visit_cookies.start_of(request)
    request.presentation = "kiosk" if start else "web"  # type: ignore[attr-defined]  # the frame reads it
    context = {
        "start_url": start.home if start else "",
        "reason": how,
        "may_leave": settings.WORLD != "live",
    }
    rotate_token(request)
    return render(request, "portal/visit/ended.html", context, status=410)


def _asked_by_themselves() -> list[str]:
    """Return the addresses that a page asks by itself, which is no sign of life."""
    names = (
        "visit_state",
        "still_there",
        "login_phone_state",
        "identity_check_state",
        "photograph_state",
        "cases_how_far",
    )
    return [reverse(f"portal:{name}") for name in names]


def _leads_elsewhere(response: HttpResponse) -> bool:
    """Tell whether a page sends the citizen to somebody else's page, where we see no touch."""
    return bool(urlsplit(response.get("Location", "")).netloc)


def _is_beginning(request: HttpRequest) -> bool:
    """Tell whether this request is where a new visit begins, the one way out of an ended one."""
    places = [reverse("portal:attract"), reverse("portal:start")]
    if settings.WORLD != "live":
        places.append(reverse("portal:leave_kiosk"))
    return request.path_info in places


def _json_pages() -> tuple[str, ...]:
    return (
        reverse("portal:visit_state"),
        reverse("portal:visit_alive"),
        reverse("portal:visit_extend"),
    )


def _set_look(request: HttpRequest, look: tuple[int, rules.Contrast] | None) -> None:
    if look:
        request.text_size, request.contrast = look[0], look[1].value  # type: ignore[attr-defined]  # the frame reads them


def _refuse_foreign_session(request: HttpRequest, visit: Visit) -> None:
    """Throw away a session that was not made in this visit, whoever planted it."""
    if not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        return
    if request.session.get(BELONGS_TO) != str(visit.pk):
        request.session.flush()
        request.user = AnonymousUser()


def _bind_session(request: HttpRequest, visit: Visit) -> None:
    """Tie what the browser's session became in this request to the visit, so that both end as one."""
    session = request.session
    if session.is_empty():
        return
    if session.get(BELONGS_TO) != str(visit.pk):
        session[BELONGS_TO] = str(visit.pk)
    if session.session_key is None:
        session.save()
    assert session.session_key is not None
    if session.session_key == visit.browser_session:
        return
    operations.hold_session(visit=visit, session_key=session.session_key, now=request_now(request))
    if SESSION_KEY in session:  # signing in always makes a new session key
        measuring.note(request, "portal.opened", key=f"portal:{visit.measured_as}")
