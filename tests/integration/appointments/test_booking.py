"""Holding, booking, moving, giving back."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

from datetime import timedelta

import pytest

from tests.booking import at, book, book_at, citizen, make_right, offered
from visavis.appointments.models import Booking
from visavis.appointments.operations import booking
from visavis.appointments.refusals import ChangeRefused, NotYours, SlotTaken
from visavis.appointments.rules import CancelReason, State, Why
from visavis.journal.models import Entry

pytestmark = pytest.mark.django_db
TUESDAY, THURSDAY = "2026-11-10", "2026-11-12"


class TestHold:
    def test_keeps_a_time_for_some_minutes(self, make_right, now):
        right = make_right(citizen())

        held = booking.hold(right=right, time=at(TUESDAY, "08:00"), actor=citizen(), now=now)

        assert (held.state, held.hold_until) == (State.HOLD, now + timedelta(minutes=5))

    def test_of_another_takes_the_time_away(self, make_right, now):
        first, second = make_right(citizen("a")), make_right(citizen("b"))
        booking.hold(right=first, time=at(TUESDAY, "08:00"), actor=citizen("a"), now=now)

        with pytest.raises(SlotTaken):
            booking.hold(right=second, time=at(TUESDAY, "08:40"), actor=citizen("b"), now=now)

    def test_whose_minutes_are_over_is_taken_over_without_any_job(self, make_right, now):
        first, second = make_right(citizen("a")), make_right(citizen("b"))
        booking.hold(right=first, time=at(TUESDAY, "08:00"), actor=citizen("a"), now=now)

        later = now + timedelta(minutes=5)
        held = booking.hold(right=second, time=at(TUESDAY, "08:00"), actor=citizen("b"), now=later)

        assert held.state == State.HOLD

    def test_needs_a_right_that_one_has_opened(self, make_right, now):
        with pytest.raises(NotYours):
            booking.hold(right=make_right(), time=at(TUESDAY, "08:00"), actor=citizen(), now=now)

    @pytest.mark.parametrize(
        "time",
        [
            pytest.param(at(TUESDAY, "08:10"), id="beside the grid"),
            pytest.param(at(TUESDAY, "11:20"), id="would last into the break"),
            pytest.param(at("2026-11-09", "08:00"), id="closed that day"),
            pytest.param(at("2030-11-12", "08:00"), id="beyond the horizon"),
            pytest.param(at("2026-10-20", "08:00"), id="in the past"),
            pytest.param(at(TUESDAY, "08:00", agenda="nowhere"), id="another place"),
        ],
    )
    def test_refuses_what_is_not_offered_in_the_same_words(self, make_right, now, time):
        with pytest.raises(SlotTaken):
            booking.hold(right=make_right(citizen()), time=time, actor=citizen(), now=now)

    def test_of_another_time_gives_the_first_one_up(self, make_right, now):
        right = make_right(citizen())
        booking.hold(right=right, time=at(TUESDAY, "08:00"), actor=citizen(), now=now)

        booking.hold(right=right, time=at(TUESDAY, "09:00"), actor=citizen(), now=now)

        assert Booking.objects.filter(state=State.HOLD).count() == 1

    def test_that_cannot_be_had_leaves_the_one_we_have(self, make_right, now):
        mine, theirs = make_right(citizen()), make_right(citizen("b"))
        kept = booking.hold(right=mine, time=at(TUESDAY, "08:00"), actor=citizen(), now=now)
        booking.hold(right=theirs, time=at(TUESDAY, "10:00"), actor=citizen("b"), now=now)

        with pytest.raises(SlotTaken):
            booking.hold(right=mine, time=at(TUESDAY, "10:00"), actor=citizen(), now=now)

        assert Booking.objects.get(pk=kept.pk).state == State.HOLD


class TestConfirm:
    def test_books_and_writes_it_down(self, make_right, book_at, now):
        booked = book_at(make_right(citizen()), at(TUESDAY, "08:00"), citizen())

        assert booked.state == State.BOOKED
        assert Entry.objects.filter(what="appointments.booked").count() == 1

    def test_twice_gives_the_same(self, make_right, now):
        right = make_right(citizen())
        held = booking.hold(right=right, time=at(TUESDAY, "08:00"), actor=citizen(), now=now)

        first = booking.confirm(hold_id=held.pk, actor=citizen(), now=now)
        second = booking.confirm(hold_id=held.pk, actor=citizen(), now=now)

        assert first.pk == second.pk
        assert Entry.objects.filter(what="appointments.booked").count() == 1

    def test_of_a_slow_citizen_counts_if_nobody_wanted_the_time(self, make_right, now):
        held = booking.hold(
            right=make_right(citizen()), time=at(TUESDAY, "08:00"), actor=citizen(), now=now
        )

        booked = booking.confirm(hold_id=held.pk, actor=citizen(), now=now + timedelta(hours=1))

        assert booked.state == State.BOOKED

    def test_after_another_took_it_over_is_refused(self, make_right, now):
        slow, quick = make_right(citizen("a")), make_right(citizen("b"))
        held = booking.hold(right=slow, time=at(TUESDAY, "08:00"), actor=citizen("a"), now=now)
        later = now + timedelta(minutes=6)
        booking.hold(right=quick, time=at(TUESDAY, "08:00"), actor=citizen("b"), now=later)

        with pytest.raises(SlotTaken):
            booking.confirm(hold_id=held.pk, actor=citizen("a"), now=later)


class TestMove:
    def test_takes_the_new_time_and_frees_the_old(self, make_right, book_at, book, now):
        right = make_right(citizen())
        old = book_at(right, at(TUESDAY, "08:00"), citizen())

        new = book_at(right, at(THURSDAY, "09:00"), citizen())

        old.refresh_from_db()
        right.refresh_from_db()
        assert (old.state, new.state, right.moves) == (State.MOVED, State.BOOKED, 1)
        assert at(TUESDAY, "08:00") in offered(make_right(), book, now, count=200)

    def test_more_often_than_allowed_is_refused(self, make_right, book_at, now):
        right = make_right(citizen())
        for clock in ("08:00", "09:00"):
            book_at(right, at(TUESDAY, clock), citizen())
        right.refresh_from_db()

        with pytest.raises(ChangeRefused) as refusal:
            booking.hold(right=right, time=at(THURSDAY, "08:00"), actor=citizen(), now=now)

        assert refusal.value.verdict.refusal is Why.TOO_OFTEN

    def test_too_late_is_refused(self, make_right, book_at, now):
        right = make_right(citizen())
        book_at(right, at("2026-10-29", "08:00"), citizen())

        with pytest.raises(ChangeRefused) as refusal:
            booking.hold(right=right, time=at(THURSDAY, "08:00"), actor=citizen(), now=now)

        assert refusal.value.verdict.refusal is Why.TOO_LATE


class TestCancel:
    def test_frees_the_time_and_keeps_the_right_open(self, make_right, book_at, now):
        right = make_right(citizen())
        book_at(right, at(TUESDAY, "08:00"), citizen())

        given = booking.cancel(
            right_id=right.pk, reason=CancelReason.OTHER_TIME, actor=citizen(), now=now
        )

        right.refresh_from_db()
        assert (given.state, right.is_open) == (State.CANCELLED, True)

    def test_to_choose_anew_later_counts_as_a_move(self, make_right, book_at, now):
        right = make_right(citizen())
        for clock in ("08:00", "09:00"):
            book_at(right, at(TUESDAY, clock), citizen())
            booking.cancel(
                right_id=right.pk, reason=CancelReason.OTHER_TIME, actor=citizen(), now=now
            )
        right.refresh_from_db()

        with pytest.raises(ChangeRefused) as refusal:
            booking.hold(right=right, time=at(THURSDAY, "08:00"), actor=citizen(), now=now)

        assert (refusal.value.verdict.refusal, right.moves) == (Why.TOO_OFTEN, 2)

    def test_of_what_the_office_has_set_counts_as_none(self, make_right, book_at, now):
        right = make_right(citizen())
        booked = book_at(right, at(TUESDAY, "08:00"), citizen())
        Booking.objects.filter(pk=booked.pk).update(why=CancelReason.OFFICE.value)

        booking.cancel(right_id=right.pk, reason=CancelReason.OTHER_TIME, actor=citizen(), now=now)

        right.refresh_from_db()
        assert right.moves == 0
