"""Fixtures of an identity check: a citizen in a visit at a device, and checkers of its site."""

# ruff: noqa: F811 - fixtures ask for each other by name

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.people import as_actor, register
from tests.visiting import begin, device, second_device, site, visit  # noqa: F401
from visavis.assistance import operations
from visavis.assistance.models import IdentityCheck
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.people.models import User
from visavis.people.rules import DocumentKind, PartialDate
from visavis.places.models import Site
from visavis.visits.models import Visit

BORN = PartialDate(1961, 4, 12)


def shown(
    family_name: str = "Exemple",
    birth: PartialDate = BORN,
    kind: DocumentKind = DocumentKind.PASSPORT,
) -> operations.Shown:
    """Return what stands on the document of Élodie Exemple, unless told otherwise."""
    return operations.Shown(family_name, birth, kind)


def checker(
    name: str = "p-checker00001", *, site: str = "saignelegier", role: str = "checker"
) -> Actor:
    """Return a member of staff of the post at the counter of a site."""
    return Actor(
        Kind.CLERK, name, Channel.COUNTER, site=site, roles=frozenset({f"{role}@post/{site}"})
    )


@pytest.fixture
def citizen(site: Site, now: datetime) -> User:
    return register(now)


@pytest.fixture
def at_home(citizen: User) -> Actor:
    return as_actor(citizen, assurance=1)


@pytest.fixture
def here(citizen: User, visit: Visit) -> Actor:
    """The citizen, signed in at the kiosk of Saignelégier."""
    return Actor(
        Kind.CITIZEN, citizen.name, Channel.KIOSK, visit=visit.pk, device=visit.device.code,
        site=visit.device.site.code, assurance=1,
    )  # fmt: skip


@pytest.fixture
def agreed(citizen: User, here: Actor, now: datetime) -> Callable[..., IdentityCheck]:
    """Return a function that asks for a check and agrees to it."""

    def _agreed(*, needs_two: bool = False) -> IdentityCheck:
        operations.ask(citizen=citizen, needs_two=needs_two, actor=here, now=now)
        return operations.agree(citizen=citizen, actor=here, now=now)

    return _agreed
