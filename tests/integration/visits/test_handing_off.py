"""Hand-offs at home, where no visit is there to be locked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from visavis.visits import handing_off
from visavis.visits.handing_off import Screen
from visavis.visits.handoff_models import Handoff


@pytest.mark.django_db(transaction=True)
def test_of_many_tabs_at_once_each_begins_and_the_last_one_lives(now):
    screen = Screen(None, "browser:one")

    def begin(_: int) -> handing_off.Begun:
        try:
            return handing_off.begin(screen=screen, task="photograph", now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as tabs:
        begun = list(tabs.map(begin, range(8)))

    living = handing_off.living(screen=screen, task="photograph", now=now)
    assert living in [one.handoff for one in begun]
    assert Handoff.objects.filter(ended_at=None).count() == 1
