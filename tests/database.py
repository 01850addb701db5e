"""One PostgreSQL for the run, a migrated template, a copy of it for each worker.

The tests speak to the database as the application's role, as in the field.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import blocking_manager_key

from visavis.config import databases, embedded, prepare
from visavis.config.instance import from_environment

CONTROLLER = "PYTEST_XDIST_WORKER" not in os.environ
TEMPLATE = "visavis_template"
_server: Any = None


def pytest_sessionstart(session: pytest.Session) -> None:
    global _server
    if CONTROLLER and not session.config.option.collectonly:
        var = Path(os.environ["VISAVIS_VAR"])
        prepare.translations()
        prepare.static_files()
        _server = embedded.start(var, durable=False, connections=300)
        for suffix in ("", "_keys"):
            embedded.ensure_database(var, TEMPLATE + suffix)
        with session.config.stash[blocking_manager_key].unblock():
            _migrate_template()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if CONTROLLER and _server is not None:
        embedded.stop(_server)
        shutil.rmtree(os.environ["VISAVIS_VAR"], ignore_errors=True)
        shutil.rmtree(embedded.socket_folder(Path(os.environ["VISAVIS_VAR"])), ignore_errors=True)


def _migrate_template() -> None:
    from django.db import connections

    for alias, suffix in (("default", ""), (databases.KEYS, "_keys")):
        connections[alias].settings_dict["NAME"] = TEMPLATE + suffix
    prepare.tables(from_environment())
    for alias in connections:
        connections[alias].close()


def database_name(suffix: str = "") -> str:
    return f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}{suffix}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    from django.db import connections

    var = Path(os.environ["VISAVIS_VAR"])
    with django_db_blocker.unblock():
        for alias, suffix in (("default", ""), (databases.KEYS, "_keys")):
            connections[alias].close()
            embedded.ensure_database(var, database_name(suffix), template=TEMPLATE + suffix)
            connections[alias].settings_dict["NAME"] = database_name(suffix)
        yield
        for alias in connections:
            connections[alias].close()


@pytest.fixture(autouse=True, scope="session")
def _flush_as_owner() -> Iterator[None]:
    """After a test with real transactions the owner empties the tables; the application may not."""
    from django.test import TransactionTestCase

    def empty(self: TransactionTestCase) -> None:
        empty_tables()

    before = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = before  # type: ignore[attr-defined]


def empty_tables() -> None:
    """Empty every table of this worker's databases, append-only ones too, as the superuser."""
    var = Path(os.environ["VISAVIS_VAR"])
    for suffix in ("", "_keys"):
        with embedded.superuser(var, database_name(suffix)) as connection:
            connection.execute("SET session_replication_role = replica")
            names = connection.execute(
                "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
            ).fetchall()
            if names:
                tables = ", ".join(str(name[0]) for name in names)
                connection.execute("DO $$ BEGIN SET LOCAL lock_timeout = '5s'; END $$")
                connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that asks for the database gets both."""
    for item in items:
        for mark in item.iter_markers("django_db"):
            mark.kwargs.setdefault("databases", ["default", "keys"])
