"""Consequences that travel upwards by name, and what is done again and again.

A lower room announces what happened, in the transaction in which it happened. Upper rooms follow
the name. Each follower is a job of its own, tried again until it succeeds, so it must be repeatable.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from visavis.foundation import database

Follower = Callable[[str, datetime], None]
Periodic = Callable[[datetime], None]
AnyFollower = TypeVar("AnyFollower", bound=Follower)
AnyPeriodic = TypeVar("AnyPeriodic", bound=Periodic)

# After 15 tries the last wait is about nine hours; together they cover two days.
AGAIN = RetryStrategy(max_attempts=16, exponential_wait=2)

# What `_run_follower.defer` does, in a tenth of its time: every change of an appointment needs it.
DEFER = (
    "SELECT procrastinate_defer_jobs_v1("
    "ARRAY[ROW('default', %s, 0, NULL, NULL, %s, NULL)::procrastinate_job_to_defer_v1])"
)

_followers: dict[str, dict[str, Follower]] = defaultdict(dict)
_periodic: dict[str, str] = {}


def announce(what: str, *, subject: str) -> None:
    """Tell all followers of a name, in the current transaction.

    Args:
        what: the name, such as `payment.settled`.
        subject: what it is about, such as `case:<uuid>`; never personal data.
    """
    for follower in sorted(_followers[what]):
        job = {"what": what, "follower": follower, "subject": subject}
        database.prepared(DEFER, [_run_follower.name, json.dumps(job)])


def follow(what: str) -> Callable[[AnyFollower], AnyFollower]:
    """Make a function a follower of a name: it will be called with subject and `now`."""

    def register(function: AnyFollower) -> AnyFollower:
        _followers[what][_name_of(function)] = function
        return function

    return register


def periodically(cron: str) -> Callable[[AnyPeriodic], AnyPeriodic]:
    """Make a function run at the moments of a cron expression, in UTC, once in all workers."""

    def register(function: AnyPeriodic) -> AnyPeriodic:
        name = _name_of(function)

        _periodic[name] = cron

        @app.periodic(cron=cron, periodic_id=name)
        @app.task(name=name, queueing_lock=name, pass_context=False)
        def run(timestamp: int) -> None:
            function(database.now())

        return function

    return register


def followers() -> dict[str, list[str]]:
    """Return who follows what, sorted, for the documentation."""
    return {what: sorted(names) for what, names in sorted(_followers.items())}


def periodic() -> dict[str, str]:
    """Return what is done again and again, with its cron expression, for the documentation."""
    return dict(sorted(_periodic.items()))


def run_follower(*, what: str, follower: str, subject: str, now: datetime) -> None:
    """Call one follower, as the worker does."""
    _followers[what][follower](subject, now)


@app.task(name="visavis.follow", retry=AGAIN)
def _run_follower(what: str, follower: str, subject: str) -> None:
    run_follower(what=what, follower=follower, subject=subject, now=database.now())


@app.periodic(cron="* * * * *", periodic_id="visavis.take_up_again")
@app.task(name="visavis.take_up_again", queueing_lock="visavis.take_up_again", pass_context=True)
async def take_up_again(context: JobContext, timestamp: int) -> None:
    """Give jobs back whose worker was killed in the middle; followers may be repeated."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


def _name_of(function: Follower | Periodic) -> str:
    module, name = function.__module__, getattr(function, "__name__", "")
    return f"{module.removeprefix('visavis.')}.{name}"
