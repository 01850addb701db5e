"""What holds for every calendar, however it is written: properties of what is offered.

Of the fifteen properties that a booking engine owes, these are here: 1 (offered is what minute by
minute is free), 4 in part (giving back restores exactly what was taken), 8 in part (adding hours
takes nothing away, adding a booking adds nothing), 9 (what touches does not overlap), 10 (order of
lanes and splitting of hours mean nothing), 11 (lengths, and days side by side), 12 (notice and
horizon), 13 (what is shown can be read back). 15 has its files in `test_calendar_files`. The others
need a database and are in the integration tests of this room: 2, 3, 4, 5, 6, 7, 8, 14 (waiting list)
and 15 (reminders).

Not applicable: re-packing, half of 14. Bookings are never moved to other lanes behind anybody's back;
a lane changes only when it is closed. Adding hours is monotone only if they do not touch others off
the grid: the grid is counted from the beginning of each uninterrupted opening, so hours added right
before others may shift their rhythm, as they should.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.offering import book_of, calendar, moment, reckoned
from tests.unit.appointments.strategies import Situation, listed, openings, situations
from visavis.appointments import listing, telling
from visavis.appointments.listing import PartOfDay, Time, Wanted
from visavis.appointments.rules import Purpose

FEW = settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))  # fmt: skip
MANY = settings(FEW, max_examples=60)
ZURICH_ONLY = ("Europe/Zurich",)


def with_agendas(situation: Situation, change) -> Situation:
    """Return the situation with its place written otherwise, lanes keeping their keys by code."""
    written = situation.book.entry.model_dump(mode="json", by_alias=True)
    written["agendas"] = [change(one) for one in written["agendas"]]
    book = book_of(written, zone=situation.book.zone, holidays=situation.book.holidays)
    ids = {one.entry.code: one.id for one in situation.book.agendas["here"].lanes}
    here = book.agendas["here"]
    lanes = tuple(replace(one, id=ids[one.entry.code]) for one in here.lanes)
    book = replace(book, agendas={"here": replace(here, lanes=lanes)}, _starts={}, _openings={})
    return replace(situation, book=book)


class TestOffered:
    @MANY
    @given(situation=situations(places_=2))
    def test_is_exactly_what_is_free_minute_by_minute(self, situation):
        expected = reckoned(
            situation.book, situation.need, days=situation.days, now=situation.now,
            busy=situation.busy,
        )  # fmt: skip

        assert listed(situation) == expected

    @FEW
    @given(situation=situations(), data=st.data())
    def test_grows_by_nothing_when_something_is_booked_and_is_restored_when_it_is_given_back(
        self, situation, data
    ):
        before = listed(situation)
        assume(before)
        _, start, code = data.draw(st.sampled_from(sorted(before)))
        taken = next(one.id for one in situation.book.agendas["here"].lanes if one.entry.code == code)  # fmt: skip
        span = (start, start + situation.need.busy_minutes)

        after = listed(situation, busy={**situation.busy, taken: [*situation.busy[taken], span]})

        assert after < before
        assert all(
            lane == code and begins < span[1] and span[0] < begins + situation.need.busy_minutes
            for _, begins, lane in before - after
        )
        assert listed(situation) == before

    @FEW
    @given(situation=situations(zones=ZURICH_ONLY, step=10), data=st.data())
    def test_loses_nothing_when_hours_are_added_on_the_grid(self, situation, data):
        added = data.draw(openings(["one"], step=10))

        more = with_agendas(situation, lambda one: {**one, "openings": [*one["openings"], added]})

        assert listed(situation) <= listed(more)

    @FEW
    @given(situation=situations(), seed=st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order_of_lanes_and_hours(self, situation, seed):
        def shuffled(one):
            return {
                **one,
                "lanes": seed.sample(one["lanes"], len(one["lanes"])),
                "openings": seed.sample(one["openings"], len(one["openings"])),
            }

        assert listed(with_agendas(situation, shuffled)) == listed(situation)

    @FEW
    @given(situation=situations(zones=ZURICH_ONLY), cut=st.integers(1, 287))
    def test_does_not_depend_on_hours_being_written_in_one_or_in_two(self, situation, cut):
        at = f"{cut * 5 // 60:02}:{cut * 5 % 60:02}"

        def split(one):
            return {**one, "openings": [_split(opening, at) for opening in one["openings"]]}

        assert listed(with_agendas(situation, split)) == listed(situation)

    @FEW
    @given(situation=situations(), shorter=st.sampled_from([5, 10, 15]))
    def test_has_every_start_for_what_is_shorter(self, situation, shorter):
        assume(shorter <= situation.need.minutes)
        less = replace(situation.need, minutes=shorter, busy_minutes=shorter)

        assert listed(situation) <= listed(situation, need=less)

    @FEW
    @given(situation=situations())
    def test_of_several_days_is_that_of_each_of_them(self, situation):
        apart = [listed(situation, first=day, last=day) for day in situation.days]

        assert set.union(*apart) == listed(situation)
        assert sum(map(len, apart)) == len(listed(situation))

    @FEW
    @given(situation=situations(), later=st.integers(0, 3000))
    def test_only_ends_sooner_and_reaches_further_as_time_goes_by(self, situation, later):
        need, by = situation.need, timedelta(minutes=later)
        slid = replace(need, not_before=need.not_before + by, not_after=need.not_after + by)
        wide = replace(need, not_after=slid.not_after)

        before, after, both = (listed(situation, need=one) for one in (need, slid, wide))

        assert after == {one for one in both if moment(one[1]) >= slid.not_before}
        assert before == {one for one in both if moment(one[1]) <= need.not_after}

    @FEW
    @given(situation=situations(), data=st.data())
    def test_may_touch_what_stands_before_and_after_but_never_overlaps_it(self, situation, data):
        empty = {one: [] for one in situation.busy}
        free = listed(situation, busy=empty)
        assume(free)
        place, start, code = data.draw(st.sampled_from(sorted(free)))
        one = next(one.id for one in situation.book.agendas[place].lanes if one.entry.code == code)
        ends = start + situation.need.busy_minutes

        def is_free_beside(*spans):
            return (place, start, code) in listed(situation, busy={one: list(spans)})

        assert is_free_beside((start - 60, start), (ends, ends + 60))
        assert not is_free_beside((start - 60, start + 1))
        assert not is_free_beside((ends - 1, ends + 60))
        assert not is_free_beside((start - 60, ends + 60))


@pytest.mark.parametrize(
    ("not_before", "first"),
    [
        pytest.param("08:20:00", "08:20", id="to the second"),
        pytest.param("08:20:01", "08:40", id="a second too late"),
        pytest.param("08:19:59", "08:20", id="a second before"),
    ],
)
def test_the_notice_counts_to_the_second(not_before, first):
    book = book_of(calendar())
    day = date(2026, 11, 10)
    need = listing.Need(
        kind="car", weight_kg=None, purpose=Purpose.FREE, minutes=30, busy_minutes=30,
        not_before=datetime.combine(day, time.fromisoformat(not_before), book.zone),
        not_after=datetime.combine(day, time(23), book.zone), agendas=("here",),
    )  # fmt: skip

    with _nothing_busy():
        found = listing.first_times(book, need, count=1, now=need.not_before)
        refused = Time(found[0].starts_at - timedelta(minutes=20), "here")

    assert f"{found[0].starts_at.astimezone(book.zone):%H:%M}" == first
    assert listing.lanes_at(book, need, found[0], now=need.not_before)
    assert listing.lanes_at(book, need, refused, now=need.not_before) is None


class TestSearch:
    @FEW
    @given(situation=situations(places_=2), count=st.integers(1, 30))
    def test_finds_the_first_ones_without_looking_at_all_days(self, situation, count):
        free = {(moment(start), place) for place, start, _ in _all(situation)}

        with _nothing_busy():
            found = listing.first_times(situation.book, situation.need, count=count, now=situation.now)  # fmt: skip

        assert found == [Time(*one) for one in sorted(free)[:count]]

    @FEW
    @given(situation=situations(places_=2), count=st.integers(1, 10), hours_=st.integers(-40, 90))
    def test_finds_those_nearest_to_a_moment(self, situation, count, hours_):
        to = situation.now + timedelta(hours=hours_)
        free = {Time(moment(start), place) for place, start, _ in _all(situation)}

        with _nothing_busy():
            found = listing.nearest_times(
                situation.book, situation.need, to=to, count=count, now=situation.now
            )

        away = sorted(abs(time.starts_at - to) for time in free)
        assert found == sorted(found)
        assert len(found) == min(count, len(free))
        if len(free) > 0 and len(found) == count:
            _assert_nearest(found, free, to=to, away=away[count - 1])

    @FEW
    @given(situation=situations(), part=st.sampled_from(list(PartOfDay)), weekday=st.integers(0, 6))
    def test_keeps_to_the_part_of_day_and_the_weekday_that_are_wanted(
        self, situation, part, weekday
    ):
        zone = situation.book.zone
        wanted = Wanted(part=part, weekdays=[weekday])

        with _nothing_busy():
            every = listing.first_times(situation.book, situation.need, count=10**6, now=situation.now)  # fmt: skip
            found = listing.first_times(
                situation.book, situation.need, count=10**6, now=situation.now, wanted=wanted
            )

        local = [(time, time.starts_at.astimezone(zone)) for time in every]
        assert found == [
            time
            for time, shown in local
            if shown.weekday() == weekday and (shown.hour < 12) == (part is PartOfDay.MORNING)
        ]


class TestTime:
    @FEW
    @given(situation=situations())
    def test_that_is_offered_can_be_read_back_and_is_told_unmistakably(self, situation):
        zone = situation.book.zone
        offered = [Time(moment(start), place) for place, start, _ in listed(situation)]

        assert [Time.parse(str(time)) for time in offered] == offered
        for one in offered:
            shown = one.starts_at.astimezone(zone).isoformat()
            assert datetime.fromisoformat(shown) == one.starts_at
        told = {telling.when(time.starts_at, situation.book, "fr") for time in offered}
        assert len(told) == len({time.starts_at for time in offered})

    @FEW
    @given(text=st.text(max_size=40))
    def test_of_any_other_text_is_a_plain_refusal(self, text):
        try:
            read = Time.parse(text)
        except ValueError:
            return
        assert read.starts_at.tzinfo is UTC

    @pytest.mark.parametrize("year", ["0001", "9000", "9999"])
    def test_of_a_year_that_cannot_be_reckoned_with_is_a_plain_refusal(self, year):
        with pytest.raises(ValueError, match=year):
            Time.parse(f"here@{year}-01-01T00:00Z")


def _split(opening, at):
    parts = []
    for stretch in opening["hours"]:
        opens, closes = stretch.split("-")
        parts += [f"{opens}-{at}", f"{at}-{closes}"] if opens < at < closes else [stretch]
    return {**opening, "hours": parts}


def _all(situation):
    """Return all that is offered in an empty calendar, looked at day by day."""
    need, book = situation.need, situation.book
    count = (book.today(need.not_after) - book.today(need.not_before)).days
    days = [book.today(need.not_before) + timedelta(days=offset) for offset in range(count + 1)]
    return reckoned(book, need, days=days, now=situation.now, busy={})


def _nothing_busy():
    return patch.object(listing, "busy_spans", lambda *_, **__: {})


def _assert_nearest(found, free, *, to, away):
    assert all(abs(time.starts_at - to) <= away for time in found)
    assert {time for time in free if abs(time.starts_at - to) < away} <= set(found)
