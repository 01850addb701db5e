"""Sessions derived from events, and whether events are missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db import connection

from visavis.measures.models import Event
from visavis.measures.rules import Event as Vocabulary

VERSION = 1  # of the derivation; a published figure names it
CURSORY_S = 60  # shorter than this and without a service chosen, a session was only a look


@dataclass(frozen=True, slots=True)
class Session:
    """One visit as the events tell it; can be derived again at any time.

    Attributes:
        ended_at, reason: None while no end was written.
        last_event_at: the latest event before or at the end.
        steps: the furthest step of each service that was begun.
    """

    session: UUID
    source: str
    channel: str
    world: str
    started_at: datetime
    last_event_at: datetime
    ended_at: datetime | None
    reason: str | None
    outcome: str | None
    language: str | None
    services: tuple[str, ...]
    steps: dict[str, int]
    helps: int
    events: int

    @property
    def has_intent(self) -> bool:
        """Tell whether somebody wanted something: a service chosen, or a minute's interaction."""
        lasted_s = (self.last_event_at - self.started_at).total_seconds()
        return bool(self.services) or lasted_s >= CURSORY_S


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of a source that are missing, both ends included."""

    source: str
    first: int
    last: int


def sessions(*, world: str, from_: datetime, to: datetime) -> Iterator[Session]:
    """Yield the sessions begun in a half-open period of one world, in order of their start."""
    begun = Event.objects.filter(
        world=world,
        event=Vocabulary.SESSION_STARTED,
        happened_at__gte=from_,
        happened_at__lt=to,
        session__isnull=False,
    )
    rows = Event.objects.filter(world=world, session__in=begun.values("session"))
    ordered = rows.order_by("session", "happened_at", "id")
    derived = [_derived(list(events)) for _, events in groupby(ordered, attrgetter("session"))]
    yield from sorted(derived, key=attrgetter("started_at"))


def gaps(source: str) -> list[Gap]:
    """Return which numbers of a source are missing, up to the last one it used."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH numbered AS (
                SELECT number, lag(number, 1, 0::bigint) OVER (ORDER BY number) AS before FROM (
                    SELECT number FROM measures_event WHERE source = %(source)s
                    UNION SELECT last + 1 FROM measures_counter WHERE source = %(source)s
                ) AS used
            )
            SELECT before + 1, number - 1 FROM numbered WHERE number > before + 1 ORDER BY number
            """,
            {"source": source},
        )
        return [Gap(source, first, last) for first, last in cursor.fetchall()]


def _derived(events: list[Event]) -> Session:
    started = next(event for event in events if event.event == Vocabulary.SESSION_STARTED)
    ended = next((event for event in events if event.event == Vocabulary.SESSION_ENDED), None)
    languages = [e.values["language"] for e in events if e.event == Vocabulary.LANGUAGE_SET]
    services = [e.values["service"] for e in events if e.event == Vocabulary.SERVICE_CHOSEN]
    steps: dict[str, int] = {}
    for event in events:
        if event.event == Vocabulary.STEP_REACHED:
            service = event.values.get("service", "")
            steps[service] = max(steps.get(service, 0), event.values["n"])
    during = [e.happened_at for e in events if e.event != Vocabulary.SESSION_ENDED]
    assert started.session is not None
    return Session(
        session=started.session,
        source=started.source,
        channel=started.values.get("channel", ""),
        world=started.world,
        started_at=started.happened_at,
        last_event_at=max(during),
        ended_at=ended.happened_at if ended else None,
        reason=ended.values["reason"] if ended else None,
        outcome=ended.values.get("outcome") if ended else None,
        language=languages[-1] if languages else None,
        services=tuple(dict.fromkeys(services)),
        steps=steps,
        helps=sum(event.event == Vocabulary.HELP_REQUESTED for event in events),
        events=len(events),
    )
