"""Opening hours as stretches of time, on the days of the clock change too."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tests.offering import ZURICH, minute
from visavis.appointments import times
from visavis.appointments.rules import Purpose
from visavis.appointments.times import Opening, Window

SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)
HAVANA = ZoneInfo("America/Havana")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
FREE, SECOND = frozenset({Purpose.FREE}), frozenset({Purpose.SECOND})


def utc(text: str) -> int:
    return minute(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "at", "is_end", "zone", "expected"),
    [
        pytest.param(SPRING, time(1, 59), False, ZURICH, "2027-03-28T00:59", id="before the gap"),
        pytest.param(SPRING, time(2, 0), False, ZURICH, "2027-03-28T01:00", id="gap begins"),
        pytest.param(SPRING, time(2, 30), False, ZURICH, "2027-03-28T01:00", id="in the gap"),
        pytest.param(SPRING, time(2, 30), True, ZURICH, "2027-03-28T01:00", id="closes in the gap"),
        pytest.param(SPRING, time(3, 0), False, ZURICH, "2027-03-28T01:00", id="gap is over"),
        pytest.param(AUTUMN, time(2, 30), False, ZURICH, "2026-10-25T00:30", id="opens the first time"),
        pytest.param(AUTUMN, time(2, 30), True, ZURICH, "2026-10-25T01:30", id="closes the second time"),
        pytest.param(AUTUMN, time(3, 0), True, ZURICH, "2026-10-25T02:00", id="once again once"),
        pytest.param(date(2026, 3, 8), time(0, 30), False, HAVANA, "2026-03-08T05:00", id="the day has no midnight"),
        pytest.param(date(2026, 11, 1), time(0, 0), False, HAVANA, "2026-11-01T04:00", id="the first of two midnights"),
        pytest.param(date(2026, 11, 1), time(0, 30), True, HAVANA, "2026-11-01T05:30", id="the second half past midnight"),
        pytest.param(date(2026, 10, 4), time(2, 15), False, LORD_HOWE, "2026-10-03T15:30", id="half an hour is missing"),
        pytest.param(date(2027, 4, 4), time(1, 45), True, LORD_HOWE, "2027-04-03T15:15", id="half an hour comes twice"),
    ],
)  # fmt: skip
def test_instant_is_the_minute_that_the_clock_on_the_wall_means(day, at, is_end, zone, expected):
    assert times.instant(day, at, zone, is_end=is_end) == utc(expected)


class TestWindows:
    @pytest.mark.parametrize(
        ("day", "length"),
        [
            pytest.param(date(2026, 10, 24), 180, id="an ordinary night"),
            pytest.param(AUTUMN, 240, id="an hour longer in autumn"),
            pytest.param(SPRING, 120, id="an hour shorter in spring"),
        ],
    )
    def test_last_as_long_as_the_clock_says_they_are_open(self, day, length):
        opening = Opening(time(1), time(4), FREE)

        (window,) = times.windows([opening], day=day, zone=ZURICH, days_ahead=1)

        assert window.span[1] - window.span[0] == length

    def test_that_lie_wholly_in_the_missing_hour_are_none(self):
        opening = Opening(time(2, 10), time(2, 50), FREE)

        assert times.windows([opening], day=SPRING, zone=ZURICH, days_ahead=1) == ()

    @pytest.mark.parametrize(("ahead", "is_for_all"), [(4, False), (3, True), (0, True)])
    def test_kept_for_some_are_for_all_some_days_before_but_never_for_walk_ins(
        self, ahead, is_for_all
    ):
        opening = Opening(time(8), time(9), SECOND, all_from_days=3)

        (window,) = times.windows([opening], day=AUTUMN, zone=ZURICH, days_ahead=ahead)

        assert (Purpose.FREE in window.purposes) is is_for_all
        assert Purpose.SECOND in window.purposes
        assert Purpose.WALK_IN not in window.purposes


class TestStarts:
    def test_follow_the_grid_from_the_opening_and_end_in_time(self):
        open_ = [Window((100, 200), FREE)]

        found = times.starts(open_, purpose=Purpose.FREE, minutes=50, grid=20)

        assert found == (100, 120, 140)

    def test_share_one_rhythm_with_time_kept_for_others_before_them(self):
        open_ = [Window((100, 130), SECOND), Window((130, 200), FREE)]

        found = times.starts(open_, purpose=Purpose.FREE, minutes=20, grid=20)

        assert found == (140, 160, 180)

    def test_begin_anew_after_a_break(self):
        open_ = [Window((100, 130), FREE), Window((135, 180), FREE)]

        found = times.starts(open_, purpose=Purpose.FREE, minutes=20, grid=20)

        assert found == (100, 135, 155)

    def test_are_none_for_what_lasts_longer_than_the_office_is_open(self):
        open_ = [Window((100, 150), FREE)]

        assert times.starts(open_, purpose=Purpose.FREE, minutes=51, grid=5) == ()
        assert times.starts(open_, purpose=Purpose.SUMMONS, minutes=5, grid=5) == ()

    def test_reach_over_hours_that_touch(self):
        open_ = [Window((100, 130), FREE), Window((130, 160), FREE)]

        found = times.starts(open_, purpose=Purpose.FREE, minutes=50, grid=10)

        assert found == (100, 110)


class TestFree:
    @pytest.mark.parametrize(
        ("busy", "expected"),
        [
            pytest.param([], [0, 20, 40, 60], id="nothing is busy"),
            pytest.param([(20, 40)], [0, 40, 60], id="ends and begins touch without conflict"),
            pytest.param([(19, 20)], [20, 40, 60], id="a minute too much before"),
            pytest.param([(40, 41)], [0, 20, 60], id="a minute too much at the beginning"),
            pytest.param([(-50, 10), (70, 90)], [20, 40], id="reaching in from both sides"),
            pytest.param([(-50, 200)], [], id="all of it"),
            pytest.param([(-50, -20), (5, 10), (85, 90)], [20, 40, 60], id="several"),
        ],
    )
    def test_is_what_overlaps_nothing(self, busy, expected):
        assert list(times.free([0, 20, 40, 60], busy, minutes=20)) == expected


def test_merged_spans_are_in_order_and_neither_touch_nor_overlap():
    found = times.merged([(9, 12), (0, 3), (3, 5), (4, 4), (10, 11), (12, 13), (20, 21)])

    assert found == [(0, 5), (9, 13), (20, 21)]
    assert times.is_in_order(found)
    assert not times.is_in_order([(0, 3), (3, 5)])


def test_a_minute_is_the_whole_one_in_which_a_moment_lies():
    late = datetime(2026, 10, 25, 0, 30, 59, tzinfo=UTC)

    assert times.moment_of(times.minute_of(late)) == late.replace(second=0)
