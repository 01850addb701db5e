"""What no browser of a citizen sends: it is refused or passed over, and never breaks a page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.integration.portal.test_visit import address, begin
from tests.visiting import HOME, device, site  # noqa: F401 - fixtures
from visavis.foundation import database
from visavis.visits import upkeep
from visavis.visits.models import Visit

pytestmark = pytest.mark.django_db
COOKIES = ["visavis_session", "visavis_visit", "visavis_start", "visavis_look", "visavis_csrf"]


@pytest.mark.parametrize("cookie", COOKIES)
def test_a_cookie_with_a_nul_is_as_good_as_none(cookie, client):
    response = client.get("/fr/account/login/", headers={"cookie": f'{cookie}="abcdefghijk\\000"'})

    assert response.status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/fr/search/?q=%00", "/fr/places/x/poster.pdf?site=%00", "/fr/account/login/?next=/%00"],
)
def test_an_address_with_a_nul_is_refused_in_words(path, client):
    response = client.get(path)

    assert response.status_code in (400, 404)
    assert "<h1" in response.content.decode()


def test_a_file_that_nobody_asked_for_is_refused(client):
    file = SimpleUploadedFile("a.bin", b"x" * 100)

    response = client.post(reverse("portal:login"), {"login": "x", "file": file})

    assert response.status_code == 400


def test_a_referrer_that_is_no_address_ends_the_visit_all_the_same(device):  # noqa: F811
    browser = Client()
    ticket = upkeep.issue_ticket(device=device, home=HOME, now=database.now())
    begin(browser, ticket)

    response = browser.post(address("finish"), headers={"referer": "http://["})

    assert response.status_code == 302
    assert Visit.objects.get().ended_at is not None
