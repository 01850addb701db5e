"""Fixtures that every room's tests may use."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from visavis.foundation.actor import Actor

CANTONS = Path(__file__).parents[1] / "cantons"

# The second of the night in which clocks go back, seen from Zurich: 02:30 comes twice.
AWKWARD = datetime(2026, 10, 25, 0, 30, 1, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return AWKWARD


@pytest.fixture
def system() -> Actor:
    return Actor.system("tests")


@pytest.fixture
def run_jobs(now: datetime) -> Callable[..., int]:
    """Return a function that runs what was announced, in this test's own transaction."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from visavis.foundation import jobs

    done: set[int] = set()

    def run(at: datetime | None = None) -> int:
        count = 0
        while True:
            due = [
                job
                for job in ProcrastinateJob.objects.filter(task_name="visavis.follow").order_by(
                    "id"
                )
                if job.pk not in done
            ]
            if not due:
                return count
            for job in due:
                done.add(job.pk)
                arguments: dict[str, Any] = job.args
                jobs.run_follower(**arguments, now=at or now)
                count += 1

    return run


@pytest.fixture
def exemple(db: None, system: Actor, now: datetime) -> str:
    """The fictitious canton, loaded as written (live dates)."""
    return _loaded("exemple", system, now)


@pytest.fixture
def jura(db: None, system: Actor, now: datetime) -> str:
    """The canton of Jura, loaded as written (live dates)."""
    return _loaded("jura", system, now)


def _loaded(canton: str, actor: Actor, now: datetime) -> str:
    from visavis.packs import operations

    return operations.load(CANTONS / canton, world="live", actor=actor, now=now).code


@pytest.fixture(autouse=True)
def _forget_catalogues() -> None:
    """Drop what processes keep of a pack: in tests two packs may carry one version."""
    for name in (
        "visavis.appointments.books",
        "visavis.catalog.queries",
        "visavis.catalog.search",
        "visavis.doors.portal.catalogue_pieces",
    ):
        if name in sys.modules:
            sys.modules[name].forget()
