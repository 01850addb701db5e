"""Messages are asked for once, delivered by a job, and forgotten."""

import socketserver
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings

from visavis.foundation import jobs
from visavis.gateways.messages import routes
from visavis.gateways.messages.client import Smtp
from visavis.gateways.messages.errors import NotDelivered, NoWay, Refused, Unclear
from visavis.gateways.messages.types import Message
from visavis.journal.models import Entry
from visavis.notices import operations, queries, texts
from visavis.notices.models import Notice
from visavis.notices.rules import CONTENT_KEPT, MOST_TRIES, Channel


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


@pytest.mark.django_db
class TestGateways:
    def deliver(self, notice, now, *, times=1):
        for _ in range(times):
            with suppress(NotDelivered):
                operations.deliver(notice_id=notice.pk, now=now)
        notice.refresh_from_db()
        return notice

    def test_the_second_takes_what_the_first_does_not(self, greeting, system, now):
        notice = send(greeting, system=system, now=now, address="first-down@example.ch")

        self.deliver(notice, now)

        assert (notice.state, notice.via) == ("sent", "fake-second")

    def test_nothing_goes_twice_while_it_is_unclear_whether_it_went(self, greeting, system, now):
        notice = send(greeting, system=system, now=now, address="first-silent@example.ch")

        self.deliver(notice, now, times=routes.PATIENT_TRIES)
        assert (notice.state, notice.tries, notice.via) == ("waiting", routes.PATIENT_TRIES, "")

        self.deliver(notice, now)
        assert (notice.state, notice.via) == ("sent", "fake-second")

    def test_an_address_that_does_not_exist_is_tried_once(self, greeting, system, now):
        notice = send(greeting, system=system, now=now, address="nobody@example.ch")

        operations.deliver(notice_id=notice.pk, now=now)

        notice.refresh_from_db()
        assert (notice.state, notice.tries) == ("failed", 1)
        assert "nobody@" not in notice.reason

    @pytest.mark.parametrize(("number", "via"), [("0002", "fake-second"), ("0009", "fake-first")])
    def test_a_telephone_number_asks_by_its_end(self, greeting, system, now, number, via):
        notice = send(
            greeting, system=system, now=now, channel=Channel.SMS, address=f"+4179000{number}"
        )

        assert self.deliver(notice, now).via == via

    def test_after_the_last_try_it_has_failed_and_is_sent_again_on_request(
        self, greeting, system, now
    ):
        notice = send(greeting, system=system, now=now, address="unreachable@example.ch")

        self.deliver(notice, now, times=MOST_TRIES - 1)
        assert notice.state == "waiting"
        operations.deliver(notice_id=notice.pk, now=now)  # raises nothing: the job has ended
        notice.refresh_from_db()
        assert notice.state == "failed"
        assert Entry.objects.filter(what="notices.failed").count() == 1
        assert list(queries.failed()) == [notice]

        notice.address = "a@example.ch"
        notice.save()
        assert operations.try_again(actor=system, now=now) == 1
        assert self.deliver(notice, now).state == "sent"
        assert operations.try_again(actor=system, now=now) == 0

    def test_what_is_too_late_is_not_sent_again(self, greeting, system, now):
        notice = send(
            greeting, system=system, now=now, address="nobody@example.ch",
            useless_at=now + timedelta(hours=1),
        )  # fmt: skip
        self.deliver(notice, now)

        assert operations.try_again(actor=system, now=now + timedelta(hours=1)) == 0

    def test_the_job_outlives_all_tries(self):
        assert jobs.AGAIN.max_attempts > MOST_TRIES


class TestSmtp:
    """A mail server of our own, that answers as it is told."""

    @pytest.fixture
    def server(self):
        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talking) as listening:
            listening.daemon_threads = True
            listening.answer, listening.mails = {}, []
            Thread(target=listening.serve_forever, daemon=True).start()
            yield listening
            listening.shutdown()

    def hand_over(self, server, address="a@example.ch"):
        gateway = Smtp(f"127.0.0.1:{server.server_address[1]}", "guichet@example.ch")
        gateway.deliver(Message("mail", address, "Été", "Voilà", "notice-1"))

    def test_sends_one_mail_under_its_key(self, server):
        self.hand_over(server)

        (mail,) = server.mails
        assert b"Message-ID: <notice-1@example.ch>" in mail

    @pytest.mark.parametrize(
        ("answer", "fault"),
        [
            ({"RCPT": "550 no such user"}, Refused),
            ({"RCPT": "450 try later"}, NotDelivered),
            ({"MAIL": "421 too busy"}, NotDelivered),
            ({".": ""}, Unclear),
        ],
    )
    def test_says_what_became_of_it_without_the_address(self, server, answer, fault):
        server.answer = answer

        with pytest.raises(fault) as refusal:
            self.hand_over(server, "somebody@example.ch")

        assert type(refusal.value) is fault
        assert "somebody" not in str(refusal.value)

    def test_of_which_nobody_answers_lets_the_next_one_try(self, server, monkeypatch, settings):
        settings.WORLD = "live"
        monkeypatch.setenv("VISAVIS_SMTP", f"127.0.0.1:1, 127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("VISAVIS_MAIL_SENDER", "guichet@example.ch")

        via = routes.deliver(Message("mail", "a@example.ch", "", "", "k"))

        assert via == "smtp:127.0.0.1"
        assert len(server.mails) == 1

    def test_without_any_names_the_setting(self, settings, monkeypatch):
        settings.WORLD = "live"
        monkeypatch.delenv("VISAVIS_SMS_GATEWAYS", raising=False)

        with pytest.raises(NoWay, match="VISAVIS_SMS_GATEWAYS"):
            routes.deliver(Message("sms", "+41790000000", "", "", "k"))


class Talking(socketserver.StreamRequestHandler):
    """Speaks just enough SMTP; `server.answer` says what it answers instead to a command."""

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        self.say("220 here")
        for line in self.rfile:
            command = line.split()[0].decode().upper() if line.split() else ""
            self.say(self.server.answer.get(command, "354 go" if command == "DATA" else "250 ok"))
            if command == "QUIT":
                return
            if command == "DATA":
                mail = b""
                while not mail.endswith(b"\r\n.\r\n"):
                    mail += self.rfile.readline()
                if self.server.answer.get(".") == "":
                    return  # hangs up: has it taken the mail or not?
                self.server.mails.append(mail)
                self.say("250 taken")
