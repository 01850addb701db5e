"""Fixtures that every room's tests may use."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from visavis.foundation.actor import Actor

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
