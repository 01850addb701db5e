"""The office's calendars: its own only, the day sheet, marks and their consequences."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.booking import at, book, book_at, citizen, make_right
from tests.booking import officer as actor
from tests.integration.office.test_money import address, officer_of
from visavis.appointments import books, fees
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import closing, loading, marking
from visavis.appointments.rules import Purpose, State
from visavis.foundation import database
from visavis.journal.models import Entry
from visavis.places.models import Canton

pytestmark = pytest.mark.django_db
TUESDAY, THURSDAY, FRIDAY = "2026-11-10", "2026-11-12", "2026-11-13"


@pytest.fixture
def olaf(book, now):
    return officer_of("waters", now, "olaf@example.ch")


@pytest.fixture
def stranger(book, now):
    return officer_of("environment", now, "olga@example.ch")


@pytest.fixture
def on(monkeypatch):
    """Return a function that sets the clock that requests read."""

    def set_(day: str, clock: str) -> datetime:
        moment = at(day, clock).starts_at.astimezone(UTC)
        monkeypatch.setattr(database, "now", lambda: moment)
        return moment

    return set_


@pytest.fixture
def booked(make_right, book_at):
    return book_at(make_right(citizen()), at(TUESDAY, "08:00"), citizen())


def sheet(day: str = TUESDAY) -> str:
    return address("day_sheet", "quay", datetime.fromisoformat(day).date())


def mark(browser, booking: Booking, to: State, back: str = "sheet"):
    path = address("booking_mark", booking.pk)
    return browser.post(path, {"to": to.value, "back": back}, follow=True)


PAGES = {
    "agendas": (),
    "agenda": ("quay",),
    "walk_in": ("quay",),
    "occupancy": ("quay",),
    "closing": ("quay",),
    "feeds": ("quay",),
    "import_summonses": ("boat-inspection",),
    "import_header": ("boat-inspection",),
    "unmarked": ("boat-inspection",),
    "misplaced": ("boat-inspection",),
}


class TestWhoSeesWhat:
    @pytest.mark.parametrize(("name", "where"), PAGES.items(), ids=PAGES)
    def test_a_page_is_for_its_own_office_only(self, olaf, stranger, name, where):
        assert olaf.get(address(name, *where), follow=True).status_code == 200
        assert stranger.get(address(name, *where)).status_code == 404

    @pytest.mark.parametrize("name", ["booking", "booking_move", "booking_cancel"])
    def test_a_booking_is_for_its_own_office_only(self, olaf, stranger, booked, name):
        assert olaf.get(address(name, booked.pk)).status_code == 200
        assert stranger.get(address(name, booked.pk)).status_code == 404
        assert stranger.post(address(name, booked.pk)).status_code in (404, 405)

    def test_the_sheet_of_a_day_is_for_its_own_office_only(self, olaf, stranger):
        assert olaf.get(sheet()).status_code == 200
        assert stranger.get(sheet()).status_code == 404

    @pytest.mark.parametrize("to", [State.ARRIVED, State.FAILED, State.BOOKED])
    def test_another_office_marks_nothing(self, stranger, booked, to):
        assert mark(stranger, booked, to).status_code == 404
        assert Booking.objects.get(pk=booked.pk).state == State.BOOKED

    @pytest.mark.parametrize("day", ["2026-13-40", "2026-02-30", "1999-12-31", "9999-12-31"])
    def test_a_day_that_does_not_exist_is_not_found(self, olaf, day):
        assert olaf.get(f"/fr/office/agenda/places/quay/days/{day}/").status_code == 404

    @pytest.mark.parametrize("day", ["2000-01-01", "2099-12-31"])
    def test_the_first_and_the_last_day_can_be_shown(self, olaf, day):
        assert olaf.get(sheet(day)).status_code == 200

    def test_the_queue_and_the_workplace_lead_there_where_there_is_a_calendar(self, olaf, stranger):
        for page in (address("queue"), "/fr/staff/"):
            assert address("agendas") in olaf.get(page).content.decode()
            assert address("agendas") not in stranger.get(page).content.decode()

    def test_reading_one_is_written_in_the_journal(self, olaf, booked):
        page = olaf.get(address("booking", booked.pk)).content.decode()

        assert "HULL00001" in page
        entry = Entry.objects.get(what="appointments.read")
        assert (entry.subject, entry.actor_kind) == (booked.right.subject, "officer")


class TestACalendarThatThePackHasNoLonger:
    @pytest.fixture(autouse=True)
    def _loaded(self, booked, now):
        loading.load([], now=now)
        Canton.objects.update(version="dropped")

    @pytest.mark.parametrize(("name", "where"), PAGES.items(), ids=PAGES)
    def test_shows_what_is_left_to_do_and_nothing_else(self, olaf, booked, on, name, where):
        on(TUESDAY, "06:00")

        answer = olaf.get(address(name, *where), follow=True)

        is_shown = name in {"agendas", "misplaced", "unmarked"}
        assert answer.status_code == (200 if is_shown else 404)

    @pytest.mark.parametrize("name", ["booking", "booking_move", "booking_cancel"])
    def test_still_has_its_bookings(self, olaf, booked, name):
        assert olaf.get(address(name, booked.pk)).status_code == 200

    def test_can_be_told_off(self, olaf, booked, on):
        on("2026-11-09", "06:00")
        page = olaf.get(address("agendas")).content.decode()
        olaf.post(address("booking_cancel", booked.pk))
        afterwards = olaf.get(address("agendas")).content.decode()

        assert address("misplaced", "boat-inspection") in page
        assert address("misplaced", "boat-inspection") not in afterwards


class TestDaySheet:
    def test_shows_each_lane_with_its_hours_and_who_comes(self, olaf, booked):
        page = olaf.get(sheet()).content.decode()

        assert "08:00–12:00" in page
        assert "EX 1" in page
        assert booked.right.number[:3] in page

    def test_asks_no_more_questions_when_more_people_come(
        self, olaf, make_right, book_at, django_assert_num_queries
    ):
        book_at(make_right(citizen("a")), at(TUESDAY, "08:00"), citizen("a"))
        olaf.get(sheet())
        with CaptureQueriesContext(connection) as few:
            olaf.get(sheet())
        for number, clock in enumerate(["09:00", "10:00", "11:00", "13:00", "14:00"]):
            who = citizen(f"b{number}")
            book_at(make_right(who), at(TUESDAY, clock), who)

        with django_assert_num_queries(len(few)):
            olaf.get(sheet())

    def test_leads_to_the_day_that_is_asked_for(self, olaf):
        answer = olaf.get(address("agenda", "quay"), {"day": THURSDAY})

        assert answer.url == sheet(THURSDAY)

    def test_can_show_one_lane_alone(self, olaf, booked):
        both = olaf.get(sheet()).context["shown"]
        one = olaf.get(sheet(), {"lane": "south"}).context["shown"]

        assert [lane.code for lane in both] == ["north", "south"]
        assert [lane.code for lane in one] == ["south"]

    def test_says_when_nothing_is_open(self, olaf):
        assert olaf.get(sheet("2026-11-09")).context["shown"] == []

    def test_shows_closed_time(self, olaf, book, now):
        agenda = book.agendas["quay"]
        begins, ends = book.day_span(at(TUESDAY, "00:00").starts_at.date())
        stretch = closing.Stretch(agenda, agenda.lanes[0], begins, ends)
        closing.close(book=book, stretch=stretch, actor=actor(), now=now)

        north = olaf.get(sheet()).context["shown"][0]

        assert [row.is_block for row in north.rows] == [True]
        assert north.rows[0].is_all_day

    def test_shows_closed_time_that_touches_as_one(self, olaf, book, booked, now):
        agenda = book.agendas["quay"]
        begins, ends = book.day_span(at(TUESDAY, "00:00").starts_at.date())
        stretch = closing.Stretch(agenda, agenda.lanes[0], begins, ends)
        closing.close(book=book, stretch=stretch, actor=actor(), now=now)
        marking.cancel(booking_id=booked.pk, actor=actor(), now=now)

        north = olaf.get(sheet()).context["shown"][0]

        assert [row.is_all_day for row in north.rows] == [True]


class TestMarks:
    def test_arrived_and_back(self, olaf, booked, on):
        on(TUESDAY, "08:05")

        mark(olaf, booked, State.ARRIVED)
        assert Booking.objects.get(pk=booked.pk).state == State.ARRIVED
        mark(olaf, booked, State.BOOKED)
        assert Booking.objects.get(pk=booked.pk).state == State.BOOKED

    def test_passed_ends_the_right_and_undo_opens_it_again(self, olaf, booked, on):
        on(TUESDAY, "08:40")

        mark(olaf, booked, State.DONE)
        assert Right.objects.get().outcome == "done"
        mark(olaf, booked, State.ARRIVED)
        assert Right.objects.get().is_open

    def test_failed_makes_a_second_right_with_its_deadline(self, olaf, booked, on):
        on(TUESDAY, "08:40")

        page = mark(olaf, booked, State.FAILED).content.decode()

        second = Right.objects.get(follows=booked.right)
        assert (second.purpose, second.latest_on.isoformat()) == (Purpose.SECOND, "2026-12-10")
        assert "10.12.2026" in page
        assert "10.12.2026" in olaf.get(address("booking", booked.pk)).content.decode()

    def test_failed_and_back_takes_the_second_right_away(self, olaf, booked, on):
        on(TUESDAY, "08:40")

        mark(olaf, booked, State.FAILED)
        mark(olaf, booked, State.ARRIVED)

        assert Right.objects.count() == 1

    def test_missed_asks_the_fee_and_back_takes_it_away(self, olaf, booked, on):
        on(TUESDAY, "09:30")

        mark(olaf, booked, State.MISSED)
        assert fees.fee_of(booked).amount_cents == 2500
        mark(olaf, booked, State.BOOKED)
        assert fees.fee_of(booked) is None

    def test_missed_before_it_began_is_refused_in_words(self, olaf, booked, on):
        on(TUESDAY, "07:30")

        answer = mark(olaf, booked, State.MISSED)

        assert Booking.objects.get(pk=booked.pk).state == State.BOOKED
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]

    def test_leads_back_to_its_line(self, olaf, booked, on):
        on(TUESDAY, "08:05")

        answer = mark(olaf, booked, State.ARRIVED)

        assert answer.redirect_chain[0][0] == f"{sheet()}#b-{booked.pk}"

    def test_of_no_state_is_not_found(self, olaf, booked):
        assert olaf.post(address("booking_mark", booked.pk), {"to": "eaten"}).status_code == 404


class TestMoveAndCancel:
    def test_moves_to_a_time_that_is_listed(self, olaf, booked, on, now):
        on("2026-10-26", "09:00")
        page = olaf.get(address("booking_move", booked.pk), {"from_": THURSDAY})
        group = page.context["groups"][0]
        value, moment = group.times[0]

        olaf.post(address("booking_move", booked.pk), {"time": value})

        standing = Booking.objects.standing().get()
        assert standing.starts_at == moment
        assert moment.date().isoformat() == THURSDAY

    @pytest.mark.parametrize(
        "time", ["", "nonsense", "quay@2026-11-10T03:00Z", "x@2026-11-10T07:00Z"]
    )
    def test_refuses_another_time_in_words(self, olaf, booked, on, time):
        on("2026-10-26", "09:00")

        answer = olaf.post(address("booking_move", booked.pk), {"time": time}, follow=True)

        assert [message.level_tag for message in answer.context["messages"]] == ["error"]
        assert Booking.objects.get(pk=booked.pk).state == State.BOOKED

    def test_cancels_only_after_the_question(self, olaf, booked):
        olaf.get(address("booking_cancel", booked.pk))
        assert Booking.objects.get(pk=booked.pk).state == State.BOOKED

        olaf.post(address("booking_cancel", booked.pk))

        cancelled = Booking.objects.get(pk=booked.pk)
        assert (cancelled.state, cancelled.why) == (State.CANCELLED, "office")

    def test_twice_is_said(self, olaf, booked):
        olaf.post(address("booking_cancel", booked.pk))

        answer = olaf.post(address("booking_cancel", booked.pk), follow=True)

        assert "error" in [message.level_tag for message in answer.context["messages"]]


class TestWalkIn:
    def test_is_taken_into_the_next_gap(self, olaf, on):
        on(FRIDAY, "08:05")

        answer = olaf.post(
            address("walk_in", "quay"), {"kind": "motor-boat", "language": "fr"}, follow=True
        )

        taken = Booking.objects.get()
        assert (taken.state, taken.right.purpose) == (State.ARRIVED, Purpose.WALK_IN)
        assert f"b-{taken.pk}" in answer.content.decode()

    def test_without_a_gap_is_refused_in_words(self, olaf, on):
        on(TUESDAY, "08:05")

        page = olaf.post(address("walk_in", "quay"), {"kind": "motor-boat", "language": "fr"})

        assert page.context["form"].non_field_errors()
        assert not Right.objects.exists()


class TestWorklists:
    def test_past_ones_without_a_mark_are_listed_and_counted(self, olaf, booked, on):
        on("2026-11-11", "09:00")

        page = olaf.get(address("unmarked", "boat-inspection"))

        assert [row.key for row in page.context["rows"]] == [booked.pk]
        assert olaf.get(address("agendas")).context["calendars"][0]["unmarked"] == 1
        mark(olaf, booked, State.DONE, back="unmarked")
        assert olaf.get(address("unmarked", "boat-inspection")).context["rows"] == []

    def test_those_in_closed_time_are_listed_and_counted(self, olaf, booked, book, on):
        moment = on("2026-10-26", "09:00")
        agenda = book.agendas["quay"]
        stretch = closing.Stretch(
            agenda, None, booked.starts_at, booked.starts_at + timedelta(hours=2)
        )
        closing.close(book=book, stretch=stretch, actor=actor(), now=moment)

        assert olaf.get(address("agendas")).context["calendars"][0]["misplaced"] == 1
        rows = olaf.get(address("misplaced", "boat-inspection")).context["rows"]
        assert [row.key for row in rows] == [booked.pk]
        assert olaf.get(sheet()).context["misplaced"] == 1

    def test_those_in_hours_that_the_pack_dropped_are_listed(self, olaf, booked, book, on):
        on("2026-10-26", "09:00")
        from visavis.appointments.lanes import Calendar
        from visavis.places.models import Canton

        row = Calendar.objects.get()
        row.definition["agendas"][0]["openings"][0]["days"] = ["saturday"]
        row.save()
        Canton.objects.update(version="another")

        assert olaf.get(sheet()).context["misplaced"] == 1

    def test_nothing_is_listed_when_all_is_well(self, olaf, booked, on):
        on("2026-10-26", "09:00")
        first = olaf.get(address("agendas")).context["calendars"][0]

        assert (first["unmarked"], first["misplaced"]) == (0, 0)


def test_finds_an_appointment_by_its_number(olaf, stranger, booked):
    page = olaf.post(address("agendas"), {"number": booked.right.number})

    assert page.context["found"] == booked.pk
    assert olaf.post(address("agendas"), {"number": "123"}).context["answer"]
