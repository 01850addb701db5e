"""Another process that books, as a second web server would; the tests of races start it."""

import os
import sys
import time
from datetime import datetime

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.config.settings")
    django.setup()
    from django.db import connections

    connections["default"].settings_dict["NAME"] = sys.argv[2]
    {"hold": hold, "move": move}[sys.argv[1]]()


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
