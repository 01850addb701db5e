"""Writing, sealing, and what a superuser cannot hide."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import ProgrammingError, connection, transaction

from tests.database import database_name
from visavis.config import databases, embedded
from visavis.config.instance import secrets_of
from visavis.foundation.actor import Actor
from visavis.journal import operations, queries, rules
from visavis.journal.models import Entry

KEY = Ed25519PrivateKey.generate()
KEYS = {rules.key_id_of(KEY.public_key()): KEY.public_key()}


def write(count: int, *, actor: Actor, now: datetime) -> None:
    for number in range(count):
        operations.record(what="tests.done", subject=f"thing:{number}", actor=actor, now=now)


@pytest.fixture
def seal(tmp_path: Path, now: datetime) -> Callable[[], rules.SealFacts | None]:
    """Seal as the sealer's role, into a file outside."""

    def run() -> rules.SealFacts | None:
        password = secrets_of(Path(os.environ["VISAVIS_VAR"]))["visavis_sealer"]
        with databases.as_role("visavis_sealer", password):
            return operations.seal(key=KEY, outside=tmp_path / "seals.jsonl", now=now)

    return run


@pytest.fixture
def verify(tmp_path: Path) -> Callable[[], queries.Verification]:
    return lambda: queries.verify(keys=KEYS, outside=tmp_path / "seals.jsonl")


def as_superuser(*statements: str) -> None:
    """What the journal must survive: somebody with all rights who switches the triggers off."""
    with embedded.superuser(Path(os.environ["VISAVIS_VAR"]), database_name()) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for statement in statements:
            superuser.execute(statement.encode())


@pytest.mark.django_db(transaction=True)
class TestSeal:
    def test_covers_what_came_since_the_last_seal(self, seal, verify, system, now):
        write(3, actor=system, now=now)
        first = seal()
        write(2, actor=system, now=now)
        second = seal()

        assert (first.count, second.count) == (3, 2)
        assert second.previous_hash == rules.seal_hash(first)
        assert verify() == queries.Verification(2, 5, 0, ())

    def test_makes_no_seal_of_nothing(self, seal):
        assert seal() is None

    def test_leaves_newer_entries_waiting(self, seal, verify, system, now):
        write(1, actor=system, now=now)
        seal()
        write(4, actor=system, now=now)

        assert verify().entries_waiting == 4

    def test_takes_up_a_seal_that_a_crash_left_only_outside(self, seal, verify, system, now):
        write(2, actor=system, now=now)
        seal()
        as_superuser("DELETE FROM journal_seal")

        seal()

        assert verify().faults == ()

    def test_refuses_to_seal_over_a_hole(self, seal, system, now):
        write(2, actor=system, now=now)
        seal()
        as_superuser("DELETE FROM journal_seal", "DELETE FROM journal_entry WHERE id = 2")
        write(1, actor=system, now=now)

        with pytest.raises(operations.ChainBroken):
            seal()


@pytest.mark.django_db(transaction=True)
class TestVerify:
    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            pytest.param(
                "UPDATE journal_entry SET what = 'x' WHERE id = 2", "changed", id="changed"
            ),
            pytest.param("DELETE FROM journal_entry WHERE id = 2", "removed", id="removed"),
            pytest.param(
                "INSERT INTO journal_entry SELECT 10, recorded_at, what, subject, actor_kind, actor, on_behalf_of,"
                " visit, device, site, channel, assurance, details FROM journal_entry WHERE id = 2",
                "inserted",
                id="inserted between",
            ),
            pytest.param(
                "DELETE FROM journal_seal WHERE number = 2", "is missing", id="seal removed"
            ),
            pytest.param(
                "UPDATE journal_seal SET count = 9 WHERE number = 2", "signature", id="seal changed"
            ),
        ],
    )
    def test_finds_what_a_superuser_did(self, seal, verify, system, now, statement, expected):
        for _ in range(3):
            write(2, actor=system, now=now)
            seal()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval('journal_entry_number_seq') FROM generate_series(1, 30)"
                )

        as_superuser(statement)

        assert any(expected in fault.what for fault in verify().faults)

    def test_finds_newest_entries_cut_off_together_with_their_seals(
        self, seal, verify, system, now
    ):
        for _ in range(3):
            write(2, actor=system, now=now)
            seal()

        as_superuser(
            "DELETE FROM journal_seal WHERE number = 3", "DELETE FROM journal_entry WHERE id > 4"
        )

        assert any("cut off" in fault.what for fault in verify().faults)

    def test_finds_a_foreign_key(self, seal, tmp_path, system, now):
        write(1, actor=system, now=now)
        seal()

        found = queries.verify(keys={}, outside=tmp_path / "seals.jsonl")

        assert any("unknown key" in fault.what for fault in found.faults)


@pytest.mark.django_db
class TestRecord:
    def test_stores_the_whole_actor(self, now):
        actor = Actor.system("nightly")

        operations.record(
            what="tests.done", subject="thing:1", actor=actor, now=now, details={"n": 1}
        )

        entry = Entry.objects.get()
        assert (entry.actor, entry.actor_kind, entry.details) == ("nightly", "system", {"n": 1})

    @pytest.mark.parametrize(
        "statement",
        ["UPDATE journal_entry SET what = 'x'", "DELETE FROM journal_entry", "TRUNCATE journal_entry",
         "INSERT INTO journal_seal SELECT * FROM journal_seal", "UPDATE journal_seal SET count = 1"],
    )  # fmt: skip
    def test_cannot_be_undone_by_the_application(self, now, system, statement):
        write(1, actor=system, now=now)

        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_cannot_be_undone_by_the_owner_either(self, now, system):
        password = secrets_of(Path(os.environ["VISAVIS_VAR"]))["visavis_owner"]
        with psycopg.connect(
            host=str(embedded.socket_folder(Path(os.environ["VISAVIS_VAR"]))),
            user="visavis_owner", password=password, dbname=database_name(),
        ) as owner, pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):  # fmt: skip
            owner.execute("TRUNCATE journal_entry")

    def test_gives_ids_in_the_order_of_commits_seen_by_the_sealer(self, now, system):
        write(5, actor=system, now=now + timedelta(seconds=1))

        ids = list(Entry.objects.order_by("id").values_list("id", flat=True))
        assert ids == sorted(ids)
