"""The officer's page of a case: read, take, decide."""

# ruff: noqa: F401, F811 - fixtures of requests are imported, and asked for by name

from uuid import uuid4

import pytest

from tests.integration.office.test_money import address, officer_of
from tests.requesting import citizen, elodie, fill, season, service, waiting
from visavis.cases import conversing, message_queries, queries
from visavis.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(service, now):
    return officer_of("environment", now, "olga@example.ch")


def test_the_queue_leads_to_the_case(olga, waiting):
    page = olga.get(address("queue")).content.decode()

    assert address("case", waiting.pk) in page


def test_the_case_is_shown_and_that_is_written_down(olga, waiting):
    page = olga.get(address("case", waiting.pk))

    assert page.status_code == 200
    assert Entry.objects.filter(what="cases.read").count() == 1


def test_another_office_finds_no_case(service, waiting, now):
    victor = officer_of("vehicles", now, "victor@example.ch")

    assert victor.get(address("case", waiting.pk)).status_code == 404


def test_taking_and_accepting_asks_for_the_money(olga, waiting):
    olga.post(address("take", waiting.pk))
    olga.post(address("accept", waiting.pk))

    assert queries.case(waiting.pk).state == "payment"


def test_refusing_needs_a_reason(olga, waiting):
    olga.post(address("take", waiting.pk))

    assert olga.post(address("refuse", waiting.pk), {"reason": ""}).context["form"].errors
    olga.post(address("refuse", waiting.pk), {"reason": "L’attestation manque au dossier."})
    assert queries.case(waiting.pk).state == "refused"


@pytest.mark.parametrize("name", ["take", "put_back", "accept"])
def test_a_step_that_is_not_possible_is_said_and_changes_nothing(olga, waiting, name):
    olga.post(address("take", waiting.pk))
    olga.post(address("accept", waiting.pk))

    answer = olga.post(address(name, waiting.pk), follow=True)

    assert answer.status_code == 200
    assert queries.case(waiting.pk).state == "payment"


class TestMessages:
    @pytest.fixture
    def asked(self, waiting, elodie, now):
        """A request about which its citizen has asked something."""
        conversing.write(
            case_id=waiting.pk, words="Faut-il une photo ?", key=uuid4(), actor=elodie, now=now
        )
        return waiting

    def test_that_wait_have_a_list_of_their_own(self, olga, asked):
        page = olga.get(address("queue") + "?tab=messages").content.decode()

        assert address("case", asked.pk) in page

    def test_are_read_and_answered(self, olga, asked):
        page = olga.get(address("case", asked.pk))
        assert "Faut-il une photo ?" in page.content.decode()

        key = page.context["message"]["key"].value()
        olga.post(address("write", asked.pk), {"words": "Non.", "key": key})
        olga.post(address("write", asked.pk), {"words": "Non.", "key": key})

        said = [one.words for one in message_queries.conversation(asked)]
        assert said == ["Faut-il une photo ?", "Non."]
        assert list(message_queries.unanswered(["environment"])) == []

    def test_may_need_no_answer(self, olga, asked):
        olga.post(address("settle", asked.pk))

        assert list(message_queries.unanswered(["environment"])) == []

    def test_without_words_are_asked_for_again(self, olga, asked):
        answer = olga.post(address("write", asked.pk), {"words": " ", "key": str(uuid4())})

        assert answer.context["message"].errors
        assert "Faut-il une photo ?" in answer.content.decode()

    @pytest.mark.parametrize("name", ["write", "settle"])
    def test_of_another_office_are_not_there(self, service, asked, now, name):
        victor = officer_of("vehicles", now, "victor@example.ch")
        typed = {"words": "?", "key": str(uuid4())}

        assert victor.post(address(name, asked.pk), typed).status_code == 404
        assert len(message_queries.conversation(asked)) == 1
