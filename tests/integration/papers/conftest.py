"""A case granted as in life: filled in, submitted, paid at the counter."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest

from tests.papers import barcode, claims, folder, signer
from tests.requesting import (
    citizen,
    elodie,
    fill,
    neighbour,
    officer,
    service,
    week,
)
from visavis.cases import operations as cases
from visavis.cases.models import Case
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.papers.models import Paper
from visavis.payments import operations as payments
from visavis.payments import queries as payment_queries
from visavis.payments import tills

__all__ = [
    "barcode",
    "citizen",
    "claims",
    "elodie",
    "fill",
    "folder",
    "neighbour",
    "officer",
    "service",
    "signer",
    "week",
]


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    """Each test has its own keys, and the real ones are left alone."""
    settings.VAR = tmp_path / "var"


@pytest.fixture
def clerk(db: None, now: datetime) -> Actor:
    """A cashier with an open till."""
    claire = Actor(
        kind=Kind.CLERK,
        name="p-claire",
        channel=Channel.COUNTER,
        site="saignelegier",
        roles=frozenset({"cashier@post/saignelegier"}),
    )
    tills.open_(float_cents=200_00, actor=claire, now=now)
    return claire


@pytest.fixture
def granted(week: Case, elodie: Actor, clerk: Actor, now: datetime, run_jobs) -> Case:
    """A case that is submitted and paid, its consequences still to come."""
    case = cases.submit(case_id=week.pk, actor=elodie, now=now)
    payment = payment_queries.for_subject(case.subject)
    assert payment is not None
    payments.receive_cash(payment=payment, key=uuid4(), actor=clerk, now=now)
    return case


@pytest.fixture
def paper(granted: Case, run_jobs: Callable[..., int]) -> Paper:
    run_jobs()
    return Paper.objects.get(subject=granted.subject)
