"""`visavis appointments import CALENDAR FILE` and `visavis appointments demo`."""

import sys
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import TypeAdapter

from visavis.appointments import books, demonstration
from visavis.appointments.operations import importing
from visavis.appointments.schema import DemonstrationRight
from visavis.foundation import database
from visavis.foundation.actor import Actor

RIGHTS = TypeAdapter(list[DemonstrationRight])


class Command(BaseCommand):
    help = "Import summonses, or make the invented ones of a demonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("demo", help="make the summonses of demo/appointments.yaml, fill lanes")
        read = actions.add_parser("import", help="summonses from CSV; a dry run without --apply")
        read.add_argument("calendar", help="code, such as vehicle-inspection")
        read.add_argument("file", help="path, or - for standard input")
        read.add_argument("--apply", action="store_true", help="import the good lines")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "demo":
            self._demo()
        else:
            self._import(options["calendar"], options["file"], is_real=options["apply"])

    def _demo(self) -> None:
        path = Path(settings.PACK) / "demo" / "appointments.yaml"
        written = yaml.safe_load(path.read_text()) if path.exists() else []
        rights = RIGHTS.validate_python(written)
        try:
            made = demonstration.load(rights, actor=Actor.system("demo"), now=database.now())
        except demonstration.NotInLive:
            raise CommandError("This is the live world: there are no invented summonses.") from None
        self.stdout.write(f"{made} invented summonses made.")

    def _import(self, calendar: str, file: str, *, is_real: bool) -> None:
        try:
            book = books.book(calendar)
        except books.NoSuchCalendar:
            offered = [book.code for book in books.books().values() if not book.is_withdrawn]
            known = ", ".join(offered) or "none"
            raise CommandError(
                f"There is no calendar {calendar!r}. There are: {known}.", returncode=2
            ) from None
        try:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        except OSError as fault:
            raise CommandError(f"{file} cannot be read: {fault.strerror}.", returncode=2) from None
        except UnicodeDecodeError:
            raise CommandError(f"{file} is not UTF-8. Save it as UTF-8.", returncode=2) from None
        work = importing.run if is_real else importing.check
        report = work(
            book=book, text=text, actor=Actor.system("appointments import"), now=database.now()
        )
        for bad in report.bad:
            self.stderr.write(f"line {bad.line}: {bad.column or 'the line'}: {bad.why}")
        verb = "imported" if is_real else "would be imported"
        self.stdout.write(
            f"{len(report.good)} {verb}, {report.known} known already, {len(report.bad)} bad."
        )
        if report.bad:
            sys.exit(1)
