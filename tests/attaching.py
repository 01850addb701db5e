"""Files that somebody sends, drawn here; fixtures of a request that asks for some."""

import io
from uuid import UUID, uuid4

import pikepdf
import pytest
from django.conf import settings as django_settings
from PIL import Image

from tests.answers import season_answers
from tests.requesting import Fill
from visavis.cases.attaching import Sent
from visavis.cases.models import Case
from visavis.foundation.actor import Actor

QUESTION = "habitat_paper"
HABITAT = {
    "habitat_done": "yes", "habitat_society": "La Truite", "habitat_on": "2026-09-01",
    "habitat_number": "TP-0815",
}  # fmt: skip


def picture(shade: int = 90, *, side: int = 60, form: str = "JPEG") -> bytes:
    """Return a picture of one grey."""
    target = io.BytesIO()
    Image.new("RGB", (side, side), (shade, shade, shade)).save(target, form)
    return target.getvalue()


def pdf(title: str = "Attestation") -> bytes:
    """Return a PDF of one empty page; the fake scanner reads its title."""
    target = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 300))
        document.docinfo["/Title"] = title
        document.save(target)
    return target.getvalue()


def sent(
    content: bytes | None = None, *, name: str = "attestation.jpg", key: UUID | None = None
) -> Sent:
    return Sent(key or uuid4(), name, picture() if content is None else content)


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    """A folder of this test's own for sealed files."""
    settings.FILES = tmp_path / "files"
    assert django_settings.FILES == settings.FILES
    return settings.FILES


@pytest.fixture
def claiming(fill: Fill, elodie: Actor) -> Case:
    """A draft that claims the half-day, where its attestation can be sent."""
    return fill(elodie, season_answers(**HABITAT))
