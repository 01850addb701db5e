"""Many at the same moment, with real transactions, threads and processes."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, connections

from tests.booking import at
from tests.integration.appointments.conftest import person
from tests.integration.appointments.rival import rivals
from tests.integration.appointments.test_any_order import OVERLAPS
from tests.offering import agenda, calendar, kind, lane, ruling
from visavis.appointments import queries
from visavis.appointments.models import Booking
from visavis.appointments.operations import booking, closing, entering, marking
from visavis.appointments.refusals import AppointmentRefused, SlotTaken
from visavis.appointments.rules import CancelReason, State
from visavis.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
DAY, NEXT = "2026-12-01", "2026-12-02"
at_here = partial(at, agenda="here")
EIGHT, NINE, TEN, ELEVEN = (at_here(DAY, clock) for clock in ("08:00", "09:00", "10:00", "11:00"))


def race(*acts: Callable[[], object]) -> list[str]:
    """Run all at once; return what each came to: "done" or its refusal. Anything else is raised."""
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        together.wait()
        try:
            act()
        except AppointmentRefused as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@pytest.fixture
def books_(rights, now):
    """Return a function that books each of these times for somebody."""

    def book(*times):
        return [
            booking.confirm(
                hold_id=booking.hold(right=right, time=time, actor=person(who), now=now).pk,
                actor=person(who), now=now,
            )
            for who, (right, time) in enumerate(zip(rights(len(times)), times, strict=True))
        ]  # fmt: skip

    return book


def standing() -> list[str]:
    rows = Booking.objects.filter(state=State.BOOKED).order_by("starts_at")
    return [f"{row.starts_at:%d %H:%M}" for row in rows]


@pytest.fixture(autouse=True)
def _nothing_overlaps():
    yield
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        assert cursor.fetchone() == (0,)


class TestOneTime:
    @pytest.mark.parametrize(("clients", "rounds"), [(16, 400), (64, 8)])
    def test_is_won_by_exactly_one_of_many_again_and_again(self, rights, now, clients, rounds):
        """Each round begins when the hold of the one before is over, so that all of them sweep."""
        mine, together = rights(clients), Barrier(clients)

        def compete(who: int) -> list[bool]:
            won = []
            for number in range(rounds):
                moment = now + timedelta(minutes=6 * number)
                together.wait()
                try:
                    booking.hold(right=mine[who], time=EIGHT, actor=person(who), now=moment)
                    won.append(True)
                except SlotTaken:
                    won.append(False)
            connections.close_all()
            return won

        with ThreadPoolExecutor(clients) as threads:
            outcomes = list(threads.map(compete, range(clients)))

        assert [sum(round_) for round_ in zip(*outcomes, strict=True)] == [1] * rounds
        assert Booking.objects.filter(state=State.HOLD).count() == 1

    def test_is_won_by_exactly_one_of_several_processes(self, rights, now):
        mine, rounds = rights(3), 25
        with rivals("hold", count=3) as processes:
            won = []
            for number in range(rounds):
                moment = now + timedelta(minutes=6 * number)
                for who, process in enumerate(processes):
                    told = f"{mine[who].pk} {person(who).name} {EIGHT} {moment.isoformat()}\n"
                    process.stdin.write(told)
                    process.stdin.flush()
                won.append(Counter(process.stdout.readline().strip() for process in processes))

        assert won == [Counter(won=1, taken=2)] * rounds

    def test_that_becomes_free_in_two_lanes_is_given_twice(self, load_calendar, rights, now):
        load_calendar(
            calendar(
                facts=[], opens_with=[], kinds=[kind(summons=60, second=None, free=None)],
                agendas=[agenda(lanes=[lane(), lane("two")])], rules=[ruling(horizon_days=90)],
            )
        )  # fmt: skip
        mine = rights(8)
        for number in range(8):
            moment = now + timedelta(minutes=20 * number)

            outcomes = race(
                *[
                    partial(booking.hold, right=right, time=EIGHT, actor=person(who), now=moment)
                    for who, right in enumerate(mine)
                ]
            )

            assert Counter(outcomes) == Counter(done=2, SlotTaken=6)


class TestMovesAtOnce:
    @pytest.mark.parametrize(
        ("times", "wanted", "rounds"),
        [
            pytest.param([EIGHT, NINE], [NINE, EIGHT], 60, id="two swap their places"),
            pytest.param([EIGHT, NINE, TEN], [NINE, TEN, EIGHT], 60, id="three in a circle"),
            pytest.param(
                [EIGHT, NINE, TEN], [NINE, TEN, ELEVEN], 15, id="three in a row, one free"
            ),
            pytest.param(
                [EIGHT, at_here(NEXT, "08:00")], [at_here(NEXT, "08:00"), EIGHT], 15, id="two days"
            ),
            pytest.param([EIGHT, NINE], [TEN, TEN], 15, id="two to the same place"),
        ],
    )
    def test_never_lock_each_other_out_and_lose_nobody(
        self, books_, office, now, times, wanted, rounds
    ):
        books_(*times)
        for _ in range(rounds):
            stood = list(Booking.objects.filter(state=State.BOOKED).order_by("right__made_at", "pk"))  # fmt: skip

            outcomes = race(
                *[
                    partial(marking.move, booking_id=one.pk, time=time, actor=office, now=now)
                    for one, time in zip(stood, wanted, strict=True)
                ]
            )

            assert set(outcomes) <= {"done", "SlotTaken"}
            assert len(standing()) == len(set(standing())) == len(times)

    def test_of_one_booking_end_in_one_place(self, books_, office, now):
        (one,) = books_(EIGHT)

        outcomes = race(
            *[
                partial(marking.move, booking_id=one.pk, time=time, actor=office, now=now)
                for time in (NINE, TEN, ELEVEN)
            ]
        )

        assert sorted(outcomes) == ["NothingBooked", "NothingBooked", "done"]
        assert len(standing()) == 1

    def test_onto_a_time_that_is_given_back_succeed_or_leave_all_as_it_was(
        self, books_, office, now
    ):
        for _ in range(20):
            first, second = books_(EIGHT, NINE)

            moved, given = race(
                partial(marking.move, booking_id=second.pk, time=EIGHT, actor=office, now=now),
                partial(
                    booking.cancel, right_id=first.right_id, reason=CancelReason.OTHER_TIME,
                    actor=person(0), now=now,
                ),
            )  # fmt: skip

            assert given == "done"
            assert standing() == (["01 07:00"] if moved == "done" else ["01 08:00"])
            second = Booking.objects.get(right=second.right_id, state=State.BOOKED)
            marking.cancel(booking_id=second.pk, actor=office, now=now)


class TestConfirming:
    def test_and_taking_over_a_dead_hold_leave_one_of_the_two(self, rights, office, now):
        slow, quick = rights(2)
        seen = Counter()
        for number in range(30):
            begun = now + timedelta(hours=number)
            held = booking.hold(right=slow, time=EIGHT, actor=person(0), now=begun)
            later = begun + timedelta(minutes=6)

            confirmed, taken = race(
                partial(booking.confirm, hold_id=held.pk, actor=person(0), now=later),
                partial(booking.hold, right=quick, time=EIGHT, actor=person(1), now=later),
            )

            assert {confirmed, taken} == {"done", "SlotTaken"}
            seen[confirmed] += 1
            held.refresh_from_db()
            assert held.state == (State.BOOKED if confirmed == "done" else State.RELEASED)
            if confirmed == "done":
                marking.cancel(booking_id=held.pk, actor=office, now=later)
            booking.let_go(right=quick, actor=person(1), now=later)

    def test_eight_times_at_once_books_once(self, rights, now):
        (right,) = rights(1)
        held = booking.hold(right=right, time=EIGHT, actor=person(0), now=now)

        outcomes = race(*[partial(booking.confirm, hold_id=held.pk, actor=person(0), now=now)] * 8)

        right.refresh_from_db()
        assert outcomes == ["done"] * 8
        assert (right.sequence, right.moves) == (1, 0)
        assert Entry.objects.filter(what="appointments.booked").count() == 1

    def test_and_giving_back_at_once_leaves_one_truth(self, rights, now):
        (right,) = rights(1)
        for _ in range(10):
            held = booking.hold(right=right, time=EIGHT, actor=person(0), now=now)

            race(
                partial(booking.confirm, hold_id=held.pk, actor=person(0), now=now),
                partial(booking.let_go, right=right, actor=person(0), now=now),
            )

            held.refresh_from_db()
            assert held.state in (State.BOOKED, State.RELEASED)
            if held.state == State.BOOKED:
                booking.cancel(
                    right_id=right.pk, reason=CancelReason.OTHER_TIME, actor=person(0), now=now
                )


class TestTwoTabs:
    def test_of_one_person_hold_one_time_between_them(self, rights, now):
        (right,) = rights(1)
        for _ in range(30):
            race(
                *[
                    partial(booking.hold, right=right, time=time, actor=person(0), now=now)
                    for time in (EIGHT, NINE, TEN)
                ]
            )

            held = queries.hold_of(right, now=now)
            assert held is not None
            assert Booking.objects.filter(state=State.HOLD).count() == 1
            assert Booking.objects.filter(state=State.HOLD, held_by=person(0).name).exists()

    def test_with_two_rights_hold_one_time_between_them(self, rights, now):
        first, second = rights(2)
        entering.let_in(second, actor=person(0), now=now)
        for _ in range(20):
            race(
                partial(booking.hold, right=first, time=EIGHT, actor=person(0), now=now),
                partial(booking.hold, right=second, time=NINE, actor=person(0), now=now),
            )

            assert Booking.objects.filter(state=State.HOLD).count() == 1


def test_closing_during_a_rush_leaves_nobody_in_closed_time(line, rights, office, system, now):
    mine, here = rights(6), line.agendas["here"]
    stretch = closing.Stretch(here, None, EIGHT.starts_at, ELEVEN.starts_at)

    def book(who, time):
        held = booking.hold(right=mine[who], time=time, actor=person(who), now=now)
        booking.confirm(hold_id=held.pk, actor=person(who), now=now)

    for number in range(12):
        clocks = ["08:00", "08:20", "09:00", "09:40", "10:00", "11:00"]
        outcomes = race(
            *[partial(book, who, at_here(DAY, clock)) for who, clock in enumerate(clocks)],
            partial(closing.close, book=line, stretch=stretch, actor=office, now=now),
        )
        assert outcomes[-1] == "done"
        closure = here_closed(now)

        closing.rehouse(closure=closure, actor=system, now=now)

        inside = Booking.objects.overlapping(stretch.starts_at, stretch.ends_at)
        assert set(inside.filter(state__in=["hold", "booked"])) == set(), number
        for row in Booking.objects.filter(state=State.BOOKED):
            marking.cancel(booking_id=row.pk, actor=office, now=now)
        closing.reopen(closure_id=closure.pk, actor=office, now=now)


def here_closed(now):
    (closure,) = closing.standing_closures(Booking.objects.first().lane.agenda_id, now=now)
    return closure


def test_a_server_killed_in_the_middle_of_a_move_has_moved_nothing(books_, rights, now):
    (one,) = books_(EIGHT)
    (other,) = rights(2)[1:]
    with rivals("move", str(one.pk), str(NINE), now.isoformat(), says="replaced") as (process,):
        assert Booking.objects.filter(state=State.MOVED).count() == 0
        process.kill()
        process.wait(timeout=10)

    assert standing() == ["01 07:00"]
    held = booking.hold(right=other, time=NINE, actor=person(1), now=now)
    assert held.state == State.HOLD
