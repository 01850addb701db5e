"""What is erased is gone: from tables, the server's log, files, and from a backup brought back."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from tests.answers import season_answers
from tests.attaching import HABITAT, QUESTION, pdf, sent
from tests.database import database_name
from visavis.cases import (
    attaching,
    attachments,
    conversing,
    keeping,
    operations,
    queries,
    rules,
    vault,
)
from visavis.cases.attachment_models import Attachment
from visavis.cases.models import Case, CaseKey
from visavis.config import embedded
from visavis.config.instance import secrets_of
from visavis.foundation import encryption
from visavis.foundation.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("tests")
DAY = timedelta(days=1)


def run(program: str, *arguments: str) -> None:
    subprocess.run(
        [embedded.PROGRAMS / program, "-h", embedded.socket_folder(settings.VAR), "-U", "postgres", *arguments],
        env=os.environ | {"PGPASSWORD": secrets_of(settings.VAR)["postgres"]}, check=True,
    )  # fmt: skip


def files_with(what: bytes) -> list[Path]:
    """Return the files of the instance that hold these bytes: tables, log of the server, all else."""
    with embedded.superuser(settings.VAR, database_name()) as all_rights:
        all_rights.execute("CHECKPOINT")
    files = [file for file in Path(settings.VAR).rglob("*") if file.is_file()]
    return [file.relative_to(settings.VAR) for file in files if what in _bytes_of(file)]


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # the server has removed it meanwhile
        return b""


@pytest.fixture(autouse=True)
def _own_masters(tmp_path, monkeypatch):
    """Keep the masters of this test apart: other tests of this process go on with theirs."""
    monkeypatch.setattr(vault, "_folder", lambda: tmp_path / "keys")


@pytest.fixture
def secret() -> str:
    return f"Truite-{uuid4().hex}"


@pytest.fixture
def closed(fill, elodie, now, secret):
    """A request with a secret in its answers, in a message, in a file and in its name, and its
    retention at an end."""
    season = fill(elodie, season_answers(family_name=secret) | HABITAT)
    attaching.attach(
        case_id=season.pk, field=QUESTION, sent=sent(pdf(secret), name=f"{secret}.pdf"),
        actor=elodie, now=now,
    )  # fmt: skip
    case = operations.submit(case_id=season.pk, actor=elodie, now=now)
    conversing.write(case_id=case.pk, words=secret, key=uuid4(), actor=elodie, now=now)
    return operations.withdraw(case_id=case.pk, actor=elodie, now=now)


@pytest.fixture
def erase(closed):
    def erased():
        later = closed.erase_after + timedelta(seconds=1)
        assert keeping.erase_old(actor=SYSTEM, now=later) == 1
        return later

    return erased


def test_the_search_finds_what_lies_open(closed, secret):
    """Otherwise the tests below would prove nothing."""
    Case.objects.filter(pk=closed.pk).update(second_fact=secret)

    places = {file.parts[1] for file in files_with(secret.encode())}

    assert {"base", "pg_wal"} <= places


def test_neither_words_nor_key_ever_lie_open(closed, secret):
    key = vault._key(closed.pk)

    assert secret in str(queries.answers(closed))
    assert files_with(secret.encode()) == []
    assert files_with(secret.encode("utf-16-le")) == []
    assert files_with(key) == []


def test_a_backup_brought_back_holds_nothing_that_opens(closed, erase, secret, tmp_path):
    backup, name = tmp_path / "backup", f"older_{uuid4().hex}"
    run("pg_dump", "--format=custom", f"--file={backup}", database_name())
    erase()

    run("createdb", "--template=template0", name)
    try:
        run("pg_restore", f"--dbname={name}", "--no-owner", str(backup))
        with embedded.superuser(settings.VAR, name) as restored:
            (document,) = restored.execute(
                "SELECT document FROM cases_case WHERE id = %s", [closed.pk]
            ).fetchone()
            (words,) = restored.execute("SELECT words FROM cases_message").fetchone()
        assert document
        assert words
        with pytest.raises(vault.KeyDestroyed):
            vault.open_(closed.pk, document, context=queries.DOCUMENT)
        assert files_with(secret.encode()) == []
    finally:
        run("dropdb", name)


class TestFiles:
    """They lie sealed in a folder of the case, and go with its key."""

    def folder(self, closed):
        return [file for file in Path(settings.FILES).glob(f"*/{closed.pk}/*") if file.is_file()]

    def test_lie_there_until_the_case_is_erased_and_no_longer(self, closed, erase):
        assert len(self.folder(closed)) == 2  # the file and its preview

        erase()

        assert self.folder(closed) == []
        assert attachments.files_of(Case.objects.get(pk=closed.pk)) == []

    def test_brought_back_from_a_copy_open_nothing(self, closed, erase):
        copies = {file: file.read_bytes() for file in self.folder(closed)}
        row = Attachment.objects.get()
        erase()
        for file, content in copies.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

        with pytest.raises(vault.KeyDestroyed):
            attachments.content_of(row)
        with pytest.raises(vault.KeyDestroyed):
            attachments.preview(row, is_sender=True)


class TestWhatIsLeftOfADestroyedKey:
    """The row of a destroyed key lies on the disk for a while, and in copies for longer."""

    @pytest.fixture
    def copied(self, closed):
        """What a thief, or a copy of the keys, has."""
        return bytes(CaseKey.objects.get(case_id=closed.pk).wrapped)

    def opens(self, closed, copied):
        try:
            return bool(vault._unwrapped(CaseKey(case_id=closed.pk, wrapped=copied)))
        except vault.MasterKeyMissing:
            return False

    def test_can_be_brought_back_for_some_days_and_by_nobody_after(self, closed, copied, erase):
        night = erase() + DAY
        keeping.change_keys(now=night)

        assert self.opens(closed, copied)
        keeping.change_keys(now=night + rules.KEYS_KEPT)
        assert self.opens(closed, copied)
        keeping.change_keys(now=night + rules.KEYS_KEPT + DAY)
        assert not self.opens(closed, copied)

    def test_leaves_every_living_key_as_it_was(self, closed, erase, week):
        before = queries.answers(week)
        night = erase() + DAY

        assert keeping.change_keys(now=night) == 1
        keeping.change_keys(now=night + rules.KEYS_KEPT + DAY)

        assert queries.answers(week) == before

    def test_changes_nothing_while_nothing_was_erased(self, closed, erase, week):
        night = erase() + DAY
        keeping.change_keys(now=night)

        assert [keeping.change_keys(now=night + DAY * day) for day in range(1, 4)] == [0, 0, 0]

    def test_an_interrupted_change_is_finished_before_a_master_goes(
        self, closed, erase, week, monkeypatch
    ):
        night = erase() + DAY
        before = queries.answers(week)
        with monkeypatch.context() as broken:
            broken.setattr(vault, "wrap_anew", lambda: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                keeping.change_keys(now=night)
        assert queries.answers(week) == before

        keeping.change_keys(now=night + rules.KEYS_KEPT + DAY)

        assert len(vault._files()) == 1
        assert queries.answers(week) == before

    def test_a_case_of_another_process_meanwhile_lives_on(self, closed, erase, week):
        """It was wrapped by the old master after the change had passed by."""
        night = erase() + DAY
        old = vault._masters()[0]
        keeping.change_keys(now=night)
        context = vault._wrapping(week.pk)
        row = CaseKey.objects.get(case_id=week.pk)
        row.wrapped = encryption.encrypt(vault._unwrapped(row), key=old, context=context)
        row.save()

        keeping.change_keys(now=night + rules.KEYS_KEPT + DAY)

        assert queries.answers(week)

    def test_without_any_master_says_so(self, closed):
        for file in vault._files():
            file.unlink()

        with pytest.raises(vault.MasterKeyMissing):
            queries.answers(closed)
