"""The fishing permits: prices and seasons at their edges, whatever is answered."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.answers import season_answers, week_answers
from tests.unit.catalog_definition.forms import FISHING, fishing
from visavis.catalog.definition import fees
from visavis.catalog.definition.functions import day_of
from visavis.catalog.definition.reading import Reading
from visavis.catalog.definition.sampling import crossing

FORMS = {key: fishing(*key) for key in FISHING}
OLD, NEW, OTHER = FORMS.values()


def read(form, today, **changed):
    base = season_answers() if changed.get("kind") == "season" else week_answers()
    return Reading(form, base | changed, today=date.fromisoformat(today))


def troubled(reading):
    return {trouble.field for step in reading.steps() for trouble in reading.troubles(step)}


@pytest.mark.parametrize("key", FISHING, ids=str)
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_whoever_may_ask_has_one_price_and_a_stretch_of_days(key, seed):
    reading = crossing(FORMS[key], random.Random(seed), {})
    if not reading.is_complete():
        return

    total = fees.total_cents(fees.charges(reading))

    assert total > 0
    assert total % 5 == 0
    first, last = day_of(reading.value("first_day")), day_of(reading.value("last_day"))
    assert reading.today <= first <= last


@pytest.mark.parametrize("key", FISHING[:2], ids=str)
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_no_short_permit_lies_in_the_first_fourteen_days(key, seed):
    reading = crossing(FORMS[key], random.Random(seed), {})
    if not (reading.is_complete() and reading.value("is_short")):
        return

    opens, first = reading.value("season_opens"), reading.value("first_day")
    assert (first - opens).days >= 14
    assert not 0 <= (reading.value("today") - opens).days < 14


@pytest.mark.parametrize("form", [OLD, NEW], ids=["2022", "2026"])
@pytest.mark.parametrize(
    ("today", "starts_on", "expected"),
    [
        pytest.param("2026-03-06", "2026-03-20", {"starts_on"}, id="the fourteenth day"),
        pytest.param("2026-03-06", "2026-03-21", set(), id="the fifteenth day"),
        pytest.param("2026-03-07", "2026-03-21", {"kind"}, id="ordered on the opening day"),
        pytest.param("2026-03-20", "2026-03-21", {"kind"}, id="ordered on the fourteenth day"),
        pytest.param("2026-03-21", "2026-03-21", set(), id="ordered on the fifteenth day"),
        pytest.param("2026-09-30", "2026-09-30", set(), id="the last day"),
        pytest.param("2026-09-30", "2026-10-01", {"starts_on"}, id="the day after the last"),
        pytest.param("2026-10-01", "2027-09-30", set(), id="out of season, the next one"),
        pytest.param("2026-10-01", "2027-10-01", {"starts_on"}, id="after the next one"),
    ],
)
def test_a_day_permit_at_the_edges_of_the_season(form, today, starts_on, expected):
    assert troubled(read(form, today, kind="day", starts_on=starts_on)) == expected


@pytest.mark.parametrize(
    ("birth", "old", "new"),
    [
        pytest.param("2016-06-02", "too-young", "too-young", id="ten on the day after"),
        pytest.param("2016-06-01", None, "child-on-adults-permit", id="ten on the day"),
        pytest.param("2014-06-02", None, "child-on-adults-permit", id="twelve on the day after"),
        pytest.param("2014-06-01", None, None, id="twelve on the day"),
    ],
)
def test_children_at_the_edges_of_their_ages(birth, old, new):
    for form, expected in ((OLD, old), (NEW, new)):
        reading = read(
            form, "2026-05-04", kind="day", starts_on="2026-06-01", birth_date=birth, has_sana="no"
        )
        ending = reading.ending()
        assert (ending.code if ending else None) == expected


@pytest.mark.parametrize(
    ("birth", "cents"),
    [
        pytest.param("2009-06-02", 1000, id="sixteen until tomorrow"),
        pytest.param("2009-06-01", 1500, id="seventeen today"),
        pytest.param("2000-06-02", 1500, id="twenty-five until tomorrow"),
        pytest.param("2000-06-01", 2000, id="twenty-six today"),
    ],
)
def test_prices_at_the_edges_of_ages(birth, cents):
    reading = read(
        NEW, "2026-05-04", kind="day", starts_on="2026-06-01", birth_date=birth,
        in_training="yes", school="Exemple SA",
    )  # fmt: skip

    assert fees.total_cents(fees.charges(reading)) == cents


def test_the_bill_says_its_lines_in_every_language():
    reading = read(NEW, "2026-05-04", kind="season", habitat_done="yes")

    permit, habitat = fees.charges(reading)
    assert permit.label["fr"].endswith("Toute la saison")
    assert permit.label["de"] == "Fischereipatent: Die ganze Saison"
    assert (habitat.amount_cents, bool(habitat.waived)) == (0, True)
