"""The outbox of the demonstration: what would have been sent by mail, SMS or letter."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from visavis.doors.entrance import request_now
from visavis.notices import enclosures, queries


@never_cache
def enclosure(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show what goes into the envelope of a letter; in the live world there is no such page."""
    name = queries.enclosure_of(notice_id)
    if settings.WORLD == "live" or not name:
        raise Http404
    try:
        pdf = enclosures.fetched(name, now=request_now(request))
    except enclosures.NothingToEnclose:
        raise Http404 from None
    return HttpResponse(pdf, content_type="application/pdf")


@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the newest notices; in the live world there is no such page."""
    if settings.WORLD == "live":
        raise Http404
    return render(
        request, "portal/outbox/list.html", {"notices": queries.newest(50), "read_aloud": False}
    )
