"""Closing a lane or a place: what is shown before is what happens, and nobody is forgotten."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.booking import at
from tests.integration.appointments.conftest import person
from visavis.appointments import listing, queries
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Closure
from visavis.appointments.operations import booking, closing, marking
from visavis.appointments.refusals import NotYours, SlotTaken
from visavis.appointments.rules import CancelReason, State
from visavis.notices.models import Notice

pytestmark = pytest.mark.django_db
DAY, NEXT = "2026-10-27", "2026-10-28"


def here(clock: str, day: str = DAY) -> Time:
    return at(day, clock, agenda="here")


@pytest.fixture
def stretch(rush):
    def make(starts, ends, *, lane=None, day=DAY, place="here"):
        where = rush.agendas[place]
        chosen = next((one for one in where.lanes if one.entry.code == lane), None)
        return closing.Stretch(where, chosen, here(starts, day).starts_at, here(ends, day).starts_at)  # fmt: skip

    return make


@pytest.fixture
def close(rush, office, now):
    def close_(stretch):
        return closing.close(book=rush, stretch=stretch, actor=office, now=now)

    return close_


@pytest.fixture
def booked(give, now):
    def book(*clocks, kind="car", day=DAY):
        rows = []
        for clock in clocks:
            holder = person(f"{clock}-{len(rows)}-{Booking.objects.count()}")
            right = give(holder, kind=kind, contact_channel="mail", contact_address="a@example.ch")
            held = booking.hold(right=right, time=here(clock, day), actor=holder, now=now)
            rows.append(booking.confirm(hold_id=held.pk, actor=holder, now=now))
        return rows

    return book


def told() -> list[str]:
    return sorted(Notice.objects.values_list("template", flat=True))


class TestClose:
    def test_takes_the_time_away_at_once(self, close, stretch, give, now):
        close(stretch("08:00", "10:00"))

        for clock in ("08:00", "09:00"):
            with pytest.raises(SlotTaken):
                booking.hold(right=give(person(clock)), time=here(clock), actor=person(clock), now=now)  # fmt: skip

    def test_gives_up_what_is_held_there(self, close, stretch, give, now):
        right = give(person("one"))
        held = booking.hold(right=right, time=here("08:00"), actor=person("one"), now=now)

        close(stretch("08:00", "10:00"))

        with pytest.raises(SlotTaken):
            booking.confirm(hold_id=held.pk, actor=person("one"), now=now)

    @pytest.mark.parametrize(
        ("begins", "ends"),
        [
            pytest.param("2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00", id="25 hours"),
            pytest.param("2027-03-28T00:00+01:00", "2027-03-29T00:00+02:00", id="23 hours"),
            pytest.param("2026-10-26T00:00+01:00", "2026-11-23T00:00+01:00", id="four weeks"),
            pytest.param("2026-10-26T09:59+01:00", "2026-10-26T10:00+01:00", id="a minute"),
        ],
    )
    def test_leaves_no_gap_whatever_the_length(self, close, rush, begins, ends):
        starts_at, ends_at = (datetime.fromisoformat(text) for text in (begins, ends))

        closure = close(closing.Stretch(rush.agendas["here"], None, starts_at, ends_at))

        for lane in rush.agendas["here"].lanes:
            blocks = Booking.objects.filter(closure=closure, lane=lane.id).order_by("starts_at")
            spans = [(block.starts_at, block.busy_until) for block in blocks]
            assert (spans[0][0], spans[-1][1]) == (starts_at, ends_at)
            assert all(one[1] == two[0] for one, two in pairwise(spans))

    def test_moves_nobody_who_was_due_already(self, rush, stretch, booked, office):
        """A lane breaks at half past eight; who came at eight may not have been marked yet."""
        (one,) = booked("08:00")
        now = here("08:30").starts_at

        asked = closing.preview(book=rush, stretch=stretch("00:00", "12:00"), now=now)
        made = closing.close(book=rush, stretch=stretch("00:00", "12:00"), actor=office, now=now)
        moved = closing.rehouse(closure=made, actor=office, now=now)

        one.refresh_from_db()
        assert (asked, moved, one.state) == ([], 0, State.BOOKED)

    def test_keeps_closed_what_is_given_back_meanwhile(
        self, close, stretch, booked, give, office, now
    ):
        (one,) = booked("08:00")
        close(stretch("08:00", "10:00"))

        marking.cancel(booking_id=one.pk, actor=office, now=now)

        with pytest.raises(SlotTaken):
            booking.hold(right=give(person("x")), time=here("08:00"), actor=person("x"), now=now)

    def test_is_for_the_office_only(self, rush, stretch, now):
        with pytest.raises(NotYours):
            closing.close(book=rush, stretch=stretch("08:00", "10:00"), actor=person(1), now=now)


class TestPreview:
    def test_is_what_happens_then(self, rush, close, stretch, booked, system, now):
        rows = booked("08:00", "08:00", "08:45", day=DAY)
        what = stretch("08:00", "09:30")

        foreseen = closing.preview(book=rush, stretch=what, now=now)
        closing.rehouse(closure=close(what), actor=system, now=now)

        assert {move.booking.pk for move in foreseen} == {row.pk for row in rows}
        moved = {
            row.moved_from_id: Time(row.starts_at, row.lane.agenda.code)
            for row in Booking.objects.filter(state=State.BOOKED)
        }
        assert moved == {move.booking.pk: move.time for move in foreseen}

    def test_changes_nothing(self, rush, stretch, booked, now):
        booked("08:00")
        before = list(Booking.objects.values())

        closing.preview(book=rush, stretch=stretch("08:00", "09:00"), now=now)

        assert list(Booking.objects.values()) == before


class TestRehouse:
    def test_changes_only_the_lane_where_it_can_and_tells_nobody(
        self, close, stretch, booked, system, run_jobs, now
    ):
        (one,) = booked("08:00")
        lane = one.lane.code
        run_jobs()
        before = told()

        closing.rehouse(closure=close(stretch("08:00", "09:00", lane=lane)), actor=system, now=now)
        run_jobs()

        (moved,) = Booking.objects.filter(state=State.BOOKED)
        assert (moved.starts_at, moved.lane.code == lane) == (one.starts_at, False)
        assert told() == before

    def test_moves_to_the_next_time_and_tells(self, close, stretch, booked, run_jobs):
        (one,) = booked("08:00")
        one.right.refresh_from_db()
        sequence = one.right.sequence

        close(stretch("08:00", "09:00"))
        run_jobs()

        (moved,) = Booking.objects.filter(state=State.BOOKED)
        moved.right.refresh_from_db()
        assert moved.starts_at > one.starts_at
        assert moved.right.sequence > sequence
        assert moved.right.moves == 0
        assert told().count("appointment-moved-by-office") == 1

    def test_gives_back_and_tells_when_nothing_else_is_free(self, close, stretch, booked, run_jobs):
        (one,) = booked("08:00")

        close(closing.Stretch(
            stretch("08:00", "09:00").agenda, None, here("00:00", DAY).starts_at,
            here("00:00", DAY).starts_at + timedelta(days=20),
        ))  # fmt: skip
        run_jobs()

        one.refresh_from_db()
        one.right.refresh_from_db()
        assert (one.state, one.why) == (State.CANCELLED, CancelReason.OFFICE)
        assert one.right.is_open
        assert told().count("appointment-cancelled-by-office") == 1

    def test_again_changes_nothing_more(self, close, stretch, booked, system, now):
        booked("08:00", "08:45")
        closure = close(stretch("08:00", "09:00"))
        closing.rehouse(closure=closure, actor=system, now=now)
        before = list(Booking.objects.order_by("pk").values())

        assert closing.rehouse(closure=closure, actor=system, now=now) == 0
        assert list(Booking.objects.order_by("pk").values()) == before

    def test_leaves_who_is_here_already_where_they_are(
        self, close, stretch, booked, office, system, now
    ):
        (one,) = booked("08:00")
        marking.mark(booking_id=one.pk, to=State.ARRIVED, actor=office, now=one.starts_at)

        closing.rehouse(closure=close(stretch("08:00", "09:00")), actor=system, now=now)

        one.refresh_from_db()
        assert one.state == State.ARRIVED


class TestReopen:
    def test_gives_the_time_back_and_leaves_who_was_moved(
        self, rush, close, stretch, booked, give, office, system, now
    ):
        booked("08:00")
        closure = close(stretch("08:00", "09:30"))
        closing.rehouse(closure=closure, actor=system, now=now)
        (moved,) = Booking.objects.filter(state=State.BOOKED)

        closing.reopen(closure_id=closure.pk, actor=office, now=now)
        closing.reopen(closure_id=closure.pk, actor=office, now=now)

        right = give()
        need = listing.need_of(right, rush, now=now)
        assert here("08:00") in listing.first_times(rush, need, count=100, now=now)
        moved.refresh_from_db()
        assert moved.state == State.BOOKED

    def test_of_one_of_two_closures_leaves_the_other_closed(
        self, close, stretch, give, office, now
    ):
        first, _second = close(stretch("08:00", "09:30")), close(stretch("08:45", "10:00"))

        closing.reopen(closure_id=first.pk, actor=office, now=now)

        assert booking.hold(right=give(person("a")), time=here("08:00", DAY), actor=person("a"), now=now)  # fmt: skip
        for clock in ("08:30", "08:45"):
            with pytest.raises(SlotTaken):
                booking.hold(right=give(person(clock)), time=here(clock), actor=person(clock), now=now)  # fmt: skip

    def test_is_for_the_office_only(self, close, stretch, now):
        closure = close(stretch("08:00", "09:00"))

        with pytest.raises(NotYours):
            closing.reopen(closure_id=closure.pk, actor=person(1), now=now)

    def test_takes_a_closure_off_the_list(self, rush, close, stretch, office, now):
        closure = close(stretch("08:00", "09:00"))
        listed = closing.standing_closures(rush.agendas["here"].id, now=now)

        closing.reopen(closure_id=closure.pk, actor=office, now=now)

        assert listed == [closure]
        assert closing.standing_closures(rush.agendas["here"].id, now=now) == []


def test_a_closure_makes_its_job_in_the_same_transaction(close, stretch):
    closure = close(stretch("08:00", "09:00"))

    subjects = [job.args["subject"] for job in ProcrastinateJob.objects.all()]
    assert f"closure:{closure.pk}" in subjects
    assert Closure.objects.count() == 1


def test_the_sheet_of_a_day_shows_what_stands_and_what_is_closed(
    rush, close, stretch, booked, give, now
):
    booked("08:00")
    close(stretch("09:00", "10:00"))
    booking.hold(right=give(person("x")), time=here("08:15"), actor=person("x"), now=now)

    sheet = queries.day_sheet(rush.agendas["here"].id, here("08:00").starts_at.date(), rush)

    assert {row.state for row in sheet} == {State.BOOKED, State.BLOCK}
