"""Secret addresses under which calendar programs read a lane."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from visavis.appointments import office_queries
from visavis.appointments.lanes import LaneFeed
from visavis.appointments.operations import feeds
from visavis.doors.office import agenda_access as access
from visavis.doors.office.agenda_access import Place
from visavis.doors.staff_gate import require_role
from visavis.foundation.text import said_in


@never_cache
@require_safe
@require_role("officer")
def feed_list(request: HttpRequest, code: str) -> HttpResponse:
    """List the addresses of a place's lanes; the addresses themselves nobody knows any more."""
    return _page(request, access.place_of(request, code))


@never_cache
@require_POST
@require_role("officer")
def make(request: HttpRequest, code: str) -> HttpResponse:
    """Make an address and show it, this once: it is kept nowhere, so there is no page to lead to."""
    place = access.place_of(request, code)
    wished = request.POST.get("lane", "")
    lane = next((one for one in place.agenda.lanes if one.entry.code == wished), None)
    if lane is None:
        raise Http404
    token = feeds.make(lane_id=lane.id, actor=place.actor, now=place.now)
    address = f"{settings.BASE_URL}{reverse('public_api:lane_feed', args=[token])}"
    new = {
        "lane": said_in(lane.entry.name, place.language),
        "address": address,
        "webcal": f"webcal://{address.partition('://')[2]}",
    }
    return _page(request, place, new=new)


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def revoke(request: HttpRequest, code: str, feed_id: int) -> HttpResponse:
    """Ask whether it is meant, then let nobody in by an address any more."""
    place = access.place_of(request, code)
    mine = {feed.pk: feed for feed in office_queries.feeds_of(place.agenda.id)}
    if feed_id not in mine:
        raise Http404
    if request.method == "POST":
        feeds.revoke(feed_id=feed_id, actor=place.actor, now=place.now)
        messages.success(request, _("Revoked. Nobody can read the lane under this address now."))
        return redirect("office:feeds", code)
    context = {"place": place, "feed": _line(place, mine[feed_id]), "read_aloud": False}
    return render(request, "office/agenda/feed_revoke.html", context)


def _line(place: Place, feed: LaneFeed) -> dict[str, object]:
    lane = said_in(feed.lane.names, place.language)
    return {"id": feed.pk, "lane": lane, "made_at": feed.made_at}


def _page(request: HttpRequest, place: Place, **more: object) -> HttpResponse:
    context = {
        "place": place,
        "tabs": access.tabs_of(place, "feeds"),
        "lanes": [
            (lane.entry.code, said_in(lane.entry.name, place.language))
            for lane in place.agenda.lanes
        ],
        "feeds": [_line(place, feed) for feed in office_queries.feeds_of(place.agenda.id)],
        "read_aloud": False,
        **more,
    }
    return render(request, "office/agenda/feeds.html", context)
