"""The pack changes while appointments stand, and while they are made."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.db import connection, connections, transaction

from tests.booking import at, officer
from tests.integration.appointments.conftest import person
from tests.integration.appointments.test_any_order import OVERLAPS
from tests.offering import agenda, calendar, hours, kind, lane, ruling
from visavis.appointments import books, listing, office_queries, queries
from visavis.appointments.models import Booking, Closure, Right
from visavis.appointments.operations import booking, closing, keeping, loading, reminding
from visavis.appointments.refusals import AppointmentRefused, SlotTaken
from visavis.appointments.rules import CancelReason, State
from visavis.appointments.schema import CalendarEntry
from visavis.places.models import Canton, Holiday

DAY = "2026-12-01"
at_here = partial(at, agenda="here")
CLOCKS = ("08:00", "09:00", "10:00", "11:00")


def written(*lanes, opens="08:00-12:00", **more):
    return calendar(
        facts=[], opens_with=[], kinds=[kind(summons=60, second=None, free=None)],
        agendas=[agenda(lanes=[lane(code) for code in lanes], openings=[hours(opens)], **more)],
        rules=[ruling(hold_minutes=5, horizon_days=90)],
    )  # fmt: skip


def load(entry, *, now, version):
    """Load a pack as the command does: with its version, in one transaction."""
    with transaction.atomic():
        loading.load([CalendarEntry.model_validate(entry)], now=now)
        Canton.objects.update(version=version)


@pytest.fixture
def booked(rights, now):
    """Somebody who comes to lane one at ten."""
    (right,) = rights(1)
    held = booking.hold(right=right, time=at_here(DAY, "10:00"), actor=person(0), now=now)
    return booking.confirm(hold_id=held.pk, actor=person(0), now=now)


def shorter_hours(now):
    load(written("one", opens="08:00-10:00"), now=now, version="shorter")


def another_lane(now):
    load(written("other"), now=now, version="other")


def a_holiday(now):
    Holiday.objects.create(day=DAY, names={"fr": "Fête"})
    load(written("one", holidays="closed"), now=now, version="holiday")


@pytest.mark.django_db
class TestWhatStandsWhereNothingIsOfferedAnyMore:
    @pytest.fixture(autouse=True, params=[shorter_hours, another_lane, a_holiday])
    def _loaded(self, request, booked, now):
        request.param(now)

    def test_stands_and_is_shown_to_the_office(self, booked, now):
        booked.refresh_from_db()

        assert booked.state == State.BOOKED
        assert office_queries.misplaced(books.book("rush"), now=now) == [booked]

    def test_can_be_moved_to_what_is_offered(self, booked, now):
        right, book = booked.right, books.book("rush")
        right.refresh_from_db()
        need = listing.need_of(right, book, now=now, standing=queries.standing_of(right))
        (first,) = listing.first_times(book, need, count=1, now=now)

        held = booking.hold(right=right, time=first, actor=person(0), now=now)
        moved = booking.confirm(hold_id=held.pk, actor=person(0), now=now)

        assert moved.moved_from_id == booked.pk
        assert office_queries.misplaced(book, now=now) == []

    def test_can_be_given_back(self, booked, now):
        booking.cancel(
            right_id=booked.right_id, reason=CancelReason.OTHER_TIME, actor=person(0), now=now
        )

        booked.refresh_from_db()
        assert booked.state == State.CANCELLED


@pytest.mark.django_db
class TestACalendarThatThePackHasNoLonger:
    @pytest.fixture(autouse=True)
    def _loaded(self, booked, now):
        loading.load([], now=now)
        Canton.objects.update(version="dropped")

    def test_offers_nothing_and_names_nobody_new(self, now, rights):
        (other,) = rights(1)

        with pytest.raises(books.NoSuchCalendar):
            books.book("rush")
        with pytest.raises(SlotTaken):
            booking.hold(right=other, time=at_here(DAY, "09:00"), actor=person(0), now=now)

    def test_is_shown_to_the_office_with_who_stands_there(self, booked, now):
        (left,) = office_queries.books_of(officer(booked.right.calendar.office))

        assert office_queries.misplaced(left, now=now) == [booked]

    def test_lets_its_holder_see_what_stands_and_give_it_back(self, booked, now):
        assert queries.rights_of(person(0)) == [booked.right]

        booking.cancel(
            right_id=booked.right_id, reason=CancelReason.OTHER_TIME, actor=person(0), now=now
        )

        assert queries.standing_of(booked.right) is None

    def test_still_reminds(self, booked, now):
        (days, *_) = books.books()["rush"].rules_now(now).reminder_days
        right = Right.objects.get(pk=booked.right_id)
        right.contact_channel, right.contact_address = "mail", "a@example.ch"
        right.save()

        assert reminding.remind(now=booked.starts_at - timedelta(days=days)) == 1

    def test_closes_and_erases_what_nobody_can_use_any_more(self, booked, now):
        booking.cancel(
            right_id=booked.right_id, reason=CancelReason.OTHER_TIME, actor=person(0), now=now
        )
        withdrawn_at, kept = now, timedelta(days=books.books()["rush"].rules_now(now).kept_days)
        closed_at = withdrawn_at + keeping.UNUSED_KEPT + timedelta(seconds=1)

        assert keeping.close_unused(now=withdrawn_at + keeping.UNUSED_KEPT) == 0
        assert keeping.close_unused(now=closed_at) == 1
        assert keeping.erase_old(now=closed_at + kept + timedelta(seconds=1)) == 1

    def test_closes_no_place_any_more_but_fails_nobody(self, booked, now):
        closure = Closure.objects.create(
            agenda=booked.lane.agenda, starts_at=booked.starts_at, ends_at=booked.ends_at,
            made_at=now, made_by="p-officer",
        )  # fmt: skip

        assert closing.rehouse(closure=closure, actor=person(0), now=now) == 0


@pytest.mark.django_db
def test_what_was_listed_before_the_hours_changed_is_refused_like_what_is_taken(rights, now):
    (right,) = rights(1)
    shorter_hours(now)

    with pytest.raises(SlotTaken):
        booking.hold(right=right, time=at_here(DAY, "10:00"), actor=person(0), now=now)


@pytest.mark.django_db
def test_what_was_held_before_the_hours_changed_can_still_be_booked(rights, now):
    (right,) = rights(1)
    held = booking.hold(right=right, time=at_here(DAY, "10:00"), actor=person(0), now=now)
    shorter_hours(now)

    assert booking.confirm(hold_id=held.pk, actor=person(0), now=now).state == State.BOOKED


@pytest.mark.django_db
def test_a_pack_that_is_loaded_again_changes_nothing(line, now):
    again = loading.load([CalendarEntry.model_validate(written("one"))], now=now)

    assert not again


@pytest.mark.django_db(transaction=True)
def test_a_pack_loaded_again_and_again_during_a_rush_fails_nobody(rights, now):
    """Lanes come and go, hours change; everybody gets a time or a plain refusal."""
    mine, over = rights(6), Event()
    packs = [written("one"), written("one", "two"), written("two", "three", opens="09:00-12:00")]

    def book_and_give_back(who):
        seen = Counter()
        try:
            number = 0
            while not over.is_set():
                number += 1
                wanted = at_here(DAY, CLOCKS[(number + who) % len(CLOCKS)])
                moment = now + timedelta(seconds=number)
                try:
                    held = booking.hold(right=mine[who], time=wanted, actor=person(who), now=moment)
                    booking.confirm(hold_id=held.pk, actor=person(who), now=moment)
                    booking.cancel(
                        right_id=mine[who].pk, reason=CancelReason.OTHER_TIME,
                        actor=person(who), now=moment,
                    )  # fmt: skip
                    seen["done"] += 1
                except AppointmentRefused as refusal:
                    seen[type(refusal).__name__] += 1
        finally:
            connections.close_all()
        return seen

    def change_the_pack():
        try:
            for number in range(60):
                load(packs[number % len(packs)], now=now, version=f"version {number}")
        finally:
            over.set()
            connections.close_all()

    with ThreadPoolExecutor(len(mine) + 1) as threads:
        loader = threads.submit(change_the_pack)
        outcomes = list(threads.map(book_and_give_back, range(len(mine))))
        loader.result()

    seen = sum(outcomes, Counter())
    assert seen["done"] > 0
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        assert cursor.fetchone() == (0,)
    assert not Booking.objects.filter(state=State.BOOKED).exists()
