"""Addresses for calendar programs, what they read there, and the picture of the coming weeks."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from tests.booking import at, book, book_at, citizen, make_right
from tests.booking import officer as actor
from tests.integration.office.test_agenda import olaf, on, stranger
from tests.integration.office.test_money import address
from visavis.appointments.lanes import LaneFeed
from visavis.appointments.operations import marking
from visavis.doors.public_api import lane_feeds

pytestmark = pytest.mark.django_db
TUESDAY, THURSDAY = "2026-11-10", "2026-11-12"


@pytest.fixture
def moment(on):
    return on("2026-10-26", "09:00")


@pytest.fixture
def booked(make_right, book_at):
    return book_at(make_right(citizen()), at(TUESDAY, "08:00"), citizen())


@pytest.fixture
def feed(olaf, moment) -> str:
    page = olaf.post(address("feed_make", "quay"), {"lane": "north"})
    return page.context["new"]["address"].partition("//")[2].partition("/")[2]


def read(feed: str, **headers: str):
    return Client().get(f"/{feed}", headers=headers)


def events(feed: str) -> list:
    return list(Calendar.from_ical(read(feed).content).walk("VEVENT"))


class TestAddresses:
    def test_are_shown_once_and_kept_as_a_hash(self, olaf, feed):
        token = feed.rpartition("/")[2].removesuffix(".ics")

        assert token not in LaneFeed.objects.get().token_hash
        assert token not in olaf.get(address("feeds", "quay")).content.decode()

    def test_are_made_for_ones_own_lanes_only(self, olaf, stranger):
        path = address("feed_make", "quay")

        assert stranger.post(path, {"lane": "north"}).status_code == 404
        assert olaf.post(path, {"lane": "west"}).status_code == 404

    def test_are_revoked_after_the_question(self, olaf, feed):
        path = address("feed_revoke", "quay", LaneFeed.objects.get().pk)
        olaf.get(path)
        assert read(feed).status_code == 200

        olaf.post(path)

        assert read(feed).status_code == 404
        assert olaf.get(path).status_code == 404

    def test_of_another_office_are_not_revoked(self, stranger, feed):
        path = address("feed_revoke", "quay", LaneFeed.objects.get().pk)

        assert stranger.post(path).status_code == 404
        assert read(feed).status_code == 200


class TestFeed:
    def test_says_when_what_and_which_number(self, booked, feed):
        (event,) = events(feed)

        assert event.decoded("dtstart") == booked.starts_at
        assert event.decoded("dtend") == booked.ends_at
        assert str(event["uid"]).startswith(str(booked.right_id))
        assert event["sequence"] == booked.right.sequence
        assert event["status"] == "CONFIRMED"
        assert booked.right.number[-3:] in event["summary"]

    def test_says_nothing_personal(self, booked, feed):
        content = read(feed).content.decode()

        for secret in ("EX1", "EX 1", "HULL", "browser:"):
            assert secret not in content

    def test_of_another_lane_does_not_have_it(self, olaf, booked, moment):
        page = olaf.post(address("feed_make", "quay"), {"lane": "south"})
        south = page.context["new"]["address"].partition("//")[2].partition("/")[2]

        assert events(south) == []

    def test_says_nothing_new_when_nothing_changed(self, booked, feed):
        first = read(feed)

        again = read(feed, if_none_match=first["ETag"])

        assert again.status_code == 304
        assert again.content == b""
        assert "private" in first["Cache-Control"]
        assert "private" in again["Cache-Control"]

    def test_follows_a_move_with_the_same_uid_and_a_higher_sequence(self, booked, feed, moment):
        (before,) = events(feed)
        tag = read(feed)["ETag"]
        marking.move(
            booking_id=booked.pk, time=at(THURSDAY, "09:00"), actor=actor(), now=moment
        )  # fmt: skip

        (after,) = events(feed)

        assert after["uid"] == before["uid"]
        assert after["sequence"] > before["sequence"]
        assert after.decoded("dtstart") == at(THURSDAY, "09:00").starts_at
        assert read(feed, if_none_match=tag).status_code == 200

    def test_strikes_through_what_was_cancelled(self, booked, feed, moment):
        marking.cancel(booking_id=booked.pk, actor=actor(), now=moment)

        (event,) = events(feed)

        assert event["status"] == "CANCELLED"

    def test_goes_back_thirty_days(self, booked, feed, on):
        on("2026-12-09", "09:00")
        assert len(events(feed)) == 1
        on("2026-12-11", "09:00")
        assert events(feed) == []

    @pytest.mark.parametrize("token", ["x", "a" * 32, "%00", "é"])
    def test_under_an_unknown_address_is_not_found(self, booked, token):
        assert Client().get(f"/feeds/lanes/{token}.ics").status_code == 404

    def test_is_not_given_without_end(self, feed, monkeypatch):
        monkeypatch.setattr(lane_feeds, "READS", 2)
        answers = [read(feed) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[-1]["Retry-After"]) > 0


class TestOccupancy:
    def test_says_how_full_a_lane_is(self, olaf, booked, on):
        on("2026-11-09", "09:00")

        page = olaf.get(address("occupancy", "quay"))

        north = page.context["lanes"][0]
        fill = north.bars[1].fill
        assert (fill.count, fill.busy_minutes, fill.open_minutes) == (1, 60, 240 + 280)
        assert fill.percent == 12
        assert "(12 %)" in page.content.decode()

    def test_knows_closed_days_and_closed_lanes(self, olaf, booked, on):
        on("2026-11-09", "09:00")
        olaf.post(address("closing", "quay"), {"lane": "south", "first_on": TUESDAY})

        north, south = olaf.get(address("occupancy", "quay")).context["lanes"]

        assert not north.bars[0].is_open
        assert north.bars[1].is_open
        assert not south.bars[1].is_open
