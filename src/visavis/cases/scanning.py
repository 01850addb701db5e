"""What the virus scanner says of a file, asked after the file is kept and before the office opens it."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from visavis.cases import attachments
from visavis.cases.attachment_models import Attachment
from visavis.cases.attachment_rules import Verdict
from visavis.cases.refusals import NoSuchFile
from visavis.cases.vault import KeyDestroyed
from visavis.foundation.actor import Actor
from visavis.gateways.virus_scanner import routes
from visavis.gateways.virus_scanner.errors import NotScanned, VirusScannerError
from visavis.journal import operations as journal

AT_ONCE = 500
WAITED = timedelta(minutes=10)  # the job of the file itself has had its first tries


def first_verdict() -> Verdict:
    """Return what a fresh file counts as: without a scanner, what was examined is clean."""
    return Verdict.WAITING if routes.is_configured() else Verdict.CLEAN


def scan(*, attachment_id: int, actor: Actor, now: datetime) -> None:
    """Ask the scanner about a file that waits. Repeating it changes nothing.

    Nothing is locked meanwhile: a scanner may take its time.

    Raises:
        VirusScannerError: there is no verdict; the file waits, and may be asked about again.
    """
    row = Attachment.objects.kept().filter(pk=attachment_id, verdict=Verdict.WAITING).first()
    if row is None:
        return
    try:
        content = attachments.content_of(row)
    except (NoSuchFile, KeyDestroyed):  # removed, or erased with its case
        return
    _settle(row, routes.scanner().scan(content).is_clean, actor=actor, now=now)


def scan_again(*, actor: Actor, now: datetime) -> int:
    """Ask about every file that has waited for long, and return how many have a verdict now.

    When the scanner cannot be reached, the rest waits too.
    """
    waiting = Attachment.objects.kept().filter(verdict=Verdict.WAITING, sent_at__lte=now - WAITED)
    before = list(waiting.order_by("sent_at").values_list("pk", flat=True)[:AT_ONCE])
    with suppress(VirusScannerError):
        for pk in before:
            with suppress(NotScanned):  # this one alone cannot be judged
                scan(attachment_id=pk, actor=actor, now=now)
    return len(before) - Attachment.objects.filter(pk__in=before, verdict=Verdict.WAITING).count()


@transaction.atomic
def _settle(row: Attachment, is_clean: bool, *, actor: Actor, now: datetime) -> None:
    verdict = Verdict.CLEAN if is_clean else Verdict.INFECTED
    waiting = Attachment.objects.filter(pk=row.pk, verdict=Verdict.WAITING)
    if waiting.update(verdict=verdict):
        what = "cases.file_cleared" if is_clean else "cases.file_quarantined"
        journal.record(what=what, subject=f"case:{row.case_id}", actor=actor, now=now)
