"""Availability on a day, sources of arrivals, what a service's file may say."""

from datetime import date

import pytest

from visavis.catalog.rules import ArrivalSource, Availability, arrival_source, availability

SPRING, SUMMER, AUTUMN = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 2, 28), (Availability.NOT_YET, SPRING), id="the day before"),
        pytest.param(SPRING, (Availability.NOW, SUMMER), id="the first day"),
        pytest.param(date(2026, 5, 31), (Availability.NOW, SUMMER), id="the last day"),
        pytest.param(SUMMER, (Availability.NOT_YET, AUTUMN), id="in the gap"),
        pytest.param(AUTUMN, (Availability.NOW, None), id="without end"),
    ],
)
def test_availability_says_from_and_until_when(day, expected):
    assert availability(day, [(SPRING, SUMMER), (AUTUMN, None)]) == expected


def test_what_ended_says_when():
    assert availability(AUTUMN, [(SPRING, SUMMER)]) == (Availability.NO_LONGER, SUMMER)


@pytest.mark.parametrize(
    ("mark", "source"),
    [("p", "poster"), ("f", "flyer"), ("s", "screen"), ("", "link"), ("x", "link")],
)
def test_an_unknown_mark_is_a_plain_link(mark, source):
    assert arrival_source(mark) == ArrivalSource(source)
