import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from visavis.measures import operations, queries
from visavis.measures.models import Event
from visavis.measures.queries import Gap
from visavis.measures.rules import NotInVocabulary
from visavis.visits import operations as visits
from visavis.visits.rules import Reason

pytestmark = pytest.mark.django_db


def numbers(source: str = "kiosk") -> list[int]:
    return list(
        Event.objects.filter(source=source).order_by("number").values_list("number", flat=True)
    )


class TestNote:
    def test_numbers_each_source_by_itself(self, now):
        for source in ("kiosk", "tablet", "kiosk"):
            operations.note("portal.opened", source=source, session=None, now=now)

        assert (numbers("kiosk"), numbers("tablet")) == ([1, 2], [1])
        assert Event.objects.filter(world="demonstration").count() == 3

    def test_writes_the_same_key_once_and_leaves_no_gap(self, now):
        wrote = [
            operations.note("portal.opened", source="kiosk", session=None, now=now, key=key)
            for key in ("a", "a", "b")
        ]

        assert wrote == [True, False, True]
        assert numbers() == [1, 2]
        assert queries.gaps("kiosk") == []

    def test_never_breaks_the_page_and_says_nothing_personal(self, now, caplog):
        with caplog.at_level(logging.ERROR):
            wrote = operations.note(
                "service.chosen", source="kiosk", session=None, now=now, service="Élodie Exemple"
            )

        assert not wrote
        assert "lodie" not in caplog.text
        assert caplog.records

    def test_survives_a_database_that_refuses_and_leaves_the_transaction_usable(
        self, now, monkeypatch
    ):
        monkeypatch.setattr(operations, "_INSERT", "INSERT INTO nowhere VALUES (%(key)s)")

        assert not operations.note("portal.opened", source="kiosk", session=None, now=now)
        assert not Event.objects.exists()

    def test_refuses_a_source_that_could_be_a_person(self, now):
        with pytest.raises(NotInVocabulary):
            operations.write("portal.opened", source="Élodie", session=None, now=now)


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE measures_event SET number = 99",
            "DELETE FROM measures_event",
            "TRUNCATE measures_event",
            "ALTER TABLE measures_event DISABLE TRIGGER ALL",
        ],
    )
    def test_the_database_refuses_the_application(self, now, statement):
        operations.note("portal.opened", source="kiosk", session=None, now=now)

        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

        assert numbers() == [1]

    def test_the_database_refuses_an_event_outside_the_vocabulary(self, now):
        with pytest.raises(DatabaseError, match="vocabulary"), transaction.atomic():
            Event.objects.create(
                source="kiosk",
                number=1,
                event="citizen.smiled",
                values={},
                happened_at=now,
                key="k",
                schema_version=1,
                world="demonstration",
            )


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_eight_write_at_once_and_some_twice(now):
    def write(turn: int) -> bool:
        try:
            return operations.note(
                "portal.opened", source="kiosk", session=None, now=now, key=f"k{turn // 2}"
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as hands:
        wrote = list(hands.map(write, range(80)))

    assert wrote.count(True) == 40
    assert numbers() == list(range(1, 41))
    assert queries.gaps("kiosk") == []


class TestGaps:
    def test_names_what_is_missing_in_the_middle_and_at_the_end(self, now):
        for number in (1, 2, 5, 6):
            Event.objects.create(
                source="kiosk",
                number=number,
                event="portal.opened",
                values={},
                happened_at=now,
                key=str(number),
                schema_version=1,
                world="demonstration",
            )
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO measures_counter VALUES ('kiosk', 7)")

        assert queries.gaps("kiosk") == [Gap("kiosk", 3, 4), Gap("kiosk", 7, 7)]

    def test_is_empty_for_a_source_that_never_wrote(self):
        assert queries.gaps("nobody") == []


class TestSessions:
    def test_derives_a_visit_from_its_events(self, visit, system, now):
        for n, step in enumerate(["kind", "residence"], start=1):
            operations.note(
                "step.reached",
                source="saignelegier-kiosk",
                session=visit.measured_as,
                now=now + n * timedelta(seconds=20),
                service="fishing-permit",
                step=step,
                n=n,
            )
        operations.note(
            "service.chosen",
            source="saignelegier-kiosk",
            session=visit.measured_as,
            now=now + timedelta(seconds=5),
            service="fishing-permit",
        )
        visits.end(
            visit=visit, reason=Reason.TECHNICAL, actor=system, now=now + timedelta(seconds=50)
        )

        (session,) = queries.sessions(
            world="demonstration", from_=now, to=now + timedelta(seconds=1)
        )

        assert session.session == visit.measured_as
        assert (session.channel, session.language) == ("kiosk", "fr")
        assert session.services == ("fishing-permit",)
        assert session.steps == {"fishing-permit": 2}
        assert session.reason == "technical"
        assert session.has_intent

    def test_reads_one_world_and_a_half_open_period(self, visit, now):
        second = timedelta(seconds=1)

        assert not list(queries.sessions(world="live", from_=now, to=now + second))
        assert not list(queries.sessions(world="demonstration", from_=now - second, to=now))

    def test_knows_a_look_from_an_intent(self, now):
        operations.note(
            "session.started", source="kiosk", session=uuid4(), now=now, channel="kiosk"
        )

        (session,) = queries.sessions(
            world="demonstration", from_=now, to=now + timedelta(seconds=1)
        )

        assert not session.has_intent
        assert session.ended_at is None
