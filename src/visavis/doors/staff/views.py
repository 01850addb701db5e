"""Signing in as a member of staff: password, second factor, and on to the door one works behind."""

from dataclasses import dataclass

import segno
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.appointments import office_queries
from visavis.doors import sign_in, staff_gate
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    kept,
    request_now,
    wants_another_language,
)
from visavis.doors.staff.forms import CodeForm, SignInForm
from visavis.foundation.actor import Kind
from visavis.foundation.throttles import TooMany
from visavis.people import queries, rules, second_factor, signing_in
from visavis.people.models import User
from visavis.people.refusals import PeopleRefused, WrongCredentials

PAGES = ["GET", "POST"]
UNPROVEN = (
    "unproven_second_factor"  # in the session, until the first code proved that the app has it
)


@dataclass(frozen=True, slots=True)
class Workplace:
    """A door behind which staff work."""

    view: str
    title: str | Promise
    text: str | Promise
    icon: str
    roles: frozenset[rules.RoleName]
    needs_calendar: bool = False  # only where an office of theirs gives appointments


WORKPLACES = (
    Workplace(
        "office:queue",
        _("Requests"),
        _("What citizens have asked for, waiting for you."),
        "inbox",
        frozenset({rules.RoleName.OFFICER}),
    ),
    Workplace(
        "office:agendas",
        _("Appointments"),
        _("Who comes today, closing lanes, summonses."),
        "calendar",
        frozenset({rules.RoleName.OFFICER}),
        needs_calendar=True,
    ),
    Workplace(
        "desk:home",
        _("Counter"),
        _("Help calls, cash payments, what to say."),
        "life-buoy",
        frozenset({rules.RoleName.CLERK, rules.RoleName.CASHIER, rules.RoleName.CHECKER}),
    ),
    Workplace(
        "control:home",
        _("Control room"),
        _("Devices, services, people."),
        "settings",
        frozenset({rules.RoleName.OPERATOR, rules.RoleName.BOARD}),
    ),
)


@never_cache
@require_http_methods(PAGES)
def login(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; the second factor comes next."""
    _refuse_in_visit(request)
    target = sign_in.next_of(request, otherwise="staff:home")
    if request.user.is_authenticated:
        return redirect(target)
    if wants_another_language(request):
        return keep_and_switch(request)
    form = SignInForm(request.POST or None, initial=kept(request))
    if form.is_valid():
        try:
            user = signing_in.by_password(
                login=form.cleaned_data["login"],
                password=form.cleaned_data["password"],
                actor=actor_of(request),
                now=request_now(request),
            )
        except (WrongCredentials, TooMany) as refusal:
            form.add_error(None, _sentence(refusal))
        else:
            return sign_in.begin(request, user, by="password", target=target)
    return render(request, "staff/login.html", {"form": form, "form_id": "login", "next": target})


@never_cache
@require_http_methods(PAGES)
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor, on the way in or again after a working day."""
    target = sign_in.next_of(request, otherwise="staff:home")
    user = sign_in.awaits_second_factor(request) or request.user
    if not isinstance(user, User):
        return redirect(sign_in.with_next("staff:login", target))
    if not second_factor.has_totp(user):
        return redirect(sign_in.with_next("staff:set_up", target))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            signing_in.by_second_factor(
                user=user,
                code=form.cleaned_data["code"],
                actor=actor_of(request),
                now=request_now(request),
            )
        except (PeopleRefused, TooMany) as refusal:
            form.add_error("code", _sentence(refusal))
        else:
            return sign_in.pass_second_factor(request, user, target=target)
    return render(request, "staff/second_factor.html", {"form": form, "next": target})


@never_cache
@require_http_methods(PAGES)
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up the authenticator app; done once, before the first door opens."""
    target = sign_in.next_of(request, otherwise="staff:home")
    user = request.user
    if not isinstance(user, User):
        return redirect(sign_in.with_next("staff:login", target))
    if second_factor.has_totp(user):
        return redirect(sign_in.with_next("staff:second_factor", target))
    secret = request.session.setdefault(UNPROVEN, second_factor.new_secret())
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            signing_in.set_up_second_factor(
                user=user,
                secret=secret,
                code=form.cleaned_data["code"],
                actor=actor_of(request),
                now=request_now(request),
            )
        except (PeopleRefused, TooMany) as refusal:
            form.add_error("code", _sentence(refusal))
        else:
            del request.session[UNPROVEN]
            return sign_in.pass_second_factor(request, user, target=target)
    image = segno.make(second_factor.address_for_app(user, secret), error="m")
    context = {
        "form": form,
        "next": target,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "qr": mark_safe(image.svg_inline(scale=5, border=4, omitsize=True)),
    }
    return render(request, "staff/set_up.html", context)


@never_cache
@require_GET
@staff_gate.require_role(*rules.RoleName)
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the doors that somebody's roles open."""
    held = queries.roles_of(request.user, now=request_now(request))
    names = {role.partition("@")[0] for role in held}
    places = [
        (place, _address(place.view))
        for place in WORKPLACES
        if names & place.roles and (not place.needs_calendar or _has_calendar(request))
    ]
    context = {"person": request.user, "roles": sorted(held), "places": places}
    return render(request, "staff/home.html", context)


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session."""
    sign_in.end(request)
    return redirect("staff:login")


def _refuse_in_visit(request: HttpRequest) -> None:
    """Refuse staff at a device in a citizen's visit: two people in one browser is one too many."""
    if getattr(request, "visit", None) is not None:
        raise PermissionDenied


def _sentence(refusal: Exception) -> str:
    if isinstance(refusal, TooMany):
        until = timezone.localtime(refusal.retry_at).strftime("%H:%M")
        return gettext("Too many tries. Please wait until %(time)s.") % {"time": until}
    return gettext("This is not right. Check what you have typed and try again.")


def _has_calendar(request: HttpRequest) -> bool:
    return bool(office_queries.books_of(actor_of(request, kind=Kind.OFFICER)))


def _address(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
