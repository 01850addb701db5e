import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import hypothesis
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.visiting import HOME
from visavis.devices import operations as devices
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.journal.models import Entry
from visavis.measures.models import Event
from visavis.visits import operations, queries, rules, upkeep
from visavis.visits.models import Ticket, Visit
from visavis.visits.rules import Reason, State

pytestmark = pytest.mark.django_db
SECONDS = timedelta(seconds=1)


def clerk(role: str = "clerk@post/saignelegier") -> Actor:
    return Actor(Kind.CLERK, "p-clerk", Channel.WEB, roles=frozenset({role}))


def ended_events() -> list[dict]:
    return [event.values for event in Event.objects.filter(event="session.ended")]


class TestIssueTicket:
    def test_stores_only_the_hash(self, device, now):
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=now)

        held = Ticket.objects.get()
        assert held.hashed == rules.hashed(ticket)
        assert len(ticket) >= 22  # 128 bits in base64

    def test_makes_the_one_before_worthless(self, device, now):
        first = upkeep.issue_ticket(device=device, home=HOME, now=now)
        upkeep.issue_ticket(device=device, home=HOME, now=now)

        with pytest.raises(operations.TicketUnknown):
            operations.open(ticket=first, browser="b", language="fr", now=now)

    def test_refuses_a_home_that_is_not_on_the_device(self, device, now):
        with pytest.raises(upkeep.NotAHome):
            upkeep.issue_ticket(device=device, home="https://example.org/", now=now)


class TestOpen:
    def test_swaps_the_ticket_for_a_visit(self, device, now):
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=now)

        opened = operations.open(ticket=ticket, browser="b", language="de", now=now)

        visit = queries.visit_of(opened.secret)
        assert visit is not None
        assert (visit.device, visit.channel, visit.language) == (device, "kiosk", "de")
        assert visit.state(now) is State.OPEN
        assert not Ticket.objects.exists()
        assert ticket not in str(Visit.objects.values().get())
        assert Entry.objects.get().what == "visits.opened"
        assert [event.event for event in Event.objects.order_by("number")] == [
            "session.started",
            "language.set",
        ]

    def test_gives_the_same_browser_the_same_visit_at_the_second_tap(self, device, now):
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=now)
        first = operations.open(ticket=ticket, browser="b", language="fr", now=now)

        second = operations.open(ticket=ticket, browser="b", language="fr", now=now)

        assert (first.visit, first.secret) == (second.visit, second.secret)

    def test_refuses_another_browser_with_the_same_ticket(self, device, now):
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=now)
        operations.open(ticket=ticket, browser="b", language="fr", now=now)

        with pytest.raises(operations.TicketUsed):
            operations.open(ticket=ticket, browser="photographed", language="fr", now=now)

    def test_refuses_a_ticket_whose_visit_is_over(self, device, system, now):
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=now)
        opened = operations.open(ticket=ticket, browser="b", language="fr", now=now)
        operations.end(visit=opened.visit, reason=Reason.TECHNICAL, actor=system, now=now)

        with pytest.raises(operations.TicketUsed):
            operations.open(ticket=ticket, browser="b", language="fr", now=now)

    def test_refuses_a_ticket_after_fifteen_minutes_to_the_moment(self, device, now):
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=now)

        with pytest.raises(operations.TicketExpired):
            operations.open(
                ticket=ticket, browser="b", language="fr", now=now + timedelta(minutes=15)
            )

    def test_refuses_a_ticket_of_a_retired_device(self, device, system, now):
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=now)
        devices.retire(device=device, actor=system, now=now)

        with pytest.raises(operations.DeviceOutOfService):
            operations.open(ticket=ticket, browser="b", language="fr", now=now)

    def test_ends_the_visit_that_the_device_still_had(self, visit, begin, now):
        later = begin(now + 20 * SECONDS).visit

        visit.refresh_from_db()
        assert (visit.end_reason, visit.ended_at) == ("technical", now + 20 * SECONDS)
        assert list(queries.open_visits(now=now + 20 * SECONDS)) == [later]

    def test_lets_two_devices_have_a_visit_each(self, begin, second_device, now):
        begin()
        begin(on=second_device)

        assert queries.open_visits(now=now).count() == 2

    def test_the_database_refuses_a_second_open_visit_of_a_device(self, visit):
        visit.pk, visit.secret_hash, visit.opened_with = uuid4(), "x", "y"
        visit._state.adding = True

        with pytest.raises(IntegrityError, match="visits_one_open"), transaction.atomic():
            visit.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
class TestOpenInARace:
    def attempts(self, ticket: str, now, browsers: list[str]) -> list[object]:
        def attempt(browser: str) -> object:
            try:
                return operations.open(
                    ticket=ticket, browser=browser, language="fr", now=now
                ).visit.pk
            except operations.VisitRefused as refusal:
                return type(refusal)
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as taps:
            return list(taps.map(attempt, browsers))

    def test_ten_taps_of_one_finger_are_one_visit(self, device, now):
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=now)

        visits = self.attempts(ticket, now, ["b"] * 10)

        assert len(set(visits)) == 1
        assert Visit.objects.count() == 1
        assert Event.objects.filter(event="session.started").count() == 1

    def test_of_eight_browsers_with_one_ticket_one_begins(self, device, now):
        ticket = upkeep.issue_ticket(device=device, home=HOME, now=now)

        outcomes = self.attempts(ticket, now, [f"b{number}" for number in range(8)])

        assert outcomes.count(operations.TicketUsed) == 7
        assert Visit.objects.count() == 1

    def test_of_many_ends_at_once_one_is_written(self, visit, now):
        reasons = [Reason.TECHNICAL, Reason.STOPPED_SAFEGUARD, Reason.COMPLETED] * 3

        def attempt(reason: Reason) -> bool:
            try:
                return operations.end(
                    visit=Visit.objects.get(), reason=reason, actor=Actor.system("t"), now=now
                )
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as hands:
            outcomes = list(hands.map(attempt, reasons))

        assert outcomes.count(True) == 1
        assert len(ended_events()) == 1


class TestTouch:
    def test_keeps_the_visit_alive(self, visit, now):
        operations.touch(visit=visit, now=now + 119 * SECONDS)

        assert visit.is_open(now + 238 * SECONDS)

    def test_is_written_at_most_once_in_five_seconds(self, visit, now, django_assert_num_queries):
        with django_assert_num_queries(0):
            operations.touch(visit=visit, now=now + 4.9 * SECONDS)
        with django_assert_num_queries(1):
            operations.touch(visit=visit, now=now + 5 * SECONDS)

    def test_does_not_make_a_visit_live_that_ran_out(self, visit, now):
        operations.touch(visit=visit, now=now + 120 * SECONDS)

        assert not Visit.objects.get().is_open(now + 120 * SECONDS)

    def test_of_an_old_copy_in_a_second_tab_changes_nothing_after_the_end(self, visit, system, now):
        copy = Visit.objects.select_related("device").get()
        operations.end(visit=visit, reason=Reason.TECHNICAL, actor=system, now=now)

        operations.touch(visit=copy, now=now + 10 * SECONDS)

        assert Visit.objects.get().state(now) is State.ENDED

    def test_does_not_take_away_what_another_tab_extended(self, visit, now):
        copy = Visit.objects.select_related("device").get()
        operations.extend(visit=visit, now=now + 100 * SECONDS)

        operations.touch(visit=copy, now=now + 101 * SECONDS)

        assert Visit.objects.get().expires_at == now + 250 * SECONDS


class TestExtend:
    def test_is_possible_ten_times_and_more_until_the_longest_duration(self, visit, now):
        Visit.objects.update(longest_until=now + 130 * SECONDS)
        visit.refresh_from_db()
        moment = now

        for _ in range(10):
            moment = visit.expires_at - SECONDS
            operations.extend(visit=visit, now=moment)

        with pytest.raises(operations.LongestReached):
            operations.extend(visit=visit, now=visit.expires_at - SECONDS)

    def test_refuses_a_visit_that_ran_out(self, visit, now):
        with pytest.raises(operations.VisitEnded):
            operations.extend(visit=visit, now=now + 120 * SECONDS)

    def test_works_over_what_another_tab_wrote(self, visit, now):
        copy = Visit.objects.select_related("device").get()
        operations.touch(visit=visit, now=now + 50 * SECONDS)

        operations.extend(visit=copy, now=now + 60 * SECONDS)

        assert Visit.objects.get().expires_at == now + 210 * SECONDS


class TestEnd:
    def test_is_final_and_the_first_reason_stays(self, visit, system, now):
        assert operations.end(visit=visit, reason=Reason.STOPPED_SAFEGUARD, actor=system, now=now)
        assert not operations.end(visit=visit, reason=Reason.COMPLETED, actor=system, now=now)

        written = Visit.objects.get()
        assert written.end_reason == "stopped_safeguard"
        assert ended_events() == [{"reason": "stopped_safeguard"}]
        assert Entry.objects.filter(what="visits.ended").count() == 1

    def test_of_a_visit_that_ran_out_is_idle_at_the_moment_it_did(self, visit, system, now):
        operations.end(visit=visit, reason=Reason.COMPLETED, actor=system, now=now + 500 * SECONDS)

        written = Visit.objects.get()
        assert (written.end_reason, written.ended_at) == ("idle", now + 120 * SECONDS)

    def test_with_a_clock_that_went_back_does_not_end_before_the_start(self, visit, system, now):
        operations.end(visit=visit, reason=Reason.TECHNICAL, actor=system, now=now - 3600 * SECONDS)

        assert Visit.objects.get().ended_at == now

    def test_kills_the_session_of_the_browser(self, visit, system, now):
        store = import_module(settings.SESSION_ENGINE).SessionStore
        session = store()
        session["visit"] = str(visit.pk)
        session.create()
        operations.hold_session(visit=visit, session_key=session.session_key, now=now)

        operations.end(visit=visit, reason=Reason.TECHNICAL, actor=system, now=now)

        assert not store().exists(session.session_key)

    def test_forgets_where_the_citizen_was(self, visit, system, now):
        operations.tell(visit=visit, service="fishing-permit", step="residence", now=now)
        operations.end(visit=visit, reason=Reason.TECHNICAL, actor=system, now=now)

        written = Visit.objects.get()
        assert (written.at_service, written.at_step) == ("", "")


class TestFinish:
    def test_says_what_was_reached(self, visit, now):
        operations.reach(visit=visit, outcome=Reason.COMPLETED, now=now)

        operations.finish(visit=visit, actor=operations.citizen_of(visit), now=now)

        assert ended_events() == [{"reason": "completed", "outcome": "completed"}]

    def test_without_anything_reached_is_abandoned(self, visit, now):
        operations.finish(visit=visit, actor=operations.citizen_of(visit), now=now)

        assert ended_events() == [{"reason": "abandoned_citizen"}]

    def test_is_not_for_somebody_elses_visit(self, visit, begin, second_device, now):
        neighbour = operations.citizen_of(begin(on=second_device).visit)

        with pytest.raises(operations.NotYours):
            operations.finish(visit=visit, actor=neighbour, now=now)


class TestStop:
    def test_is_for_a_clerk_of_the_site(self, visit, now):
        operations.stop(visit=visit, reason=Reason.STOPPED_SAFEGUARD, actor=clerk(), now=now)

        assert Visit.objects.get().ended_by == "p-clerk"

    @pytest.mark.parametrize(
        ("actor", "reason"),
        [
            pytest.param(clerk("clerk@post/lenoirmont"), Reason.TECHNICAL, id="other site"),
            pytest.param(clerk(), Reason.COMPLETED, id="not a clerk's reason"),
        ],
    )
    def test_refuses_others_and_other_reasons(self, visit, now, actor, reason):
        with pytest.raises(operations.NotYours):
            operations.stop(visit=visit, reason=reason, actor=actor, now=now)

        assert queries.is_alive(visit.pk, now=now)


class TestExpire:
    def test_writes_the_ends_that_nobody_saw_once(self, visit, now):
        assert upkeep.expire(now=now + 119 * SECONDS) == 0
        assert upkeep.expire(now=now + 120 * SECONDS) == 1
        assert upkeep.expire(now=now + 120 * SECONDS) == 0
        assert ended_events() == [{"reason": "idle"}]

    def test_ends_the_visit_of_a_device_taken_out_of_service(self, visit, device, system, now):
        devices.retire(device=device, actor=system, now=now)

        assert not queries.is_alive(visit.pk, now=now)
        upkeep.expire(now=now)
        assert Visit.objects.get().end_reason == "technical"


class TestForget:
    def test_cuts_the_way_from_a_visit_to_its_measures(self, visit, system, now):
        operations.end(visit=visit, reason=Reason.TECHNICAL, actor=system, now=now)

        upkeep.forget(now=now + timedelta(hours=2))

        assert Visit.objects.get().measured_as is None

    def test_removes_tickets_that_nobody_used(self, device, now):
        upkeep.issue_ticket(device=device, home=HOME, now=now)

        upkeep.forget(now=now + timedelta(hours=1))

        assert not Ticket.objects.exists()


class TestNoteWipe:
    def test_counts_a_return_to_the_attract_screen_once(self, visit, device, system, now):
        operations.end(visit=visit, reason=Reason.TECHNICAL, actor=system, now=now)

        for _ in range(2):
            upkeep.note_wipe(device=device, is_clean=True, now=now + 2 * SECONDS)

        assert Event.objects.get(event="wipe.done").values == {"duration_ms": 2000}

    def test_says_nothing_while_the_visit_lives(self, visit, device, now):
        upkeep.note_wipe(device=device, is_clean=True, now=now)

        assert not Event.objects.filter(event__startswith="wipe").exists()


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["touch", "extend", "leave", "tell", "end", "expire"]),
        st.integers(-30, 200),
    ),
    max_size=15,
)


@hypothesis.settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@given(moves=MOVES)
def test_ended_is_final_in_any_order_of_moves_even_when_the_clock_goes_back(begin, moves, now):
    visit, moment, end = begin(now).visit, now, None

    for move, seconds in moves:
        moment += timedelta(seconds=seconds)
        copy = queries.visit(visit.pk)
        with contextlib.suppress(operations.VisitRefused):
            MAKE[move](copy, moment)
        written = queries.visit(visit.pk)
        if end:
            assert (written.ended_at, written.end_reason, written.expires_at) == end
        elif written.ended_at:
            end = (written.ended_at, written.end_reason, written.expires_at)

    Visit.objects.filter(pk=visit.pk).delete()


MAKE = {
    "touch": lambda visit, now: operations.touch(visit=visit, now=now),
    "extend": lambda visit, now: operations.extend(visit=visit, now=now),
    "leave": lambda visit, now: operations.leave(visit=visit, now=now),
    "tell": lambda visit, now: operations.tell(visit=visit, service="a", step="b", now=now),
    "end": lambda visit, now: operations.end(
        visit=visit, reason=Reason.TECHNICAL, actor=Actor.system("t"), now=now
    ),
    "expire": lambda visit, now: upkeep.expire(now=now),
}
