"""Roles of staff: given and taken away."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from visavis.foundation.actor import Actor, Kind
from visavis.journal import operations as journal
from visavis.people import rules
from visavis.people.models import Role, User
from visavis.people.refusals import NotYours


@transaction.atomic
def give_role(
    *,
    user: User,
    role: rules.RoleName,
    organisation: str,
    site: str = "",
    valid_until: date | None = None,
    actor: Actor,
    now: datetime,
) -> Role:
    """Let a member of staff do something at an organisation, or at one of its sites, from today.

    Raises:
        NotYours: only operators and programs give roles, and nobody to themselves.
    """
    if not may_give_roles(actor) or actor.name == user.name:
        raise NotYours
    given, is_new = Role.objects.get_or_create(
        user=user, role=role, organisation=organisation, site=site, valid_from=localdate(now),
        defaults={"given_by": actor.name, "given_at": now, "valid_until": valid_until},
    )  # fmt: skip
    if not is_new and given.valid_until != valid_until:
        given.valid_until = valid_until
        given.save(update_fields=["valid_until"])
    _record("people.role_given", given, actor=actor, now=now)
    return given


@transaction.atomic
def end_role(*, role: Role, actor: Actor, now: datetime) -> None:
    """Take a role away, from today on.

    Raises:
        NotYours: only operators and programs take roles away.
    """
    if not may_give_roles(actor):
        raise NotYours
    role.valid_until = localdate(now)
    role.save(update_fields=["valid_until"])
    _record("people.role_ended", role, actor=actor, now=now)


def may_give_roles(actor: Actor) -> bool:
    """Tell whether an actor may give and take roles."""
    return actor.kind is Kind.SYSTEM or actor.has_role(rules.RoleName.OPERATOR)


def _record(what: str, role: Role, *, actor: Actor, now: datetime) -> None:
    journal.record(
        what=what, subject=f"person:{role.user.name}", actor=actor, now=now,
        details={"role": role.role, "organisation": role.organisation, "site": role.site},
    )  # fmt: skip
