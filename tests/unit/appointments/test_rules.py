"""What a change costs or why it is refused, and how bookings go from state to state."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.offering import book_of, calendar, kind, ruling
from visavis.appointments import listing, queries, rules
from visavis.appointments.models import Booking, Right
from visavis.appointments.rules import Ahead, Late, State, Verdict, Why

NO_HOLIDAYS = frozenset[date]()
EASTER = frozenset({date(2026, 4, 3), date(2026, 4, 6)})  # Good Friday, Easter Monday
LUCERNE = ruling(
    free_change={"days": 7}, late="charged", late_fee_cents=6000, most_moves=2,
    longest_postponement_months=1,
)  # fmt: skip
GLARUS = LUCERNE | {"free_change": {"working_days": 5}}
AARGAU = ruling(free_change={"working_days": 3}, late="refused", most_moves=5)
PUBLISHED = {"Lucerne": LUCERNE, "Glarus": GLARUS, "Aargau": AARGAU}
MONDAY_NOON = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)  # of the appointment


def on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00+01:00")


def verdict(canton: str, *, now: datetime, moves: int = 0, code: str = "car") -> Verdict:
    kinds = [kind(), kind("lorry", moved_by="office")]
    book = book_of(calendar(rules=[PUBLISHED[canton]], kinds=kinds))
    standing = Booking(state=State.BOOKED, starts_at=MONDAY_NOON)
    return queries.verdict_on_move(
        Right(kind=code, purpose="summons", moves=moves), standing, book, now=now
    )


@pytest.mark.parametrize(
    ("canton", "now", "moves", "refusal", "fee"),
    [
        pytest.param("Lucerne", "2026-11-09", 0, None, 0, id="LU a week before is free"),
        pytest.param("Lucerne", "2026-11-10", 0, None, 6000, id="LU six days before is charged"),
        pytest.param("Lucerne", "2026-11-16", 1, None, 6000, id="LU on the day is charged"),
        pytest.param("Lucerne", "2026-11-01", 1, None, 0, id="LU the second shift is allowed"),
        pytest.param("Lucerne", "2026-11-01", 2, Why.TOO_OFTEN, 0, id="LU no third shift"),
        pytest.param("Glarus", "2026-11-09", 0, None, 0, id="GL five working days before"),
        pytest.param("Glarus", "2026-11-10", 0, None, 6000, id="GL four working days before"),
        pytest.param("Glarus", "2026-11-08", 0, None, 0, id="GL the Sunday before the last day"),
        pytest.param("Glarus", "2026-11-01", 2, Why.TOO_OFTEN, 0, id="GL no third shift"),
        pytest.param("Aargau", "2026-11-11", 0, None, 0, id="AG three working days before"),
        pytest.param("Aargau", "2026-11-12", 0, Why.TOO_LATE, 0, id="AG two working days before"),
        pytest.param("Aargau", "2026-11-14", 0, Why.TOO_LATE, 0, id="AG the weekend before"),
        pytest.param("Aargau", "2026-11-01", 4, None, 0, id="AG the fifth shift is allowed"),
        pytest.param("Aargau", "2026-11-01", 5, Why.TOO_OFTEN, 0, id="AG no sixth shift"),
    ],
)
def test_the_published_rules_of_cantons_can_be_written(canton, now, moves, refusal, fee):
    said = verdict(canton, now=on(now), moves=moves)

    assert (said.refusal, said.fee_cents, said.is_allowed) == (refusal, fee, refusal is None)


class TestVerdictOnMove:
    def test_is_no_once_it_has_begun(self):
        assert verdict("Lucerne", now=MONDAY_NOON).refusal is Why.OVER

    def test_is_left_to_the_office_for_kinds_that_it_moves_itself(self):
        assert verdict("Lucerne", now=on("2026-11-01"), code="lorry").refusal is Why.BY_OFFICE

    def test_names_the_last_free_day(self):
        assert verdict("Glarus", now=on("2026-11-12")).free_until == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("day", "ahead", "holidays", "expected"),
    [
        pytest.param("2026-11-16", Ahead(7), NO_HOLIDAYS, "2026-11-09", id="calendar days"),
        pytest.param("2026-11-16", Ahead(0), NO_HOLIDAYS, "2026-11-16", id="until the day itself"),
        pytest.param("2026-11-16", Ahead(0, True), NO_HOLIDAYS, "2026-11-16", id="no working day"),
        pytest.param("2026-11-16", Ahead(1, True), NO_HOLIDAYS, "2026-11-13", id="over a weekend"),
        pytest.param("2026-11-15", Ahead(1, True), NO_HOLIDAYS, "2026-11-13", id="from a Sunday"),
        pytest.param("2026-04-07", Ahead(1, True), EASTER, "2026-04-02", id="over Easter"),
        pytest.param("2026-04-09", Ahead(5, True), EASTER, "2026-03-31", id="around Easter"),
        pytest.param("2026-04-06", Ahead(1, True), EASTER, "2026-04-02", id="from a holiday"),
        pytest.param("2027-01-04", Ahead(2, True), frozenset({date(2027, 1, 1)}), "2026-12-30", id="over the year's end"),
        pytest.param("2028-03-01", Ahead(1), NO_HOLIDAYS, "2028-02-29", id="a leap day"),
    ],
)  # fmt: skip
def test_last_free_day(day, ahead, holidays, expected):
    found = rules.last_free_day(date.fromisoformat(day), ahead, holidays=holidays)

    assert found == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("first_on", "latest_on", "months", "expected"),
    [
        pytest.param("2026-11-16", None, 1, "2026-12-16", id="a month after the first day"),
        pytest.param("2026-01-31", None, 1, "2026-02-28", id="a month too short"),
        pytest.param("2028-01-31", None, 1, "2028-02-29", id="a leap year"),
        pytest.param("2026-12-31", None, 2, "2027-02-28", id="over the year's end"),
        pytest.param("2026-11-16", "2026-12-01", 1, "2026-12-01", id="the summons is stricter"),
        pytest.param("2026-11-16", "2027-03-01", 1, "2026-12-16", id="the rules are stricter"),
        pytest.param(None, "2026-12-01", 1, "2026-12-01", id="nothing given yet"),
        pytest.param("2026-11-16", None, None, None, id="no limit"),
        pytest.param("2026-11-16", None, 0, "2026-11-16", id="not at all"),
    ],
)
def test_latest_day(first_on, latest_on, months, expected):
    found = rules.latest_day(
        first_on=first_on and date.fromisoformat(first_on),
        latest_on=latest_on and date.fromisoformat(latest_on), longest_months=months,
    )  # fmt: skip

    assert found == (expected and date.fromisoformat(expected))


@pytest.mark.parametrize(
    ("canton", "first_on", "latest_on", "expected"),
    [
        pytest.param("Lucerne", "2026-11-16", None, "2026-12-16", id="LU one month at most"),
        pytest.param("Glarus", "2026-10-31", None, "2026-11-30", id="GL one month at most"),
        pytest.param("Aargau", "2026-11-16", "2026-11-20", "2026-11-20", id="AG the window offered"),
        pytest.param("Aargau", "2026-11-16", None, "2026-12-31", id="AG else only the horizon"),
    ],
)  # fmt: skip
def test_a_need_ends_with_the_last_day_to_which_one_may_move(canton, first_on, latest_on, expected):
    book = book_of(calendar(rules=[PUBLISHED[canton]]))
    right = Right(
        kind="car", purpose="summons", first_on=date.fromisoformat(first_on),
        latest_on=latest_on and date.fromisoformat(latest_on),
    )  # fmt: skip

    need = listing.need_of(right, book, now=on("2026-11-01"))

    last = datetime.fromisoformat(f"{expected}T23:59:59+01:00")
    assert need.not_after == last


class TestVerdictOnTime:
    @pytest.mark.parametrize("late", list(Late))
    def test_is_free_until_the_last_day_is_over(self, late):
        day = date(2026, 11, 16)

        said = rules.verdict_on_time(
            starts_on=day, today=day - timedelta(days=7), ahead=Ahead(7), late=late,
            fee_cents=1, holidays=NO_HOLIDAYS,
        )  # fmt: skip

        assert said == Verdict(free_until=day - timedelta(days=7))


class TestGaps:
    def test_are_what_is_left_whatever_the_order_and_overlap_of_what_stands(self):
        t = [MONDAY_NOON + timedelta(minutes=10 * number) for number in range(10)]

        left = rules.gaps([(t[6], t[7]), (t[2], t[4]), (t[3], t[5])], starts_at=t[0], ends_at=t[9])

        assert left == [(t[0], t[2]), (t[5], t[6]), (t[7], t[9])]

    def test_are_none_where_one_thing_covers_all(self):
        t = [MONDAY_NOON + timedelta(minutes=10 * number) for number in range(4)]

        assert rules.gaps([(t[0], t[3])], starts_at=t[1], ends_at=t[2]) == []

    def test_never_reach_outside(self):
        t = [MONDAY_NOON + timedelta(minutes=10 * number) for number in range(6)]

        left = rules.gaps([(t[0], t[2]), (t[4], t[5])], starts_at=t[1], ends_at=t[3])

        assert left == [(t[2], t[3])]


class TestStates:
    @pytest.mark.parametrize("before", list(State))
    def test_are_all_in_the_table_and_what_is_gone_stays_gone(self, before):
        assert before in rules.STEPS
        assert (rules.STEPS[before] == frozenset()) == (before in rules.GONE)

    def test_are_reached_from_a_hold_a_booking_or_a_block(self):
        reached = {State.HOLD, State.BOOKED, State.BLOCK}
        while True:
            further = reached.union(*(rules.STEPS[state] for state in reached))
            if further == reached:
                break
            reached = further

        assert reached == set(State)

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            pytest.param(State.HOLD, State.BOOKED, True, id="confirmed"),
            pytest.param(State.HOLD, State.MOVED, False, id="a hold is not moved"),
            pytest.param(State.BOOKED, State.HOLD, False, id="nothing becomes a hold"),
            pytest.param(State.MISSED, State.BOOKED, True, id="a mark taken back"),
            pytest.param(State.DONE, State.CANCELLED, False, id="what is done stays"),
            pytest.param(State.ARRIVED, State.MISSED, False, id="who is here missed nothing"),
            pytest.param(State.BLOCK, State.BOOKED, False, id="a block is never booked"),
            pytest.param(State.RELEASED, State.BOOKED, False, id="gone"),
        ],
    )
    def test_step_only_as_the_table_says(self, before, after, expected):
        assert rules.may_step(before, after) is expected
        assert rules.may_step(before.value, after) is expected

    def test_are_drawn_step_by_step(self):
        drawn = rules.diagram().splitlines()

        steps = {line.strip() for line in drawn if "-->" in line and "[*]" not in line}
        assert steps == {f"{b} --> {a}" for b in State for a in rules.STEPS[b]}
        assert {f"    {state} --> [*]" for state in rules.GONE} <= set(drawn)

    def test_that_stand_are_live_and_marks_are_live_too(self):
        assert rules.STANDING <= rules.LIVE
        assert rules.MARKS <= rules.LIVE
        assert not rules.GONE & rules.LIVE
