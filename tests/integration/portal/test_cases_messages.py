"""Writing to the office about a request, and reading its answer, as a browser without script."""

# ruff: noqa: F811 - fixtures are imported, and asked for by name

import re
from uuid import uuid4

import pytest
from django.test import Client

from tests.filling_in import address, browser, drafted, signed_in  # noqa: F401
from tests.requesting import citizen, officer, service  # noqa: F401
from visavis.cases import conversing, message_queries, rules
from visavis.cases.models import Case
from visavis.doors.portal.account_file import file_of
from visavis.foundation import database

pytestmark = pytest.mark.django_db
QUESTION = "Puis-je pêcher\navec mon petit-fils ?"


@pytest.fixture
def sent(drafted, signed_in) -> Case:
    signed_in.post()
    drafted.refresh_from_db()
    return drafted


@pytest.fixture
def answered(sent, officer):
    conversing.write(
        case_id=sent.pk, words="Oui, <b>bien</b> sûr.", key=uuid4(), actor=officer,
        now=database.now(),
    )  # fmt: skip
    return sent


def key_on(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


class TestWriting:
    def test_leads_back_to_the_request_where_it_stands_with_its_day(self, sent, signed_in):
        page = signed_in.get(address("case_write", sent.pk))

        signed_in.client.post(signed_in.at, {"words": QUESTION, "key": key_on(page)})

        page = signed_in.get(address("case", sent.pk))
        assert "avec mon petit-fils" in page
        assert "Réponse attendue d’ici au" in page

    def test_ten_taps_send_one(self, sent, signed_in):
        page = signed_in.get(address("case_write", sent.pk))
        typed = {"words": QUESTION, "key": key_on(page)}

        answers = [signed_in.client.post(signed_in.at, typed).status_code for _ in range(10)]

        assert answers == [302] * 10
        assert len(message_queries.conversation(sent)) == 1

    @pytest.mark.parametrize("typed", ["", " \n", "a" * (rules.LONGEST_MESSAGE + 1)])
    def test_of_nothing_or_too_much_is_asked_for_again(self, sent, signed_in, typed):
        answer = signed_in.client.post(address("case_write", sent.pk), {"words": typed})

        assert answer.context["form"].errors
        assert message_queries.conversation(sent) == []

    @pytest.mark.parametrize("key", ["", "x" * 36, "'"])
    def test_with_a_broken_key_is_sent_all_the_same(self, sent, signed_in, key):
        signed_in.client.post(address("case_write", sent.pk), {"words": QUESTION, "key": key})

        assert len(message_queries.conversation(sent)) == 1

    def test_too_often_says_what_to_do(self, sent, signed_in):
        for number in range(rules.UNANSWERED + 1):
            answer = signed_in.client.post(
                address("case_write", sent.pk), {"words": f"{number}"}, follow=True
            )

        assert "Attendez sa réponse" in answer.content.decode()

    def test_keeps_all_that_is_typed_when_the_language_is_changed(self, sent, signed_in):
        long = "Wort " * 300
        typed = {"words": long, "key": str(uuid4()), "switch_language": "de"}

        page = signed_in.client.post(address("case_write", sent.pk), typed, follow=True)

        assert long.strip() in page.content.decode()
        assert "Dem Amt schreiben" in page.content.decode()

    def test_about_a_draft_leads_back_to_it(self, drafted, signed_in):
        answer = signed_in.client.get(address("case_write", drafted.pk))

        assert answer.status_code == 302


class TestReading:
    def test_is_new_once_in_the_list_and_on_the_page(self, answered, signed_in):
        assert "Nouveau message" in signed_in.get(address("cases"))

        first, again = (signed_in.get(address("case", answered.pk)) for _ in range(2))

        assert ("Nouveau" in first, "Nouveau" in again) == (True, False)
        assert "Nouveau message" not in signed_in.get(address("cases"))

    def test_shows_what_was_written_as_text(self, answered, signed_in):
        page = signed_in.get(address("case", answered.pk))

        assert "Oui, &lt;b&gt;bien&lt;/b&gt; sûr." in page

    def test_of_the_neighbours_is_not_possible(self, answered):
        for method in (Client().get, Client().post):
            assert method(address("case_write", answered.pk)).status_code == 404

    def test_stands_in_the_file_of_all_that_is_kept(self, answered, citizen):
        (request,) = file_of(citizen, now=database.now())["cases"]

        assert [one["words"] for one in request["messages"]] == ["Oui, <b>bien</b> sûr."]
