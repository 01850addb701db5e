"""The constraint decides, and the clock is the database's."""

from datetime import UTC, timedelta

import pytest

from visavis.foundation import database
from visavis.foundation.models import Tally


@pytest.mark.django_db
class TestInsertUnlessExcluded:
    def test_inserts_and_gives_the_key(self, now):
        inserted = database.insert_unless_excluded(Tally(key="a", window_started_at=now, count=1))

        assert inserted is not None
        assert Tally.objects.get() == inserted

    def test_leaves_the_first_where_a_constraint_is_against_it(self, now):
        database.insert_unless_excluded(Tally(key="a", window_started_at=now, count=1))

        assert (
            database.insert_unless_excluded(Tally(key="a", window_started_at=now, count=2)) is None
        )
        assert Tally.objects.get().count == 1


@pytest.mark.django_db
def test_now_is_aware_and_moves_on_inside_a_transaction():
    first, second = database.now(), database.now()

    assert first.utcoffset() == timedelta(0) == UTC.utcoffset(None)
    assert first < second
