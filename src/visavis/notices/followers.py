"""Delivery, and forgetting."""

from datetime import datetime

from visavis.foundation.jobs import follow, periodically
from visavis.notices import operations


@follow("notice.asked")
def deliver(subject: str, now: datetime) -> None:
    operations.deliver(notice_id=int(subject.removeprefix("notice:")), now=now)


@periodically("17 3 * * *")
def empty_old(now: datetime) -> None:
    operations.empty_old(now=now)
