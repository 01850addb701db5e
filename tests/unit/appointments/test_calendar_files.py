"""What calendar programs read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tests.offering import ZURICH
from visavis.appointments.calendar_files import Entry, file

FIRST = Entry(
    uid="right-1@example.ch", sequence=1,
    starts_at=datetime(2026, 12, 1, 7, 30, tzinfo=UTC),
    ends_at=datetime(2026, 12, 1, 8, 0, tzinfo=UTC),
    changed_at=datetime(2026, 11, 1, 12, 0, tzinfo=UTC),
    title="Contrôle; du véhicule, n° 1", place="Rue 1, 2350 X", text="Une ligne\nune autre",
)  # fmt: skip
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=200)


def read(written: bytes) -> list[Entry]:
    """Return the entries of a file as a program reads them."""
    return [
        Entry(
            uid=str(event["uid"]), sequence=int(event["sequence"]),
            starts_at=event["dtstart"].dt.astimezone(UTC), ends_at=event["dtend"].dt.astimezone(UTC),
            changed_at=event["dtstamp"].dt, title=str(event["summary"]),
            place=str(event.get("location", "")), text=str(event.get("description", "")),
            is_cancelled=event["status"] == "CANCELLED",
        )
        for event in Calendar.from_ical(written).walk("VEVENT")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "starts_at",
    [
        pytest.param(datetime(2026, 12, 1, 7, 30, tzinfo=UTC), id="an ordinary day"),
        pytest.param(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="half past two"),
        pytest.param(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), id="half past two again"),
        pytest.param(datetime(2026, 10, 25, 0, 45, tzinfo=UTC), id="across the repeated hour"),
        pytest.param(datetime(2027, 3, 28, 0, 45, tzinfo=UTC), id="across the missing hour"),
        pytest.param(datetime(2027, 3, 28, 1, 0, tzinfo=UTC), id="right after the missing hour"),
    ],
)
def test_reading_what_was_written_gives_the_same(starts_at):
    entry = replace(FIRST, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))

    assert read(file([entry], zone=ZURICH)) == [entry]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    minute=st.integers(0, 60 * 24 * 365), length=st.integers(5, 480), sequence=st.integers(0, 999),
    is_cancelled=st.booleans(),
)  # fmt: skip
def test_reading_what_was_written_gives_the_same_at_any_time(
    minute, length, sequence, is_cancelled
):
    starts_at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=minute)
    ends_at = starts_at + timedelta(minutes=length)
    entry = replace(
        FIRST, starts_at=starts_at, ends_at=ends_at, sequence=sequence, is_cancelled=is_cancelled
    )

    assert read(file([entry], zone=ZURICH)) == [entry]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(title=TEXT, place=TEXT)
def test_no_text_breaks_out_of_its_line(title, place):
    written = file([replace(FIRST, title=title, place=place)], zone=ZURICH)

    (entry,) = read(written)
    assert (entry.title, entry.place) == (title, place)
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


class TestAChange:
    def test_keeps_the_uid_and_overrules_what_was_sent_before(self):
        moved = replace(FIRST, sequence=2, starts_at=FIRST.starts_at + timedelta(days=1))

        before, after = read(file([FIRST], zone=ZURICH))[0], read(file([moved], zone=ZURICH))[0]

        assert before.uid == after.uid
        assert before.sequence < after.sequence

    def test_that_cancels_is_marked_as_such(self):
        written = file([replace(FIRST, sequence=3, is_cancelled=True)], zone=ZURICH)

        assert b"STATUS:CANCELLED" in written
        assert read(written)[0].is_cancelled


class TestFile:
    def test_brings_the_rules_of_its_zone(self):
        written = file([FIRST], zone=ZURICH)

        assert b"BEGIN:VTIMEZONE" in written
        assert b"TZID:Europe/Zurich" in written
        assert b"DTSTART;TZID=Europe/Zurich:20261201T083000" in written

    def test_of_several_has_each_once_and_a_name(self):
        second = replace(FIRST, uid="right-2@example.ch")

        written = file([FIRST, second], zone=ZURICH, name="Lane 1")

        assert [entry.uid for entry in read(written)] == [FIRST.uid, second.uid]
        assert b"X-WR-CALNAME:Lane 1" in written
        assert written.count(b"BEGIN:VTIMEZONE") == 1

    def test_of_nothing_is_a_calendar_all_the_same(self):
        assert read(file([], zone=ZURICH)) == []

    def test_leaves_out_what_is_not_said(self):
        written = file([replace(FIRST, place="", text="")], zone=ZURICH)

        assert b"LOCATION" not in written
        assert b"DESCRIPTION" not in written
