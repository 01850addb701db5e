"""Limits on how often something may be tried.

They count per visit, device, account, contact address or browser, never per network address: a
whole network of branches shares one.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from django.db import connection


class TooMany(Exception):
    """The limit is reached; it may be tried again at `retry_at`."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(f"try again at {retry_at:%H:%M:%S}")
        self.retry_at = retry_at


def spend(key: str, *, limit: int, per: timedelta, now: datetime, much: int = 1) -> None:
    """Count one try, and refuse it if there were already `limit` in this window.

    The window is fixed, beginning at a multiple of `per`; the count is one statement, so that
    tries at the same moment cannot pass together.

    Args:
        key: what is counted, such as `login:p-7d3k…`; only its hash is stored.
        limit: tries allowed in a window, at least 1.
        much: how much this one counts, where size is limited and not how often.

    Raises:
        TooMany: with the moment at which the next window begins.
    """
    seconds = int(per.total_seconds())
    started = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)
    hashed = hashlib.sha256(f"{key}|{seconds}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_tally (key, window_started_at, count) VALUES (%s, %s, %s) "
            "ON CONFLICT (key, window_started_at) "
            "DO UPDATE SET count = foundation_tally.count + excluded.count RETURNING count",
            [hashed, started, much],
        )
        (count,) = cursor.fetchone()
    if count > limit:
        raise TooMany(started + per)
