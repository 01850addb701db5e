"""What citizens and offices write to each other about a request."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections

from visavis.cases import (
    conversing,
    decisions,
    keeping,
    message_queries,
    operations,
    queries,
    rules,
)
from visavis.cases.models import Case, CaseKey, Message
from visavis.cases.queries import NoSuchCase
from visavis.cases.refusals import NotOpen, NotYours, NoWords, TooLong, Unanswered
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.journal.models import Entry
from visavis.notices.models import Notice

pytestmark = pytest.mark.django_db
QUESTION = "Puis-je pêcher avec mon petit-fils ?"


@pytest.fixture
def write(waiting, now):
    def written(actor, words=QUESTION, *, key=None, at=now):
        return conversing.write(
            case_id=waiting.pk, words=words, key=key or uuid4(), actor=actor, now=at
        )

    return written


@pytest.fixture
def told_by_mail(citizen, now):
    citizen.email, citizen.email_confirmed_at, citizen.notify_by = "e@example.ch", now, "mail"
    citizen.save()


def news_of(case):
    return [one.has_news for one in message_queries.with_news(queries.cases_of(case.owner))]


class TestWriting:
    def test_is_read_by_the_other_side(self, write, waiting, elodie, officer):
        write(elodie)
        write(officer, "  Oui, un enfant peut vous accompagner.  ")

        said = message_queries.conversation(waiting)

        assert [(one.from_office, one.words) for one in said] == [
            (False, QUESTION),
            (True, "Oui, un enfant peut vous accompagner."),
        ]

    def test_lies_sealed_and_stays_out_of_the_journal(self, write, elodie):
        message = write(elodie)

        assert QUESTION.encode() not in bytes(message.words)
        entry = Entry.objects.get(what="cases.wrote")
        assert QUESTION not in str(entry.__dict__)

    def test_twice_with_one_key_is_sent_once(self, write, elodie):
        key = uuid4()

        first, again = write(elodie, key=key), write(elodie, "anything", key=key)

        assert first == again
        assert Message.objects.count() == 1

    def test_is_possible_after_the_decision(self, write, waiting, elodie, officer, now):
        decisions.take(case_id=waiting.pk, actor=officer, now=now)
        decisions.refuse(case_id=waiting.pk, reason="Trop tard.", actor=officer, now=now)

        write(elodie)

        assert list(message_queries.unanswered(["environment"])) == [waiting]

    @pytest.mark.parametrize(
        ("words", "refusal"), [("", NoWords), (" \n ", NoWords), ("a" * 2001, TooLong)]
    )
    def test_needs_words_and_not_too_many(self, write, elodie, words, refusal):
        with pytest.raises(refusal):
            write(elodie, words)

    def test_without_end_and_answer_is_refused(self, write, elodie, officer):
        for _ in range(rules.UNANSWERED):
            write(elodie)
        with pytest.raises(Unanswered):
            write(elodie)

        write(officer, "Je regarde.")
        write(elodie)

    def test_about_a_draft_is_refused(self, season, elodie, now):
        with pytest.raises(NotOpen):
            conversing.write(case_id=season.pk, words="?", key=uuid4(), actor=elodie, now=now)

    def test_about_the_neighbours_is_refused(self, write, neighbour):
        with pytest.raises(NoSuchCase):
            write(neighbour)

    def test_of_another_office_is_refused(self, write):
        other = Actor(Kind.OFFICER, "p-victor", Channel.WEB, roles=frozenset({"officer@vehicles"}))
        with pytest.raises(NoSuchCase):
            write(other)

    def test_as_the_office_about_ones_own_is_refused(self, write, waiting, officer):
        Case.objects.filter(pk=waiting.pk).update(owner=officer.name)

        with pytest.raises(NotYours):
            write(officer)


class TestSettling:
    def test_the_citizen_settles_by_reading(self, write, waiting, elodie, officer, now):
        write(officer, "Votre attestation est bien arrivée.")
        assert news_of(waiting) == [True]

        settled = [conversing.settle(case_id=waiting.pk, actor=elodie, now=now) for _ in range(2)]

        assert settled == [1, 0]
        assert news_of(waiting) == [False]

    def test_the_office_settles_by_answering(self, write, waiting, elodie, officer):
        write(elodie)
        assert list(message_queries.unanswered(["environment"])) == [waiting]

        write(officer, "Oui.")

        assert list(message_queries.unanswered(["environment"])) == []

    def test_the_office_may_settle_without_an_answer(self, write, waiting, elodie, officer, now):
        write(elodie, "Merci !")

        assert conversing.settle(case_id=waiting.pk, actor=officer, now=now) == 1
        assert list(message_queries.unanswered(["environment"])) == []

    def test_each_side_settles_only_what_the_other_wrote(self, write, waiting, elodie, now):
        write(elodie)

        assert conversing.settle(case_id=waiting.pk, actor=elodie, now=now) == 0

    def test_the_first_that_is_due_stands_first(self, write, waiting, elodie, now):
        first, second = write(elodie), write(elodie, at=now + timedelta(days=3))

        (case,) = message_queries.unanswered(["environment"])

        assert first.due_at < second.due_at
        assert case.answer_by == first.due_at


class TestTelling:
    def test_says_that_there_is_a_message_and_not_which(self, told_by_mail, write, officer):
        write(officer, "Votre attestation manque.")

        (notice,) = Notice.objects.filter(template="case-message")
        assert "attestation" not in str(notice.__dict__)

    def test_is_not_repeated_before_it_was_read(
        self, told_by_mail, write, waiting, elodie, officer, now
    ):
        write(officer, "Un")
        write(officer, "Deux")
        conversing.settle(case_id=waiting.pk, actor=elodie, now=now)
        write(officer, "Trois")

        assert Notice.objects.filter(template="case-message").count() == 2

    def test_of_ones_own_message_is_not_told(self, told_by_mail, write, elodie):
        write(elodie)

        assert not Notice.objects.filter(template="case-message").exists()


def test_an_erased_case_has_no_words_and_takes_none(write, waiting, elodie, officer, now):
    write(elodie)
    operations.withdraw(case_id=waiting.pk, actor=elodie, now=now)
    waiting.refresh_from_db()
    keeping.erase_old(actor=Actor.system("tests"), now=waiting.erase_after + timedelta(seconds=1))

    message = Message.objects.get()
    assert (bytes(message.words), message.author) == (b"", "")
    assert not CaseKey.objects.filter(case_id=waiting.pk).exists()
    assert message_queries.conversation(queries.case(waiting.pk)) == []
    assert list(message_queries.unanswered(["environment"])) == []
    with pytest.raises(NotOpen):
        write(elodie, at=now + timedelta(days=4000))


@pytest.mark.django_db(transaction=True)
def test_ten_taps_at_once_send_one_message(waiting, elodie, now):
    key = uuid4()

    def tap(_number):
        try:
            return conversing.write(
                case_id=waiting.pk, words=QUESTION, key=key, actor=elodie, now=now
            ).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as threads:
        sent = set(threads.map(tap, range(10)))

    assert len(sent) == 1
    assert Message.objects.count() == 1
