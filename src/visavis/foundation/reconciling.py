"""Makes a table say what a list says: adds, changes what differs, closes what is gone."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows were touched."""

    added: int = 0
    changed: int = 0
    closed: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(
            self.added + other.added, self.changed + other.changed, self.closed + other.closed
        )

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.closed)


def reconcile(
    rows: "models.QuerySet[Row]",
    wanted: Sequence[Mapping[str, object]],
    *,
    key: tuple[str, ...],
    close: Callable[[Row], bool],
) -> Changes:
    """Bring the rows of a queryset to the wanted values, touching only what differs.

    Rows are closed first and changed before others are added, so that constraints on periods see
    the old ones out of the way.

    Args:
        wanted: values by field name (`attname` for foreign keys), the key's fields among them.
        key: fields that say which row is meant.
        close: closes or deletes a row that is no longer wanted; says whether it had to do anything.
    """
    read = attrgetter(*key)
    standing: dict[Hashable, Row] = {read(row): row for row in rows}
    named = {_key(values, key): values for values in wanted}
    closed = sum(close(row) for row_key, row in standing.items() if row_key not in named)
    changed = sum(_change(standing[k], values) for k, values in named.items() if k in standing)
    new = [rows.model(**values) for row_key, values in named.items() if row_key not in standing]
    rows.model._default_manager.bulk_create(new)
    return Changes(added=len(new), changed=changed, closed=closed)


def delete(row: models.Model) -> bool:
    """Close a row to which nothing points: it is deleted."""
    row.delete()
    return True


def _key(values: Mapping[str, object], key: tuple[str, ...]) -> Hashable:
    found = tuple(values[name] for name in key)
    return found[0] if len(found) == 1 else found


def _change(row: models.Model, values: Mapping[str, object]) -> bool:
    different = [name for name, value in values.items() if getattr(row, name) != value]
    for name in different:
        setattr(row, name, values[name])
    if different:
        row.save(update_fields=different)
    return bool(different)
