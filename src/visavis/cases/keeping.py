"""What time does to cases: drafts expire, unpaid ones lapse, old ones are erased. Repeatable."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from visavis.cases import asking, deciding, rules, telling, vault
from visavis.cases.models import Case, RegisterQuestion
from visavis.cases.rules import State, Step
from visavis.foundation.actor import Actor
from visavis.payments import operations as payments
from visavis.payments import queries as payments_queries
from visavis.payments.refusals import AlreadySettled

AT_ONCE = 500


@transaction.atomic
def settle(*, case_id: UUID, actor: Actor, now: datetime) -> None:
    """Grant a case that is paid. Repeating it changes nothing."""
    case = Case.objects.select_for_update(of=("self",)).select_related("version").get(pk=case_id)
    payment = payments_queries.for_subject(case.subject)
    is_paid = payment is not None and payment.is_settled
    if is_paid and rules.is_possible(case.state, Step.GRANT):
        telling.happens(case, "paid", actor=actor, now=now)
        deciding.grant(case, actor=actor, now=now)


def expire_drafts(*, actor: Actor, now: datetime) -> int:
    """Erase the drafts whose time is over, and return how many."""
    due = Case.objects.drafts().filter(kept_until__lte=now).values_list("pk", flat=True)
    return sum(_expire(pk, actor=actor, now=now) for pk in due[:AT_ONCE])


def forget_drafts(*, owner: str, actor: Actor, now: datetime) -> int:
    """Erase the drafts of an account that is closed, and return how many. Repeatable."""
    begun = Case.objects.drafts().of(owner).values_list("pk", flat=True)
    return sum(_forget(pk, actor=actor, now=now) for pk in begun)


@transaction.atomic
def _expire(case_id: UUID, *, actor: Actor, now: datetime) -> bool:
    free = Case.objects.drafts().select_for_update(skip_locked=True)
    return _end_draft(free.filter(pk=case_id, kept_until__lte=now).first(), actor=actor, now=now)


@transaction.atomic
def _forget(case_id: UUID, *, actor: Actor, now: datetime) -> bool:
    drafts = Case.objects.drafts().select_for_update()
    return _end_draft(drafts.filter(pk=case_id).first(), actor=actor, now=now)


def _end_draft(case: Case | None, *, actor: Actor, now: datetime) -> bool:
    if case is None:
        return False
    deciding.close(case, Step.EXPIRE, now=now)
    deciding.erase(case, actor=actor, now=now)
    return True


def lapse_unpaid(*, actor: Actor, now: datetime) -> int:
    """Close the accepted cases that nobody paid in time, and return how many."""
    due = Case.objects.filter(state=State.PAYMENT, kept_until__lte=now)
    return sum(
        _lapse(pk, actor=actor, now=now) for pk in due.values_list("pk", flat=True)[:AT_ONCE]
    )


@transaction.atomic
def _lapse(case_id: UUID, *, actor: Actor, now: datetime) -> bool:
    case = Case.objects.select_for_update().filter(pk=case_id, state=State.PAYMENT).first()
    if case is None:
        return False
    asked = payments_queries.for_subject(case.subject)
    if asked is not None:
        try:
            payments.cancel(payment=asked, actor=actor, now=now)
        except AlreadySettled:
            return False  # paid at the last moment: the follower grants it
    deciding.close(case, Step.LAPSE, now=now)
    telling.happens(case, "lapsed", actor=actor, now=now)
    return True


def hand_over_unanswered(*, now: datetime) -> int:
    """Give the office what waits for a register longer than its job lives, and return how many."""
    due = RegisterQuestion.objects.unanswered().filter(
        case__state=State.CHECKING, asked_at__lte=now - rules.REGISTER_WITHIN
    )
    ids = due.values_list("case_id", flat=True)[:AT_ONCE]
    return sum(asking.hand_over_unanswered(case_id=case_id, now=now) for case_id in ids)


def erase_old(*, actor: Actor, now: datetime) -> int:
    """Erase the closed cases whose retention is over, and return how many."""
    due = Case.objects.filter(erased_at=None, erase_after__lte=now).order_by("erase_after")
    return sum(
        _erase(pk, actor=actor, now=now) for pk in due.values_list("pk", flat=True)[:AT_ONCE]
    )


def change_keys(*, now: datetime) -> int:
    """Make what was erased unreadable wherever a copy of its key lies; return the keys wrapped anew.

    Nothing is done while nothing was erased since the last time. A copy of the keys can be brought
    back for as long as `rules.KEYS_KEPT` says, and by nobody afterwards.
    """
    vault.forget_masters(now=now, kept=rules.KEYS_KEPT)
    if not Case.objects.filter(erased_at__gte=vault.changed_at()).exists():
        return 0
    return vault.change_master(now=now)


@transaction.atomic
def _erase(case_id: UUID, *, actor: Actor, now: datetime) -> bool:
    case = Case.objects.select_for_update().filter(pk=case_id, erased_at=None).first()
    if case is None:
        return False
    deciding.erase(case, actor=actor, now=now)
    return True
