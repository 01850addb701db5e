"""`visavis paper verify`, `visavis paper keys`, `visavis paper revoke`, `visavis paper revoked`."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from visavis.foundation import codes, database
from visavis.foundation.actor import Actor
from visavis.papers import operations, queries, rules, signing, trust
from visavis.papers.management import inputs
from visavis.papers.refusals import AlreadyRevoked, NoSuchPaper, PaperRefused
from visavis.papers.rules import RevokeReason

LONGEST_LINE = 100_000
REFUSALS: dict[type[PaperRefused], str] = {
    NoSuchPaper: "There is no paper with this number. Compare digit by digit.",
    AlreadyRevoked: "This paper was taken back before. Nothing was changed.",
}


class Command(BaseCommand):
    help = "Verify papers without network or database, or hand out the lists needed for it."
    requires_system_checks: list[str] = []  # no database, no templates

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser(
            "verify", help="one JSON line for each barcode text; exit code 1 unless all are valid"
        )
        verify.add_argument("codes", nargs="*", metavar="CODE", help="otherwise lines of stdin")
        verify.add_argument("--keys", type=Path, help="trust list (JSON); default: our own keys")
        verify.add_argument("--revoked", type=Path, help="signed list of revoked papers")
        verify.add_argument("--at", type=inputs.moment, help="moment to judge at; default: now")
        keys = verbs.add_parser("keys", help="print the trust list")
        keys.add_argument("--rotate", action="store_true", help="first make a new signing key")
        revoke = verbs.add_parser("revoke", help="take a paper back, for good")
        revoke.add_argument("number")
        revoke.add_argument("--reason", choices=[one.value for one in RevokeReason], required=True)
        verbs.add_parser("revoked", help="print the signed list of revoked papers")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "verify":
            self._verify(options["codes"], options["keys"], options["revoked"], options["at"])
        elif verb == "keys":
            self._keys(rotate=options["rotate"])
        elif verb == "revoke":
            self._revoke(options["number"], RevokeReason(options["reason"]))
        else:
            self.stdout.write(queries.revocation_list(now=database.now()))

    def _verify(
        self, given: list[str], keys: Path | None, revoked: Path | None, at: datetime | None
    ) -> None:
        now = at or datetime.now(UTC)  # without a database there is no other clock
        try:
            trusted = (
                trust.read_trust_list(inputs.text_of(keys))
                if keys
                else signing.key_folder().trusted()
            )
            taken_back = (
                trust.read_revocation_list(inputs.text_of(revoked), keys=trusted)
                if revoked
                else None
            )
        except trust.ListUnreadable as fault:
            raise CommandError(str(fault)) from fault
        if not trusted:
            raise CommandError(
                "No keys to verify with. Say --keys FILE; the canton publishes it at /check/keys.json."
            )
        all_valid = True
        for text in _lines(given):
            verdict = rules.verify(
                text, keys=trusted, revoked=taken_back.numbers if taken_back else (), now=now
            )
            all_valid &= verdict.is_valid
            self.stdout.write(json.dumps(_as_json(verdict, taken_back), ensure_ascii=False))
        if not all_valid:
            sys.exit(1)

    def _keys(self, *, rotate: bool) -> None:
        folder = signing.key_folder()
        if rotate:
            folder.rotate(datetime.now(UTC))
        self.stdout.write(trust.trust_list(folder.trusted()), ending="")

    def _revoke(self, typed: str, reason: RevokeReason) -> None:
        try:
            paper = queries.by_number(typed)
            operations.revoke(
                paper_id=paper.pk,
                reason=reason,
                actor=Actor.system("paper.revoke"),
                now=database.now(),
            )
        except PaperRefused as refusal:
            raise CommandError(REFUSALS[type(refusal)]) from refusal
        self.stdout.write(f"Paper {codes.spoken(paper.number)} is taken back.")


def _as_json(
    verdict: rules.Verdict, taken_back: trust.RevocationList | None
) -> dict[str, str | int | bool | None]:
    found: dict[str, str | int | bool | None] = {
        "outcome": verdict.outcome.value,
        "valid": verdict.is_valid,
        "specimen": verdict.is_specimen,
        # Without a list nobody can know; the reader must see that it was not looked at.
        "revocations_as_of": taken_back.as_of.isoformat() if taken_back else None,
    }
    if said := verdict.claims:
        zone = ZoneInfo(settings.TIME_ZONE)
        found |= {
            "issuer": said.issuer,
            "number": codes.spoken(said.number),
            "kind": said.kind,
            "holder": said.holder,
            "birth_year": said.birth_year,
            "issued_at": said.issued_at.astimezone(zone).isoformat(),
            "valid_from": said.begins_at.astimezone(zone).isoformat(),
            "valid_until": said.ends_at.astimezone(zone).isoformat(),
        }
    return found


def _lines(given: list[str]) -> Iterable[str]:
    if given:
        yield from given
        return
    while line := sys.stdin.readline(LONGEST_LINE):
        if line.strip():
            yield line
