"""Summonses from the office's own file: every bad line is named, every good one booked once."""

from datetime import date, datetime

import pytest

from tests.integration.appointments.conftest import person
from visavis.appointments import facts
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import entering, importing, summonses
from visavis.appointments.operations.summonses import BadLine
from visavis.appointments.refusals import NotYours
from visavis.appointments.rules import State
from visavis.foundation import codes

pytestmark = pytest.mark.django_db
HEADER = "number;kind;agenda;starts_at;latest_on;language;channel;address;sign;hull;weight_kg"


def line(**cells: str) -> str:
    plain = {
        "number": "482913756", "kind": "car", "agenda": "here", "starts_at": "2026-10-27 08:00",
        "latest_on": "2026-11-30", "language": "de", "channel": "mail",
        "address": "a@example.ch", "sign": "EX 1", "hull": "HULL1", "weight_kg": "",
    }  # fmt: skip
    return ";".join((plain | cells)[name] for name in HEADER.split(";"))


def file(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


@pytest.fixture
def run(rush, office, now):
    def run_(text):
        return importing.run(book=rush, text=text, actor=office, now=now)

    return run_


@pytest.fixture
def check(rush, office, now):
    def check_(text):
        return importing.check(book=rush, text=text, actor=office, now=now)

    return check_


class TestRun:
    def test_books_what_the_file_says(self, run):
        report = run(file(line()))

        booked = Booking.objects.get()
        right = booked.right
        assert (report.bad, report.known, len(report.good)) == ([], 0, 1)
        assert (booked.state, booked.confirmed_at) == (State.BOOKED, None)
        assert booked.starts_at == datetime.fromisoformat("2026-10-27T08:00+01:00")
        assert (right.number, right.kind, right.language) == ("482913756", "car", "de")
        assert (right.first_on, right.latest_on) == (date(2026, 10, 27), date(2026, 11, 30))
        assert (right.contact_channel, right.contact_address) == ("mail", "a@example.ch")
        assert right.facts == {"sign": "EX1", "hull": "HULL1"}

    def test_of_the_same_file_again_changes_nothing(self, run):
        run(file(line()))

        again = run(file(line()))

        assert (again.good, again.bad, again.known) == ([], [], 1)
        assert Booking.objects.count() == Right.objects.count() == 1

    def test_imports_the_good_lines_around_the_bad_ones(self, run):
        report = run(
            file(
                line(),
                line(number="", sign="EX2", hull="HULL2", kind="ship"),
                line(number="", sign="EX3", hull="HULL3", starts_at="2026-10-27 08:45"),
            )
        )

        assert [good.line for good in report.good] == [2, 4]
        assert report.bad == [BadLine(3, "kind", "unknown")]

    def test_gives_one_time_only_as_often_as_there_are_lanes(self, run):
        lines = [line(number="", sign=f"EX{n}", hull=f"HULL{n}") for n in range(1, 4)]

        report = run(file(*lines))

        assert [good.line for good in report.good] == [2, 3]
        assert report.bad == [BadLine(4, "starts_at", "taken")]
        assert Right.objects.count() == 2

    def test_makes_no_second_summons_for_the_same_thing(self, run):
        report = run(file(line(), line(number="", starts_at="2026-10-27 08:45")))

        assert report.bad == [BadLine(3, "", "known-already")]

    def test_without_a_time_lets_people_choose(self, run):
        report = run(file(line(agenda="", starts_at="")))

        assert (len(report.good), Booking.objects.count()) == (1, 0)

    def test_draws_a_number_where_the_file_has_none(self, run):
        run(file(line(number="")))

        assert codes.is_number(Right.objects.get().number)

    def test_is_for_the_office_only(self, rush, now):
        for verb in (importing.run, importing.check):
            with pytest.raises(NotYours):
                verb(book=rush, text=file(line()), actor=person("one"), now=now)


class TestCheck:
    def test_changes_nothing(self, check):
        report = check(file(line()))

        assert len(report.good) == 1
        assert not Right.objects.exists()

    @pytest.mark.parametrize(
        ("cells", "column", "why"),
        [
            pytest.param({"kind": ""}, "kind", "missing", id="no kind"),
            pytest.param({"kind": "ship"}, "kind", "unknown", id="an unknown kind"),
            pytest.param({"agenda": "elsewhere"}, "agenda", "unknown", id="an unknown place"),
            pytest.param({"agenda": ""}, "agenda", "missing", id="a time without a place"),
            pytest.param({"starts_at": ""}, "starts_at", "missing", id="a place without a time"),
            pytest.param({"starts_at": "27.10.2026 08:00"}, "starts_at", "unreadable", id="another way to write days"),
            pytest.param({"starts_at": "2026-10-32 08:00"}, "starts_at", "unreadable", id="the 32nd"),
            pytest.param({"starts_at": "2026-10-27 08:07"}, "starts_at", "not-offered", id="beside the grid"),
            pytest.param({"starts_at": "2026-10-27 23:00"}, "starts_at", "not-offered", id="at night"),
            pytest.param({"starts_at": "2026-10-20 08:00"}, "starts_at", "not-offered", id="in the past"),
            pytest.param({"starts_at": "9999-12-31 23:59"}, "starts_at", "not-offered", id="the end of time"),
            pytest.param({"starts_at": "0001-01-01 00:00"}, "starts_at", "not-offered", id="the beginning of time"),
            pytest.param({"weight_kg": "-5"}, "weight_kg", "unreadable", id="less than nothing"),
            pytest.param({"weight_kg": "99999999999"}, "weight_kg", "unreadable", id="heavier than a ship"),
            pytest.param({"weight_kg": "9" * 300}, "weight_kg", "unreadable", id="heavier than the earth"),
            pytest.param({"weight_kg": "1.5 t"}, "weight_kg", "unreadable", id="in tons"),
            pytest.param({"latest_on": "soon"}, "latest_on", "unreadable", id="no date"),
            pytest.param({"language": "rm"}, "language", "unknown", id="a language we do not speak"),
            pytest.param({"channel": "pigeon"}, "channel", "unknown", id="no channel"),
            pytest.param({"channel": ""}, "channel", "missing", id="an address without a channel"),
            pytest.param({"address": ""}, "address", "missing", id="a channel without an address"),
            pytest.param({"sign": "12345"}, "sign", "unreadable", id="no plate"),
            pytest.param({"sign": ""}, "sign", "missing", id="nothing to open it with"),
            pytest.param({"number": "482913757"}, "number", "unreadable", id="a wrong check digit"),
            pytest.param({"hull": "H" * 5000}, "hull", "unreadable", id="a huge cell"),
            pytest.param({"address": "a\0b"}, "address", "unreadable", id="a zero byte"),
            pytest.param({"hull": "=HYPERLINK(1)"}, "hull", "unreadable", id="a formula"),
            pytest.param({"latest_on": "9999-12-31"}, "latest_on", "unreadable", id="no such year"),
            pytest.param({"latest_on": "0001-01-01"}, "latest_on", "unreadable", id="long ago"),
            pytest.param({"address": "Rue 1"}, "address", "unreadable", id="a street as mail"),
            pytest.param({"address": "a@b.ch, c@d.ch"}, "address", "unreadable", id="two addresses"),
            pytest.param(
                {"channel": "sms", "address": "032 555 01 00"}, "address", "unreadable",
                id="a telephone without text messages",
            ),
        ],
    )  # fmt: skip
    def test_names_the_line_the_cell_and_what_is_wrong(self, check, cells, column, why):
        report = check(file(line(sign="EX9", hull="HULL9", number=""), line(**cells)))

        assert report.bad == [BadLine(3, column, why)]
        assert len(report.good) == 1

    @pytest.mark.parametrize(
        ("text", "bad"),
        [
            pytest.param("", BadLine(1, "kind", "header"), id="an empty file"),
            pytest.param("number;sign\n", BadLine(1, "kind", "header"), id="no kind"),
            pytest.param("kind;shoe\n", BadLine(1, "shoe", "header"), id="a stranger"),
            pytest.param("kind;kind\n", BadLine(1, "kind", "header"), id="a column twice"),
            pytest.param("\x89PNG\r\n\x1a\n", BadLine(1, "\x89PNG", "header"), id="a picture"),
            pytest.param('"' + "k" * 200_000, BadLine(1, "kind", "header"), id="an endless name"),
            pytest.param(file("car;here"), BadLine(2, "", "cells"), id="too few cells"),
            pytest.param(file(line() + ";more"), BadLine(2, "", "cells"), id="too many cells"),
        ],
    )
    def test_names_what_is_wrong_with_the_file(self, check, text, bad):
        report = check(text)

        assert (report.good, report.bad) == ([], [bad])

    def test_stops_after_five_thousand_lines(self, check, monkeypatch):
        monkeypatch.setattr(summonses, "MOST_LINES", 2)

        report = check(file(*[line(number="", sign=f"EX{n}", hull=f"HULL{n}") for n in (1, 2, 3)]))

        assert report.bad == [BadLine(4, "", "too-many")]

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("\ufeff" + file(line()), id="with a byte order mark"),
            pytest.param(file(line()).replace("\n", "\r\n"), id="from Windows"),
            pytest.param(file(line()).replace(";", ","), id="with commas"),
            pytest.param(file(";".join(f'"{c}"' for c in line().split(";"))), id="in quotes"),
            pytest.param(file(line()).replace(";", " ; "), id="with blanks"),
            pytest.param(file("", line(), ";" * 10, ""), id="with empty lines"),
            pytest.param(file(line(kind="01")), id="with the number of the kind"),
        ],
    )
    def test_reads_what_programs_write(self, check, text):
        report = check(text)

        assert (report.bad, len(report.good)) == ([], 1)
        assert report.good[0].facts == {"sign": "EX1", "hull": "HULL1"}

    def test_reads_a_quoted_separator_and_a_quoted_new_line_as_part_of_a_cell(self, check):
        letter = line(channel="letter", address='"Rue 1;\n2800 Ici"')

        report = check(file(letter, line(kind="ship")))

        assert report.good[0].address == "Rue 1;\n2800 Ici"
        assert report.bad == [BadLine(4, "kind", "unknown")]

    def test_an_unclosed_quote_is_not_the_end_of_the_world(self, check):
        report = check(file(line(address='"a@example.ch')))

        assert report.good == []
        assert [bad.why for bad in report.bad] == ["cells"]

    @pytest.mark.parametrize(
        ("registered", "count", "last", "bad"),
        [
            pytest.param("2021-10-01", "0", "", None, id="due"),
            pytest.param("2025-10-01", "0", "", ("", "not-due"), id="much too early"),
            pytest.param("2010-10-01", "2", "2026-01-01", ("", "not-due"), id="inspected this year"),
            pytest.param("2010-10-01", "2", "2000-01-01", ("last_inspected_on", "unreadable"), id="before it was registered"),
            pytest.param("yesterday", "0", "", ("first_registered_on", "unreadable"), id="no date"),
            pytest.param("9999-12-31", "0", "", ("first_registered_on", "unreadable"), id="no such year"),
        ],
    )  # fmt: skip
    def test_summons_nobody_before_it_is_due(self, check, registered, count, last, bad):
        header = HEADER + ";first_registered_on;inspections;last_inspected_on"
        text = file(
            line(kind="bike", starts_at="2026-10-27 08:00") + f";{registered};{count};{last}",
            header=header,
        )

        report = check(text)

        assert [one.why for one in report.bad] == ([bad[1]] if bad else [])


def test_every_column_of_the_header_is_known(rush):
    assert summonses.header(rush) == [*summonses.COLUMNS, "sign", "hull"]
    assert facts.NUMBER not in summonses.header(rush)


class TestOneFile:
    def test_promises_a_time_only_as_often_as_there_are_lanes(self, check, run):
        lines = [line(number="", sign=f"EX {n}", hull=f"HULL{n}") for n in range(1, 12)]
        promised = check(file(*lines))

        done = run(file(*lines))

        assert [bad.why for bad in promised.bad] == ["taken"] * len(promised.bad)
        assert promised.bad
        assert (len(done.good), done.bad) == (len(promised.good), promised.bad)

    def test_with_one_boat_twice_takes_the_first(self, check):
        again = line(number="", starts_at="2026-10-29 08:00")

        assert check(file(line(), again)).bad == [BadLine(3, "", "known-already")]

    def test_without_numbers_is_known_the_second_time(self, run):
        run(file(line(number="")))

        assert run(file(line(number=""))).known == 1

    def test_takes_the_place_of_what_somebody_asked_for_and_never_booked(self, run, rush, now):
        asked = entering.ask_freely(
            book=rush, kind="car", given={"sign": "EX1", "hull": "HULL1"}, language="de",
            actor=person("stranger"), now=now,
        )  # fmt: skip

        report = run(file(line()))

        asked.refresh_from_db()
        assert (len(report.good), report.bad, asked.outcome) == (1, [], "lapsed")
