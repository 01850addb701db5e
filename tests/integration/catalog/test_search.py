"""The search, as people type."""

from datetime import date

import pytest

from visavis.catalog import queries
from visavis.catalog.search import search
from visavis.places.queries import version

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 25)

FINDS = [
    pytest.param("permis de pêche", "fr", "fishing-permit", id="the name"),
    pytest.param("peche", "fr", "fishing-permit", id="without accent"),
    pytest.param("PÊCHE", "fr", "fishing-permit", id="in capitals"),
    pytest.param("permi de peche", "fr", "fishing-permit", id="a letter missing"),
    pytest.param("péhce", "fr", "fishing-permit", id="letters swapped"),
    pytest.param("pech", "fr", "fishing-permit", id="while typing"),
    pytest.param("je voudrais pêcher", "fr", "fishing-permit", id="a whole sentence"),
    pytest.param("Fischereipatent", "de", "fishing-permit", id="German"),
    pytest.param("angeln", "de", "fishing-permit", id="a synonym"),
    pytest.param("fishing", "fr", "fishing-permit", id="English on the French page"),
    pytest.param("licenza di pesca", "it", "fishing-permit", id="Italian"),
    pytest.param("impôts", "fr", "tax-return", id="taxes"),
    pytest.param("Steuererklärung", "de", "tax-return", id="taxes in German"),
    pytest.param("steuererklarung", "de", "tax-return", id="taxes without umlaut"),
    pytest.param("expertise véhicule", "fr", "vehicle-inspection", id="two words"),
    pytest.param("poursuites", "fr", "debt-extract", id="debts"),
    pytest.param("Wohnsitz", "de", "residence-certificate", id="half of a compound"),
    pytest.param("déménager", "fr", "moving-notice", id="another form of the word"),
]


@pytest.fixture
def catalogue(jura):
    return queries.catalogue(version())


@pytest.mark.parametrize(("typed", "language", "code"), FINDS)
def test_finds_first(catalogue, typed, language, code):
    found = search(catalogue, typed, language=language, day=TODAY)

    assert [offer.code for offer in found.offers][:1] == [code]


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        pytest.param("permis de pêhce", "fr", "pêche", id="French"),
        pytest.param("fishng", "en", "fishing", id="English"),
        pytest.param("Steuererklrung", "de", "steuererklärung", id="German"),
    ],
)
def test_says_what_was_probably_meant(catalogue, typed, language, meant):
    found = search(catalogue, typed, language=language, day=TODAY)

    assert meant in found.did_you_mean


def test_does_not_correct_what_it_understands(catalogue):
    assert search(catalogue, "peche", language="fr", day=TODAY).did_you_mean == ""


@pytest.mark.parametrize("typed", ["", "   ", "’", "xyzzy plugh", "💥", "de la", "a" * 5000])
def test_finds_nothing_without_a_fault(catalogue, typed):
    found = search(catalogue, typed, language="fr", day=TODAY)

    assert found.did_you_mean == "" or isinstance(found.did_you_mean, str)


def test_does_not_offer_what_has_ended(catalogue):
    found = search(catalogue, "test covid dépistage", language="fr", day=TODAY)

    assert "covid-test" not in [offer.code for offer in found.offers]


def test_the_fictitious_canton_is_searched_too(exemple):
    found = search(queries.catalogue(version()), "Hundesteuer", language="de", day=TODAY)

    assert found.offers[0].code == "dog-registration"
