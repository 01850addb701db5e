"""`visavis payments import-statement FILE`, `reconcile`, `ledger`."""

import csv
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localdate

from visavis.foundation import database
from visavis.foundation.actor import Actor
from visavis.payments import bank, ledger_file, reconciling
from visavis.payments.refusals import ForeignAccount, ProviderSilent
from visavis.payments.statements import camt, xml


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed after the action."""

    file: str = ""
    day: date | None = None
    first: date | None = None
    last: date | None = None


class Command(BaseCommand):
    help = "Bank statements, the nightly comparison, the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        read = actions.add_parser("import-statement", help="settle bills that were paid")
        read.add_argument("file", help="path, or - for standard input")
        compare = actions.add_parser("reconcile", help="compare a day with provider, tills, bank")
        compare.add_argument("--day", type=_day, help="such as 2026-03-27; yesterday if left out")
        rows = actions.add_parser("ledger", help="print the ledger's rows as CSV")
        rows.add_argument("--from", dest="first", type=_day, required=True, help="first day")
        rows.add_argument("--to", dest="last", type=_day, required=True, help="last day")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        asked = Asked(**{name: options[name] for name in Asked.__slots__ if name in options})
        actions: dict[str, Callable[[Asked], None]] = {
            "import-statement": self._import,
            "reconcile": self._reconcile,
            "ledger": self._ledger,
        }
        actions[action](asked)

    def _import(self, asked: Asked) -> None:
        file = asked.file
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

    def _reconcile(self, asked: Asked) -> None:
        now = database.now()
        day = asked.day or localdate(now) - timedelta(days=1)
        actor = Actor.system("payments.reconcile")
        try:
            compared = reconciling.reconcile(day=day, actor=actor, now=now)
        except ProviderSilent:
            raise CommandError(
                "The payment provider gives no list now. Nothing was compared; try again later.",
                returncode=3,
            ) from None
        self.stdout.write(json.dumps(compared.as_json(), indent=2))

    def _ledger(self, asked: Asked) -> None:
        assert asked.first is not None
        assert asked.last is not None
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerows(ledger_file.lines(first=asked.first, last=asked.last))


def _day(typed: str) -> date:
    return date.fromisoformat(typed)


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(xml.LARGEST_BYTES + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(xml.LARGEST_BYTES + 1)
    except OSError as fault:
        raise CommandError(f"{file} cannot be read: {fault.strerror}.", returncode=2) from None
