"""`visavis doctor`: checks everything an installer could have got wrong, and says what to do."""

import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import yaml
from cryptography import x509

from visavis.config import databases, embedded
from visavis.config.instance import Instance, secrets_of
from visavis.gateways.virus_scanner.client import Clamd
from visavis.gateways.virus_scanner.errors import VirusScannerError

LEAST_FREE_GB = 1
MOST_CLOCK_OFFSET_S = 5.0
RENEWED_BEFORE_S = 60 * 24 * 3600  # a provider needs weeks for a new certificate
OLDEST_SIGNATURES = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Finding:
    """One checked thing; `advice` says what to do and is empty when all is well."""

    name: str
    advice: str = ""


def run(instance: Instance) -> int:
    """Print one line for each check, and return 1 if any found something to do."""
    findings = [finding for check in CHECKS for finding in _checked(check, instance)]
    for finding in findings:
        mark = "ok     " if not finding.advice else "TO DO  "
        sys.stdout.write(f"  {mark}{finding.name}\n")
        if finding.advice:
            sys.stdout.write(f"         {finding.advice}\n")
    todo = sum(bool(finding.advice) for finding in findings)
    things = "1 thing" if todo == 1 else f"{todo} things"
    sys.stdout.write("All is well.\n" if not todo else f"{things} to do.\n")
    return 1 if todo else 0


Check = Callable[[Instance], Iterator[Finding]]


def _checked(check: Check, instance: Instance) -> Iterator[Finding]:
    try:
        yield from check(instance)
    except Exception as fault:
        yield Finding(
            check.__name__.removeprefix("_").replace("_", " "), f"{type(fault).__name__}: {fault}"
        )


def _python(instance: Instance) -> Iterator[Finding]:
    fine = sys.version_info[:2] == (3, 11)
    yield Finding(
        f"Python {sys.version.split()[0]}",
        "" if fine else "Install Python 3.11 and run `make run` again.",
    )


def _disk(instance: Instance) -> Iterator[Finding]:
    instance.var.mkdir(parents=True, exist_ok=True)
    free_gb = shutil.disk_usage(instance.var).free / 2**30
    advice = f"Make room on the disk of {instance.var}." if free_gb < LEAST_FREE_GB else ""
    yield Finding(f"{free_gb:.0f} GB free", advice)


def _secrets(instance: Instance) -> Iterator[Finding]:
    secrets_of(instance.var)
    private = [
        instance.var / "secrets.json",
        *(instance.var / "keys").rglob("*.pem"),
        *(instance.var / "keys").glob("*.key"),
    ]
    for path in private:
        open_to_others = stat.S_IMODE(path.stat().st_mode) & 0o077
        yield Finding(f"{path.name} is private", f"chmod 600 {path}" if open_to_others else "")


def _world(instance: Instance) -> Iterator[Finding]:
    if instance.world != "live":
        yield Finding(f"{instance.world} world: fakes only, nothing counts")
        return
    https = instance.base_url.startswith("https://")
    yield Finding(
        "addresses are encrypted", "" if https else "Set VISAVIS_BASE_URL to the https:// address."
    )
    paid = {"VISAVIS_PAYMENT_URL", "VISAVIS_PAYMENT_PROVIDER"} & set(os.environ)
    yield Finding(
        "payment provider",
        ""
        if paid
        else "Set VISAVIS_PAYMENT_PROVIDER or VISAVIS_PAYMENT_URL; no fake may run in the live world.",
    )
    yield _register(instance)
    yield from _identity(instance)
    if instance.provider_url.startswith("https://test."):
        yield Finding(
            "payments count", "VISAVIS_SAFERPAY_URL is the test environment: no money moves there."
        )
    mail = "VISAVIS_SMTP" in os.environ
    yield Finding("mail", "" if mail else "Set VISAVIS_SMTP and VISAVIS_MAIL_SENDER.")
    outside = (
        not (instance.var / "seals").resolve().is_relative_to(embedded.data_folder(instance.var))
    )
    yield Finding(
        "seals lie outside the database", "" if outside else "Move var/seals to another place."
    )


def _signed_papers(instance: Instance) -> Iterator[Finding]:
    if instance.world != "live":
        return
    for variable, signs in (
        ("VISAVIS_PAPER_SIGNER", "barcodes of papers"),
        ("VISAVIS_PDF_SIGNER", "PDFs of papers"),
    ):
        named = os.environ.get(variable, "")
        advice = f"Set {variable}; no key for demonstrations may sign in the live world."
        yield Finding(f"who signs the {signs}", "" if named else advice)
    file, passphrase = instance.pdf_key
    if not file:
        return
    from visavis.papers.pkcs12 import opened  # its refusals say what to do

    certificate = x509.load_der_x509_certificate(opened(Path(file), passphrase).certificate)
    ends_at = certificate.not_valid_after_utc
    soon = ends_at.timestamp() - time.time() < RENEWED_BEFORE_S
    yield Finding(
        f"the certificate for PDFs ends on {ends_at:%Y-%m-%d}",
        "Ask your provider for a new one, then set VISAVIS_PDF_KEY." if soon else "",
    )


def _register(instance: Instance) -> Finding:
    """Judge how the laboratories' register is reached; without one, officers compare themselves."""
    url = instance.register_url
    if not url:
        return Finding("laboratory register: none, officers compare")
    advice = ""
    if not url.startswith("https://"):
        advice = "Set VISAVIS_LABORATORY_REGISTER_URL to an https:// address; no fake may run in the live world."
    elif not instance.register_token:
        advice = "Set VISAVIS_LABORATORY_REGISTER_TOKEN, or it is never asked."
    return Finding("laboratory register", advice)


def _identity(instance: Instance) -> Iterator[Finding]:
    """Tell for each identity provider of the pack whether this instance is its client."""
    path = instance.pack / "identity.yaml"
    for entry in yaml.safe_load(path.read_text()) if path.exists() else []:
        variable = f"VISAVIS_IDENTITY_{entry['code'].upper().replace('-', '_')}"
        client_id, secret = instance.openid_clients.get(entry["code"], ("", ""))
        yield Finding(
            f"identity provider {entry['code']}",
            ""
            if client_id and secret
            else f"Set {variable}_CLIENT and {variable}_SECRET, or take it out of identity.yaml; "
            "no fake may run in the live world.",
        )


def _pack(instance: Instance) -> Iterator[Finding]:
    there = (instance.pack / "pack.yaml").exists()
    yield Finding(
        f"pack {instance.canton}",
        ""
        if there
        else f"No pack.yaml in {instance.pack}. Set VISAVIS_CANTON or VISAVIS_PACKS, then `visavis pack check`.",
    )


def _translations(instance: Instance) -> Iterator[Finding]:
    folder = Path(__file__).parents[1]
    stale = [
        path
        for path in folder.rglob("locale/*/LC_MESSAGES/django.po")
        if not path.with_suffix(".mo").exists()
        or path.with_suffix(".mo").stat().st_mtime < path.stat().st_mtime
    ]
    yield Finding(
        "translations are compiled", "They are compiled at the next `visavis up`." if stale else ""
    )


def _scanner(instance: Instance) -> Iterator[Finding]:
    if not instance.virus_scanner:
        advice = "Set VISAVIS_VIRUS_SCANNER: files of citizens are judged, but not scanned."
        yield Finding("virus scanner", advice if instance.world == "live" else "")
        return
    try:
        known = Clamd(instance.virus_scanner, patience_s=10).signatures()
    except VirusScannerError as fault:
        yield Finding("virus scanner", f"No usable answer ({fault}): start clamd.")
        return
    yield Finding("virus scanner answers")
    is_old = known.made_at is None or datetime.now(UTC) - known.made_at > OLDEST_SIGNATURES
    day = f"of {known.made_at:%Y-%m-%d}" if known.made_at else "its own only"
    yield Finding(f"virus signatures: {day}", "Let freshclam run every day." if is_old else "")


def _database(instance: Instance) -> Iterator[Finding]:
    if not instance.database_url and not embedded.has_database(instance.var, "visavis"):
        yield Finding("database", "Start once with `make run`, which makes it.")
        return
    settings = databases.settings_for(instance)
    for alias, described in settings.items():
        with psycopg.connect(
            host=described["HOST"], port=described["PORT"], user=described["USER"],
            password=described["PASSWORD"], dbname=described["NAME"], connect_timeout=5,
        ) as connection:  # fmt: skip
            version = connection.info.server_version // 10000
            yield Finding(
                f"database {alias}: PostgreSQL {version}",
                "" if version >= 16 else "Use PostgreSQL 16 or later.",
            )
            if alias == "default":
                yield from _rights(connection)
                yield from _clock(connection)
                yield from _messages(connection)


def _rights(connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Finding]:
    for table in ("journal_entry", "measures_event"):
        row = connection.execute(
            "SELECT has_table_privilege(%s, 'UPDATE') OR has_table_privilege(%s, 'DELETE')",
            [table, table],
        ).fetchone()
        may = bool(row and row[0])
        yield Finding(
            f"{table} can only grow",
            f"The application may change {table}: REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM visavis_app."
            if may
            else "",
        )
    row = connection.execute(
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    superuser = bool(row and row[0])
    yield Finding(
        "the application is no superuser",
        "ALTER ROLE visavis_app NOSUPERUSER." if superuser else "",
    )


def _clock(connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Finding]:
    row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    assert row is not None
    offset_s = abs(float(str(row[0])) - time.time())
    advice = (
        "Set both clocks with a time service (chrony)." if offset_s > MOST_CLOCK_OFFSET_S else ""
    )
    yield Finding(f"clocks of database and machine agree to {offset_s:.1f} s", advice)


def _messages(connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Finding]:
    row = connection.execute(
        "SELECT count(*) FROM notices_notice WHERE state = 'failed' AND body <> ''"
    ).fetchone()
    assert row is not None
    advice = "See `visavis notices failed`, mend the cause, then `visavis notices again`."
    yield Finding(f"{row[0]} messages could not be delivered", advice if row[0] else "")


CHECKS: list[Check] = [
    _python,
    _disk,
    _secrets,
    _world,
    _signed_papers,
    _pack,
    _translations,
    _scanner,
    _database,
]
