"""Announcements reach their followers, also after a worker was killed in the middle."""

from collections.abc import Iterator

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.testing import InMemoryConnector

from visavis.foundation import jobs
from visavis.foundation.loops import run


@pytest.fixture
def followed() -> Iterator[list[str]]:
    """A name that is followed during this test, and what arrived."""
    arrived: list[str] = []

    @jobs.follow("tests.happened")
    def remember(subject: str, now: object) -> None:
        arrived.append(subject)

    yield arrived
    jobs._followers.pop("tests.happened")


@pytest.mark.django_db
class TestAnnounce:
    def test_reaches_the_follower_by_a_job(self, followed, run_jobs):
        jobs.announce("tests.happened", subject="thing:1")
        assert followed == []

        run_jobs()

        assert followed == ["thing:1"]

    def test_leaves_no_job_where_nobody_follows(self):
        jobs.announce("tests.unheard", subject="thing:1")

        assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_done_again(followed):
    jobs.announce("tests.happened", subject="thing:1")
    with connection.cursor() as cursor:  # as a worker leaves it that was killed in the middle
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [cursor.fetchone()[0]]
        )
    assert not isinstance(app.connector, InMemoryConnector)

    async def a_minute_later() -> None:
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
            async with app.open_async():
                await jobs.take_up_again.configure(lock=None).defer_async(timestamp=0)
                await app.run_worker_async(
                    wait=False, install_signal_handlers=False, listen_notify=False
                )

    run(a_minute_later())

    assert followed == ["thing:1"]
