"""What cases do when something happened below, and by the clock."""

from datetime import datetime
from uuid import UUID

from visavis.cases import giving_back, keeping, queries
from visavis.foundation.actor import Actor
from visavis.foundation.jobs import follow, periodically


@follow("payment.settled")
def grant_what_is_paid(subject: str, now: datetime) -> None:
    case_id = queries.of_subject(subject)
    if case_id is not None:
        keeping.settle(case_id=case_id, actor=Actor.system("cases.paid"), now=now)


@follow("refund.approved")
def tell_of_refund(subject: str, now: datetime) -> None:
    actor = Actor.system("cases.refund_approved")
    giving_back.tell_approved(refund_id=UUID(subject), actor=actor, now=now)


@follow("refund.settled")
def tell_of_money_back(subject: str, now: datetime) -> None:
    actor = Actor.system("cases.refund_settled")
    giving_back.tell_settled(refund_id=UUID(subject), actor=actor, now=now)


@periodically("7 * * * *")
def keep_no_longer(now: datetime) -> None:
    actor = Actor.system("cases.keeping")
    keeping.expire_drafts(actor=actor, now=now)
    keeping.lapse_unpaid(actor=actor, now=now)
    keeping.erase_old(actor=actor, now=now)


@periodically("37 3 * * *")
def change_keys(now: datetime) -> None:
    keeping.change_keys(now=now)
