"""Files in the portal: with the page and without script, at once with script, seen, removed."""

# ruff: noqa: F811 - fixtures ask for each other by name

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.answers import season_answers
from tests.attaching import HABITAT, QUESTION, files, pdf, picture  # noqa: F401
from tests.filling_in import Browser, address, browser, signed_in  # noqa: F401
from tests.requesting import citizen, service  # noqa: F401
from visavis.cases import attaching, attachments
from visavis.cases.attachment_models import Attachment
from visavis.cases.attachment_rules import Standing, Verdict
from visavis.cases.models import Case
from visavis.doors import uploads

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_page(signed_in: Browser) -> Browser:
    """Somebody on the page that asks for the attestation, all before it answered."""
    signed_in.begin()
    answers = season_answers(**HABITAT)
    while "/step/habitat/" not in signed_in.at:
        asked = re.search(r'name="on_page" value="([^"]*)"', signed_in.page)
        signed_in.post(**{name: answers[name] for name in asked[1].split() if name in answers})
    signed_in.post(habitat_done="yes")  # which brings the other questions up
    return signed_in


@pytest.fixture
def case(on_page) -> Case:
    return Case.objects.get()


def file(content=None, name="attestation.jpg"):
    return SimpleUploadedFile(name, picture() if content is None else content)


def send(browser, case, content=None, *, name="attestation.jpg", key=None, field=QUESTION):
    return browser.client.post(
        address("case_file_send", case.pk, field),
        {"file": file(content, name), "key": str(key or uuid4())},
    )


def typed(**more):
    return HABITAT | more


class TestWithoutScript:
    def test_a_file_goes_with_the_page(self, on_page, case):
        on_page.post(**typed(**{QUESTION: file()}))

        assert "/step/children/" in on_page.at
        (row,) = attachments.files_of(case)
        assert row.name == "attestation.jpg"

    def test_two_at_once_and_loading_the_answer_again_makes_no_more(self, on_page, case):
        page = on_page.page
        key = re.search(f'name="key_{QUESTION}" value="([^"]+)"', page)[1]
        at = on_page.at
        for _ in range(2):
            on_page.page, on_page.at = page, at
            on_page.post(
                **typed(
                    **{QUESTION: [file(), file(picture(40), "dos.jpg")], f"key_{QUESTION}": key}
                )
            )

        assert [one.name for one in attachments.files_of(case)] == ["attestation.jpg", "dos.jpg"]

    def test_what_is_no_file_of_ours_is_said_at_the_question(self, on_page, case):
        on_page.post(**typed(**{QUESTION: file(b"<html><script>1</script>", "photo.jpg")}))

        assert "/step/habitat/" in on_page.at
        assert "photo.jpg" in on_page.page
        assert 'value="TP-0815"' in on_page.page
        assert not Attachment.objects.exists()

    def test_only_sending_the_file_stays_on_the_page_and_complains_of_nothing_else(self, on_page):
        on_page.post(habitat_done="yes", send_files=QUESTION, **{QUESTION: file()})

        assert "/step/habitat/" in on_page.at
        assert "attestation.jpg" in on_page.page
        assert "govuk-error-message" not in on_page.page

    def test_removing_keeps_what_is_typed(self, on_page, case):
        on_page.post(habitat_done="yes", send_files=QUESTION, **{QUESTION: file()})
        (row,) = attachments.files_of(case)

        on_page.post(**typed(remove_file=str(row.key)))

        assert attachments.files_of(case) == []
        assert 'value="TP-0815"' in on_page.page

    def test_enter_in_a_text_presses_no_button_of_a_file(self, on_page):
        on_page.post(habitat_done="yes", send_files=QUESTION, **{QUESTION: file()})
        form = on_page.page.split('id="step"')[1]

        first = re.search(r"<button[^>]*>", form)[0]

        assert "name=" not in first

    def test_the_review_names_the_files(self, on_page, case):
        on_page.post(**typed(**{QUESTION: file()}))
        on_page.fill_in(season_answers(**HABITAT))

        assert "/review/" in on_page.at
        assert "attestation.jpg" in on_page.page

    def test_a_harmful_file_is_said_where_it_is_and_leads_back_to_it(self, on_page, case):
        on_page.post(**typed(**{QUESTION: file()}))
        on_page.fill_in(season_answers(**HABITAT))
        Attachment.objects.update(verdict=Verdict.INFECTED)

        on_page.get(address("case_review", case.pk))

        assert "/step/habitat/" in on_page.at
        assert (
            on_page.client.get(
                address("case_file", case.pk, Attachment.objects.get().key)
            ).status_code
            == 404
        )


class TestAtOnce:
    def test_answers_with_the_files_that_are_there(self, on_page, case):
        answer = send(on_page, case)

        assert answer.status_code == 200
        assert "attestation.jpg" in answer.content.decode()

    def test_the_same_key_twice_makes_one(self, on_page, case):
        key = uuid4()

        answers = [send(on_page, case, key=key) for _ in range(3)]

        assert {answer.status_code for answer in answers} == {200}
        assert Attachment.objects.count() == 1

    @pytest.mark.parametrize(
        ("content", "field"),
        [(b"", QUESTION), (b"hello", QUESTION), (None, "habitat_number"), (None, "sana")],
    )
    def test_refuses_with_a_sentence(self, on_page, case, content, field):
        answer = send(on_page, case, content, field=field)

        assert answer.status_code == 422
        assert answer["Content-Type"].startswith("text/plain")
        assert len(answer.content) > 20

    def test_another_accounts_case_is_not_found(self, on_page, case):
        other = Client()

        for made in (
            send(Browser(other), case),
            other.get(address("case_file_preview", case.pk, uuid4())),
            other.get(address("case_file", case.pk, uuid4())),
        ):
            assert made.status_code == 404

    def test_needs_the_token_of_its_page(self, on_page, case):
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = on_page.client.cookies

        answer = strict.post(address("case_file_send", case.pk, QUESTION), {"file": file()})

        assert answer.status_code == 403
        assert not Attachment.objects.exists()

    def test_takes_no_more_than_it_can_hold(self, on_page, case, monkeypatch):
        monkeypatch.setattr(uploads, "MOST_BYTES", 100)

        assert send(on_page, case).status_code == 400

    def test_pages_that_ask_for_none_refuse_every_file(self, on_page, case):
        answer = on_page.client.post(address("case_keep", case.pk, "habitat"), {"file": file()})

        assert answer.status_code == 400


class TestSeeing:
    @pytest.fixture
    def row(self, on_page, case):
        send(on_page, case, pdf(), name='a"<b>\r\n.html')
        return Attachment.objects.get()

    def test_ones_own_file_is_saved_as_what_it_is(self, on_page, row):
        answer = on_page.client.get(address("case_file", row.case_id, row.key))

        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Disposition"].rstrip('"').endswith(".pdf")
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_a_preview_is_a_picture_drawn_by_us(self, on_page, case):
        send(on_page, case)
        row = Attachment.objects.get()

        answer = on_page.client.get(address("case_file_preview", row.case_id, row.key))

        assert answer["Content-Type"] == "image/jpeg"
        assert answer.content.startswith(b"\xff\xd8\xff")

    def test_the_key_of_another_case_finds_nothing(self, on_page, row):
        assert on_page.client.get(address("case_file", uuid4(), row.key)).status_code == 404

    def test_my_data_names_it(self, on_page, row):
        answer = on_page.client.get(address("my_data_file"))

        assert answer.json()["cases"][0]["files"][0]["name"]

    def test_a_removed_one_is_gone(self, on_page, row):
        Attachment.objects.update(standing=Standing.REMOVED, name=b"", left_at=row.sent_at)

        assert on_page.client.get(address("case_file", row.case_id, row.key)).status_code == 404


class TestMyDocuments:
    def test_show_what_was_sent_by_request(self, on_page, case):
        send(on_page, case)

        page = on_page.get(address("documents"))

        assert "attestation.jpg" in page
        assert address("case", case.pk) in page

    def test_say_so_when_there_are_none(self, signed_in):
        assert "pas encore de documents" in signed_in.get(address("documents"))

    def test_need_no_more_queries_for_more_files_of_a_request(
        self, on_page, case, django_assert_max_num_queries
    ):
        def count():
            with django_assert_max_num_queries(99) as seen:
                on_page.get(address("documents"))
            return len(seen)

        send(on_page, case)
        count()  # what is read once a process
        before = count()
        send(on_page, case)

        assert count() == before


def test_a_draft_taken_up_elsewhere_while_its_file_is_judged_is_not_found(
    on_page, case, monkeypatch
):
    judge = attaching.examine

    def meanwhile(content):
        Case.objects.update(owner="", held_by="browser:another")
        return judge(content)

    monkeypatch.setattr(attaching, "examine", meanwhile)

    assert send(on_page, case).status_code == 404
    assert not Attachment.objects.exists()
