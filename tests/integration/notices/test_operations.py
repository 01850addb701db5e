"""Messages are asked for once, delivered by a job, and forgotten."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from visavis.gateways.messages.errors import NotDelivered
from visavis.notices import operations, texts
from visavis.notices.models import Notice
from visavis.notices.rules import CONTENT_KEPT, Channel


@pytest.fixture
def greeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A text in the pack, in two languages and with another wording for SMS."""
    folder = tmp_path / "texts" / "notices"
    folder.mkdir(parents=True)
    (folder / "greeting.fr.md").write_text("# Bonjour\n\nVotre code : {code}")
    (folder / "greeting.de.md").write_text("# Guten Tag\n\nIhr Code: {code}")
    (folder / "greeting.sms.fr.md").write_text("Code {code}")
    monkeypatch.setattr(settings, "PACK", tmp_path)
    return "greeting"


def send(template, *, system, now, **changes):
    asked = {
        "channel": Channel.MAIL, "address": "a@example.ch", "language": "fr", "template": template,
        "values": {"code": "123"}, "subject": "thing:1", "actor": system, "now": now,
    }  # fmt: skip
    return operations.send(**(asked | changes))


@pytest.mark.django_db
class TestSend:
    @pytest.mark.parametrize(
        ("changes", "title", "body"),
        [
            pytest.param({}, "Bonjour", "Votre code : 123", id="mail"),
            pytest.param({"language": "de"}, "Guten Tag", "Ihr Code: 123", id="in their language"),
            pytest.param({"language": "it"}, "Bonjour", "Votre code : 123", id="the next language"),
            pytest.param({"channel": Channel.SMS}, "", "Code 123", id="shorter by SMS"),
            pytest.param({"values": {"code": "{code}"}}, "Bonjour", "Votre code : {code}", id="a value is no text"),
        ],
    )  # fmt: skip
    def test_composes_the_text(self, greeting, system, now, changes, title, body):
        notice = send(greeting, system=system, now=now, **changes)

        assert (notice.title, notice.body) == (title, body)

    def test_asks_for_the_same_message_only_once(self, greeting, system, now):
        first = send(greeting, system=system, now=now, once_key="thing:1:greeted")
        again = send(greeting, system=system, now=now, once_key="thing:1:greeted")

        assert first is not None
        assert again is None
        assert Notice.objects.count() == 1

    def test_refuses_a_text_that_nobody_wrote(self, greeting, system, now):
        with pytest.raises(texts.UnknownTemplate):
            send("unwritten", system=system, now=now)


@pytest.mark.django_db
class TestDeliver:
    def test_happens_by_a_job_and_only_once(self, greeting, system, now, run_jobs):
        notice = send(greeting, system=system, now=now)

        run_jobs()
        operations.deliver(notice_id=notice.pk, now=now + timedelta(hours=1))

        notice.refresh_from_db()
        assert (notice.state, notice.sent_at) == ("sent", now)

    def test_is_tried_again_while_the_gateway_fails(self, greeting, system, now, run_jobs):
        notice = send(greeting, system=system, now=now, address="unreachable@example.ch")

        with pytest.raises(NotDelivered):
            run_jobs()

        notice.refresh_from_db()
        assert notice.state == "waiting"


@pytest.mark.django_db
def test_old_notices_lose_address_and_content(greeting, system, now):
    notice = send(greeting, system=system, now=now)

    operations.empty_old(now=now + CONTENT_KEPT + timedelta(seconds=1))

    notice.refresh_from_db()
    assert (notice.address, notice.title, notice.body) == ("", "", "")
