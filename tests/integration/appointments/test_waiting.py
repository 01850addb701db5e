"""The waiting list: one offer at a time, first come first served, and no job needed for the next."""

from datetime import timedelta

import pytest

from tests.booking import at
from tests.integration.appointments.conftest import person
from tests.offering import agenda, calendar, hours, kind, ruling
from visavis.appointments import queries
from visavis.appointments.models import Booking, Right, Wish
from visavis.appointments.operations import booking, entering, marking, waiting
from visavis.appointments.refusals import CannotBeReached, NotYours, OfferGone, SlotTaken
from visavis.appointments.rules import CancelReason, Purpose, State
from visavis.notices.models import Notice

pytestmark = pytest.mark.django_db
MORNING = at("2026-10-26", "09:00").starts_at
EARLY = at("2026-10-28", "08:00", agenda="here")
LATE = at("2026-10-30", "08:00", agenda="here")
HALF_AN_HOUR = timedelta(minutes=31)


@pytest.fixture
def week(load_calendar):
    """A calendar in which Wednesday and Friday have one time each."""
    return load_calendar(
        calendar(
            facts=[], opens_with=[], kinds=[kind()],
            agendas=[agenda(openings=[hours("08:00-08:30", days=["wednesday", "friday"])])],
            rules=[ruling(horizon_days=5, offer_minutes=30, most_offers=2, most_moves=0)],
        )
    )  # fmt: skip


@pytest.fixture
def wait(week, system, now):
    """Return a function that makes people wait, in this order."""

    def wait_(*names, booked=None, contact="a@example.ch"):
        rights = []
        for place, name in enumerate(names):
            right = entering.make(
                book=week, purpose=Purpose.SUMMONS, kind="car", given={}, language="fr",
                actor=system, now=MORNING, contact_channel="mail" if contact else "",
                contact_address=contact,
            )  # fmt: skip
            entering.let_in(right, actor=person(name), now=MORNING)
            if name == booked:
                take(right, name, LATE, MORNING)
            waiting.join(
                right_id=right.pk, agendas=[], actor=person(name),
                now=MORNING + timedelta(seconds=place),
            )  # fmt: skip
            rights.append(right)
        return rights

    return wait_


def take(right, name, time, now):
    held = booking.hold(right=right, time=time, actor=person(name), now=now)
    return booking.confirm(hold_id=held.pk, actor=person(name), now=now)


def offered(now) -> list[str]:
    found = Booking.objects.blocking(now).filter(state=State.HOLD, wish__isnull=False)
    return [f"{row.starts_at:%d}" for row in found.order_by("wish__made_at")]


class TestOffer:
    def test_goes_to_whoever_has_waited_longest(self, week, wait):
        first, second, third = wait("a", "b", "c")

        assert waiting.offer(book=week, now=MORNING) == 2

        assert queries.offer_to(first, now=MORNING).starts_at == EARLY.starts_at
        assert queries.offer_to(second, now=MORNING).starts_at == LATE.starts_at
        assert queries.offer_to(third, now=MORNING) is None

    def test_is_one_at_a_time_however_often_the_job_runs(self, week, wait):
        wait("a")

        assert [waiting.offer(book=week, now=MORNING) for _ in range(3)] == [1, 0, 0]
        assert Notice.objects.filter(template="appointment-offer").count() <= 1

    def test_that_runs_out_goes_to_the_next_without_any_job_in_between(self, week, wait):
        rights = wait("a", "b", "c")
        seen = []
        for number in range(3):
            moment = MORNING + number * HALF_AN_HOUR
            waiting.offer(book=week, now=moment)
            offers = [queries.offer_to(right, now=moment) for right in rights]
            seen.append([offer and offer.starts_at.day for offer in offers])

        assert seen == [[28, 30, None], [30, 28, None], [None, None, 28]]

    def test_never_offers_the_same_time_to_the_same_person_again(self, week, wait):
        (right,) = wait("a")
        moments = [MORNING + number * HALF_AN_HOUR for number in range(6)]

        for moment in moments:
            waiting.offer(book=week, now=moment)

        times = list(Booking.objects.filter(right=right).values_list("starts_at", flat=True))
        assert sorted(times) == [EARLY.starts_at, LATE.starts_at]

    def test_stops_after_as_many_as_the_rules_allow(self, week, wait):
        (right,) = wait("a")
        for number in range(6):
            waiting.offer(book=week, now=MORNING + number * HALF_AN_HOUR)

        wish = Wish.objects.get(right=right)
        assert (wish.offers, wish.ended_why) == (2, "exhausted")

    @pytest.mark.parametrize(("clock", "count"), [("07:59", 0), ("08:00", 1), ("19:59", 1), ("20:00", 0)])  # fmt: skip
    def test_wakes_nobody_at_night(self, week, wait, clock, count):
        wait("a")

        assert waiting.offer(book=week, now=at("2026-10-26", clock).starts_at) == count

    def test_is_only_of_an_earlier_day_than_the_one_booked(self, week, wait, office):
        (right,) = wait("a", booked="a")

        waiting.offer(book=week, now=MORNING)

        assert queries.offer_to(right, now=MORNING).starts_at == EARLY.starts_at
        marking.cancel(booking_id=queries.standing_of(right).pk, actor=office, now=MORNING)

    def test_none_is_made_when_nothing_earlier_is_free(self, week, wait):
        (other,) = wait("x")
        take(other, "x", EARLY, MORNING)
        Wish.objects.all().delete()
        wait("a", booked="a")

        assert waiting.offer(book=week, now=MORNING) == 0

    def test_is_told_by_a_message_that_is_useless_once_it_is_over(self, week, wait, run_jobs):
        wait("a")
        waiting.offer(book=week, now=MORNING)

        run_jobs(MORNING)

        notice = Notice.objects.get(template="appointment-offer")
        assert notice.useless_at == MORNING + timedelta(minutes=30)


class TestAnOffer:
    def test_accepted_ends_the_wish_and_is_no_move(self, week, wait):
        (right,) = wait("a", booked="a")
        waiting.offer(book=week, now=MORNING)
        held = queries.offer_to(right, now=MORNING)

        booked = booking.confirm(hold_id=held.pk, actor=person("a"), now=MORNING)

        right.refresh_from_db()
        assert (booked.starts_at, right.moves) == (EARLY.starts_at, 0)
        assert queries.wish_of(right) is None
        assert Booking.objects.filter(right=right, state=State.MOVED).count() == 1

    def test_declined_goes_to_the_next_and_one_stays_on_the_list(self, week, wait):
        first, _second, third = wait("a", "b", "c")
        waiting.offer(book=week, now=MORNING)

        waiting.decline(right_id=first.pk, actor=person("a"), now=MORNING)
        waiting.offer(book=week, now=MORNING)

        assert queries.wish_of(first) is not None
        assert queries.offer_to(third, now=MORNING).starts_at == EARLY.starts_at

    def test_that_is_gone_cannot_be_declined(self, week, wait):
        (right,) = wait("a")
        with pytest.raises(OfferGone):
            waiting.decline(right_id=right.pk, actor=person("a"), now=MORNING)

        waiting.offer(book=week, now=MORNING)
        with pytest.raises(OfferGone):
            waiting.decline(right_id=right.pk, actor=person("a"), now=MORNING + HALF_AN_HOUR)

    def test_keeps_the_time_from_everybody_else_as_long_as_it_stands(self, week, wait, system):
        wait("a")
        waiting.offer(book=week, now=MORNING)
        (other,) = wait("b")
        Wish.objects.filter(right=other).delete()

        with pytest.raises(SlotTaken):
            booking.hold(right=other, time=EARLY, actor=person("b"), now=MORNING)
        later = MORNING + HALF_AN_HOUR
        assert booking.hold(right=other, time=EARLY, actor=person("b"), now=later)

    def test_is_for_whoever_may_act_on_the_right(self, week, wait):
        (right,) = wait("a")
        waiting.offer(book=week, now=MORNING)
        held = queries.offer_to(right, now=MORNING)

        with pytest.raises(NotYours):
            booking.confirm(hold_id=held.pk, actor=person("b"), now=MORNING)


class TestJoin:
    def test_needs_a_way_to_be_told(self, wait):
        with pytest.raises(CannotBeReached):
            wait("a", contact="")

    def test_again_changes_only_the_places(self, wait):
        (right,) = wait("a")
        made_at = queries.wish_of(right).made_at

        waiting.join(
            right_id=right.pk, agendas=["here", "moon"], actor=person("a"), now=MORNING + HALF_AN_HOUR
        )  # fmt: skip

        wish = Wish.objects.get()
        assert (wish.made_at, wish.agendas) == (made_at, ["here"])

    def test_left_frees_what_was_offered(self, week, wait):
        first, second = wait("a", "b")
        waiting.offer(book=week, now=MORNING)

        waiting.leave(right_id=first.pk, actor=person("a"), now=MORNING)
        waiting.leave(right_id=first.pk, actor=person("a"), now=MORNING)

        assert queries.wish_of(first) is None
        assert offered(MORNING) == ["30"]
        assert queries.offer_to(second, now=MORNING) is not None

    def test_ends_with_the_right(self, wait):
        (right,) = wait("a", booked="a")

        booking.cancel(
            right_id=right.pk, reason=CancelReason.NO_LONGER_DUE, actor=person("a"), now=MORNING
        )

        assert Wish.objects.get().ended_why == "over"
        assert not Right.objects.get(pk=right.pk).is_open
