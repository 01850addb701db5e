"""What PostgreSQL can and Django does not say: its clock, writes that let a constraint decide."""

from datetime import datetime
from typing import TypeVar

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db import connections, models, router
from django.db.models import F, Func, Value

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


def insert_unless_excluded(instance: Instance) -> Instance | None:
    """Insert a row unless a unique or exclusion constraint is against it.

    One `INSERT … ON CONFLICT DO NOTHING RETURNING`: where many race, one wins, none waits for a
    deadlock to be found. Use it only where every constraint that could be hit means the same.

    Returns:
        The instance with its key, or None when a constraint refused.
    """
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
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) "  # noqa: S608 - names come from the model
            f"VALUES ({marks}) ON CONFLICT DO NOTHING RETURNING {connection.ops.quote_name(key.column)}",
            values,
        )
        row = cursor.fetchone()
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
