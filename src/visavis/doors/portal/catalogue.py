"""The catalogue: first page, themes, search, A to Z, one service."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from visavis.catalog import rules, search
from visavis.catalog.queries import NoSuchService, Offer
from visavis.catalog.rules import Access, Availability
from visavis.doors.portal import measuring
from visavis.doors.portal.catalogue_cards import appointment_ways, begin_url, card, short_address
from visavis.doors.portal.catalogue_forms import Question
from visavis.doors.portal.catalogue_pieces import Here, here, page, piece
from visavis.foundation.text import said_in
from visavis.places import queries as places
from visavis.places.models import Partnership
from visavis.typesetting import qr

LEVELS = {
    0: _("You do not need an account."),
    1: _(
        "You need an account. You can create one in a few minutes, also without an e-mail address."
    ),
    2: _("You need an account, and your identity must have been checked once."),
    3: _(
        "You need an account, and your identity must have been checked in person or with an e-ID."
    ),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What you can do here."""
    place = here(request)

    def fill() -> dict[str, object]:
        catalogue = place.catalogue
        return {
            "canton": places.canton(),
            "asked_most": [card(offer, place) for offer in catalogue.most_asked(place.day)],
            "shelves": [
                shelf
                for shelf in catalogue.shelves
                if catalogue.in_theme(shelf.code, place.day, language=place.language)
            ],
            "count": len(catalogue.on(place.day)),
            "partnerships": list(Partnership.objects.on(place.day).order_by("valid_from")),
        }

    content = piece(place, "_home.html", fill=fill)
    return page(place, "portal/catalogue/home.html", {"piece": content})


@require_safe
def theme(request: HttpRequest, code: str) -> HttpResponse:
    """The services of one theme."""
    place = here(request)
    shelf = place.catalogue.shelf(code)
    if shelf is None:
        raise Http404

    def fill() -> dict[str, object]:
        offers = place.catalogue.in_theme(code, place.day, language=place.language)
        others = [other for other in place.catalogue.shelves if other.code != code]
        return {"shelf": shelf, "cards": [card(offer, place) for offer in offers], "others": others}

    content = piece(place, "_theme.html", code, fill=fill)
    title = said_in(shelf.names, place.language)
    return page(place, "portal/catalogue/theme.html", {"piece": content, "title": title})


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """All services from A to Z."""
    place = here(request)

    def fill() -> dict[str, object]:
        letters = place.catalogue.by_letter(place.day, language=place.language)
        listed = {
            letter: [card(offer, place) for offer in offers] for letter, offers in letters.items()
        }
        return {"letters": listed, "count": len(place.catalogue.on(place.day))}

    content = piece(place, "_services.html", fill=fill)
    return page(place, "portal/catalogue/services.html", {"piece": content})


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The search; an empty question shows where else to look."""
    place = here(request)
    question = Question(request.GET)
    words = question.words()
    found = search.search(place.catalogue, words, language=place.language, day=place.day)
    context = {
        "question": question,
        "words": words,
        "cards": [card(offer, place) for offer in found.offers],
        "did_you_mean": found.did_you_mean,
        "shelves": place.catalogue.shelves,
        "asked_most": [card(offer, place) for offer in place.catalogue.most_asked(place.day)],
    }
    return render(request, "portal/catalogue/search.html", context)


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One service: who, what to bring, cost, how long, and the way to begin."""
    place = here(request)
    try:
        offer = place.catalogue.nearest(code, place.day)
    except NoSuchService:
        raise Http404 from None
    content = piece(place, "_service.html", code, fill=lambda: _service(offer, place))
    if measuring.visit_of(request):
        arrived_by = rules.arrival_source(request.GET.get("from", "")).value
        measuring.note(request, "service.chosen", service=code, arrived_by=arrived_by)
    context = {"piece": content, "title": offer.name_in(place.language)}
    return page(place, "portal/catalogue/service.html", context)


def _service(offer: Offer, place: Here) -> dict[str, object]:
    catalogue = place.catalogue
    state, changes_on = catalogue.availability(offer.code, place.day)
    address = short_address(offer.code, mark="s" if place.is_device else "")
    return {
        "offer": offer,
        "entry": offer.entry,
        "level": LEVELS[offer.entry.level],
        "is_now": state is Availability.NOW,
        "is_not_yet": state is Availability.NOT_YET,
        "changes_on": changes_on,
        "is_form": offer.entry.access is Access.FORM,
        "is_link": offer.entry.access is Access.LINK,
        "appointment": appointment_ways(offer),
        "is_private": offer.office.kind == "provider",
        "begin_url": begin_url(offer.code),
        "link": _link(offer, place),
        "short_address": address.split("//", 1)[1].split("?", 1)[0],
        "short_qr": qr.svg(address, error="m"),
        "shelves": [shelf for code in offer.entry.themes if (shelf := catalogue.shelf(code))],
        "instead": [] if state is Availability.NOW else _instead(offer, place),
    }


def _link(offer: Offer, place: Here) -> dict[str, object] | None:
    """Return where to go on, in the page's language or in one that the other website has."""
    links = {str(language): address for language, address in offer.entry.links.items()}
    if not links:
        return None
    language = place.language if place.language in links else next(iter(links))
    address = links[language]
    return {
        "address": address,
        "host": address.split("//", 1)[1].split("/", 1)[0].removeprefix("www."),
        "language": language,
        "is_in_other_language": language != place.language,
        "says_language": LINK_LANGUAGES[language],
        "qr": qr.svg(address, error="m") if place.is_device else "",
    }


LINK_LANGUAGES = {
    "fr": _("That website is in French."),
    "de": _("That website is in German."),
    "it": _("That website is in Italian."),
    "en": _("That website is in English."),
}


def _instead(offer: Offer, place: Here) -> list[dict[str, object]]:
    found = place.catalogue.in_theme(offer.entry.themes[0], place.day, language=place.language)
    others = found or place.catalogue.most_asked(place.day)
    return [card(other, place) for other in others if other.code != offer.code][:4]
