"""`visavis notices failed` and `visavis notices again`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from visavis.foundation import database
from visavis.foundation.actor import Actor
from visavis.notices import operations, queries


class Command(BaseCommand):
    help = "List the messages that could not be delivered, or send them again."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("failed", help="list what could not be delivered; no address is shown")
        verbs.add_parser("again", help="send all of it again, once the cause is gone")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "again":
            count = operations.try_again(actor=Actor.system("notices.command"), now=database.now())
            self.stdout.write(f"{count} sent again")
            return
        for row in queries.failed():
            asked = f"{row.asked_at:%Y-%m-%d %H:%M}"
            self.stdout.write(
                f"{row.pk}\t{asked}\t{row.channel}\t{row.template}\t{row.tries} tries\t{row.reason}"
            )
