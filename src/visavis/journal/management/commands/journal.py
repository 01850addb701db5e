"""`visavis journal verify` and `visavis journal seal`."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from visavis.foundation import database
from visavis.journal import keys, operations, queries

SEALS = "seals/seals.jsonl"


class Command(BaseCommand):
    help = "Verify the journal against its seals, or seal what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("verify", help="walk the chain; exit code 1 if anything was tampered with")
        seal = verbs.add_parser("seal", help="seal what is new, as the sealer's role")
        seal.add_argument("--every", type=int, default=0, help="seconds; 0 seals once and ends")

    def handle(self, *args: Any, verb: str, every: int = 0, **options: Any) -> None:
        if verb == "verify":
            self._verify()
        else:
            self._seal(every)

    def _verify(self) -> None:
        known = keys.known_keys(settings.VAR / "keys")
        found = queries.verify(keys=known, outside=settings.VAR / SEALS)
        for fault in found.faults:
            self.stdout.write(f"seal {fault.seal}: {fault.what}")
        self.stdout.write(
            f"{found.seals} seals, {found.entries_sealed} entries sealed, "
            f"{found.entries_waiting} waiting for the next seal"
        )
        if found.faults:
            raise CommandError(
                f"{len(found.faults)} faults. Keep the database and the seals as they are, "
                "and compare them with the last backup.",
                returncode=1,
            )
        self.stdout.write(self.style.SUCCESS("The journal is whole."))

    def _seal(self, every: int) -> None:
        key = keys.sealing_key(settings.VAR / "keys")
        while True:
            try:
                operations.seal(key=key, outside=settings.VAR / SEALS, now=database.now())
            except OperationalError as busy:
                self.stderr.write(f"not sealed this time: {type(busy).__name__}")
                connection.close()
            except operations.ChainBroken as broken:
                self.stderr.write(f"NOT SEALED: {broken}")
            if not every:
                return
            time.sleep(every)
