"""What stands on posters and flyers, as data for the typesetter."""

import re
from collections.abc import Sequence
from pathlib import Path

import phonenumbers

from visavis.catalog.queries import Offer
from visavis.foundation.text import LANGUAGES, said_in
from visavis.places.models import Canton, Site

TEMPLATES = Path(__file__).parent / "texts"
ACCENT = re.compile(r"--accent\s*:\s*(#[0-9a-fA-F]{3,6})")
PLAIN_ACCENT = "#0b6e5f"
MOST_SERVICES = 6
HERE = 41  # calling code of Switzerland

WORDS: dict[str, dict[str, str]] = {
    "scan": {
        "fr": "Photographiez ce code",
        "de": "Fotografieren Sie diesen Code",
        "it": "Fotografi questo codice",
        "en": "Scan this code",
    },
    "or_type": {"fr": "ou saisissez", "de": "oder tippen Sie", "it": "o digiti", "en": "or type"},
    "bring": {"fr": "À préparer", "de": "Bereithalten", "it": "Da preparare", "en": "Have ready"},
    "cost": {"fr": "Coût", "de": "Kosten", "it": "Costo", "en": "Cost"},
    "time": {"fr": "Durée", "de": "Dauer", "it": "Durata", "en": "Time"},
    "minutes": {
        "fr": "environ {n} minutes",
        "de": "etwa {n} Minuten",
        "it": "circa {n} minuti",
        "en": "about {n} minutes",
    },
    "who": {"fr": "Pour qui", "de": "Für wen", "it": "Per chi", "en": "Who"},
    "help": {
        "fr": "Nous sommes là pour vous : ici, quelqu’un vous aide.",
        "de": "Sie sind nicht allein: Hier hilft Ihnen jemand.",
        "it": "Siamo qui per Lei: qui qualcuno La aiuta.",
        "en": "You are not alone: here somebody helps you.",
    },
    "call": {"fr": "Appelez-nous", "de": "Rufen Sie uns an", "it": "Ci chiami", "en": "Call us"},
    "ask": {
        "fr": "À qui vous adresser",
        "de": "An wen Sie sich wenden",
        "it": "A chi rivolgersi",
        "en": "Whom to ask",
    },
    "here_you_can": {
        "fr": "Ici, vous pouvez",
        "de": "Hier können Sie",
        "it": "Qui può",
        "en": "Here you can",
    },
    "free": {
        "fr": "L’aide est gratuite, sans rendez-vous",
        "de": "Die Hilfe ist kostenlos, ohne Termin",
        "it": "L’aiuto è gratuito, senza appuntamento",
        "en": "Help is free of charge, no appointment",
    },
}
SPECIMEN = {
    "fr": ("Démonstration", "Démonstration : rien ici n’est vrai, ne pas afficher."),
    "de": ("Demonstration", "Demonstration: nichts hier ist echt, nicht aufhängen."),
    "it": ("Dimostrazione", "Dimostrazione: nulla qui è vero, non affiggere."),
    "en": ("Demonstration", "Demonstration: nothing here is real, do not put it up."),
}


def accent_of(css: str) -> str:
    """Return the accent colour of a canton's brand."""
    found = ACCENT.search(css)
    return found[1] if found else PLAIN_ACCENT


def of_service(offer: Offer, *, canton: Canton, site: Site | None, link: str) -> dict[str, object]:
    """Return what a poster or flyer of a service says, in four languages."""
    entry = offer.entry
    return {
        **_shared(canton, site, link),
        "title": _in_all(entry.name),
        "text": _in_all(entry.summary),
        "facts": [
            {"label": WORDS["who"], "text": _in_all(entry.who)},
            {"label": WORDS["cost"], "text": _in_all(entry.cost)},
            *_time(entry.minutes),
        ],
        "bring": [_in_all(item) for item in entry.bring],
        "services": [],
        "office": _in_all(offer.office.names),
    }


def of_site(site: Site, *, canton: Canton, offers: Sequence[Offer], link: str) -> dict[str, object]:
    """Return what a poster or flyer of a place says, in four languages."""
    return {
        **_shared(canton, site, link),
        "title": _in_all(canton.counter_name),
        "text": _in_all(canton.claim),
        "facts": [],
        "bring": [],
        "services": [_in_all(offer.entry.name) for offer in offers[:MOST_SERVICES]],
        "office": _in_all(canton.name),
    }


def _shared(canton: Canton, site: Site | None, link: str) -> dict[str, object]:
    order = [code for code in canton.languages if code in LANGUAGES]
    return {
        "languages": order,
        "counter": _in_all(canton.counter_name),
        "canton": _in_all(canton.name),
        "words": WORDS,
        "link": link,
        "address": link.split("//", 1)[-1].split("?", 1)[0],
        "hotline_spoken": _spoken(
            site.hotline if site and site.hotline else canton.contact["hotline"]
        ),
        "hotline_hours": _in_all(canton.contact["hotline_hours"]),
        "site": _in_all(site.names) if site else None,
        "site_address": _address(site) if site else "",
        "site_counter": _in_all(site.counter) if site else None,
    }


def brand(canton: Canton, *, css: str, logo: str, language: str) -> dict[str, object]:
    """Return the sender as the typesetter's library takes it."""
    return {
        "name": said_in(canton.counter_name, language),
        "place": said_in(canton.name, language),
        "accent": accent_of(css),
        "logo": logo or None,
    }


def specimen(language: str) -> dict[str, str]:
    """Return what a print of a demonstration says of itself."""
    word, sentence = SPECIMEN[language]
    return {"word": word, "sentence": sentence}


def _spoken(number: str) -> str:
    """Return a telephone number in groups, with the country left away when it is ours."""
    parsed = phonenumbers.parse(number)
    national = parsed.country_code == HERE
    shape = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, shape.NATIONAL if national else shape.INTERNATIONAL)


def _in_all(text: object) -> dict[str, str]:
    assert isinstance(text, dict)
    return {language: said_in(text, language) for language in LANGUAGES}


def _time(minutes: int | None) -> list[dict[str, object]]:
    if minutes is None:
        return []
    said = {language: text.format(n=minutes) for language, text in WORDS["minutes"].items()}
    return [{"label": WORDS["time"], "text": said}]


def _address(site: Site) -> str:
    words = site.address
    street = f"{words.get('street', '')} {words.get('house_number', '')}".strip()
    town = f"{words.get('postal_code', '')} {words.get('locality', '')}".strip()
    return ", ".join(part for part in (street, town) if part)
