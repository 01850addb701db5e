"""Loading what a pack says about appointments: repeatable, and only what differs is written."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from visavis.appointments.lanes import Agenda, Calendar, Lane
from visavis.appointments.schema import CalendarEntry
from visavis.foundation.pack import plain
from visavis.foundation.reconciling import Changes, reconcile


@transaction.atomic
def load(entries: Sequence[CalendarEntry], *, now: datetime) -> Changes:
    """Bring calendars, agendas and lanes to what the pack says; what is gone is withdrawn.

    Bookings are never touched: what stands in time or lanes that are no longer offered is shown to
    the office as such.
    """
    withdraw = partial(_withdraw, now=now)
    changes = reconcile(
        Calendar.objects.all(), [_calendar(entry) for entry in entries], key=("code",),
        close=withdraw,
    )  # fmt: skip
    calendars = dict(Calendar.objects.values_list("code", "pk"))
    agendas = [
        {
            "calendar_id": calendars[entry.code],
            "code": agenda.code,
            "names": plain(agenda.name),
            "withdrawn_at": None,
        }
        for entry in entries
        for agenda in entry.agendas
    ]
    changes += reconcile(Agenda.objects.all(), agendas, key=("code",), close=withdraw)
    keys = dict(Agenda.objects.values_list("code", "pk"))
    lanes = [
        {
            "agenda_id": keys[agenda.code],
            "code": lane.code,
            "names": plain(lane.name),
            "withdrawn_at": None,
        }
        for entry in entries
        for agenda in entry.agendas
        for lane in agenda.lanes
    ]
    return changes + reconcile(Lane.objects.all(), lanes, key=("agenda_id", "code"), close=withdraw)


def _calendar(entry: CalendarEntry) -> dict[str, object]:
    definition = entry.model_dump(mode="json", by_alias=True)
    written = json.dumps(definition, sort_keys=True, ensure_ascii=False)
    return {
        "code": entry.code,
        "office": entry.office,
        "definition": definition,
        "digest": hashlib.sha256(written.encode()).hexdigest(),
        "withdrawn_at": None,
    }


def _withdraw(row: Calendar | Agenda | Lane, *, now: datetime) -> bool:
    if row.withdrawn_at is not None:
        return False
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    return True
