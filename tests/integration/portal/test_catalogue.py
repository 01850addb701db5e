"""The catalogue's pages: what they say, what they cost, where short links lead."""

import io
import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils.timezone import localdate

from visavis.catalog import queries as catalog
from visavis.catalog.models import Arrival
from visavis.doors.portal import (
    catalogue_map,
    catalogue_pieces,
    catalogue_places,
    catalogue_prints,
    catalogue_texts,
)
from visavis.foundation import database
from visavis.places.models import Canton
from visavis.places.rules import Stretch, Week, stretch

pytestmark = pytest.mark.django_db
LANGUAGES = ("fr", "de", "it", "en")
PAGES = (
    "",
    "themes/animals/",
    "services/",
    "services/fishing-permit/",
    "services/dog-registration/",
    "services/boat-mooring/",
    "search/",
    "search/?q=hund",
    "places/",
    "places/seebruck/",
    "about/",
    "accessibility/",
    "legal/",
)


@pytest.fixture(autouse=True)
def _no_pieces():
    catalogue_pieces.forget()


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the database's clock, as doors read it."""

    def travel(moment: datetime) -> None:
        monkeypatch.setattr(database, "now", lambda: moment)

    return travel


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_one_heading_in_four_languages(exemple, client, page):
    for language in LANGUAGES:
        response = client.get(f"/{language}/{page}")

        assert response.status_code == 200
        html = response.content.decode()
        assert len(re.findall("<h1[ >]", html)) == 1
        assert f'<html lang="{language}"' in html


@pytest.mark.parametrize(
    "page", ["themes/x/", "services/x/", "places/x/", "services/x/poster.pdf", "places/x/flyer.pdf"]
)
def test_what_does_not_exist_is_not_found(exemple, client, page):
    assert client.get(f"/fr/{page}").status_code == 404


@pytest.mark.parametrize(
    "page",
    ["", "services/", "services/fishing-permit/", "themes/outdoors/", "places/", "search/?q=hund"],
)
def test_a_page_costs_at_most_three_queries_once_it_is_known(
    exemple, client, django_assert_max_num_queries, page
):
    client.get(f"/de/{page}")

    with django_assert_max_num_queries(3):
        client.get(f"/de/{page}")


@pytest.mark.parametrize("page", ["", "services/", "places/", "search/?q=x"])
def test_lists_do_not_cost_more_with_more_in_them(
    jura, client, django_assert_max_num_queries, page
):
    with django_assert_max_num_queries(22):
        client.get(f"/fr/{page}")


def test_a_piece_changes_with_the_pack(exemple, client):
    client.get("/de/")
    Canton.objects.update(claim={"de": "Anders"}, version="another")

    assert "Anders" in client.get("/de/").content.decode()


class TestService:
    def test_says_who_what_and_how_much(self, exemple, client):
        entry = catalog.service("fishing-permit", on=localdate(database.now())).entry

        response = client.get("/de/services/fishing-permit/")

        said = text_of(response)
        for text in (entry.name, entry.summary, entry.who, entry.cost, *entry.bring, *entry.notes):
            assert " ".join(text["de"].split()) in said
        assert "/de/services/fishing-permit/begin/" in response.content.decode()

    def test_marks_a_private_providers_website(self, exemple, client):
        html = client.get("/de/services/guest-berth/").content.decode()

        assert "Hafen Seebruck AG" in html
        assert 'class="elsewhere"' in html
        assert "/begin/" not in html

    def test_links_in_a_language_that_the_website_has(self, exemple, client):
        assert (
            "https://hund.example.ch/fr"
            in client.get("/fr/services/dog-registration/").content.decode()
        )
        assert (
            "https://hund.example.ch/&quot;"
            not in client.get("/it/services/dog-registration/").content.decode()
        )

    @pytest.mark.parametrize(
        ("moment", "offers_begin", "year"),
        [
            pytest.param(datetime(2023, 6, 1, tzinfo=UTC), False, "2024", id="not yet"),
            pytest.param(datetime(2026, 6, 1, tzinfo=UTC), True, "", id="now"),
        ],
    )
    def test_says_from_when_it_exists(self, exemple, client, at, moment, offers_begin, year):
        at(moment)

        response = client.get("/en/services/fishing-permit/")

        assert response.status_code == 200
        assert ("/begin/" in response.content.decode()) is offers_begin
        assert ("Available from 1 January 2024" in text_of(response)) is bool(year)

    def test_says_since_when_it_is_gone(self, jura, client, at):
        at(datetime(2026, 6, 1, tzinfo=UTC))

        said = text_of(client.get("/en/services/covid-test/"))

        assert "No longer available since 1 January 2023" in said
        assert "Perhaps this helps" in said


class TestSearch:
    def test_needs_no_script_and_offers_what_was_meant(self, exemple, client):
        html = client.get("/en/search/", {"q": "fishng"}).content.decode()

        assert "Fishing permit" in html
        assert "Did you mean" in html

    def test_shows_ways_on_when_nothing_was_found(self, exemple, client):
        said = text_of(client.get("/en/search/", {"q": "zzzzzz"}))

        assert "We found nothing" in said
        assert "See all services" in said

    def test_shows_what_was_typed_as_text(self, exemple, client):
        html = client.get("/en/search/", {"q": "<script>alert(1)</script>"}).content.decode()

        assert "<script>alert" not in html

    def test_keeps_the_words_out_of_the_title(self, exemple, client):
        html = client.get("/en/search/", {"q": "divorce"}).content.decode()

        assert "divorce" not in html.split("</title>")[0]


class TestShortLink:
    @pytest.mark.parametrize(
        ("link", "target", "row"),
        [
            ("/s/fishing-permit", "/de/services/fishing-permit/", ("fishing-permit", "", "link")),
            ("/s/fishing-permit?p", "/de/services/fishing-permit/?from=p", ("fishing-permit", "", "poster")),
            ("/s/fishing-permit/seebruck?f", "/de/services/fishing-permit/?from=f", ("fishing-permit", "seebruck", "flyer")),
            ("/s/fishing-permit/nowhere", "/de/services/fishing-permit/", ("fishing-permit", "", "link")),
            ("/s/seebruck?p", "/de/places/seebruck/?from=p", ("", "seebruck", "poster")),
        ],
    )  # fmt: skip
    def test_counts_and_leads_on_in_the_visitors_language(self, exemple, client, link, target, row):
        response = client.get(link, headers={"accept-language": "de-CH,de;q=0.9"})

        assert (response.status_code, response["Location"]) == (302, target)
        assert response["Cache-Control"] == "no-store"
        arrival = Arrival.objects.get()
        assert (arrival.service_code, arrival.site_code, arrival.source) == row
        assert (arrival.day, arrival.count) == (localdate(database.now()), 1)

    def test_counts_nothing_that_does_not_exist(self, exemple, client):
        assert client.get("/s/unicorn").status_code == 404
        assert client.get("/s/seebruck/seebruck").status_code == 404
        assert not Arrival.objects.exists()

    def test_does_not_count_a_mere_look(self, exemple, client):
        client.head("/s/fishing-permit")

        assert not Arrival.objects.exists()


class TestPlaces:
    def test_says_whether_it_is_open(self, exemple, client, at):
        at(datetime(2026, 10, 26, 9, 0, tzinfo=UTC))  # a Monday, ten o'clock there
        assert "Open now, until 12:00" in text_of(client.get("/en/places/seebruck/"))

        at(datetime(2026, 10, 26, 11, 30, tzinfo=UTC))
        assert "opens tomorrow at 07:30" in text_of(client.get("/en/places/seebruck/"))

    def test_says_in_one_sentence_what_the_partners_staff_may_see(self, exemple, client):
        assert "Das Personal vor Ort sieht" in text_of(client.get("/de/places/"))

    def test_gathers_kiosks_without_a_place(self, jura, client, at):
        at(datetime(2022, 3, 1, 12, 0, tzinfo=UTC))

        assert "6 more kiosks are announced" in text_of(client.get("/en/places/"))

    def test_writes_days_alike_in_one_row(self):
        day = (stretch("08:00-12:00"),)
        week = Week(
            date(2026, 1, 1), {"monday": day, "tuesday": day, "friday": (stretch("08:00-10:00"),)}
        )

        rows = [(row.days, row.times) for row in catalogue_places.hours_rows(week)]

        assert len(rows) == 4
        assert rows[0][1] == "08:00–12:00"
        assert rows[1][1] == ""
        assert isinstance(day[0], Stretch)


class TestMap:
    def place(self, code, latitude, longitude):
        return catalogue_map.Place(code, code, latitude, longitude, "serving")

    def test_keeps_north_above_and_labels_apart(self):
        drawing = catalogue_map.draw(
            [
                self.place("north", 47.4, 7.1),
                self.place("south", 47.2, 7.1),
                self.place("beside", 47.2001, 7.1001),
                self.place("east", 47.3, 7.9),
            ]
        )

        assert drawing is not None
        by_code = {dot.code: dot for dot in drawing.dots}
        assert by_code["north"].y < by_code["south"].y
        assert abs(by_code["south"].label_y - by_code["beside"].label_y) >= catalogue_map.NEAR
        assert all(
            0 <= dot.x <= drawing.width and 0 <= dot.y <= drawing.height for dot in drawing.dots
        )

    def test_one_place_needs_no_map(self):
        assert catalogue_map.draw([self.place("only", 47.4, 7.1)]) is None


class TestTexts:
    def test_never_runs_what_a_pack_says(self):
        html = catalogue_texts.as_html(
            "# Title\n\n<script>x</script> [x](javascript:alert(1)) ![p](x.png)"
        )

        assert "<script>" not in html
        assert 'href="javascript' not in html
        assert "<img" not in html

    def test_only_the_first_text_of_a_page_has_the_heading(self):
        assert catalogue_texts.as_html("# Title", first=False) == "<h2>Title</h2>\n"


class TestPrints:
    @pytest.mark.parametrize(
        "address",
        [
            "services/fishing-permit/poster.pdf",
            "services/fishing-permit/flyer.pdf?site=seebruck",
            "places/seebruck/poster.pdf",
        ],
    )
    def test_is_one_page_whose_code_leads_to_the_short_link(
        self, exemple, client, settings, address
    ):
        settings.BASE_URL = "https://counter.example.ch"

        response = client.get(f"/it/{address}")

        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
        assert (
            response.content.count(b"/Type /Page\n") + response.content.count(b"/Type /Page ") <= 1
        )
        assert len(io.BytesIO(response.content).getvalue()) < 200_000

    def test_asks_to_come_again_while_the_press_is_busy(self, exemple, client, monkeypatch):
        monkeypatch.setattr(catalogue_prints, "LONGEST_WAIT_S", 0.01)

        with catalogue_prints._press:
            response = client.get("/en/services/market-stall/poster.pdf")

        assert response.status_code == 503
        assert "text/html" in response["Content-Type"]


class TestKeptPages:
    def test_gives_each_visitor_a_token_of_their_own(self, exemple, client):
        first, second = (Client(enforce_csrf_checks=True) for _ in range(2))
        pages = [one.get("/de/").content.decode() for one in (first, first, second)]
        tokens = [re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', html) for html in pages]

        assert catalogue_pieces.TOKEN_STANDS_HERE not in "".join(pages)
        if any(tokens):
            assert not set(tokens[0]) & set(tokens[2])

    def test_keeps_larger_letters_apart(self, exemple, client):
        plain = client.get("/de/").content.decode()
        client.post("/de/preferences/", {"text_size": "3", "next": "/de/"})
        larger = client.get("/de/").content.decode()

        assert 'data-text-size="3"' in larger
        assert 'data-text-size="1"' in plain
        assert 'data-text-size="1"' in Client().get("/de/").content.decode()

    def test_is_not_used_for_somebody_with_a_session(self, exemple, client):
        client.get("/de/")
        session = client.session
        session["x"] = 1
        session.save()

        kept = len(catalogue_pieces._pages)
        assert client.get("/de/services/").status_code == 200
        assert len(catalogue_pieces._pages) == kept
