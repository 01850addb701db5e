"""What a pack may not say about appointments."""

import pytest
from pydantic import ValidationError

from tests.offering import agenda, calendar, hours, kind, lane, ruling, said
from visavis.appointments.rules import Purpose
from visavis.appointments.schema import CalendarEntry, Durations


def rules(**more):
    return calendar(rules=[ruling(**more)])


def places(**more):
    return calendar(agendas=[agenda(**more)])


@pytest.mark.parametrize(
    ("written", "says"),
    [
        pytest.param(places(openings=[hours("08:00-12:00", lanes=["two"])]), "no lane", id="hours of an unknown lane"),
        pytest.param(places(exceptions=[{"on": "2026-12-24", "lanes": ["two"], "hours": [], "reason": said("x"), "assumption": True}]), "no lane", id="an exception for an unknown lane"),
        pytest.param(places(lanes=[lane(kinds=["ship"])]), "no kind", id="a lane for an unknown kind"),
        pytest.param(places(lanes=[]), "lanes", id="a place without lanes"),
        pytest.param(places(openings=[]), "openings", id="a place that is never open"),
        pytest.param(places(openings=[hours("12:00-08:00")]), "12:00-08:00", id="closing before opening"),
        pytest.param(places(openings=[hours("08:00-12:00", purposes=["tourism"])]), "for", id="an unknown purpose"),
        pytest.param(places(grid=0), "grid_minutes", id="no grid"),
        pytest.param(places(grid=61), "grid_minutes", id="a grid of more than an hour"),
        pytest.param(places(assumption=False), "neither", id="hours from nowhere"),
        pytest.param(places(colour="red"), "colour", id="an unknown field"),
        pytest.param(calendar(opens_with=[["appointment-number", "shoe-size"]]), "no fact", id="opened with an unknown fact"),
        pytest.param(calendar(opens_with=[["sign"]]), "opens_with", id="one fact is not enough"),
        pytest.param(calendar(free_asks=["shoe-size"]), "no fact", id="asks for an unknown fact"),
        pytest.param(calendar(one_for_each="shoe-size"), "no fact", id="one for each unknown fact"),
        pytest.param(calendar(kinds=[]), "kinds", id="nothing to come for"),
        pytest.param(calendar(kinds=[kind(summons=4)]), "summons", id="too short"),
        pytest.param(calendar(kinds=[kind(summons=481)]), "summons", id="longer than a day's work"),
        pytest.param(calendar(kinds=[kind(make_ready=121)]), "buffer_minutes", id="endless cleaning"),
        pytest.param(calendar(kinds=[kind(numbers=["1"])]), "numbers", id="a number of one digit"),
        pytest.param(calendar(rules=[]), "rules", id="no rules"),
        pytest.param(calendar(rules=[ruling(), ruling()]), "do not follow in time", id="two rules from one day"),
        pytest.param(calendar(rules=[ruling(valid_from="2026-01-01"), ruling()]), "do not follow in time", id="rules out of order"),
        pytest.param(rules(late="charged"), "late fee 0", id="charged nothing"),
        pytest.param(rules(late="refused", late_fee_cents=100), "late fee 100", id="refused and charged"),
        pytest.param(rules(free_change={}), "not one number of days", id="no days"),
        pytest.param(rules(free_change={"days": 1, "working_days": 1}), "not one number of days", id="two kinds of days"),
        pytest.param(rules(hold_minutes=4), "hold_minutes", id="a hold too short"),
        pytest.param(rules(hold_minutes=21), "hold_minutes", id="a hold too long"),
        pytest.param(rules(horizon_days=401), "horizon_days", id="further than a year"),
        pytest.param(rules(reminder_days=[0]), "reminder_days", id="reminded when it is over"),
        pytest.param(rules(offer_minutes=5), "offer_minutes", id="an offer too short to read"),
        pytest.param(rules(kept_days=0), "kept_days", id="kept not at all"),
    ],
)  # fmt: skip
def test_a_calendar_is_refused_with_a_word_about_what_is_wrong(written, says):
    with pytest.raises(ValidationError) as refusal:
        CalendarEntry.model_validate(written)

    assert says in str(refusal.value)


def test_a_plain_calendar_is_accepted_and_says_the_same_when_read_again():
    entry = CalendarEntry.model_validate(calendar())

    again = CalendarEntry.model_validate(entry.model_dump(mode="json", by_alias=True))

    assert again == entry


def test_rules_hold_from_their_day_on_and_the_first_ones_before():
    first, second = ruling(), ruling(valid_from="2026-11-01", most_moves=3)
    entry = CalendarEntry.model_validate(calendar(rules=[first, second]))
    day = entry.rules[1].valid_from

    assert entry.rules_on(day).most_moves == 3
    assert entry.rules_on(day.replace(month=10, day=31)).most_moves == 20
    assert entry.rules_on(day.replace(year=1999)).most_moves == 20


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [(Purpose.SUMMONS, 30), (Purpose.SECOND, None), (Purpose.FREE, 20), (Purpose.WALK_IN, 30)],
)
def test_somebody_without_an_appointment_takes_as_long_as_the_longest(purpose, expected):
    assert Durations(summons=30, free=20).of(purpose) == expected
