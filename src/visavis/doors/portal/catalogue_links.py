"""Short links on posters, flyers and screens: counted without anybody's identity, then led on."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from visavis.catalog import operations, rules
from visavis.doors.portal.catalogue_pieces import here
from visavis.places import queries as places


@require_safe
def short_link(request: HttpRequest, code: str, site: str = "") -> HttpResponse:
    """Count an arrival and lead on to the service or site, in the visitor's language.

    The mark of a poster or flyer is the whole query: `/s/fishing-permit?p`.
    """
    place = here(request)
    mark = request.META.get("QUERY_STRING", "")[:8]
    is_service = code in place.catalogue.offers
    if not is_service and (site or not _is_site(code)):
        raise Http404
    if is_service:
        target = reverse("portal:service", args=[code])
        site = site if site and _is_site(site) else ""  # only what exists is counted
    else:
        target, code, site = reverse("portal:site", args=[code]), "", code
    if request.method == "GET":
        source = rules.arrival_source(mark)
        operations.count_arrival(service_code=code, site_code=site, source=source, day=place.day)
    response = redirect(f"{target}?from={mark}" if mark in rules.SOURCE_MARKS else target)
    # Every arrival must come here to be counted, and the language may be another one next time.
    response["Cache-Control"] = "no-store"
    return response


def _is_site(code: str) -> bool:
    try:
        places.site(code)
    except places.NoSuchSite:
        return False
    return True
