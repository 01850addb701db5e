"""Somebody who fills in a form in the portal without script; fixtures to import."""

import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.answers import week_answers
from visavis.cases.models import Case
from visavis.catalog.models import ServiceVersion
from visavis.people.models import Agreement, IdentityProof, User


def address(name: str, *args: object, language: str = "fr") -> str:
    with translation.override(language):
        return reverse(f"portal:{name}", args=args)


def in_parts(typed: dict[str, object]) -> dict[str, object]:
    """Return answers as the page's inputs send them: days in three."""
    sent: dict[str, object] = {}
    for name, value in typed.items():
        if name in ("starts_on", "birth_date", "habitat_on"):
            year, month, day = [*str(value).split("-"), "", ""][:3]
            sent |= {f"{name}_0": day, f"{name}_1": month, f"{name}_2": year}
        else:
            sent[name] = value
    return sent


class Browser:
    """Somebody at home who fills in what each page asks."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.page = ""
        self.at = ""

    def get(self, url: str) -> str:
        answer = self.client.get(url, follow=True)
        assert answer.status_code == 200, (url, answer.status_code)
        self.at = answer.redirect_chain[-1][0] if answer.redirect_chain else url
        self.page = answer.content.decode()
        return self.page

    def post(self, **typed: object) -> str:
        hidden = dict(
            re.findall(r'<input type="hidden" name="(revision|on_page)" value="([^"]*)"', self.page)
        )
        answer = self.client.post(self.at, {**hidden, **in_parts(typed)}, follow=True)
        assert answer.status_code == 200, (self.at, answer.status_code)
        self.at = answer.redirect_chain[-1][0] if answer.redirect_chain else self.at
        self.page = answer.content.decode()
        return self.page

    def begin(self) -> None:
        self.get(address("begin", "fishing-permit"))
        self.post()

    def fill_in(self, answers: dict[str, object]) -> None:
        """Answer page after page, until the review or a page that does not let us on."""
        seen: list[str] = []
        while "/step/" in self.at and seen.count(self.at) < 2:  # a page may bring up a question
            seen.append(self.at)
            on_page = re.search(r'name="on_page" value="([^"]*)"', self.page)
            assert on_page
            self.post(**{name: answers[name] for name in on_page[1].split() if name in answers})


@pytest.fixture
def browser(client: Client, service: ServiceVersion) -> Browser:
    return Browser(client)


@pytest.fixture
def signed_in(browser: Browser, citizen: User, now: datetime) -> Browser:
    """Somebody registered, who has accepted the terms."""
    IdentityProof.objects.create(
        user=citizen,
        level=1,
        method="declared",
        proven_on=now.date(),
        recorded_by="tests",
        recorded_at=now,
    )
    Agreement.objects.create(
        user=citizen, version="2022-02-10", language="fr", accepted_at=now, channel="web"
    )
    browser.client.force_login(citizen)
    return browser


@pytest.fixture
def drafted(signed_in: Browser) -> Case:
    signed_in.begin()
    signed_in.fill_in(week_answers())
    return Case.objects.get()
