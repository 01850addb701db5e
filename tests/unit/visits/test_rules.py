from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.foundation.actor import Actor, Channel, Kind
from visavis.visits import rules
from visavis.visits.rules import Limits, Reason, State, Term

NOW = datetime(2026, 10, 25, 0, 30, 1, tzinfo=UTC)  # the hour that comes twice in Zurich
SECOND = timedelta(seconds=1)
INSTANT = timedelta(microseconds=1)
LIMITS = Limits(longest=timedelta(minutes=30))


def term(seconds_left: float, *, extensions: int = 0, longest_s: float = 1800) -> Term:
    return Term(
        NOW + timedelta(seconds=seconds_left), NOW + timedelta(seconds=longest_s), extensions
    )


class TestState:
    @pytest.mark.parametrize(
        ("after", "expected"),
        [
            pytest.param(timedelta(0), State.OPEN, id="just touched"),
            pytest.param(90 * SECOND - INSTANT, State.OPEN, id="the last instant without warning"),
            pytest.param(90 * SECOND, State.WARNING, id="warned at ninety seconds to the moment"),
            pytest.param(120 * SECOND - INSTANT, State.WARNING, id="the last instant"),
            pytest.param(120 * SECOND, State.ENDED, id="over at two minutes to the moment"),
            pytest.param(timedelta(days=400), State.ENDED, id="over for ever"),
        ],
    )
    def test_follows_the_time_since_the_last_touch(self, after, expected):
        expires_at = rules.first_term(limits=LIMITS, now=NOW).expires_at

        state = rules.state(
            expires_at=expires_at, ended_at=None, warning=LIMITS.warning, now=NOW + after
        )

        assert state is expected

    def test_is_over_once_an_end_is_written_whatever_the_clock_says(self):
        state = rules.state(
            expires_at=NOW + SECOND, ended_at=NOW + SECOND, warning=LIMITS.warning, now=NOW
        )

        assert state is State.ENDED

    @pytest.mark.parametrize(
        ("seconds_left", "expected"),
        [(120, (90, 120)), (30, (0, 30)), (0.4, (0, 0)), (0, (0, 0)), (-5, (0, 0))],
    )
    def test_counts_down_in_whole_seconds_that_are_never_negative(self, seconds_left, expected):
        ladder = rules.ladder(
            expires_at=NOW + timedelta(seconds=seconds_left),
            ended_at=None,
            warning=LIMITS.warning,
            now=NOW,
        )

        assert (ladder.warns_in_s, ladder.ends_in_s) == expected


class TestTouched:
    def test_begins_the_ninety_seconds_anew(self):
        assert rules.touched(term(1), limits=LIMITS, now=NOW).expires_at == NOW + 120 * SECOND

    def test_does_not_take_away_what_an_extension_gave(self):
        assert rules.touched(term(149), limits=LIMITS, now=NOW) == term(149)

    def test_ends_the_long_wait_of_somebody_who_was_away(self):
        assert rules.touched(term(299), limits=LIMITS, now=NOW).expires_at == NOW + 120 * SECOND

    def test_does_not_pass_the_longest_duration(self):
        assert rules.touched(term(5, longest_s=40), limits=LIMITS, now=NOW) == term(
            40, longest_s=40
        )


class TestExtended:
    def test_gives_two_minutes_until_the_next_warning(self):
        extended = rules.extended(term(10), limits=LIMITS, now=NOW)

        assert extended == term(150, extensions=1)

    def test_counts_ten_taps_of_an_unsteady_finger_as_one(self):
        current = term(10)

        for tap in range(10):
            moment = NOW + tap * timedelta(milliseconds=300)
            current = rules.extended(current, limits=LIMITS, now=moment) or current

        assert current.extensions == 1

    def test_is_granted_ten_times_past_the_longest_duration(self):
        current = term(10, longest_s=10)
        moment = NOW

        for _ in range(10):
            granted = rules.extended(current, limits=LIMITS, now=moment)
            assert granted is not None
            assert granted.expires_at == moment + 150 * SECOND
            current, moment = granted, granted.expires_at - SECOND

        assert rules.extended(current, limits=LIMITS, now=moment) is None

    def test_goes_on_up_to_the_longest_duration_after_the_tenth(self):
        current = term(10, extensions=10, longest_s=100)

        assert rules.extended(current, limits=LIMITS, now=NOW) == term(
            100, extensions=11, longest_s=100
        )

    def test_never_fewer_than_ten_in_the_defaults(self):
        assert Limits().extensions >= rules.LEAST_EXTENSIONS
        assert Limits().warning >= timedelta(seconds=20)  # WCAG 2.2.1


class TestAway:
    def test_waits_five_minutes_and_never_shortens(self):
        assert rules.away(term(10), limits=LIMITS, now=NOW).expires_at == NOW + 300 * SECOND
        assert rules.away(term(400), limits=LIMITS, now=NOW) == term(400)

    def test_waits_past_the_longest_duration_because_paying_must_not_be_cut_off(self):
        away = rules.away(term(10, longest_s=20), limits=LIMITS, now=NOW)

        assert away == term(300, longest_s=300)


MOVES = st.lists(
    st.tuples(st.sampled_from(["touch", "extend", "away", "wait"]), st.integers(0, 200)),
    max_size=40,
)


@given(MOVES)
def test_no_order_of_moves_makes_an_ended_visit_live_again(moves):
    current, moment, is_over = rules.first_term(limits=LIMITS, now=NOW), NOW, False

    for move, seconds in moves:
        moment += timedelta(seconds=seconds)
        state = rules.state(
            expires_at=current.expires_at, ended_at=None, warning=LIMITS.warning, now=moment
        )
        assert not (is_over and state is not State.ENDED)
        is_over = state is State.ENDED
        if is_over:
            continue
        if move == "touch":
            current = rules.touched(current, limits=LIMITS, now=moment)
        elif move == "extend":
            current = rules.extended(current, limits=LIMITS, now=moment) or current
        elif move == "away":
            current = rules.away(current, limits=LIMITS, now=moment)
        assert current.expires_at > moment
        assert current.expires_at <= moment + max(
            LIMITS.away, LIMITS.extension + LIMITS.warning, LIMITS.silence
        )


class TestReasonOfCitizen:
    @pytest.mark.parametrize(
        ("outcome", "expected"),
        [
            ("", Reason.ABANDONED_CITIZEN),
            ("completed", Reason.COMPLETED),
            ("completed_not_eligible", Reason.COMPLETED_NOT_ELIGIBLE),
            ("idle", Reason.ABANDONED_CITIZEN),
        ],
    )
    def test_is_what_was_reached(self, outcome, expected):
        assert rules.reason_of_citizen(outcome) is expected


def staff(kind: Kind, *roles: str) -> Actor:
    return Actor(kind=kind, name="p-staff", channel=Channel.WEB, roles=frozenset(roles))


class TestMayStop:
    @pytest.mark.parametrize(
        ("actor", "expected"),
        [
            pytest.param(staff(Kind.OPERATOR, "operator@canton"), True, id="operator"),
            pytest.param(staff(Kind.OPERATOR), False, id="operator without the role"),
            pytest.param(
                staff(Kind.CLERK, "clerk@post/saignelegier"), True, id="clerk of the site"
            ),
            pytest.param(staff(Kind.CLERK, "clerk@post/lenoirmont"), False, id="clerk elsewhere"),
            pytest.param(staff(Kind.CLERK, "clerk@commune"), False, id="clerk of another"),
            pytest.param(staff(Kind.OFFICER, "officer@post"), False, id="officer"),
            pytest.param(
                Actor(Kind.CITIZEN, "visit:1", Channel.KIOSK, visit=uuid4()), False, id="citizen"
            ),
        ],
    )
    def test_lets_operators_and_the_clerks_of_the_site(self, actor, expected):
        assert rules.may_stop(actor=actor, organisation="post", site="saignelegier") is expected


class TestIsHomeOfDevice:
    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("http://127.0.0.1:8002/", True),
            ("http://localhost:8002/", True),
            ("https://127.0.0.1/", False),
            ("http://127.0.0.1.example.org/", False),
            ("http://user@127.0.0.1/", False),
            ("http://example.org/?http://127.0.0.1/", False),
            ("javascript:alert(1)", False),
            ("http://127.0.0.1:99999/", False),
            ("http://[::1", False),
            ("", False),
        ],
    )
    def test_is_only_the_loopback(self, url, expected):
        assert rules.is_home_of_device(url) is expected


class TestVisitSecret:
    def test_is_the_same_for_a_second_tap_and_another_for_everything_else(self):
        first = rules.visit_secret(ticket="t", browser="b")

        assert first == rules.visit_secret(ticket="t", browser="b")
        assert first != rules.visit_secret(ticket="t2", browser="b")
        assert first != rules.visit_secret(ticket="t", browser="b2")
