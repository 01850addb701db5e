"""Any order of what citizens, the office, the clock and jobs do keeps the calendar sound.

Of the properties that a booking engine owes (the list is in `tests/unit/appointments/
test_offered_times.py`) these are checked after every step: 1 and 4 against the database, 2 (what is
offered can be held, all else cannot), 3 (never two live rows over one another), 5 (a move is whole or
not at all), 7 (a hold blocks as long as it lives), 8 (closing ends no booking by itself), 14 (one
offer at a time). 6 is in `test_races` and `test_booking`, 15 in `test_reminding`.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.integration.appointments.conftest import person
from tests.offering import minute, moment, reckoned
from visavis.appointments import followers, listing, queries, rules
from visavis.appointments.books import Book
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Closure, Right
from visavis.appointments.operations import (
    booking,
    closing,
    entering,
    keeping,
    marking,
    reminding,
    waiting,
)
from visavis.appointments.refusals import (
    AppointmentRefused,
    ChangeRefused,
    NotOpen,
)
from visavis.appointments.rules import CancelReason, Purpose, State
from visavis.devices.models import Device
from visavis.foundation.actor import Actor
from visavis.visits import operations as visits

pytestmark = pytest.mark.django_db

BEGINNINGS = [
    datetime(2026, 10, 23, 9, 0, tzinfo=UTC),  # the clock goes back on the 25th
    datetime(2027, 3, 26, 10, 0, tzinfo=UTC),  # and forward on the 28th
    datetime(2026, 12, 30, 7, 0, tzinfo=UTC),
]
PEOPLE = [
    ("car", Purpose.SUMMONS), ("car", Purpose.FREE), ("bike", Purpose.SECOND), ("lorry", Purpose.SUMMONS),
]  # fmt: skip
MARKS = [
    State.DONE,
    State.FAILED,
    State.MISSED,
    State.MISSED,
    State.ARRIVED,
    State.BOOKED,
    State.MOVED,
]
WHO, PICK = st.integers(0, len(PEOPLE) - 1), st.integers(0, 60)
OVERLAPS = """
    SELECT count(*) FROM appointments_booking a JOIN appointments_booking b
    ON a.lane_id = b.lane_id AND a.id < b.id
    AND a.starts_at < b.busy_until AND b.starts_at < a.busy_until
    WHERE a.state NOT IN ('moved', 'cancelled', 'released')
    AND b.state NOT IN ('moved', 'cancelled', 'released')
"""
TWICE = """
    SELECT count(*) FROM (SELECT right_id FROM appointments_booking
    WHERE state IN ('booked', 'arrived') GROUP BY right_id HAVING count(*) > 1) AS twice
"""


@dataclass(frozen=True)
class World:
    """What stands before anything happens."""

    book: Book
    office: Actor
    system: Actor
    begin: object  # begins a visit at a kiosk


class OneCalendar(RuleBasedStateMachine):
    """Six people, one of them at a kiosk, an office, jobs that come late or never, and the clock."""

    world: ClassVar[World]
    seen: ClassVar[set[str]] = set()
    known: ClassVar[dict] = {}

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.book = self.world.book
        self.closed: dict[int, set] = {}  # closure: what stood in it then

    @initialize(now=st.sampled_from(BEGINNINGS), booked=st.integers(0, len(PEOPLE)))
    def begins(self, now, booked):
        """Begin with some already booked, so that few examples see all of it."""
        self.now, self.visit = now, self.world.begin(now).visit
        self.rights = [self.makes(number, *one).pk for number, one in enumerate(PEOPLE)]
        self.rows = self.standing_rows()
        for who in range(booked):
            self.books(who, pick=who)
        self.office_books(len(PEOPLE) - 1, pick=booked)

    def makes(self, number, kind, purpose):
        right = entering.make(
            book=self.book, purpose=purpose, kind=kind, language="fr", actor=self.world.system,
            given={"sign": f"EX{number + 1}", "hull": f"HULL{number}"}, now=self.now,
            contact_channel="mail", contact_address=f"{number}@example.ch",
        )  # fmt: skip
        entering.let_in(right, actor=self.actor(number), now=self.now)
        return right

    def actor(self, number):
        visit = self.visit.pk if number == 0 else None
        citizen = person(number)
        return Actor(citizen.kind, citizen.name, citizen.channel, visit=visit)

    def right(self, number):
        return Right.objects.get(pk=self.rights[number])

    # What citizens do.

    @rule(who=WHO, pick=PICK, elsewhere=st.booleans())
    def holds(self, who, pick, elsewhere):
        right = self.right(who)
        if elsewhere or not (free := self.offered_to(right)):
            self.cannot_hold(right, who, pick)
            return
        time = sorted(free)[pick % min(len(free), 9)]
        with self.nothing_ends():
            try:
                booking.hold(right=right, time=time, actor=self.actor(who), now=self.now)
            except (NotOpen, ChangeRefused) as refusal:
                self.assert_may_not_change(right, refusal)

    def cannot_hold(self, right, who, pick):
        begins = minute(self.now) + pick * 47
        time = Time(moment(begins), "here" if pick % 3 else "there")
        if time in self.offered_to(right):
            return
        with self.nothing_ends(), pytest.raises(AppointmentRefused):
            booking.hold(right=right, time=time, actor=self.actor(who), now=self.now)

    @rule(who=WHO, times=st.integers(1, 2))
    def confirms(self, who, times):
        right = self.right(who)
        for _ in range(times):
            held = Booking.objects.filter(right=right, state=State.HOLD).first()
            if held is None:
                return
            with self.may_end(right, State.MOVED) as done:
                booking.confirm(hold_id=held.pk, actor=self.actor(who), now=self.now)
            if done:
                self.assert_has(right, held)

    def assert_has(self, right, held):
        standing = queries.standing_of(right)
        assert standing is not None
        assert standing.pk == held.pk
        if standing.moved_from_id:
            assert Booking.objects.get(pk=standing.moved_from_id).state == State.MOVED

    @rule(who=WHO, pick=PICK)
    def books(self, who, pick):
        self.holds(who, pick, elsewhere=False)
        self.confirms(who, times=1)

    @rule(who=WHO)
    def lets_go(self, who):
        with self.nothing_ends():
            booking.let_go(right=self.right(who), actor=self.actor(who), now=self.now)

    @rule(who=WHO, reason=st.sampled_from([CancelReason.OTHER_TIME] * 3 + [CancelReason.NO_LONGER_DUE]))  # fmt: skip
    def cancels(self, who, reason):
        right = self.right(who)
        with self.may_end(right, State.CANCELLED):
            booking.cancel(right_id=right.pk, reason=reason, actor=self.actor(who), now=self.now)

    @rule(who=WHO, verb=st.sampled_from([waiting.leave, waiting.decline]))
    def gives_up_waiting(self, who, verb):
        with self.nothing_ends():
            verb(right_id=self.rights[who], actor=self.actor(who), now=self.now)

    @rule(who=WHO)
    def waits(self, who):
        with self.nothing_ends():
            waiting.join(right_id=self.rights[who], agendas=[], actor=self.actor(who), now=self.now)

    @rule()
    def leaves_the_kiosk(self):
        visits.finish(visit=self.visit, actor=self.actor(0), now=self.now)
        self.visit = self.world.begin(self.now).visit

    # What the office does.

    @rule(who=WHO, pick=PICK)
    def office_books(self, who, pick):
        right = self.right(who)
        if free := self.offered_to(right):
            time = sorted(free)[pick % len(free)]
            has_none = right.is_open and queries.standing_of(right) is None
            with self.nothing_ends() as done:
                marking.book(right_id=right.pk, time=time, actor=self.world.office, now=self.now)
            assert bool(done) == has_none

    @rule(who=WHO, pick=PICK)
    def office_moves(self, who, pick):
        right, standing = self.right(who), queries.standing_of(self.right(who))
        if standing is None or not (free := self.offered_to(right)):
            return
        time = sorted(free)[pick % len(free)]
        before = _row(standing)
        with self.may_end(right, State.MOVED) as done:
            marking.move(booking_id=standing.pk, time=time, actor=self.world.office, now=self.now)
        if not done:
            assert _row(standing) == before

    @rule(who=WHO)
    def office_cancels(self, who):
        right, standing = self.right(who), queries.standing_of(self.right(who))
        if standing is not None:
            with self.may_end(right, State.CANCELLED):
                marking.cancel(booking_id=standing.pk, actor=self.world.office, now=self.now)

    @rule(who=WHO, to=st.sampled_from(MARKS))
    def office_marks(self, who, to):
        found = [queries.latest_of(self.right(one)) for one in range(len(PEOPLE))]
        known = [one for one in found if one is not None and one.state != State.CANCELLED]
        if not known:
            return
        last = known[who % len(known)]
        right = last.right
        with self.may_end(right, *(rules.MARKS | {State.BOOKED})):
            marking.mark(booking_id=last.pk, to=to, actor=self.world.office, now=self.now)
        second = Right.objects.filter(follows=right).first()
        self.rights[found.index(last)] = second.pk if second else right.pk

    @rule(who=WHO, to=st.sampled_from([State.MISSED, State.MISSED, State.DONE]))
    def the_day_comes(self, who, to):
        standing = queries.standing_of(self.right(who))
        if standing is not None:
            self.now = max(self.now, standing.starts_at + timedelta(minutes=1))
            self.office_marks(who, to)

    @rule(kind=st.sampled_from(["car", "bike"]))
    def walks_in(self, kind):
        with self.nothing_ends():
            marking.walk_in(
                book=self.book, agenda="here", kind=kind, language="fr", now=self.now,
                actor=self.world.office,
            )  # fmt: skip

    @rule(place=st.sampled_from(["here", "there"]), is_lane=st.booleans(), pick=PICK, length=st.sampled_from([30, 200, 1500, 2900]))  # fmt: skip
    def office_closes(self, place, is_lane, pick, length):
        where = self.book.agendas[place]
        begins = moment(minute(self.now) + pick * 61)
        stretch = closing.Stretch(
            where, where.lanes[0] if is_lane else None, begins, begins + timedelta(minutes=length)
        )
        with self.nothing_ends():
            closure = closing.close(book=self.book, stretch=stretch, actor=self.world.office, now=self.now)  # fmt: skip
        self.closed[closure.pk] = set(self.live_in(closure).values_list("pk", flat=True))

    @rule(pick=PICK)
    def office_reopens(self, pick):
        if self.closed:
            number = sorted(self.closed)[pick % len(self.closed)]
            with self.nothing_ends():
                closing.reopen(closure_id=number, actor=self.world.office, now=self.now)
            del self.closed[number]

    # What jobs do, if they run.

    @rule()
    def job_rehouses(self):
        for closure in Closure.objects.filter(pk__in=self.closed):
            standing = Right.objects.filter(
                pk__in=self.live_in(closure).filter(state=State.BOOKED).values("right")
            )
            with self.may_end(list(standing), State.MOVED, State.CANCELLED):
                closing.rehouse(closure=closure, actor=self.world.system, now=self.now)
            assert not self.live_in(closure).filter(state=State.BOOKED).exists()

    @rule()
    def jobs_run(self):
        with self.nothing_ends():
            before = set(Booking.objects.filter(state=State.HOLD).values_list("pk", flat=True))
            waiting.offer(book=self.book, now=self.now)
            made = Booking.objects.filter(state=State.HOLD).exclude(pk__in=before)
            assert not made.filter(wish=None).exists()
            reminding.remind(now=self.now)
            followers.keep_no_longer(self.now)
            keeping.tidy(now=self.now)

    @rule(minutes=st.sampled_from([1, 5, 5, 31, 31, 240, 1440]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes, seconds=7)

    # What must hold whatever happened.

    @invariant()
    def nothing_lies_over_anything_else(self):
        with connection.cursor() as cursor:
            for question in (OVERLAPS, TWICE):
                cursor.execute(question)
                assert cursor.fetchone() == (0,)

    @invariant()
    def nobody_is_booked_into_what_was_closed_before(self):
        for closure in Closure.objects.filter(pk__in=self.closed):
            new = self.live_in(closure).exclude(pk__in=self.closed[closure.pk])
            assert not new.exists()

    @invariant()
    def what_is_offered_is_what_is_free(self):
        right = self.right(self.now.minute % len(PEOPLE))
        need = listing.need_of(right, self.book, now=self.now, standing=queries.standing_of(right))
        listed = listing.first_times(self.book, need, count=10**6, now=self.now)
        assert set(listed) == self.free_for(right, need)
        assert len(listed) == len(set(listed))

    @invariant()
    def one_is_offered_one_time(self):
        holds = Booking.objects.filter(state=State.HOLD)
        assert len({held.right_id for held in holds}) == len(holds)
        self.seen |= set(Booking.objects.values_list("state", flat=True))

    # How it is told.

    def live_in(self, closure):
        lanes = (
            {"lane": closure.lane_id} if closure.lane_id else {"lane__agenda": closure.agenda_id}
        )
        return Booking.objects.filter(
            **lanes, starts_at__lt=closure.ends_at, busy_until__gt=closure.starts_at,
            state__in=rules.LIVE - {State.BLOCK},
        )  # fmt: skip

    def offered_to(self, right):
        need = listing.need_of(right, self.book, now=self.now, standing=queries.standing_of(right))
        return self.free_for(right, need)

    def free_for(self, right, need):
        """Return the times that a minute-by-minute look at the rows finds free."""
        today = self.book.today(self.now)
        days = [today + timedelta(days=ahead) for ahead in range(4)]
        busy: dict[int, list[tuple[int, int]]] = {}
        for row in Booking.objects.filter(state__in=rules.LIVE):
            if row.state == State.HOLD and (row.right_id == right.pk or self.is_dead(row)):
                continue
            busy.setdefault(row.lane_id, []).append((minute(row.starts_at), minute(row.busy_until)))
        found = reckoned(self.book, need, days=days, now=self.now, busy=busy, known=self.known)
        return {Time(moment(start), place) for place, start, _ in found} - {need.not_at}

    def is_dead(self, hold):
        if hold.hold_until <= self.now:
            return True
        if hold.visit is None:
            return False
        self.visit.refresh_from_db()
        return hold.visit != self.visit.pk or self.visit.expires_at <= self.now

    def assert_may_not_change(self, right, refusal):
        standing = queries.standing_of(right)
        if isinstance(refusal, NotOpen):
            assert not right.is_open
        else:
            verdict = queries.verdict_on_choosing(right, standing, self.book, now=self.now)
            assert not verdict.is_allowed
            assert standing is not None or right.kind == "lorry" or right.moves > 0

    def standing_rows(self):
        gone = [State.HOLD, State.RELEASED, State.BLOCK]
        rows = Booking.objects.exclude(state__in=gone).values_list("pk", "state", "right")
        return {pk: (state, right) for pk, state, right in rows}

    @contextmanager
    def may_end(self, rights, *states):
        """Let an act bring bookings of some rights to some states, or be refused; nothing else."""
        allowed = {right.pk for right in (rights if isinstance(rights, list) else [rights])}
        done: list[bool] = []
        try:
            with transaction.atomic():
                yield done
            done.append(True)
        except AppointmentRefused:
            allowed = set()
        after = self.standing_rows()
        for pk, (state, right) in self.rows.items():
            assert pk in after, "lost"
            if after[pk][0] != state:
                assert right in allowed
                assert after[pk][0] in states
        self.rows = after

    @contextmanager
    def nothing_ends(self):
        with self.may_end([]) as done:
            yield done

    def teardown(self):
        assert not connection.needs_rollback
        transaction.savepoint_rollback(self.savepoint)


def _row(standing):
    return Booking.objects.filter(pk=standing.pk).values().get()


def test_any_order_of_acts_keeps_a_calendar_sound(rush, office, system, begin):
    OneCalendar.world = World(rush, office, system, begin)
    Device.objects.update(in_service=True)

    run_state_machine_as_test(
        OneCalendar,
        settings=settings(
            phases=[Phase.generate],  # making a failure smaller takes many minutes
            max_examples=16, stateful_step_count=40, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip

    assert OneCalendar.seen == set(State)
