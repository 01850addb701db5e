"""The office books a time for somebody who has none yet, and sees which messages went out."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import pytest

from tests.booking import at, book, book_at, citizen, make_right
from tests.integration.office.test_agenda import booked, olaf, on, stranger
from tests.integration.office.test_money import address
from visavis.appointments import queries
from visavis.appointments.operations import booking

pytestmark = pytest.mark.django_db
TUESDAY = "2026-11-10"


def test_a_caller_gets_a_time(olaf, make_right, on):
    on("2026-11-02", "09:00")
    right = make_right()
    page = olaf.get(address("book_for", right.pk))

    answer = olaf.post(address("book_for", right.pk), {"time": str(at(TUESDAY, "08:00"))})

    assert page.status_code == 200
    assert answer.status_code == 302
    assert queries.standing_of(right).starts_at == at(TUESDAY, "08:00").starts_at


@pytest.mark.parametrize("time", ["", "x", "quay@2026-11-09T07:00Z"])
def test_a_time_that_is_none_changes_nothing(olaf, make_right, on, time):
    on("2026-11-02", "09:00")
    right = make_right()

    assert olaf.post(address("book_for", right.pk), {"time": time}).status_code == 200
    assert queries.standing_of(right) is None


def test_somebody_who_has_a_time_is_moved_instead(olaf, booked, on):
    on("2026-11-02", "09:00")

    answer = olaf.get(address("book_for", booked.right_id))

    assert address("booking", booked.pk) in answer["Location"]


def test_another_office_finds_nothing(stranger, make_right):
    assert stranger.get(address("book_for", make_right().pk)).status_code == 404


def test_a_number_without_a_time_leads_there(olaf, make_right):
    right = make_right()

    page = olaf.post(address("agendas"), {"number": right.number}).content.decode()

    assert address("book_for", right.pk) in page


def test_messages_are_listed_with_what_became_of_them(olaf, make_right, book_at, run_jobs, now):
    right = make_right(citizen(), contact_channel="mail", contact_address="a@example.ch")
    held = booking.hold(right=right, time=at(TUESDAY, "08:00"), actor=citizen(), now=now)
    made = booking.confirm(hold_id=held.pk, actor=citizen(), now=now)
    run_jobs()

    page = olaf.get(address("booking", made.pk)).content.decode()

    assert queries.reach_of(right).address == "a@example.ch"
    assert '<ul class="rows">' in page
