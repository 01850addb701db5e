"""The second canton: another first language, other rules, no word of the first."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Running
from tests.journeys.counter import Person

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("instances")]


def test_somebody_begins_a_request_at_the_other_cantons_kiosk(
    exemple: Running, open_browser: Callable[..., Page]
):
    citizen = Person(open_browser("kiosk_wide", "de"), exemple, "de")
    seen = []

    citizen.touches_the_waiting_kiosk()
    seen.append(citizen.page.content())
    citizen.chooses_the_service("fishing-permit")
    seen.append(citizen.page.content())
    citizen.begins()
    seen.append(citizen.page.content())

    expect(citizen.page).to_have_url(re.compile(r"/de/requests/[0-9a-f-]{36}/step/"))
    assert not [page for page in seen if re.search("jura|saignel|porrentruy", page, re.IGNORECASE)]
    citizen.found_every_page_accessible()
