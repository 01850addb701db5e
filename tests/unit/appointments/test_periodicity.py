"""The rhythm of inspections as federal law sets it: OETV/VTS art. 33."""

from datetime import date

import pytest

from visavis.appointments.periodicity import Due, Group, ImpossibleDates, next_due


@pytest.mark.parametrize(
    ("group", "inspections", "last_on", "expected"),
    [
        pytest.param(Group.PASSENGER_TRANSPORT, 0, None, "2021-05-04", id="coach first"),
        pytest.param(Group.PASSENGER_TRANSPORT, 1, "2021-06-01", "2022-06-01", id="coach second"),
        pytest.param(Group.PASSENGER_TRANSPORT, 2, "2022-06-01", "2023-06-01", id="coach then"),
        pytest.param(Group.HEAVY_GOODS, 0, None, "2022-05-04", id="lorry first"),
        pytest.param(Group.HEAVY_GOODS, 1, "2022-06-01", "2024-06-01", id="lorry second"),
        pytest.param(Group.HEAVY_GOODS, 2, "2024-06-01", "2025-06-01", id="lorry then"),
        pytest.param(Group.LIGHT_GOODS, 0, None, "2024-05-04", id="van first"),
        pytest.param(Group.LIGHT_GOODS, 1, "2024-06-01", "2027-06-01", id="van second"),
        pytest.param(Group.LIGHT_GOODS, 2, "2027-06-01", "2029-06-01", id="van then"),
        pytest.param(Group.PRIVATE, 1, "2025-06-01", "2028-06-01", id="car second"),
        pytest.param(Group.PRIVATE, 2, "2028-06-01", "2030-06-01", id="car then"),
        pytest.param(Group.PRIVATE, 9, "2040-06-01", "2042-06-01", id="an old car"),
        pytest.param(Group.INDUSTRIAL, 0, None, "2025-05-04", id="industrial first"),
        pytest.param(Group.INDUSTRIAL, 1, "2025-06-01", "2028-06-01", id="industrial second"),
        pytest.param(Group.INDUSTRIAL, 2, "2028-06-01", "2031-06-01", id="industrial then"),
    ],
)
def test_the_table_of_the_law(group, inspections, last_on, expected):
    due = next_due(
        group, registered_on=date(2020, 5, 4), inspections=inspections,
        last_on=last_on and date.fromisoformat(last_on),
    )  # fmt: skip

    assert due == Due(date.fromisoformat(expected))


def test_a_car_is_due_after_five_years_and_at_the_latest_after_six():
    due = next_due(Group.PRIVATE, registered_on=date(2020, 5, 4))

    assert due == Due(date(2025, 5, 4), at_the_latest=date(2026, 5, 4))


def test_a_small_trailer_is_never_due():
    assert next_due(Group.NONE, registered_on=date(2020, 5, 4)) is None


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        pytest.param(Group.PRIVATE, "2029-02-28", id="no leap year five years later"),
        pytest.param(Group.LIGHT_GOODS, "2028-02-29", id="a leap year four years later"),
    ],
)
def test_a_leap_day_has_its_anniversary_on_the_day_that_is_not_too_late(group, expected):
    due = next_due(group, registered_on=date(2024, 2, 29))

    assert due is not None
    assert due.from_ == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("inspections", "last_on"),
    [
        pytest.param(0, date(2025, 1, 1), id="a day without an inspection"),
        pytest.param(1, None, id="an inspection without a day"),
        pytest.param(1, date(2020, 5, 3), id="inspected before it was registered"),
    ],
)
@pytest.mark.parametrize("group", list(Group))
def test_impossible_dates_are_refused_for_every_group(group, inspections, last_on):
    with pytest.raises(ImpossibleDates):
        next_due(group, registered_on=date(2020, 5, 4), inspections=inspections, last_on=last_on)


def test_an_inspection_on_the_day_of_registration_is_possible():
    day = date(2020, 5, 4)

    assert next_due(Group.PRIVATE, registered_on=day, inspections=1, last_on=day) == Due(
        date(2023, 5, 4)
    )
