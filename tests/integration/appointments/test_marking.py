"""What the office says of who came: every mark, what it causes, and how it is taken back."""

from datetime import timedelta

import pytest

from tests.booking import at
from tests.integration.appointments.conftest import person
from tests.money import coins_for
from visavis.appointments import fees, queries, rules
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import booking, marking
from visavis.appointments.refusals import NotPossible, NotYours, SlotTaken
from visavis.appointments.rules import Outcome, Purpose, State
from visavis.journal.models import Entry
from visavis.payments import operations as payments
from visavis.payments.settling import settle

pytestmark = pytest.mark.django_db
DAY = "2026-10-27"
EIGHT = at(DAY, "08:00", agenda="here")
ONE = person("one")


@pytest.fixture
def booked(give, now):
    held = booking.hold(right=give(ONE), time=EIGHT, actor=ONE, now=now)
    return booking.confirm(hold_id=held.pk, actor=ONE, now=now)


@pytest.fixture
def then():
    return EIGHT.starts_at + timedelta(minutes=20)


@pytest.fixture
def mark(booked, office, then):
    def mark_(to, *, one=None, at=None):
        marked = marking.mark(booking_id=(one or booked).pk, to=to, actor=office, now=at or then)
        booked.right.refresh_from_db()
        return marked

    return mark_


class TestMark:
    def test_arrived_lets_nobody_move_or_give_back_any_more(self, booked, mark, then):
        mark(State.ARRIVED)

        verdict = queries.verdict_on_cancelling(
            queries.standing_of(booked.right), queries.book_of(booked.right), now=then
        )
        assert verdict.refusal is rules.Why.OVER
        assert booked.right.is_open

    def test_done_ends_the_right(self, booked, mark, then):
        mark(State.DONE)

        assert (booked.right.outcome, booked.right.closed_at) == (Outcome.DONE, then)
        assert Entry.objects.filter(what="appointments.done").count() == 1

    def test_failed_makes_the_second_appointment_for_whoever_had_the_first(
        self, booked, mark, then, rush
    ):
        mark(State.FAILED)

        second = Right.objects.get(follows=booked.right)
        assert booked.right.outcome == Outcome.FAILED
        assert (second.purpose, second.facts) == (Purpose.SECOND, booked.right.facts)
        assert second.latest_on == rush.today(then) + timedelta(days=30)
        assert queries.right_for(second.pk, actor=ONE) == second

    def test_missed_costs_and_leaves_the_right_open_for_another_time(self, booked, mark, then):
        missed = mark(State.MISSED)

        assert booked.right.is_open
        assert (booked.right.misses, booked.right.moves, booked.right.first_on) == (1, 0, None)
        assert fees.fee_of(missed).amount_cents == 2500
        held = booking.hold(
            right=booked.right, time=at("2026-10-28", "08:00", agenda="here"), actor=ONE, now=then
        )
        assert booking.confirm(hold_id=held.pk, actor=ONE, now=then).state == State.BOOKED

    @pytest.mark.parametrize("to", [State.HOLD, State.BLOCK, State.MOVED, State.CANCELLED, State.RELEASED, State.BOOKED])  # fmt: skip
    def test_is_refused_for_what_is_no_mark(self, mark, to):
        with pytest.raises(NotPossible):
            mark(to)

    def test_missed_is_refused_before_it_begins(self, mark, now):
        with pytest.raises(NotPossible):
            mark(State.MISSED, at=now)

    @pytest.mark.parametrize("to", sorted(rules.MARKS - {State.MISSED}))
    def test_is_refused_before_the_day_and_possible_from_its_first_minute(self, mark, to):
        midnight = EIGHT.starts_at.replace(hour=0, minute=0)
        with pytest.raises(NotPossible):
            mark(to, at=midnight - timedelta(minutes=1))

        assert mark(to, at=midnight).state == to

    @pytest.mark.parametrize("to", sorted(rules.MARKS))
    def test_is_for_the_office_only(self, booked, then, to):
        with pytest.raises(NotYours):
            marking.mark(booking_id=booked.pk, to=to, actor=ONE, now=then)

    def test_keeps_the_time_taken(self, mark, give, now):
        mark(State.DONE)

        free = marking.listing.lanes_free_at
        right = give()
        book = queries.book_of(right)
        need = marking.listing.need_of(right, book, now=now)
        assert len(free(book, need, EIGHT, now=now)) == 1


class TestTakingBack:
    @pytest.mark.parametrize(
        ("steps", "state"),
        [
            pytest.param([State.ARRIVED, State.BOOKED], State.BOOKED, id="arrived"),
            pytest.param([State.DONE, State.ARRIVED], State.ARRIVED, id="done"),
            pytest.param([State.FAILED, State.ARRIVED], State.ARRIVED, id="failed"),
            pytest.param([State.MISSED, State.BOOKED], State.BOOKED, id="missed"),
            pytest.param([State.MISSED, State.ARRIVED], State.ARRIVED, id="missed, came late"),
        ],
    )
    def test_leaves_everything_as_it_was(self, booked, mark, steps, state):
        booked.right.refresh_from_db()
        before = Right.objects.filter(pk=booked.right_id).values().get()

        for to in steps:
            mark(to)

        booked.refresh_from_db()
        assert booked.state == state
        assert Right.objects.filter(pk=booked.right_id).values().get() == before
        assert not Right.objects.filter(follows=booked.right).exists()
        assert fees.fee_of(booked) is None

    def test_a_mark_again_asks_for_the_fee_again_once(self, booked, mark):
        for to in (State.MISSED, State.BOOKED, State.MISSED):
            mark(to)

        assert len(fees.fees_of(booked.right)) == 1
        assert fees.fee_of(booked).is_asked

    def test_a_miss_that_is_paid_is_not_possible(self, booked, mark, system, then):
        mark(State.MISSED)
        fee = fees.fee_of(booked)
        settle(fee, coins_for(fee), actor=system, now=then)

        with pytest.raises(NotPossible):
            mark(State.BOOKED)

        booked.refresh_from_db()
        assert booked.state == State.MISSED

    def test_a_miss_after_another_time_was_booked_is_not_possible(self, booked, mark, then):
        mark(State.MISSED)
        held = booking.hold(
            right=booked.right, time=at("2026-10-28", "08:00", agenda="here"), actor=ONE, now=then
        )
        booking.confirm(hold_id=held.pk, actor=ONE, now=then)

        with pytest.raises(NotPossible):
            mark(State.BOOKED)

    def test_a_failure_after_the_second_was_booked_is_not_possible(self, booked, mark, then):
        mark(State.FAILED)
        second = Right.objects.get(follows=booked.right)
        held = booking.hold(
            right=second, time=at("2026-10-28", "08:00", agenda="here"), actor=ONE, now=then
        )
        booking.confirm(hold_id=held.pk, actor=ONE, now=then)

        with pytest.raises(NotPossible):
            mark(State.ARRIVED)

    def test_a_failure_gives_up_what_is_only_held_for_the_second(self, booked, mark, then):
        mark(State.FAILED)
        second = Right.objects.get(follows=booked.right)
        booking.hold(
            right=second, time=at("2026-10-28", "08:00", agenda="here"), actor=ONE, now=then
        )

        mark(State.ARRIVED)

        assert not Booking.objects.filter(state=State.HOLD).exists()


class TestMove:
    def test_by_the_office_is_free_and_does_not_count(self, booked, office, now):
        moved = marking.move(
            booking_id=booked.pk, time=at(DAY, "08:45", agenda="here"), actor=office, now=now
        )

        booked.right.refresh_from_db()
        booked.refresh_from_db()
        assert (booked.state, moved.moved_from_id) == (State.MOVED, booked.pk)
        assert (booked.right.moves, fees.fees_of(booked.right)) == (0, [])

    def test_that_cannot_be_had_leaves_every_byte_as_it_was(self, booked, office, now):
        before = Booking.objects.values().get(pk=booked.pk)
        right = Right.objects.values().get(pk=booked.right_id)

        for clock in ("07:00", "08:07", "23:00"):
            with pytest.raises(SlotTaken):
                marking.move(
                    booking_id=booked.pk, time=at(DAY, clock, agenda="here"), actor=office, now=now
                )

        assert Booking.objects.values().get() == before
        assert Right.objects.values().get(pk=booked.right_id) == right

    def test_may_overlap_its_own_old_time(self, booked, office, now):
        moved = marking.move(
            booking_id=booked.pk, time=at(DAY, "08:15", agenda="here"), actor=office, now=now
        )

        assert moved.state == State.BOOKED

    def test_late_by_the_citizen_is_charged_once(self, booked, then):
        today = EIGHT.starts_at - timedelta(hours=3)
        held = booking.hold(
            right=booked.right, time=at("2026-10-28", "08:00", agenda="here"), actor=ONE, now=today
        )
        booking.confirm(hold_id=held.pk, actor=ONE, now=today)
        booking.confirm(hold_id=held.pk, actor=ONE, now=today)

        asked = fees.fees_of(Right.objects.get(pk=booked.right_id))
        assert [one.amount_cents for one in asked] == [2000]
        assert fees.right_of(asked[0].subject) == booked.right
        assert fees.right_of("case:1") is None


class TestWalkIn:
    def test_takes_the_next_gap_in_hours_kept_for_it(self, rush, office):
        now = at(DAY, "10:25", agenda="here").starts_at

        came = marking.walk_in(
            book=rush, agenda="here", kind="bike", language="fr", actor=office, now=now
        )

        assert came.state == State.ARRIVED
        assert came.starts_at == at(DAY, "10:30", agenda="here").starts_at

    def test_is_refused_when_no_gap_is_near(self, rush, office):
        now = at(DAY, "11:20", agenda="here").starts_at

        with pytest.raises(SlotTaken):
            marking.walk_in(book=rush, agenda="here", kind="car", language="fr", actor=office, now=now)  # fmt: skip


def test_a_fee_of_a_late_cancellation_stays_when_it_is_paid(booked, system, then):
    today = EIGHT.starts_at - timedelta(hours=3)
    booking.cancel(
        right_id=booked.right_id, reason=rules.CancelReason.OTHER_TIME, actor=ONE, now=today
    )

    (asked,) = fees.fees_of(booked.right)
    settle(asked, coins_for(asked), actor=system, now=then)
    with pytest.raises(payments.AlreadySettled):
        payments.cancel(payment=fees.fee_of(booked), actor=system, now=then)
