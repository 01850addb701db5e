"""What PostgreSQL can and Django does not say: its clock, writes that let a constraint decide."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Value
from psycopg import Cursor

Instance = TypeVar("Instance", bound=models.Model)


def now() -> datetime:
    """Return the database's clock, aware, UTC: the one clock that all processes share.

    Inside a transaction it moves on, other than SQL's now().
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment = cursor.fetchone()[0]
    assert isinstance(moment, datetime)
    return moment


def prepared(statement: str, parameters: Sequence[object]) -> "Cursor[tuple[Any, ...]]":
    """Run a statement that PostgreSQL plans once a connection; for what happens most often.

    Conditions of partial indexes must stand in it as constants, or a plan for all parameters
    cannot use the index.
    """
    connection = connections["default"]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return Cursor(connection.connection).execute(statement, parameters)


def insert(instance: Instance) -> Instance:
    """Insert a row; like `save`, which takes longer to make its SQL than the database to run it."""
    written = _insert(instance, "")
    assert written is not None
    return written


def insert_unless_excluded(instance: Instance) -> Instance | None:
    """Insert a row unless a unique or exclusion constraint is against it.

    One `INSERT … ON CONFLICT DO NOTHING RETURNING`: where many race, one wins, none waits for a
    deadlock to be found. Use it only where every constraint that could be hit means the same.

    Returns:
        The instance with its key, or None when a constraint refused.
    """
    return _insert(instance, "ON CONFLICT DO NOTHING ")


def change(
    instance: models.Model, values: Mapping[str, object], *, still: Mapping[str, object]
) -> bool:
    """Change a row if it is still as we saw it, and the instance with it; say whether it was."""
    model = type(instance)
    connection = connections[router.db_for_write(model)]
    new, old = _columns(model, values, connection), _columns(model, still, connection)
    marks = ", ".join(f"{name} = %s" for name in new)
    conditions = " AND ".join(f"{name} = %s" for name in old)
    cursor = prepared(
        f"UPDATE {connection.ops.quote_name(model._meta.db_table)} SET {marks} WHERE {conditions}",  # noqa: S608 - names come from the model
        [*new.values(), *old.values()],
    )
    was_so = bool(cursor.rowcount)
    if was_so:
        for name, value in values.items():
            setattr(instance, name, value)
    return was_so


def _columns(
    model: type[models.Model], values: Mapping[str, object], connection: BaseDatabaseWrapper
) -> dict[str, Any]:
    found = {}
    for name, value in values.items():
        field = model._meta.get_field(name)
        assert isinstance(field, models.Field)
        plain = value.pk if isinstance(value, models.Model) else value
        found[connection.ops.quote_name(field.column)] = field.get_db_prep_save(plain, connection)
    return found


def _insert(instance: Instance, on_conflict: str) -> Instance | None:
    model = type(instance)
    connection = connections[router.db_for_write(model)]
    fields = [
        field for field in model._meta.concrete_fields if not _is_made_by_database(field, instance)
    ]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [
        field.get_db_prep_save(field.pre_save(instance, add=True), connection) for field in fields
    ]
    key = model._meta.pk
    assert key is not None
    row = prepared(
        f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) "  # noqa: S608 - names come from the model
        f"VALUES ({marks}) {on_conflict}RETURNING {connection.ops.quote_name(key.column)}",
        values,
    ).fetchone()
    if row is None:
        return None
    setattr(instance, key.attname, key.to_python(row[0]))
    instance._state.adding = False
    instance._state.db = connection.alias
    return instance


def _is_made_by_database(field: "models.Field[object, object]", instance: models.Model) -> bool:
    return field.generated or (field.primary_key and getattr(instance, field.attname) is None)


def one_value_range(name: str) -> Func:
    """Return a range of one value, with which GiST compares numbers without an extension."""
    return Func(
        F(name), F(name), Value("[]"), function="int8range", output_field=BigIntegerRangeField()
    )
