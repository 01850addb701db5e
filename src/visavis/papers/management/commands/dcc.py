"""`visavis dcc verify`: the EU's digital COVID certificates of any country, without network."""

import io
import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from visavis.papers.dcc import revocation, trust, uvci, verifying
from visavis.papers.dcc.refusals import Refusal
from visavis.papers.dcc.schema import Certificate
from visavis.papers.dcc.verifying import Verdict
from visavis.papers.management import inputs

LONGEST_LINE = 100_000  # far more than a certificate; what is longer is too long in any case
REASONS = "What `refusal` may say, in the order of the checks:\n" + "\n".join(
    f"  {one.value:22} {one.sentence}" for one in Refusal
)


class Command(BaseCommand):
    help = "Verify the EU's digital COVID certificates without network or database."
    requires_system_checks: list[str] = []  # no database, no templates

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser(
            "verify",
            help="one certificate a line of standard input, one JSON object a line; exit code 1 unless all are valid",
            formatter_class=RawDescriptionHelpFormatter,
            epilog=REASONS,
        )
        verify.add_argument("--trust", type=Path, help="trust list (JSON); without it nobody is")
        verify.add_argument(
            "--revoked", type=Path, help="revocation list (JSON); without it nobody looked"
        )
        verify.add_argument("--at", type=inputs.moment, help="moment to judge at; default: now")

    def handle(
        self,
        *args: Any,
        verb: str,
        trust: Path | None,
        revoked: Path | None,
        at: datetime | None,
        **options: Any,
    ) -> None:
        now = at or datetime.now(UTC)  # without a database there is no other clock
        signers, taken_back = _signers(trust), _revoked(revoked)
        all_valid = True
        for number, text in _lines():
            verdict = verifying.verify(
                text, signers=signers, now=now, revoked=taken_back or frozenset()
            )
            all_valid &= verdict.is_valid
            said = {"line": number, **_as_json(verdict), "revocations": taken_back is not None}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        if not all_valid:
            sys.exit(1)


def _signers(file: Path | None) -> tuple[trust.Signer, ...]:
    try:
        return trust.read_list(inputs.text_of(file)) if file else ()
    except trust.ListUnreadable as fault:
        raise CommandError(f"{file}: {fault}") from fault


def _revoked(file: Path | None) -> frozenset[revocation.Revoked] | None:
    try:
        return revocation.read_list(inputs.text_of(file)) if file else None
    except trust.ListUnreadable as fault:
        raise CommandError(f"{file}: {fault}") from fault


def _as_json(verdict: Verdict) -> dict[str, object]:
    found: dict[str, object] = {
        "valid": verdict.is_valid,
        "refusal": verdict.refusal.value if verdict.refusal else None,
        "reason": verdict.refusal.sentence if verdict.refusal else None,
    }
    if verdict.detail:
        found["detail"] = verdict.detail
    if signer := verdict.signer:
        found |= {"country": signer.country, "key_id": signer.key_id.hex()}
    if said := verdict.claims:
        found |= {
            "issuer": said.issuer,
            "issued_at": said.begins_at.isoformat(),
            "expires_at": said.ends_at.isoformat(),
        }
    if certificate := verdict.certificate:
        found |= {
            "kind": certificate.kind.value,
            "identifier": _identifier(certificate),
            "certificate": certificate.model_dump(by_alias=True, exclude_unset=True),
        }
    return found


def _identifier(certificate: Certificate) -> str:
    """Return what is to be said of the UVCI; a fault in it makes no certificate invalid."""
    try:
        read = uvci.read(certificate.entry.identifier)
    except uvci.CheckWrong:
        return "check_wrong"
    except uvci.NotUvci:
        return "not_uvci"
    return "check_right" if read.check else "without_check"


def _lines() -> Iterator[tuple[int, str]]:
    """Yield each line that is not empty, and its number, without its end."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    number = 0
    while line := sys.stdin.readline(LONGEST_LINE):
        number += 1
        rest = line
        while len(rest) == LONGEST_LINE and not rest.endswith("\n"):
            rest = sys.stdin.readline(LONGEST_LINE)
        # A blank at the end is a character of base45; only the line end goes.
        if line.strip():
            yield number, line.rstrip("\r\n")
