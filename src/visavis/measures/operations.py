"""Writing down what happened, without ever getting in anybody's way."""

import json
import logging
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from visavis.measures import rules
from visavis.measures.models import ONE_EVENT_PER_KEY

logger = logging.getLogger(__name__)

# One statement: the number is taken only if the key is new, and only together with the event. A
# second writer of the same key waits for the counter's row, then fails on the key as a whole.
_INSERT = """
WITH fresh AS (
    SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM measures_event WHERE key = %(key)s)
), counted AS (
    INSERT INTO measures_counter (source, last) SELECT %(source)s, 1 FROM fresh
    ON CONFLICT (source) DO UPDATE SET last = measures_counter.last + 1
    RETURNING last
)
INSERT INTO measures_event
    (source, number, event, session, values, happened_at, key, schema_version, world)
SELECT %(source)s, last, %(event)s, %(session)s, %(values)s, %(happened_at)s, %(key)s,
    %(schema_version)s, %(world)s
FROM counted
"""


def note(
    event: str,
    *,
    source: str,
    session: UUID | None,
    now: datetime,
    key: str | None = None,
    **values: rules.Value,
) -> bool:
    """Write one event, if that is possible; the citizen's page goes on in any case.

    Call it outside a transaction where you can: the source's counter is held until the commit.

    Args:
        event: from the closed vocabulary, see `rules`.
        source: code of the device, or the name of this process of the web door.
        session: the random name under which a visit is measured, or None.
        key: makes the event repeatable: the same key again writes nothing.
        values: closed codes and numbers, as the vocabulary allows for this event.

    Returns:
        Whether it was written. What went wrong is logged without any of the values.
    """
    try:
        return write(event, source=source, session=session, now=now, key=key, **values)
    except rules.NotInVocabulary as mistake:
        logger.error("an event was not written: %s", mistake)
    except DatabaseError as trouble:
        logger.error("an event was not written: %s", type(trouble).__name__)
    return False


def write(
    event: str,
    *,
    source: str,
    session: UUID | None,
    now: datetime,
    key: str | None = None,
    **values: rules.Value,
) -> bool:
    """Write one event, and return whether it is new.

    Raises:
        NotInVocabulary: the event, a value or the source is not in the closed list.
    """
    known = rules.checked(event, values)
    if not rules.is_source(source):
        raise rules.NotInVocabulary("the source")
    row = {
        "source": source,
        "event": known.value,
        "session": session,
        "values": json.dumps(values),
        "happened_at": now,
        "key": key or str(uuid4()),
        "schema_version": rules.SCHEMA_VERSION,
        "world": settings.WORLD,
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_INSERT, row)
            is_new: bool = cursor.rowcount == 1
            return is_new
    except IntegrityError as conflict:
        if ONE_EVENT_PER_KEY in str(conflict):
            return False
        raise
