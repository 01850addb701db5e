"""What is kept no longer, and what the room never asks of its own clock."""

from datetime import timedelta

import pytest
import time_machine

from tests.booking import at, officer
from tests.integration.appointments.conftest import person
from visavis.appointments import listing, queries
from visavis.appointments.lanes import LaneFeed
from visavis.appointments.models import Booking, Right, RightAccess, RightKey, Wish
from visavis.appointments.operations import booking, entering, feeds, keeping, marking
from visavis.appointments.refusals import FeedUnknown, NoMatch, NotYours, SlotTaken
from visavis.appointments.rules import Outcome, Purpose, State
from visavis.journal.models import Entry

pytestmark = pytest.mark.django_db
EIGHT = at("2026-10-27", "08:00", agenda="here")
TWO = at("2026-10-27", "14:00", agenda="there")  # o'clock, in the one lane there
ONE = person("one")
KEPT = timedelta(days=10)


@pytest.fixture
def done(give, office, now):
    """A right whose appointment is over, with all that is known of its holder."""
    right = give(ONE, contact_channel="mail", contact_address="a@example.ch")
    held = booking.hold(right=right, time=EIGHT, actor=ONE, now=now)
    booked = booking.confirm(hold_id=held.pk, actor=ONE, now=now)
    marking.mark(booking_id=booked.pk, to=State.DONE, actor=office, now=EIGHT.starts_at)
    right.refresh_from_db()
    return right


class TestEraseOld:
    def test_erases_what_is_personal_after_the_days_it_is_kept(self, done, rush):
        given = {"appointment-number": done.number, "sign": done.facts["sign"]}
        now = EIGHT.starts_at + KEPT + timedelta(seconds=1)

        assert keeping.erase_old(now=now) == 1

        done.refresh_from_db()
        assert (done.facts, done.subject_digest, done.owner, done.contact_address) == (
            {},
            "",
            "",
            "",
        )
        assert done.erased_at == now
        assert not RightKey.objects.filter(right=done).exists()
        assert not RightAccess.objects.filter(right=done).exists()
        assert Booking.objects.get(right=done).held_by == ""
        with pytest.raises(NoMatch):
            entering.open_with(book=rush, given=given, actor=ONE, now=now)
        with pytest.raises(queries.NoSuchRight):
            queries.right_for(done.pk, actor=ONE)

    def test_keeps_the_time_so_that_it_can_still_be_counted(self, done):
        keeping.erase_old(now=EIGHT.starts_at + KEPT * 2)

        booked = Booking.objects.get(right=done)
        assert (booked.starts_at, booked.state) == (EIGHT.starts_at, State.DONE)

    def test_does_it_once_and_writes_it_down(self, done):
        later = EIGHT.starts_at + KEPT * 2

        assert [keeping.erase_old(now=later) for _ in range(2)] == [1, 0]
        assert Entry.objects.filter(what="appointments.erased").count() == 1

    def test_leaves_what_is_open_or_not_old_enough(self, done, give, now):
        give()

        assert keeping.erase_old(now=EIGHT.starts_at + KEPT) == 0
        assert Right.objects.exclude(facts={}).count() == 2


def test_tidying_releases_only_holds_that_are_long_over(give, now):
    for number, back in enumerate([timedelta(days=1), timedelta(0)]):
        holder = person(number)
        right = give(holder, at=now - back)
        booking.hold(
            right=right, time=at("2026-10-27", f"0{8 + number}:00", agenda="here"), actor=holder,
            now=now - back,
        )  # fmt: skip

    assert keeping.tidy(now=now + timedelta(minutes=6)) == 1
    assert Booking.objects.filter(state=State.HOLD).count() == 1


def test_tidying_forgets_what_was_released_long_ago_but_no_offer(give, now):
    right = give(ONE)
    wish = Wish.objects.create(right=right, made_at=now)
    for clock in ("08:00", "09:00"):
        time = at("2026-10-27", clock, agenda="here")
        booking.hold(right=right, time=time, actor=ONE, now=now)
    held = Booking.objects.filter(state=State.HOLD)
    held.update(state=State.RELEASED, changed_at=now, wish=wish)

    keeping.tidy(now=now + timedelta(days=1, seconds=1))

    assert Booking.objects.get().wish == wish


class TestCloseUnused:
    KEPT = keeping.UNUSED_KEPT + timedelta(seconds=1)

    def test_closes_what_was_asked_for_freely_and_never_booked(self, give, now):
        right = give(ONE, purpose=Purpose.FREE)
        booking.hold(right=right, time=TWO, actor=ONE, now=now)

        assert [keeping.close_unused(now=now + kept) for kept in (timedelta(0), self.KEPT)] == [
            0,
            1,
        ]
        right.refresh_from_db()
        assert right.outcome == Outcome.LAPSED

    def test_leaves_what_is_booked_waited_for_or_summoned(self, give, now):
        booked, waits = (give(person(name), purpose=Purpose.FREE) for name in ("a", "b"))
        give(person("c"))
        held = booking.hold(right=booked, time=TWO, actor=person("a"), now=now)
        booking.confirm(hold_id=held.pk, actor=person("a"), now=now)
        Wish.objects.create(right=waits, made_at=now)

        assert keeping.close_unused(now=now + self.KEPT) == 0


class TestNoClockButTheOneThatIsGiven:
    """What is written by the clock of a web server that goes wrong by ten minutes."""

    @pytest.mark.parametrize("wrong", [timedelta(minutes=-10), timedelta(minutes=10)])
    def test_decides_whether_a_hold_lives(self, give, now, wrong):
        first, second = give(person("a")), give(person("b"))

        with time_machine.travel(now + wrong, tick=False):
            held = booking.hold(right=first, time=TWO, actor=person("a"), now=now)
            lives = now + timedelta(minutes=4, seconds=59)
            with pytest.raises(SlotTaken):
                booking.hold(right=second, time=TWO, actor=person("b"), now=lives)
            over = now + timedelta(minutes=5)
            taken = booking.hold(right=second, time=TWO, actor=person("b"), now=over)

        assert held.hold_until == over
        assert taken.state == State.HOLD


class TestListing:
    def test_asks_the_database_once_whatever_the_number_of_days(
        self, rush, give, now, django_assert_num_queries
    ):
        right = give(ONE)
        need = listing.need_of(right, rush, now=now)
        day = rush.today(now)
        for last in (day, day + timedelta(days=3), day + timedelta(days=90)):
            with django_assert_num_queries(1):
                assert listing.times_between(rush, need, first=day, last=last, now=now)

    def test_of_the_first_times_asks_once_more_only_for_each_doubled_look(
        self, rush, give, now, django_assert_max_num_queries
    ):
        need = listing.need_of(give(ONE), rush, now=now)

        with django_assert_max_num_queries(1):
            listing.first_times(rush, need, count=1000, now=now)

    def test_of_days_outside_of_what_may_be_booked_asks_nothing(
        self, rush, give, now, django_assert_num_queries
    ):
        need = listing.need_of(give(ONE), rush, now=now)
        far = rush.today(now) + timedelta(days=200)

        with django_assert_num_queries(0):
            assert listing.times_between(rush, need, first=far, last=far, now=now) == []


class TestFeeds:
    def lane(self, rush):
        return rush.agendas["here"].lanes[0].id

    def test_let_a_program_read_a_lane_until_they_are_revoked(self, rush, office, now):
        token = feeds.make(lane_id=self.lane(rush), actor=office, now=now)
        lane = feeds.lane_of(token)
        feed = lane.feeds.get()

        for _ in range(2):
            feeds.revoke(feed_id=feed.pk, actor=office, now=now)

        assert lane.pk == self.lane(rush)
        assert token not in feed.token_hash
        with pytest.raises(FeedUnknown):
            feeds.lane_of(token)
        assert Entry.objects.filter(what="appointments.feed_revoked").count() == 1

    @pytest.mark.parametrize("token", ["", "x", "\0", "a" * 10_000])
    def test_let_nobody_in_with_anything_else(self, rush, office, now, token):
        feeds.make(lane_id=self.lane(rush), actor=office, now=now)

        with pytest.raises(FeedUnknown):
            feeds.lane_of(token)

    def test_are_made_and_revoked_by_the_office_only(self, rush, office, now):
        feeds.make(lane_id=self.lane(rush), actor=office, now=now)
        feed = LaneFeed.objects.get()

        for actor in (ONE, officer("vehicles")):
            with pytest.raises(NotYours):
                feeds.make(lane_id=self.lane(rush), actor=actor, now=now)
            with pytest.raises(NotYours):
                feeds.revoke(feed_id=feed.pk, actor=actor, now=now)
        with pytest.raises(FeedUnknown):
            feeds.revoke(feed_id=feed.pk + 1, actor=office, now=now)
