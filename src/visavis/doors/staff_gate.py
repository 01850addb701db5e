"""The gate of the doors of staff: signed in, in the right role, second factor passed today."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from visavis.doors import sign_in
from visavis.doors.entrance import request_now
from visavis.people import queries, second_factor
from visavis.people.models import User

RECENT = timedelta(hours=8)  # a working day
FRESH = timedelta(minutes=15)  # for what proves or opens something for somebody else

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def require_role(*roles: str) -> Callable[[View[Rest]], View[Rest]]:
    """Let only staff with one of these roles see a view, anywhere or at any organisation.

    Which organisation's cases they see is the room's question, asked of the actor's roles.
    Somebody unknown is led to the staff's sign-in and back; without the role it answers 403.
    """

    def decorate(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def gate(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            refusal = _refusal(request, frozenset(roles))
            return refusal if refusal else view(request, *args, **kwargs)

        return gate

    return decorate


def _refusal(request: HttpRequest, roles: frozenset[str]) -> HttpResponse | None:
    here = request.get_full_path()
    user = request.user
    if not isinstance(user, User):
        return redirect(sign_in.with_next("staff:login", here))
    held = queries.roles_of(user, now=request_now(request))
    is_in_visit = getattr(request, "visit", None) is not None
    if is_in_visit or not roles & {role.partition("@")[0] for role in held}:
        raise PermissionDenied
    if not second_factor.has_totp(user):
        return redirect(sign_in.with_next("staff:set_up", here))
    if not is_second_factor_recent(request):
        return redirect(sign_in.with_next("staff:second_factor", here))
    return None


def require_fresh_second_factor(view: View[Rest]) -> View[Rest]:
    """Ask for the second factor again, and lead back, where it was passed a while ago.

    Use behind `require_role`.
    """

    @wraps(view)
    def gate(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not is_second_factor_recent(request, within=FRESH):
            return redirect(sign_in.with_next("staff:second_factor", request.get_full_path()))
        return view(request, *args, **kwargs)

    return gate


def is_second_factor_recent(request: HttpRequest, *, within: timedelta = RECENT) -> bool:
    """Tell whether this session passed its second factor a short time ago."""
    passed_at = sign_in.second_factor_passed_at(request)
    if passed_at is None:
        return False
    return request_now(request).timestamp() - passed_at < within.total_seconds()
