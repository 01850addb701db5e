"""`visavis pack check [FOLDER]` and `visavis pack load [FOLDER]`."""

from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from visavis.foundation import database
from visavis.foundation.actor import Actor
from visavis.packs import operations
from visavis.packs.check import check
from visavis.packs.reading import Fault


class Command(BaseCommand):
    help = "Check a canton's pack, or load it. Both may be repeated."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        for name, says in (
            ("check", "name everything that is wrong with a pack"),
            (
                "load",
                "check a pack and write it into the database; a pack with faults changes nothing",
            ),
        ):
            action = actions.add_parser(name, help=says)
            action.add_argument("path", nargs="?", type=Path, help="the pack's folder")
            if name == "load":
                action.add_argument(
                    "--today",
                    action="store_true",
                    help="outside the live world: count the overlay's days from today again",
                )

                action.add_argument(
                    "--if-changed",
                    action="store_true",
                    help="do nothing when exactly these files are loaded already",
                )

    def handle(self, *args: Any, action: str, path: Path | None, **options: Any) -> None:
        folder = path or Path(settings.PACK)
        if action == "check":
            self._check(folder, verbosity=options["verbosity"])
        else:
            if options["if_changed"] and operations.is_loaded(
                folder, world=settings.WORLD, now=database.now()
            ):
                return
            self._load(folder, verbosity=options["verbosity"], again=options["today"])

    def _check(self, folder: Path, *, verbosity: int) -> None:
        pack = check(folder)
        if pack.faults:
            self._refuse(pack.faults, folder)
        if verbosity:
            versions = sum(len(item.entry.versions) for item in pack.services)
            self.stdout.write(
                self.style.SUCCESS(f"{folder}: no fault found. ")
                + f"{len(pack.services)} services in {versions} versions, {len(pack.sites)} sites, "
                f"{len(pack.organisations)} organisations, {len(pack.communes)} rows of communes, "
                f"{len(pack.texts)} texts in four languages."
            )

    def _load(self, folder: Path, *, verbosity: int, again: bool) -> None:
        now = database.now()
        try:
            loaded = operations.load(
                folder,
                world=settings.WORLD,
                actor=Actor.system("pack load"),
                now=now,
                anchor=now.date() if again else None,
            )
        except operations.PackHasFaults as refusal:
            self._refuse(refusal.faults, folder)
            return
        except operations.AnotherCanton as refusal:
            raise CommandError(
                f"This instance serves the canton “{refusal}”; nothing was changed. "
                "An instance serves one canton: start another with its own VISAVIS_VAR."
            ) from None
        if verbosity:
            changes = loaded.changes
            said = (
                f"{changes.added} added, {changes.changed} changed, {changes.closed} closed"
                if changes
                else "nothing to change"
            )
            self.stdout.write(self.style.SUCCESS(f"{loaded.code}: {said}."))

    def _refuse(self, faults: list[Fault], folder: Path) -> None:
        for file, group in groupby(faults, key=lambda fault: fault.file):
            self.stderr.write(self.style.MIGRATE_HEADING(str(folder / file)))
            for fault in group:
                self.stderr.write(f"  line {fault.line}: {self.style.ERROR(fault.what)}")
                self.stderr.write(f"    {fault.how}")
        files = len({fault.file for fault in faults})
        counted = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        where = "1 file" if files == 1 else f"{files} files"
        raise CommandError(f"{counted} in {where}. Nothing was changed.")
