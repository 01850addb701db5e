"""Versions of services, the catalogue in memory, its constraints, arrivals."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from visavis.catalog import operations, queries
from visavis.catalog.models import Arrival, ServiceVersion
from visavis.catalog.rules import ArrivalSource, Availability
from visavis.places.queries import version

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 25)


class TestService:
    def test_returns_the_version_of_the_day(self, exemple):
        last, first = date(2025, 6, 30), date(2025, 7, 1)

        assert queries.service("library-card", on=last).valid_from == date(2024, 1, 1)
        assert queries.service("library-card", on=first).valid_from == first

    @pytest.mark.parametrize(
        ("code", "day"),
        [
            pytest.param("library-card", date(2023, 12, 31), id="not yet"),
            pytest.param("unicorn", TODAY, id="never"),
        ],
    )
    def test_refuses_what_is_not_offered(self, exemple, code, day):
        with pytest.raises(queries.NoSuchService):
            queries.service(code, on=day)

    def test_reads_the_form_once_a_process(self, exemple):
        first = queries.service("fishing-permit", on=TODAY)
        second = queries.service("fishing-permit", on=TODAY)

        assert first.form is not None
        assert first.form is second.form
        assert queries.service("dog-registration", on=TODAY).form is None

    def test_names_itself(self, exemple):
        assert queries.service("dog-registration", on=TODAY).name_in("it") == "Annunciare un cane"


class TestCatalogue:
    def test_costs_no_query_the_second_time(self, exemple, django_assert_num_queries):
        queries.catalogue(version())

        with django_assert_num_queries(1):
            catalogue = queries.catalogue(version())
            catalogue.in_theme("outdoors", TODAY, language="de")
            catalogue.most_asked(TODAY)
            catalogue.by_letter(TODAY, language="fr")

    def test_files_letters_without_accents(self, jura):
        letters = queries.catalogue(version()).by_letter(TODAY, language="fr")

        assert "À" not in letters
        assert list(letters) == sorted(letters)
        assert sum(map(len, letters.values())) == len(queries.catalogue(version()).on(TODAY))

    def test_leaves_out_what_is_not_offered_on_the_day(self, jura):
        catalogue = queries.catalogue(version())

        assert "covid-test" not in catalogue.on(TODAY)
        assert catalogue.availability("covid-test", TODAY) == (
            Availability.NO_LONGER,
            date(2023, 1, 1),
        )

    def test_shows_the_next_or_last_version_of_what_is_not_offered(self, exemple):
        catalogue = queries.catalogue(version())

        assert catalogue.nearest("library-card", date(2020, 1, 1)).valid_from == date(2024, 1, 1)
        with pytest.raises(queries.NoSuchService):
            catalogue.nearest("unicorn", TODAY)


class TestConstraints:
    def test_two_versions_never_hold_on_one_day(self, exemple):
        with (
            pytest.raises(IntegrityError, match="catalog_one_version_a_service_and_day"),
            transaction.atomic(),
        ):
            ServiceVersion.objects.filter(code="library-card").update(valid_until=None)

    def test_an_access_is_known(self, exemple):
        with pytest.raises(IntegrityError, match="catalog_access_is_known"), transaction.atomic():
            ServiceVersion.objects.update(access="fax")


class TestCountArrival:
    def test_counts_by_link_source_and_day(self, db):
        for source in (ArrivalSource.POSTER, ArrivalSource.POSTER, ArrivalSource.LINK):
            operations.count_arrival(service_code="x", site_code="", source=source, day=TODAY)

        assert queries.arrivals(first=TODAY, last=TODAY) == [
            {"service_code": "x", "site_code": "", "source": "poster", "arrivals": 2},
            {"service_code": "x", "site_code": "", "source": "link", "arrivals": 1},
        ]

    @pytest.mark.django_db(transaction=True)
    def test_loses_none_of_many_at_once(self):
        def arrive(_: int) -> None:
            try:
                operations.count_arrival(
                    service_code="x", site_code="y", source=ArrivalSource.FLYER, day=TODAY
                )
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as people:
            list(people.map(arrive, range(40)))

        assert Arrival.objects.get().count == 40
