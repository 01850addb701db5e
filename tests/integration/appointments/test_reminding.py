"""Reminders: each once, none after the fact, none that is no longer true, even after days of silence."""

from datetime import timedelta

import pytest

from tests.booking import at
from tests.integration.appointments.conftest import RUSH, person
from visavis.appointments import followers, queries
from visavis.appointments.models import Booking
from visavis.appointments.operations import booking, marking, reminding, waiting
from visavis.appointments.rules import CancelReason, State
from visavis.notices import operations as notices
from visavis.notices.models import Notice
from visavis.notices.rules import State as Sent

pytestmark = pytest.mark.django_db
LONGER = {**RUSH, "rules": [{**RUSH["rules"][0], "horizon_days": 30, "reminder_days": [7, 1]}]}
DAY = "2026-11-10"
EIGHT = at(DAY, "08:00", agenda="here")


@pytest.fixture
def rush(load_calendar):
    return load_calendar(LONGER)


@pytest.fixture
def book(give, now):
    """Return a function that books a time for somebody who can be told."""

    def book_(time=EIGHT, name="one", *, moment=None):
        when = moment or now
        right = give(person(name), contact_channel="mail", contact_address="a@example.ch")
        return take(right, time, name, when)

    return book_


def take(right, time, name, when):
    held = booking.hold(right=right, time=time, actor=person(name), now=when)
    return booking.confirm(hold_id=held.pk, actor=person(name), now=when)


def before(days=0, **less) -> object:
    return EIGHT.starts_at - timedelta(days=days, **less)


def reminders():
    return Notice.objects.filter(template="appointment-reminder").order_by("pk")


class TestRemind:
    def test_reminds_once_for_each_lead_however_often_it_runs(self, book):
        book()
        moments = [before(8), before(7), before(6), before(3), before(1), before(hours=2)]

        sent = [[reminding.remind(now=moment) for _ in range(2)] for moment in moments]

        assert sent == [[0, 0], [1, 0], [0, 0], [0, 0], [1, 0], [0, 0]]
        assert reminders().count() == 2

    def test_reminds_of_nothing_that_has_begun(self, book):
        book()

        assert reminding.remind(now=EIGHT.starts_at) == 0
        assert reminding.remind(now=EIGHT.starts_at + timedelta(days=1)) == 0

    def test_sends_only_the_nearest_one_when_it_comes_late(self, book):
        book()

        assert reminding.remind(now=before(hours=20)) == 1
        assert reminding.remind(now=before(hours=19)) == 0
        assert reminders().count() == 1

    def test_does_not_remind_of_what_was_booked_only_just_before(self, book):
        book(moment=before(hours=20))

        assert reminding.remind(now=before(hours=19)) == 0

    @pytest.mark.parametrize("what", ["cancelled", "moved"])
    def test_does_not_remind_of_what_no_longer_stands(self, book, office, what):
        one = book()
        if what == "cancelled":
            marking.cancel(booking_id=one.pk, actor=office, now=before(8))
        else:
            marking.move(
                booking_id=one.pk, time=at("2026-11-20", "08:00", agenda="here"), actor=office,
                now=before(8),
            )  # fmt: skip

        assert reminding.remind(now=before(1)) == 0

    @pytest.mark.parametrize("what", ["cancelled", "moved", "moved by the citizen"])
    def test_takes_back_a_reminder_that_still_waits(self, book, office, what):
        one = book()
        reminding.remind(now=before(7))
        when = before(6)
        if what == "cancelled":
            booking.cancel(
                right_id=one.right_id, reason=CancelReason.OTHER_TIME, actor=person("one"), now=when
            )
        elif what == "moved":
            marking.move(booking_id=one.pk, time=at(DAY, "08:45", agenda="here"), actor=office, now=when)  # fmt: skip
        else:
            take(one.right, at(DAY, "08:45", agenda="here"), "one", when)

        assert [notice.state for notice in reminders()] == [Sent.WITHDRAWN]
        assert reminding.remind(now=before(hours=23)) == (what != "cancelled")

    def test_says_nothing_to_who_cannot_be_told_and_does_not_try_again_and_again(self, give, now):
        right = give(person("one"))
        take(right, EIGHT, "one", now)

        assert reminding.remind(now=before(7)) == 0
        assert Booking.objects.get(right=right).reminded_days == 7
        assert not reminders().exists()


class TestDeliver:
    def test_of_what_has_become_useless_withdraws_it(self, book):
        book()
        reminding.remind(now=before(1))
        notice = reminders().get()

        notices.deliver(notice_id=notice.pk, now=EIGHT.starts_at)

        notice.refresh_from_db()
        assert (notice.state, notice.useless_at, notice.sent_at) == (
            Sent.WITHDRAWN, EIGHT.starts_at, None,
        )  # fmt: skip

    def test_a_minute_before_still_sends_it_once(self, book):
        book()
        reminding.remind(now=before(1))
        notice = reminders().get()

        for _ in range(2):
            notices.deliver(notice_id=notice.pk, now=before(minutes=1))

        notice.refresh_from_db()
        assert (notice.state, notice.sent_at) == (Sent.SENT, before(minutes=1))


class TestAfterThreeDaysWithoutAnyJob:
    """From Sunday noon to Wednesday noon no worker runs; then all of them run once."""

    STOPS = at("2026-11-08", "12:00").starts_at
    COMES_BACK = at("2026-11-11", "12:00").starts_at

    def run_all(self):
        followers.remind(self.COMES_BACK)
        followers.offer_again(self.COMES_BACK)
        followers.keep_no_longer(self.COMES_BACK)

    def test_holds_ended_by_themselves_and_their_times_were_taken_over(self, give):
        slow, quick = give(person("slow")), give(person("quick"))
        booking.hold(right=slow, time=EIGHT, actor=person("slow"), now=self.STOPS)
        other = give(person("other"))
        booking.hold(right=other, time=EIGHT, actor=person("other"), now=self.STOPS)
        later = self.STOPS + timedelta(hours=1)

        taken = take(quick, EIGHT, "quick", later)
        self.run_all()

        assert queries.hold_of(slow, now=later) is None
        taken.refresh_from_db()
        assert taken.state == State.BOOKED
        assert not Booking.objects.filter(state=State.HOLD).exists()

    def test_what_is_over_is_not_reminded_of_and_what_comes_is_once(self, book, run_jobs):
        past = book(EIGHT, "past")
        soon = book(at("2026-11-12", "08:00", agenda="here"), "soon")
        far = book(at("2026-11-16", "08:00", agenda="here"), "far")
        reminding.remind(now=self.STOPS - timedelta(days=2))
        known = set(reminders().values_list("pk", flat=True))

        self.run_all()
        self.run_all()

        new = reminders().exclude(pk__in=known)
        told = {notice.once_key.split(":")[1] for notice in new}
        assert told == {str(soon.pk), str(far.pk)}
        assert new.count() == 2
        waited = reminders().filter(once_key__contains=str(past.pk))
        run_jobs(self.COMES_BACK)
        assert [notice.state for notice in waited] == [Sent.WITHDRAWN] * len(waited)

    def test_offers_go_on(self, rush, book, give):
        right = give(person("w"), contact_channel="mail", contact_address="w@example.ch")
        waiting.join(right_id=right.pk, agendas=[], actor=person("w"), now=self.STOPS)
        waiting.offer(book=rush, now=self.STOPS)
        first = queries.offer_to(right, now=self.STOPS)

        self.run_all()

        second = queries.offer_to(right, now=self.COMES_BACK)
        assert second.starts_at > self.COMES_BACK
        assert second.pk != first.pk
