"""Posters and flyers of services and places: PDF in four languages, with the QR of the short link."""

from datetime import timedelta
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from visavis.catalog import prints
from visavis.catalog.queries import NoSuchService
from visavis.doors.portal.catalogue_cards import short_address
from visavis.doors.portal.catalogue_pieces import Here, here
from visavis.foundation.text import said_in
from visavis.places import queries as places
from visavis.places.models import Site
from visavis.typesetting import operations as typesetting
from visavis.typesetting import qr

MARKS = {"poster": "p", "flyer": "f"}
MOST_KEPT = 64  # a PDF has about 60 KB and takes half a second of computing
LONGEST_WAIT_S = 8.0
_kept: dict[tuple[str, ...], bytes] = {}
_press = Lock()


@require_safe
def service(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The poster or flyer of a service; `?site=` makes it that of a service at one place."""
    place = here(request)
    try:
        offer = place.catalogue.nearest(code, place.day)
    except NoSuchService:
        raise Http404 from None
    site_code = request.GET.get("site", "")
    site = _site(site_code) if site_code else None
    link = short_address(code, site.code if site else "", MARKS[kind])
    return _answer(
        place,
        kind,
        (code, site_code),
        prints.of_service(offer, canton=places.canton(), site=site, link=link),
        title=offer.name_in(place.language),
    )


@require_safe
def site(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The poster or flyer of a place: what can be done there."""
    place = here(request)
    found = _site(code)
    offers = place.catalogue.most_asked(place.day)
    link = short_address(code, "", MARKS[kind])
    return _answer(
        place,
        kind,
        ("", code),
        prints.of_site(found, canton=places.canton(), offers=offers, link=link),
        title=said_in(found.names, place.language),
    )


def _site(code: str) -> Site:
    try:
        return places.site(code)
    except places.NoSuchSite:
        raise Http404 from None


def _answer(
    place: Here, kind: str, key: tuple[str, str], data: dict[str, object], *, title: str
) -> HttpResponse:
    name = (place.version, str(place.day), place.language, kind, *key)
    if name not in _kept:
        # Anybody may ask for a print, and setting one takes a processor for a moment: so only one
        # at a time, and who would have to wait long is asked to come again.
        if not _press.acquire(timeout=LONGEST_WAIT_S):
            again = place.now + timedelta(minutes=1)
            context = {"kind": "too_many", "retry_at": again}
            return render(place.request, "design/error.html", context, status=503)
        try:
            _keep(name, _set(place, kind, data, title=title))
        finally:
            _press.release()
    response = HttpResponse(_kept[name], content_type="application/pdf")
    file = "-".join(part for part in (kind, *key, place.language) if part)
    response["Content-Disposition"] = f'inline; filename="{file}.pdf"'
    return response


def _set(place: Here, kind: str, data: dict[str, object], *, title: str) -> bytes:
    return typesetting.pdf(
        prints.TEMPLATES / f"{kind}.typ",
        data={
            **data,
            "qr": qr.svg(str(data["link"]), quiet_zone=0, error="m"),
            "brand": _brand(place),
            "specimen": None if settings.WORLD == "live" else prints.specimen(place.language),
        },
        language=place.language,
        title=title,
    )


def _keep(name: tuple[str, ...], pdf: bytes) -> None:
    if len(_kept) >= MOST_KEPT:
        _kept.pop(next(iter(_kept)))
    _kept[name] = pdf


def _brand(place: Here) -> dict[str, object]:
    folder = Path(settings.PACK) / "brand"
    return prints.brand(
        places.canton(),
        css=(folder / "tokens.css").read_text(encoding="utf-8"),
        logo=(folder / "wordmark.svg").read_text(encoding="utf-8"),
        language=place.language,
    )
