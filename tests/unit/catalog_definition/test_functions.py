"""Days, ages and seasons, at their edges."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.catalog.definition import functions

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2150, 12, 31))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("birth", "day", "youngest", "oldest"),
    [
        pytest.param("2016-06-01", "2026-05-31", 9, 9, id="the day before the birthday"),
        pytest.param("2016-06-01", "2026-06-01", 10, 10, id="on the birthday"),
        pytest.param("2016", "2026-06-01", 9, 10, id="only the year"),
        pytest.param("2016-06", "2026-06-15", 9, 10, id="only the month, in it"),
        pytest.param("2016-05", "2026-06-15", 10, 10, id="only the month, after it"),
        pytest.param("2012-02-29", "2026-02-28", 13, 13, id="leap day, the day before"),
        pytest.param("2012-02-29", "2026-03-01", 14, 14, id="leap day, on 1 March"),
        pytest.param("2012-02-29", "2028-02-29", 16, 16, id="leap day in a leap year"),
    ],
)
def test_ages_of_whole_and_partial_birth_dates(birth, day, youngest, oldest):
    assert functions.youngest_age_on(birth, day) == youngest
    assert functions.oldest_age_on(birth, day) == oldest
    assert functions.age_on(birth, day) == (youngest if youngest == oldest else None)


@given(birth=DAYS, days=st.integers(0, 40_000))
def test_what_is_known_less_well_never_says_more(birth, days):
    day = birth + timedelta(days=days)
    exact = functions.age_on(birth.isoformat(), day)
    for partial in (f"{birth:%Y}", f"{birth:%Y-%m}"):
        assert functions.youngest_age_on(partial, day) <= exact
        assert exact <= functions.oldest_age_on(partial, day)


@given(start=DAYS, days=st.integers(-20_000, 20_000))
def test_adding_days_and_counting_them_agree(start, days):
    assert functions.days_between(start, functions.add_days(start, days)) == days


@given(year=st.integers(1900, 2150), month=st.integers(1, 12), weekday=st.integers(1, 7))
def test_the_first_weekday_of_a_month_lies_in_its_first_week(year, month, weekday):
    found = functions.first_weekday_in(year, month, weekday)

    assert found.isoweekday() == weekday
    assert (found.year, found.month) == (year, month)
    assert found.day <= 7


def test_the_season_of_2018_opened_on_the_third_of_march():
    assert functions.first_weekday_in(2018, 3, 6) == moment("2018-03-03")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("date", ["yesterday"]), ("date", [None]), ("day_in", [2026, 2, 30]),
        ("day_in", [None, 1, 1]), ("first_weekday_in", [2026, 3, 8]), ("add_days", [None, 1]),
        ("add_days", ["2026-01-01", 10**9]), ("earlier", ["2026-01-01", None]),
        ("later", [None, None]), ("year_of", ["x"]), ("number_of", ["12a"]),
        ("number_of", ["１２"]), ("days_between", [None, "2026-01-01"]),
        ("years_between", ["2026-13-01", "2026-01-01"]), ("age_on", ["", "2026-01-01"]),
        ("youngest_age_on", ["1961-13", "2026-01-01"]), ("oldest_age_on", ["0000", "2026-01-01"]),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_null_and_no_error(name, arguments):
    assert functions.FUNCTIONS[name](*arguments) is None


@given(st.data())
def test_no_function_ever_raises(data):
    anything = st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=12), st.floats(),
        st.datetimes(timezones=st.just(UTC)), st.lists(st.text(max_size=3), max_size=3),
    )  # fmt: skip
    for name, function in functions.FUNCTIONS.items():
        count = function.__code__.co_argcount
        function(*[data.draw(anything, label=name) for _ in range(count)])
