"""Another process that books, as a second web server would; the tests of races start it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import django

from tests.database import database_name

ROOT = Path(__file__).parents[3]
PATIENCE_S = 30.0


@contextmanager
def rivals(
    act: str, *given: str, count: int = 1, says: str = "ready", **environment: str
) -> Iterator[list["subprocess.Popen[str]"]]:
    """Run other processes against the same database, each once it has said that it is there."""
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.integration.appointments.rival", act, database_name(), *given],
            env=os.environ | {"PYTHONPATH": paths, **environment}, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(count)
    ]  # fmt: skip
    try:
        for process in processes:
            assert process.stdout
            assert process.stdout.readline().strip() == says
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate(timeout=10)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.config.settings")
    django.setup()
    from django.db import connections

    connections["default"].settings_dict["NAME"] = sys.argv[2]
    {"book": book, "hold": hold, "move": move}[sys.argv[1]]()


def hold() -> None:
    """Try what each line says: right, name, time, now; answer with what came of it."""
    from visavis.appointments.listing import Time
    from visavis.appointments.models import Right
    from visavis.appointments.operations import booking
    from visavis.appointments.refusals import SlotTaken
    from visavis.foundation.actor import Actor, Channel, Kind

    say("ready")
    for line in sys.stdin:
        right, name, wanted, now = line.split()
        actor = Actor(kind=Kind.CITIZEN, name=name, channel=Channel.WEB)
        try:
            booking.hold(
                right=Right.objects.get(pk=right), time=Time.parse(wanted), actor=actor,
                now=datetime.fromisoformat(now),
            )  # fmt: skip
            say("won")
        except SlotTaken:
            say("taken")


def book() -> None:
    """Hold and confirm what each line says, again while no answer comes; say how often none came."""
    from django.db import InterfaceError, OperationalError, connection

    from visavis.appointments.listing import Time
    from visavis.appointments.models import Right
    from visavis.appointments.operations import booking
    from visavis.appointments.refusals import SlotTaken
    from visavis.foundation.actor import Actor, Channel, Kind

    say("ready")
    for line in sys.stdin:
        right, name, wanted, now = line.split()
        actor = Actor(kind=Kind.CITIZEN, name=name, channel=Channel.WEB)
        moment, held, unanswered = datetime.fromisoformat(now), None, 0
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                held = held or booking.hold(
                    right=Right.objects.get(pk=right), time=Time.parse(wanted), actor=actor,
                    now=moment,
                ).pk  # fmt: skip
                booking.confirm(hold_id=held, actor=actor, now=moment)
                say(f"won {unanswered}")
            except SlotTaken:
                say(f"taken {unanswered}")
            except (OperationalError, InterfaceError):
                unanswered += 1
                connection.close()
                time.sleep(0.2)
                continue
            break


def move() -> None:
    """Move a booking, and never come to the end of the transaction."""
    from django.db import transaction

    from visavis.appointments import books
    from visavis.appointments.listing import Time
    from visavis.appointments.models import Booking
    from visavis.appointments.operations import marking
    from visavis.foundation.actor import Actor

    booking, wanted, now = sys.argv[3:]
    row = Booking.objects.select_related("right", "lane__agenda").get(pk=booking)
    with transaction.atomic():
        marking.replace(
            row, row.right, books.by_id(row.right.calendar_id), Time.parse(wanted),
            actor=Actor.system("tests"), now=datetime.fromisoformat(now),
        )  # fmt: skip
        say("replaced")
        time.sleep(60)


def say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
