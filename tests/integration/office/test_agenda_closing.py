"""Closing a lane from the office: the preview is what happens."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import pytest

from tests.booking import at, book, book_at, citizen, make_right
from tests.integration.office.test_agenda import olaf, on, stranger
from tests.integration.office.test_money import address
from visavis.appointments.models import Booking, Closure
from visavis.appointments.rules import State

pytestmark = pytest.mark.django_db
TUESDAY = "2026-11-10"
WHOLE_DAY = {"lane": "*", "first_on": TUESDAY}
NORTH = {"lane": "north", "first_on": TUESDAY}


@pytest.fixture
def moment(on):
    return on("2026-10-26", "09:00")


@pytest.fixture
def people(make_right, book_at):
    """Two sailing boats that may go to either lane, and a motor boat that cannot."""
    found = []
    for kind, clock in [
        ("sailing-boat", "08:00"),
        ("sailing-boat", "08:00"),
        ("motor-boat", "10:00"),
    ]:
        who = citizen(f"{kind}{len(found)}")
        found.append(book_at(make_right(who, kind=kind), at(TUESDAY, clock), who))
    return found


def becomes(fates) -> dict[str, list]:
    return {
        name: sorted((fate.row.number, fate.to) for fate in getattr(fates, name))
        for name in ("moved", "lane_only", "given_back")
    }


def page() -> str:
    return address("closing", "quay")


@pytest.mark.parametrize("what", [WHOLE_DAY, NORTH], ids=["all lanes", "one lane"])
def test_does_what_the_preview_said(olaf, people, moment, run_jobs, what):
    planned = becomes(olaf.get(page(), what).context["fates"])
    assert Booking.objects.filter(state=State.BOOKED).count() == 3
    assert not Closure.objects.exists()

    olaf.post(page(), what)
    run_jobs(moment)

    closure = Closure.objects.get()
    result = olaf.get(address("closure", "quay", closure.pk)).context["fates"]
    assert becomes(result) == planned
    assert sum(map(len, planned.values())) >= 2
    assert result.waiting == []


def test_only_changes_the_lane_where_that_is_enough(olaf, make_right, book_at, moment):
    who = citizen()
    book_at(make_right(who, kind="sailing-boat"), at(TUESDAY, "08:00"), who)

    fates = olaf.get(page(), {"lane": "south", "first_on": TUESDAY}).context["fates"]

    assert (len(fates.lane_only), fates.count) == (1, 1)


def test_says_who_must_be_told(olaf, make_right, book_at, moment):
    who = citizen()
    latest = at(TUESDAY, "00:00").starts_at.date()
    book_at(make_right(who, latest_on=latest), at(TUESDAY, "08:00"), who)

    fates = olaf.get(page(), WHOLE_DAY).context["fates"]

    assert len(fates.given_back) == 1
    assert not fates.given_back[0].is_reached


def test_shows_who_is_not_moved_yet(olaf, people, moment):
    olaf.post(page(), WHOLE_DAY)

    closure = Closure.objects.get()
    assert len(olaf.get(address("closure", "quay", closure.pk)).context["fates"].waiting) == 3


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({}, id="no day"),
        pytest.param({"last_on": "2026-11-09"}, id="turned round"),
        pytest.param({"first_on": "2026-10-01"}, id="over"),
        pytest.param({"last_on": "2029-11-09"}, id="endless"),
        pytest.param({"last_on": "9999-12-31"}, id="the end of time"),
        pytest.param({"opens_at": "12:00", "closes_at": "09:00"}, id="hours turned round"),
        pytest.param({"lane": "west"}, id="no such lane"),
    ],
)
def test_refuses_what_is_no_stretch_of_time(olaf, moment, said):
    what = {**NORTH, **said} if said else {"lane": "*", "first_on": ""}

    assert olaf.post(page(), what).context["form"].errors
    assert not Closure.objects.exists()


def test_hours_alone_can_be_closed(olaf, moment):
    olaf.post(page(), {**NORTH, "opens_at": "08:00", "closes_at": "10:00"})

    closure = Closure.objects.get()
    assert closure.starts_at == at(TUESDAY, "08:00").starts_at
    assert closure.ends_at == at(TUESDAY, "10:00").starts_at


def test_reopens_only_after_the_question(olaf, moment):
    olaf.post(page(), NORTH)
    closure = Closure.objects.get()

    olaf.get(address("reopen", "quay", closure.pk))
    closure.refresh_from_db()
    assert closure.reopened_at is None
    olaf.post(address("reopen", "quay", closure.pk))

    closure.refresh_from_db()
    assert closure.reopened_at == moment
    assert olaf.get(page()).context["standing"] == []


def test_another_office_closes_and_reopens_nothing(olaf, stranger, moment):
    assert stranger.post(page(), NORTH).status_code == 404
    olaf.post(page(), NORTH)
    closure = Closure.objects.get()

    for name in ("closure", "reopen"):
        assert stranger.get(address(name, "quay", closure.pk)).status_code == 404
    assert stranger.post(address("reopen", "quay", closure.pk)).status_code == 404
    assert olaf.get(address("closure", "quay", closure.pk + 1)).status_code == 404
