"""`visavis dcc verify`, `dcc issue`, `dcc keys`: the EU's digital COVID certificates.

They need no network, and but for `revoked` no database. Verifying is for every country's and in every world;
issuing is for the demonstration only.
"""

import io
import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from pydantic import BaseModel, ConfigDict, ValidationError

from visavis.papers import queries
from visavis.papers.dcc import demonstration, making, recovery, revocation, trust, uvci, verifying
from visavis.papers.dcc.recovery import Analysis, Sampling
from visavis.papers.dcc.refusals import Refusal
from visavis.papers.dcc.schema import Certificate
from visavis.papers.dcc.verifying import Verdict
from visavis.papers.management import inputs

LONGEST_LINE = 100_000  # far more than a certificate; what is longer is too long in any case
REASONS = "What `refusal` may say, in the order of the checks:\n" + "\n".join(
    f"  {one.value:22} {one.sentence}" for one in Refusal
)


ASKED = (
    "A request is one JSON object a line: family_name, given_name, born (YYYY-MM-DD, YYYY-MM or YYYY),\n"
    "first_positive_on (YYYY-MM-DD); if they differ from what stands here: country (CH), analysis (pcr;\n"
    "rapid_antigen, laboratory_antigen), sampling (nasopharynx; nose, saliva), by_accepted_place (true).\n\n"
    "What `obstacle` may say:\n" + "\n".join(f"  {one.value}" for one in recovery.Obstacle)
)


class Request(BaseModel):
    """Who asks, and by which test."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    family_name: str
    given_name: str
    born: str
    first_positive_on: date
    country: str = making.COUNTRY
    analysis: Analysis = Analysis.PCR
    sampling: Sampling = Sampling.NASOPHARYNX
    by_accepted_place: bool = True

    def proof(self) -> recovery.Proof:
        return recovery.Proof(
            self.analysis,
            self.first_positive_on,
            self.country,
            self.sampling,
            self.by_accepted_place,
        )

    def person(self) -> making.Recovered:
        return making.Recovered(
            self.family_name, self.given_name, self.born, self.first_positive_on, self.country
        )


class Command(BaseCommand):
    help = "Verify the EU's digital COVID certificates; issue specimens in the demonstration world."
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
        issue = verbs.add_parser(
            "issue",
            help="specimens of recovery certificates, by the demonstration key: a request a line, an answer a line",
            formatter_class=RawDescriptionHelpFormatter,
            epilog=ASKED,
        )
        for verb in (verify, issue):
            verb.add_argument("--at", type=inputs.moment, help="moment to judge at; default: now")
        verbs.add_parser("keys", help="the demonstration's trust list, for `verify --trust`")
        verbs.add_parser("revoked", help="what was taken back here, for `verify --revoked`")

    def handle(self, *args: Any, verb: str, at: datetime | None = None, **options: Any) -> None:
        now = at or datetime.now(UTC)  # without a database there is no other clock
        if verb == "verify":
            self._verify(options["trust"], options["revoked"], now)
            return
        if verb == "revoked":
            self.stdout.write(queries.eu_revocation_list(), ending="")
            return
        try:
            keys = demonstration.keys()
        except demonstration.NotIssuedHere as refusal:
            raise CommandError(str(refusal)) from refusal
        if verb == "issue":
            self._issue(keys, now)
            return
        self.stdout.write(queries.eu_trust_list(), ending="")

    def _issue(self, keys: demonstration.Keys, now: datetime) -> None:
        all_issued = True
        for number, line in _lines():
            said = _issued(line, keys, now)
            all_issued &= "text" in said
            self.stdout.write(json.dumps({"line": number, **said}, ensure_ascii=False))
        if not all_issued:
            sys.exit(1)

    def _verify(self, trust: Path | None, revoked: Path | None, now: datetime) -> None:
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


def _issued(line: str, keys: demonstration.Keys, now: datetime) -> dict[str, object]:
    """Return the certificate that a request gives, or why it gives none."""
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    try:
        request = Request.model_validate_json(line)
    except ValidationError as fault:
        places = {".".join(str(step) for step in one["loc"]) or "line" for one in fault.errors()}
        return {"error": f"not a request: {', '.join(sorted(places))}"}
    if found := recovery.obstacle(request.proof(), on=today, law_of=recovery.law_today(today)):
        return {"obstacle": found.value}
    identifier = uvci.made()
    try:
        content = making.content(request.person(), identifier=identifier, today=today)
    except making.NotMakeable as fault:
        return {"error": str(fault)}
    valid = recovery.printed_period(request.first_positive_on)
    return {
        "specimen": True,
        "identifier": identifier,
        "valid_from": valid.first.isoformat(),
        "valid_until": valid.last.isoformat(),
        "accepted_in_switzerland": recovery.accepted_in_switzerland(
            request.first_positive_on, on=today
        ),
        "text": making.signed_text(content, signer=keys.signer(now), now=now),
    }


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
