"""Limits hold under simultaneous tries."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from visavis.foundation.throttles import TooMany, spend

HOUR = timedelta(hours=1)


@pytest.mark.django_db
class TestSpend:
    def test_refuses_one_more_than_the_limit_and_says_until_when(self, now):
        for _ in range(3):
            spend("thing", limit=3, per=HOUR, now=now)

        with pytest.raises(TooMany) as refusal:
            spend("thing", limit=3, per=HOUR, now=now)

        assert now < refusal.value.retry_at <= now + HOUR

    def test_counts_each_key_and_window_apart(self, now):
        spend("thing", limit=1, per=HOUR, now=now)
        spend("other", limit=1, per=HOUR, now=now)
        spend("thing", limit=1, per=HOUR, now=now + HOUR)


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_simultaneous_tries_only_the_limit_passes(now):
    def attempt(_: int) -> bool:
        try:
            spend("race", limit=5, per=HOUR, now=now)
        except TooMany:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as tries:
        assert sum(tries.map(attempt, range(16))) == 5
