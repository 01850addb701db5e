"""Communes of addresses, hours of sites, settings of a day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from visavis.places import queries, rules
from visavis.places.models import Canton, Commune, Partnership, Site

pytestmark = pytest.mark.django_db
BEFORE, TODAY = date(2022, 3, 1), date(2026, 10, 25)


class TestCommunesFor:
    @pytest.mark.parametrize(
        ("postal_code", "locality", "on", "expected"),
        [
            pytest.param("2350", "Saignelégier", TODAY, [6757], id="one"),
            pytest.param("2350", "saignelegier", TODAY, [6757], id="as typed"),
            pytest.param("2345", "Les Breuleux", TODAY, [6743], id="the locality decides"),
            pytest.param("2345", "Le Cerneux-Veusil", TODAY, [6753], id="the other locality"),
            pytest.param("2345", "La Chaux-des-Breuleux", BEFORE, [6744], id="before the merger"),
            pytest.param("2345", "La Chaux-des-Breuleux", TODAY, [6743], id="after the merger"),
            pytest.param("2345", "", BEFORE, [6743, 6744, 6753], id="ambiguous without locality"),
            pytest.param("2345", "", TODAY, [6743, 6753], id="less ambiguous after the merger"),
            pytest.param("2882", "St-Ursanne", TODAY, [6758, 6808], id="partly in another commune"),
            pytest.param("2933", "Lugnez", BEFORE, [6793], id="2933 before"),
            pytest.param("2933", "Lugnez", TODAY, [6811], id="2933 after"),
            pytest.param("8001", "Zürich", TODAY, [], id="another canton"),
            pytest.param("", "", TODAY, [], id="nothing"),
        ],
    )
    def test_knows_the_jura(self, jura, postal_code, locality, on, expected):
        found = queries.communes_for(postal_code, locality, on=on)

        assert sorted(commune.fso for commune in found) == expected

    def test_an_unknown_locality_is_asked_for(self, exemple):
        assert len(queries.communes_for("9992", "Nirgends", on=TODAY)) == 2

    def test_counts_the_communes_of_a_day(self, jura):
        assert [len(queries.communes_on(date(year, 1, 1))) for year in (2022, 2023, 2026)] == [
            53,
            51,
            51,
        ]

    def test_a_circle_of_mergers_ends(self, exemple):
        Commune.objects.filter(fso=9901).update(valid_until=date(2025, 1, 1), merged_into=9904)

        assert queries.commune(9904, on=TODAY) is None


class TestSites:
    def test_state_follows_the_days(self, exemple):
        site = queries.site("musterau")

        states = [
            site.state_on(day)
            for day in (date(2020, 1, 1), date(2024, 2, 29), date(2024, 3, 1), TODAY)
        ]
        assert states == [None, "announced", "live", "reduced"]

    def test_help_here_is_honest_about_a_closed_counter(self, exemple):
        saturday = datetime(2026, 10, 24, 8, 0, tzinfo=UTC)

        here = queries.help_here("seebruck", language="de", now=saturday)

        assert here.counter == "das Personal am Schalter 1"
        assert here.hours_today == ("09:00-11:30",)
        assert here.opening is not None
        assert here.opening.is_open
        assert here.hotline == "+41715550192"

        closed = queries.help_here("seebruck", language="de", now=saturday + timedelta(hours=4))
        assert closed.opening is not None
        assert not closed.opening.is_open

    def test_help_away_from_a_site_is_the_hotline(self, exemple, now):
        here = queries.help_here(None, language="fr", now=now)

        assert (here.counter, here.opening, here.hotline) == ("", None, "+41715550100")

    def test_hours_of_christmas_eve_and_of_a_holiday(self, exemple):
        christmas_eve = datetime(2026, 12, 24, 9, 30, tzinfo=UTC)

        here = queries.help_here("seebruck", language="de", now=christmas_eve)

        assert here.hours_today == ("07:30-10:00",)
        assert here.opening is not None
        assert not here.opening.is_open  # half past ten in Seebruck


def test_settings_change_with_the_day(exemple):
    assert queries.settings_on(TODAY).draft_kept_days == 14
    assert queries.settings_on(date(2000, 1, 1)).draft_kept_days == 14


def test_working_days_know_the_canton(jura):
    # 23 June is a day off in the Jura, and in 2026 a Tuesday.
    assert queries.working_day_after(date(2026, 6, 22), 1) == date(2026, 6, 24)


def test_partnership_at_a_site(exemple):
    found = queries.partnership_at("seebruck", on=TODAY)

    assert found is not None
    assert found.parties == ["chancellery", "post", "musterau"]
    assert queries.partnership_at("seebruck", on=date(2023, 1, 1)) is None


class TestConstraints:
    def test_a_commune_is_one_on_a_day(self, exemple):
        with (
            pytest.raises(IntegrityError, match="places_one_commune_a_number_and_day"),
            transaction.atomic(),
        ):
            Commune.objects.create(fso=9901, name="Again", valid_from=date(2024, 1, 1), source="x")

    def test_an_instance_has_one_canton(self, exemple, now):
        with (
            pytest.raises(IntegrityError, match="places_one_canton_an_instance"),
            transaction.atomic(),
        ):
            Canton.objects.create(code="other", timezone="Europe/Zurich", version="", loaded_at=now)

    def test_a_site_lies_somewhere_or_nowhere(self, exemple):
        with pytest.raises(IntegrityError, match="places_site_lies_on_earth"), transaction.atomic():
            Site.objects.update(latitude=None)

    def test_a_partnership_ends_after_it_begins(self, exemple):
        with pytest.raises(IntegrityError, match="ends_after_it_begins"), transaction.atomic():
            Partnership.objects.update(valid_until=date(2000, 1, 1))

    def test_only_known_states(self, exemple):
        with (
            pytest.raises(IntegrityError, match="places_site_state_is_known"),
            transaction.atomic(),
        ):
            Site.objects.get(code="seebruck").stages.update(state="burnt")


def test_states_named_in_the_table_are_those_of_the_rules():
    assert {state.value for state in rules.SiteState} == {"announced", "live", "reduced", "closed"}
