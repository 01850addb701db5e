"""What stands on posters and flyers."""

from datetime import date

import pytest

from visavis.catalog import prints, queries
from visavis.places import queries as places

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 25)
LANGUAGES = {"fr", "de", "it", "en"}


def test_a_service_is_said_in_four_languages_in_the_cantons_order(exemple):
    offer = queries.catalogue(places.version()).on(TODAY)["fishing-permit"]
    site = places.site("seebruck")

    said = prints.of_service(offer, canton=places.canton(), site=site, link="https://x.ch/s/a?p")

    assert said["languages"] == ["de", "fr", "it", "en"]
    assert said["address"] == "x.ch/s/a"
    assert said["site_address"] == "Uferweg 5, 9992 Seebruck"
    assert said["hotline_spoken"] == "071 555 01 92"
    for name in ("title", "text", "office", "site", "hotline_hours"):
        text = said[name]
        assert isinstance(text, dict)
        assert set(text) == LANGUAGES
        assert all(text.values())


def test_a_place_lists_what_is_asked_for_most(exemple):
    catalogue = queries.catalogue(places.version())
    site = places.site("musterau")

    said = prints.of_site(
        site, canton=places.canton(), offers=catalogue.most_asked(TODAY), link="https://x.ch/s/b"
    )

    services = said["services"]
    assert isinstance(services, list)
    assert [name["en"] for name in services] == ["Fishing permit", "Register a dog"]
    assert said["hotline_spoken"] == "071 555 01 00"


def test_words_of_prints_are_complete():
    assert all(set(text) == LANGUAGES and all(text.values()) for text in prints.WORDS.values())
    assert set(prints.SPECIMEN) == LANGUAGES


@pytest.mark.parametrize(
    ("css", "accent"),
    [(":root { --accent: #3b4a9c; }", "#3b4a9c"), ("", prints.PLAIN_ACCENT)],
)
def test_the_accent_is_the_brands(css, accent):
    assert prints.accent_of(css) == accent
