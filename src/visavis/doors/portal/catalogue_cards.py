"""What lists of services show, and the addresses of services."""

from django.conf import settings
from django.urls import reverse

from visavis.appointments import books
from visavis.catalog.queries import Offer
from visavis.catalog.rules import Access
from visavis.doors.portal.catalogue_pieces import Here
from visavis.foundation.text import said_in


def begin_url(code: str) -> str:
    """Return the address at which a request for a service begins."""
    return reverse("portal:begin", args=[code])


def appointment_ways(offer: Offer) -> dict[str, str]:
    """Return the addresses of the ways to an appointment of a service; none where it gives none."""
    found = books.books().get(offer.entry.calendar or "")
    if found is None or found.is_withdrawn:
        return {}
    ways = {"open": reverse("portal:appointment_open", args=[found.code])}
    if found.entry.free_kinds:
        ways["new"] = reverse("portal:appointment_new", args=[found.code])
    if any(kind.group for kind in found.entry.kinds):
        ways["due"] = reverse("portal:appointment_due")
    if any(kind.minutes.summons for kind in found.entry.kinds):
        ways["summoned"] = ways["open"]
    return ways


def short_address(code: str, site: str = "", mark: str = "") -> str:
    """Return the short link of a service or site, whole, as posters and QR codes show it."""
    path = reverse("short_link", args=[code, site] if site else [code])
    return settings.BASE_URL.rstrip("/") + path + (f"?{mark}" if mark else "")


def card(offer: Offer, place: Here) -> dict[str, object]:
    """Return what a card of a list shows."""
    shelf = place.catalogue.shelf(offer.entry.themes[0])
    is_link = offer.entry.access is Access.LINK
    return {
        "title": offer.name_in(place.language),
        "text": said_in(offer.entry.summary, place.language),
        "url": reverse("portal:service", args=[offer.code]),
        "icon": shelf.icon if shelf else "file-text",
        "is_link": is_link,
        "provider": said_in(offer.office.names, place.language) if is_link else "",
    }
