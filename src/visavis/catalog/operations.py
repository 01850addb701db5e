"""Loading services, and counting who came by a short link."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial

from django.db import connection, transaction

from visavis.catalog import rules, schema
from visavis.catalog.models import Service, ServiceVersion, Theme
from visavis.foundation.pack import plain
from visavis.foundation.reconciling import Changes, reconcile

Dates = tuple[date, date | None]


@transaction.atomic
def load_themes(entries: Sequence[schema.ThemeEntry], *, now: datetime) -> Changes:
    """Bring the themes to what the pack says."""
    wanted = [
        {
            "code": entry.code,
            "names": plain(entry.name),
            "summaries": plain(entry.summary),
            "icon": entry.icon,
            "position": position,
            "withdrawn_at": None,
        }
        for position, entry in enumerate(entries)
    ]
    return reconcile(Theme.objects.all(), wanted, key=("code",), close=partial(_withdraw, now=now))


@transaction.atomic
def load_services(
    entries: Sequence[schema.ServiceEntry],
    *,
    redated: Mapping[tuple[str, date], Dates],
    now: datetime,
) -> Changes:
    """Bring the services to what the pack says; a version that is gone is withdrawn, not deleted.

    Args:
        redated: other periods for some versions, by service and by valid_from as written.
    """
    known = set(Service.objects.values_list("code", flat=True))
    Service.objects.bulk_create(
        Service(code=entry.code) for entry in entries if entry.code not in known
    )
    keys = dict(Service.objects.values_list("code", "pk"))
    wanted = [
        {
            "service_id": keys[entry.code],
            "code": entry.code,
            **_values(version, redated.get((entry.code, version.valid_from))),
        }
        for entry in entries
        for version in entry.versions
    ]
    # Periods of one service may trade places, which row by row would overlap for a moment.
    _move_out_of_the_way(wanted, now=now)
    return reconcile(
        ServiceVersion.objects.all(),
        wanted,
        key=("service_id", "written_from"),
        close=partial(_withdraw, now=now),
    )


def _values(version: schema.VersionEntry, dates: Dates | None) -> dict[str, object]:
    definition = version.model_dump(mode="json", by_alias=True)
    written = json.dumps(definition, sort_keys=True, ensure_ascii=False)
    valid_from, valid_until = dates or (version.valid_from, version.valid_until)
    return {
        "written_from": version.valid_from,
        "valid_from": valid_from,
        "valid_until": valid_until,
        "office": version.office,
        "access": version.access.value,
        "level": version.level,
        "definition": definition,
        "digest": hashlib.sha256(written.encode()).hexdigest(),
        "withdrawn_at": None,
    }


def _move_out_of_the_way(wanted: Sequence[Mapping[str, object]], *, now: datetime) -> None:
    periods = {
        (values["service_id"], values["written_from"]): (
            values["valid_from"],
            values["valid_until"],
        )
        for values in wanted
    }
    moving = [
        version.pk
        for version in ServiceVersion.objects.standing().only(
            "service_id", "written_from", "valid_from", "valid_until"
        )
        if periods.get((version.service_id, version.written_from), version)
        != (version.valid_from, version.valid_until)
        and (version.service_id, version.written_from) in periods
    ]
    if moving:
        ServiceVersion.objects.filter(pk__in=moving).update(withdrawn_at=now)


def _withdraw(row: Theme | ServiceVersion, *, now: datetime) -> bool:
    if row.withdrawn_at is not None:
        return False
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    return True


COUNT = """
INSERT INTO catalog_arrival (service_code, site_code, source, day, count)
VALUES (%s, %s, %s, %s, 1)
ON CONFLICT ON CONSTRAINT catalog_one_count_a_link_and_day
DO UPDATE SET count = catalog_arrival.count + 1
"""


def count_arrival(
    *, service_code: str, site_code: str, source: rules.ArrivalSource, day: date
) -> None:
    """Count one arrival by a short link. There is no row about anybody, so no actor either."""
    # One statement, so that two arrivals at once are two.
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [service_code, site_code, source.value, day])
