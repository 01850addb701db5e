"""What is booked outlives its server: a copy elsewhere, a crash in a rush, a new time zone."""

import os
import signal
import subprocess
from collections import Counter
from datetime import date, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.conf import settings

from tests.booking import at
from tests.database import database_name
from tests.integration.appointments.conftest import person
from tests.integration.appointments.rival import rivals
from visavis.appointments import books, listing
from visavis.appointments.models import Booking
from visavis.appointments.operations import booking
from visavis.config import embedded
from visavis.config.instance import secrets_of

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 3
DAY = date(2026, 12, 1)
CLOCKS = ("08:00", "09:00", "10:00", "11:00")
at_here = partial(at, agenda="here")


def run(var: Path, program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on an instance, with all rights."""
    subprocess.run(
        [embedded.PROGRAMS / program, "-h", embedded.socket_folder(var), "-U", "postgres", *arguments],
        env=os.environ | {"PGPASSWORD": secrets_of(var)["postgres"]}, check=True,
    )  # fmt: skip


@pytest.fixture
def elsewhere(tmp_path):
    """Return where a second, durable server runs, and a function that copies everything there."""
    var = tmp_path / "elsewhere"
    servers = [embedded.start(var)]

    def copy():
        for suffix in ("", "_keys"):
            name, file = database_name(suffix), tmp_path / f"dump{suffix}"
            run(settings.VAR, "pg_dump", "--format=custom", f"--file={file}", name)
            run(var, "createdb", "--template=template0", name)
            run(var, "pg_restore", "--exit-on-error", f"--dbname={name}", str(file))

    def crash():
        """Stop as a power failure does, without a word to anybody, and start again."""
        servers[-1].send_signal(signal.SIGQUIT)
        servers[-1].wait(timeout=20)
        servers.append(embedded.start(var))

    yield var, copy, crash
    embedded.stop(servers[-1])


def test_a_restored_copy_refuses_what_overlaps(rights, elsewhere, now):
    var, copy, _ = elsewhere
    (right,) = rights(1)
    held = booking.hold(right=right, time=at_here(f"{DAY}", "09:00"), actor=person(0), now=now)

    copy()

    columns = ", ".join(
        f'"{field.column}"' for field in Booking._meta.concrete_fields if not field.primary_key
    )
    with (
        embedded.superuser(var, database_name()) as restored,
        pytest.raises(psycopg.errors.ExclusionViolation),
    ):
        restored.execute(
            f"INSERT INTO appointments_booking (id, {columns}) "
            f"SELECT gen_random_uuid(), {columns} FROM appointments_booking WHERE id = %s",
            [held.pk],
        )


def test_a_server_that_crashes_in_a_rush_loses_no_booking(rights, elsewhere, now):
    var, copy, crash = elsewhere
    times = [
        at_here(f"{DAY + timedelta(days=day)}", clock) for day, clock in product(range(20), CLOCKS)
    ]
    mine = rights(CLIENTS * len(times))
    copy()

    answers: list[Counter[str]] = []
    winners: dict[str, str] = {}
    with rivals("book", count=CLIENTS, VISAVIS_VAR=str(var)) as processes:
        for number, time in enumerate(times):
            for who, process in enumerate(processes):
                place = number * CLIENTS + who
                process.stdin.write(
                    f"{mine[place].pk} {person(place).name} {time} {now.isoformat()}\n"
                )
        for process in processes:
            process.stdin.flush()
        for number in range(len(times)):
            if number == len(times) // 4:
                crash()
            for who, process in enumerate(processes):
                outcome, unanswered = process.stdout.readline().split()
                answers.append(Counter({outcome: 1, "unanswered": int(unanswered)}))
                if outcome == "won":
                    winners[str(mine[number * CLIENTS + who].pk)] = str(times[number])

    with embedded.superuser(var, database_name()) as restarted:
        kept = restarted.execute(
            "SELECT right_id::text, starts_at FROM appointments_booking WHERE state = 'booked'"
        ).fetchall()
    won = sum(answers, Counter())
    assert won["won"] == len(times)
    assert won["unanswered"] >= 1
    assert dict(kept) == {
        right: listing.Time.parse(time).starts_at for right, time in winners.items()
    }


def test_a_country_that_gives_up_its_summer_keeps_every_moment_that_is_booked(
    line, rights, now, monkeypatch
):
    summer = now.replace(year=2027, month=6, day=1)
    (one, other) = rights(2)
    eight = at_here("2027-06-08", "08:00")
    held = booking.hold(right=one, time=eight, actor=person(0), now=summer)
    booked = booking.confirm(hold_id=held.pk, actor=person(0), now=summer)

    monkeypatch.setattr("visavis.places.queries.zone", lambda: ZoneInfo("Etc/GMT-1"))
    books.forget()
    book = books.book("rush")
    booked.refresh_from_db()
    need = listing.need_of(other, book, now=summer)
    day = date(2027, 6, 8)
    offered = listing.times_between(book, need, first=day, last=day, now=summer)

    assert booked.starts_at.astimezone(book.zone).hour == 7  # the moment stands, its name changed
    assert book.zone.key == "Etc/GMT-1"
    assert [time.starts_at.astimezone(book.zone).hour for time in offered]
    assert not any(
        time.starts_at < booked.busy_until
        and booked.starts_at < time.starts_at + timedelta(hours=1)
        for time in offered
    )
