"""Importing summonses: pasted and as a file, first only reported."""

# ruff: noqa: F401, F811 - fixtures are imported, and asked for by name

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.booking import at, book
from tests.integration.office.test_agenda import olaf, on, stranger
from tests.integration.office.test_money import address
from visavis.appointments.models import Booking, Right

pytestmark = pytest.mark.django_db
HEADER = "kind;agenda;starts_at;sign;hull"
GOOD = "sailing-boat;quay;2026-11-10 08:00;EX 77;HULL77"
FREE = "motor-boat;;;EX 78;HULL78"
BAD = [
    "rowing-boat;quay;2026-11-10 09:00;EX 79;HULL79",
    "motor-boat;quay;2026-11-09 09:00;EX 80;HULL80",
    "motor-boat;quay;tomorrow;EX 81;HULL81",
    "motor-boat;quay;2026-11-10 09:00;EX 82",
    "motor-boat;quay;2026-11-10 09:00;;HULL83",
]


@pytest.fixture
def text() -> str:
    return "\n".join([HEADER, GOOD, *BAD, FREE])


@pytest.fixture(autouse=True)
def _today(on):
    on("2026-10-26", "09:00")


def page() -> str:
    return address("import_summonses", "boat-inspection")


def test_reports_each_bad_line_and_changes_nothing(olaf, text):
    report = olaf.post(page(), {"text": text})

    assert report.context["good_count"] == 2
    assert [(bad["line"], bad["column"]) for bad in report.context["bad"]] == [
        (3, "kind"), (4, "starts_at"), (5, "starts_at"), (6, ""), (7, "sign"),
    ]  # fmt: skip
    assert not Right.objects.exists()


def test_imports_the_good_lines_when_that_is_confirmed(olaf, text):
    reported = olaf.post(page(), {"text": text}).context["text"]

    done = olaf.post(page(), {"text": reported, "confirmed": "1"})

    assert (done.context["good_count"], done.context["bad_count"]) == (2, 5)
    assert Right.objects.count() == 2
    assert Booking.objects.standing().get().starts_at == at("2026-11-10", "08:00").starts_at


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_takes_a_file(olaf, text, encoding):
    content = text.replace("rowing-boat", "bâteau").encode(encoding)

    report = olaf.post(page(), {"file": SimpleUploadedFile("summonses.csv", content)})

    assert report.context["good_count"] == 2
    assert "bâteau" in report.context["text"]


def test_refuses_a_file_that_is_a_little_too_large_in_words(olaf):
    content = b"x" * (1024 * 1024 + 1)

    answer = olaf.post(page(), {"file": SimpleUploadedFile("a.csv", content)})

    assert answer.context["form"].errors


def test_refuses_a_file_that_is_far_too_large_before_reading_it(olaf):
    content = b"x" * (2 * 1024 * 1024 + 1)

    answer = olaf.post(page(), {"file": SimpleUploadedFile("a.csv", content)}, follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


@pytest.mark.parametrize("text", ["", "   \n "])
def test_asks_for_a_file_or_lines(olaf, text):
    assert olaf.post(page(), {"text": text}).context["form"].errors


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("not,a,header\n1,2,3", id="another header"),
        pytest.param(f"{HEADER}\n\0;\0;\0;\0;\0", id="NUL"),
        pytest.param(f'{HEADER}\n"{"x" * 200_000}', id="a quote that never ends"),
        pytest.param(f"{HEADER};weight_kg\n{FREE};-5", id="a weight below nothing"),
        pytest.param(f"{HEADER};weight_kg\n{FREE};99999999999", id="a weight beyond the column"),
    ],
)
def test_says_what_it_cannot_read(olaf, text):
    file = SimpleUploadedFile("a.csv", text.encode())

    report = olaf.post(page(), {"file": file, "confirmed": "1"})

    assert report.context["bad_count"] == 1
    assert not Right.objects.exists()


def test_another_office_imports_nothing(stranger, text):
    assert stranger.post(page(), {"text": text, "confirmed": "1"}).status_code == 404
    assert not Right.objects.exists()


def test_is_closed_to_forged_requests(olaf, text):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = olaf.cookies

    assert strict.post(page(), {"text": text, "confirmed": "1"}).status_code == 403
    assert not Right.objects.exists()


def test_gives_the_header_as_a_file(olaf):
    answer = olaf.get(address("import_header", "boat-inspection"))

    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.decode().startswith("number;kind;")
    assert answer.content.decode().strip().endswith("sign;hull")
