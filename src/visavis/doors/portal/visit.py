"""How a visit begins and ends on the screen."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.cases import queries as cases
from visavis.doors.entrance import actor_of, language_of, request_now
from visavis.doors.portal import visit_cookies
from visavis.doors.portal.measuring import visit_of
from visavis.doors.portal.visit_forms import StartForm, next_of
from visavis.doors.portal.visit_life import as_spoken
from visavis.foundation.actor import Actor
from visavis.foundation.text import said_in
from visavis.places import queries as places
from visavis.visits import operations, queries, rules, upkeep

FRESH_BEFORE = timedelta(minutes=1)  # the attract screen fetches its next ticket this much earlier


@require_GET
def attract(request: HttpRequest) -> HttpResponse:
    """Show the screen on which a visit begins: languages to touch, nothing of anybody."""
    now = request_now(request)
    ticket = request.GET.get("ticket", "")
    facts = queries.ticket(ticket, now=now)
    request.presentation = "kiosk"  # type: ignore[attr-defined]  # the frame reads it
    if facts is None:
        return (
            redirect("portal:home") if _is_of_this_visit(request, ticket) else _no_ticket(request)
        )
    request.presentation = facts.device.kind  # type: ignore[attr-defined]  # as above
    here = places.help_here(facts.device.site.code, language=language_of(request), now=now)
    upkeep.note_wipe(device=facts.device, is_clean=_brings_nothing(request), now=now)
    fresh_in_s = max(5, int((facts.expires_at - FRESH_BEFORE - now).total_seconds()))
    context = {
        "start_url": f"{reverse('portal:start')}?ticket={ticket}",
        "device_code": facts.device.code,
        "site_name": said_in(facts.device.site.names, language_of(request)),
        "hours": ", ".join(here.hours_today) or _("closed today"),
        "hotline": as_spoken(here.hotline),
        "home": facts.home,
        "fresh_in_s": fresh_in_s,
    }
    response = render(request, "portal/visit/attract.html", context)
    visit_cookies.mark(request, response, ticket=ticket, home=facts.home)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin the visit; a second tap leads into the same one."""
    form = StartForm(request.POST)
    left = visit_cookies.start_of(request)
    ticket = request.GET.get("ticket", "")
    if not form.is_valid() or left is None or left.ticket != rules.hashed(ticket):
        return _no_ticket(request)
    language = form.cleaned_data["language"]
    try:
        opened = operations.open(
            ticket=ticket, browser=left.mark, language=language, now=request_now(request)
        )
    except operations.VisitRefused:
        return _no_ticket(request)
    if request.session.get("visit") != str(opened.visit.pk):
        request.session.flush()  # whatever lay in this browser before is not this visitor's
        rotate_token(request)
    with translation.override(language):
        response = redirect("portal:home")
    visit_cookies.give(request, response, secret=opened.secret)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest) -> HttpResponse:
    """End the visit with one tap; with two if a draft stays behind, whose code must be seen first."""
    visit = visit_of(request)
    if visit is None:
        return redirect("portal:home")
    actor = actor_of(request)
    codes = _codes_left_behind(actor)
    if request.method == "GET" or (codes and not _has_seen_codes(request)):
        context = {"codes": codes, "next": next_of(request)}
        return render(request, "portal/visit/finish.html", context)
    operations.finish(visit=visit, actor=actor, now=request_now(request))
    request.session.flush()
    rotate_token(request)
    response = HttpResponseRedirect(reverse("portal:ended"))
    visit_cookies.bury(request, response, how="finished")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_GET
def ended(request: HttpRequest) -> HttpResponse:
    """Lead home; whoever truly had a visit was answered before this view."""
    return redirect("portal:home")


@require_POST
def leave_kiosk(request: HttpRequest) -> HttpResponse:
    """Let a browser that played the kiosk be one at home again; not in the live world."""
    if settings.WORLD == "live":
        raise Http404
    request.session.flush()
    response = redirect("portal:home")
    visit_cookies.leave(response)
    return response


def _is_of_this_visit(request: HttpRequest, ticket: str) -> bool:
    """Tell whether the back button led from an open visit to the screen on which it began."""
    visit = queries.visit_of(request.COOKIES.get(visit_cookies.VISIT, ""))
    return (
        visit is not None
        and visit.is_open(request_now(request))
        and visit.opened_with == rules.hashed(ticket)
    )


def _has_seen_codes(request: HttpRequest) -> bool:
    """Tell whether the page that shows the codes was there, whichever of its buttons was touched."""
    try:
        came_from = urlsplit(request.headers.get("Referer", "")).path
    except ValueError:  # not an address at all
        came_from = ""
    return "confirmed" in request.POST or came_from == request.path


def _codes_left_behind(actor: Actor) -> list[str]:
    """Return the codes of drafts that only a code leads to; an account finds its own by itself."""
    if not actor.is_anonymous:
        return []
    return list(cases.drafts_of(actor).values_list("code", flat=True))


def _no_ticket(request: HttpRequest) -> HttpResponse:
    """Say that nothing begins here, and lead back to the device's own address if it is known."""
    left = visit_cookies.start_of(request)
    request.presentation = "kiosk" if left else "web"  # type: ignore[attr-defined]  # the frame reads it
    context = {"home": left.home if left else ""}
    response = render(request, "portal/visit/no_ticket.html", context, status=409)
    response["Cache-Control"] = "no-store"
    return response


def _brings_nothing(request: HttpRequest) -> bool:
    """Tell whether the browser still carries anything of the visit before."""
    secret = request.COOKIES.get(visit_cookies.VISIT, "")
    is_over = not secret or visit_cookies.how_it_ended(secret) is not None
    return is_over and not request.COOKIES.get(settings.SESSION_COOKIE_NAME)
