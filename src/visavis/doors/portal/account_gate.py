"""The gate of citizens' own pages: signed in, and the terms of use in force accepted."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from visavis.doors import sign_in
from visavis.doors.entrance import request_now
from visavis.people import queries
from visavis.people.models import User

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def citizen_required(view: View[Rest]) -> View[Rest]:
    """Lead somebody unknown to the account's first page, and back here afterwards."""

    @never_cache
    @wraps(view)
    def gate(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        here = request.get_full_path()
        if not isinstance(request.user, User):
            return redirect(sign_in.with_next("portal:account_start", here))
        if not queries.has_agreed(request.user, now=request_now(request)):
            return redirect(sign_in.with_next("portal:agreement", here))
        return view(request, *args, **kwargs)

    return gate


def user_of(request: HttpRequest) -> User:
    """Return the account behind a request that has passed the gate."""
    assert isinstance(request.user, User)
    return request.user
