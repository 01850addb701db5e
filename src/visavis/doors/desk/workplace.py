"""Where a clerk works today: one of the sites that their roles name."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from visavis.doors.entrance import actor_of
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.places.models import Site

SITE = "desk_site"  # in the session: the code of a site
ROLES = ("clerk", "cashier", "checker")

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def sites_for(request: HttpRequest) -> list[Site]:
    """Return the sites at which this person may work, in the order of their codes."""
    actor = actor_of(request, kind=Kind.CLERK)
    return [
        site
        for site in Site.objects.standing().select_related("organisation").order_by("code")
        if any(
            actor.has_role(role, organisation=site.organisation.code, site=site.code)
            for role in ROLES
        )
    ]


def site_of(request: HttpRequest) -> Site | None:
    """Return the site chosen in this session, if the roles still allow it, or the only one."""
    sites = sites_for(request)
    chosen = [site for site in sites if site.code == request.session.get(SITE)]
    if chosen:
        return chosen[0]
    return sites[0] if len(sites) == 1 else None


def clerk_of(request: HttpRequest) -> Actor:
    """Return the clerk at the counter of their site. Use behind `at_a_site`."""
    actor = actor_of(request, kind=Kind.CLERK)
    site = site_of(request)
    return Actor(
        kind=Kind.CLERK,
        name=actor.name,
        channel=Channel.COUNTER,
        site=site.code if site else None,
        assurance=actor.assurance,
        roles=actor.roles,
    )


def at_a_site(view: View[Rest]) -> View[Rest]:
    """Lead a clerk who has not said where they work to the choice of sites first."""

    @wraps(view)
    def placed(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if site_of(request) is None:
            return redirect("desk:site")
        return view(request, *args, **kwargs)

    return placed
