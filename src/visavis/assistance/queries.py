"""Questions about checks of identities."""

from datetime import datetime
from uuid import UUID

from visavis.assistance.models import IdentityCheck
from visavis.assistance.rules import State
from visavis.foundation.actor import Actor
from visavis.people.models import User
from visavis.visits.models import Visit


def latest_of(citizen: User) -> IdentityCheck | None:
    """Return the check that somebody asked for last, whatever came of it."""
    return IdentityCheck.objects.filter(citizen=citizen).order_by("-asked_at").first()


def open_of(citizen: User, *, now: datetime) -> IdentityCheck | None:
    """Return the check that waits for somebody's document."""
    return IdentityCheck.objects.filter(citizen=citizen).open(now).first()


def state_for_checker(check_id: UUID, *, actor: Actor, now: datetime) -> State | None:
    """Return where a check stands, to the checker who was the first to find it equal; else None."""
    check = IdentityCheck.objects.filter(pk=check_id, seen_by=actor.name).first()
    return check.state(now) if check else None


def has_agreed_here(check: IdentityCheck, *, actor: Actor) -> bool:
    """Tell whether consent was given in the visit in which the citizen is now."""
    return check.agreed_at is not None and check.visit == actor.visit


def is_here(visit: UUID | None, *, site: str | None, now: datetime) -> bool:
    """Tell whether a visit lives, at a device of this site."""
    if visit is None or site is None:
        return False
    return Visit.objects.open(now).filter(pk=visit, device__site__code=site).exists()
