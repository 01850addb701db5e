"""The outbox of the demonstration: what would have been sent by mail, SMS or letter."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from visavis.notices import queries


@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the newest notices; in the live world there is no such page."""
    if settings.WORLD == "live":
        raise Http404
    return render(
        request, "portal/outbox/list.html", {"notices": queries.newest(50), "read_aloud": False}
    )
