"""Opening hours, states of sites, working days."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from visavis.places import rules
from visavis.places.rules import SiteState, Stretch, Week

ZURICH = ZoneInfo("Europe/Zurich")
MORNING, AFTERNOON = Stretch(time(8), time(12)), Stretch(time(14), time(18))
WEEKDAYS = rules.WEEKDAYS[:5]
WEEK = Week(date(2026, 1, 1), dict.fromkeys(WEEKDAYS, (MORNING, AFTERNOON)))
NO_DAYS: frozenset[date] = frozenset()


def opening(moment, *, weeks=(WEEK,), exceptions=None, holidays=NO_DAYS):
    local = datetime.fromisoformat(moment).replace(tzinfo=ZURICH)
    return rules.opening(
        local.astimezone(UTC),
        zone=ZURICH,
        weeks=weeks,
        exceptions=exceptions or {},
        holidays=holidays,
    )


@pytest.mark.parametrize(
    ("moment", "is_open", "next_change"),
    [
        pytest.param("2026-03-02T07:59", False, "2026-03-02T08:00", id="a minute before"),
        pytest.param("2026-03-02T08:00", True, "2026-03-02T12:00", id="the first minute"),
        pytest.param("2026-03-02T12:00", False, "2026-03-02T14:00", id="lunch begins"),
        pytest.param("2026-03-02T17:59", True, "2026-03-02T18:00", id="the last minute"),
        pytest.param("2026-03-06T18:00", False, "2026-03-09T08:00", id="Friday evening"),
        pytest.param(
            "2026-03-29T02:30", False, "2026-03-30T08:00", id="an hour that does not exist"
        ),
    ],
)
def test_opening_says_until_or_from_when(moment, is_open, next_change):
    found = opening(moment)

    changes_at = found.closes_at if is_open else found.opens_at
    assert found.is_open is is_open
    assert changes_at == datetime.fromisoformat(next_change).replace(tzinfo=ZURICH)


def test_a_holiday_is_closed_unless_the_site_says_otherwise():
    monday = date(2026, 3, 2)
    always = Week(date(2026, 1, 1), WEEK.days, open_on_holidays=True)

    assert not opening("2026-03-02T09:00", holidays=frozenset({monday})).is_open
    assert opening("2026-03-02T09:00", weeks=(always,), holidays=frozenset({monday})).is_open


def test_an_exception_wins_over_week_and_holiday():
    monday = date(2026, 3, 2)
    short = {monday: (Stretch(time(10), time(11)),)}

    assert not opening("2026-03-02T09:00", exceptions=short).is_open
    assert opening("2026-03-02T10:30", exceptions=short, holidays=frozenset({monday})).is_open
    assert not opening("2026-03-02T10:30", exceptions={monday: ()}).is_open


def test_new_hours_hold_from_their_day():
    summer = Week(date(2026, 3, 3), {"tuesday": (Stretch(time(6), time(7)),)})

    assert opening("2026-03-02T09:00", weeks=(WEEK, summer)).is_open
    assert not opening("2026-03-03T09:00", weeks=(WEEK, summer)).is_open
    assert opening("2026-03-03T06:30", weeks=(WEEK, summer)).is_open


def test_promises_no_opening_beyond_three_weeks():
    never = Week(date(2026, 1, 1), {})

    assert opening("2026-03-02T09:00", weeks=(never,)).opens_at is None


@pytest.mark.parametrize("text", ["8-12", "12:00-08:00", "08:00-08:00", "08:00", "08:00-25:00", ""])
def test_stretch_refuses_what_is_no_stretch_of_a_day(text):
    with pytest.raises(ValueError, match=r"."):
        rules.stretch(text)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        pytest.param(date(2026, 12, 24), 1, date(2026, 12, 28), id="over Christmas and a weekend"),
        pytest.param(date(2026, 12, 24), 0, date(2026, 12, 24), id="none"),
        pytest.param(date(2026, 12, 26), 1, date(2026, 12, 28), id="from a Saturday"),
    ],
)
def test_working_days_pass_over_weekends_and_holidays(day, count, expected):
    holidays = frozenset({date(2026, 12, 25)})

    assert rules.working_days_after(day, count, holidays=holidays) == expected


def test_every_state_has_a_way_on():
    assert set(rules.STEPS) == set(SiteState)
    assert all(rules.STEPS.values())
    assert not rules.may_follow(SiteState.ANNOUNCED, SiteState.REDUCED)
    assert rules.may_follow(SiteState.CLOSED, SiteState.LIVE)
