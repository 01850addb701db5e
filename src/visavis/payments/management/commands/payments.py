"""`visavis payments import-statement FILE`."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from visavis.foundation import database
from visavis.foundation.actor import Actor
from visavis.payments import bank
from visavis.payments.refusals import ForeignAccount
from visavis.payments.statements import camt, xml


class Command(BaseCommand):
    help = "Import a bank's statement: camt.053 or camt.054, versions 02, 04 and 08."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        read = actions.add_parser("import-statement", help="settle bills that were paid")
        read.add_argument("file", help="path, or - for standard input")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            report = bank.import_statement(
                content=_content(file),
                actor=Actor.system("payments.import_statement"),
                now=database.now(),
            )
        except camt.StatementRefused as refusal:
            raise CommandError(f"{file} is not read: {refusal}.", returncode=2) from None
        except ForeignAccount:
            raise CommandError(
                f"{file} is of an account that the pack does not name. Nothing was imported.",
                returncode=2,
            ) from None
        self.stdout.write(
            f"{report.kind}: {report.settled} settled, {report.to_put_right} to put right, "
            f"{report.known} known before, {report.skipped} not money in."
        )
        for fate, count in sorted(report.fates.items()):
            self.stdout.write(f"  {fate}: {count}")


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(xml.LARGEST_BYTES + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(xml.LARGEST_BYTES + 1)
    except OSError as fault:
        raise CommandError(f"{file} cannot be read: {fault.strerror}.", returncode=2) from None
