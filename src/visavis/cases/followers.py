"""What cases do when something happened below, and by the clock."""

from datetime import datetime

from visavis.cases import attaching, keeping, queries, scanning
from visavis.foundation.actor import Actor
from visavis.foundation.jobs import follow, periodically


@follow("payment.settled")
def grant_what_is_paid(subject: str, now: datetime) -> None:
    case_id = queries.of_subject(subject)
    if case_id is not None:
        keeping.settle(case_id=case_id, actor=Actor.system("cases.paid"), now=now)


@follow("attachment.sent")
def scan_the_file(subject: str, now: datetime) -> None:
    attachment_id = int(subject.removeprefix("attachment:"))
    scanning.scan(attachment_id=attachment_id, actor=Actor.system("cases.scanning"), now=now)


@follow("attachment.removed")
def remove_the_file(subject: str, now: datetime) -> None:
    attaching.forget(attachment_id=int(subject.removeprefix("attachment:")))


@periodically("7 * * * *")
def keep_no_longer(now: datetime) -> None:
    actor = Actor.system("cases.keeping")
    keeping.expire_drafts(actor=actor, now=now)
    keeping.lapse_unpaid(actor=actor, now=now)
    keeping.erase_old(actor=actor, now=now)


@periodically("37 3 * * *")
def change_keys(now: datetime) -> None:
    keeping.change_keys(now=now)


@periodically("27 * * * *")
def scan_again(now: datetime) -> None:
    scanning.scan_again(actor=Actor.system("cases.scanning"), now=now)


@periodically("23 3 * * *")
def sweep_files(now: datetime) -> None:
    attaching.sweep(now=now)
