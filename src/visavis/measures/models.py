"""Events, and the number that each source has reached."""

from django.db import models
from django.db.models.functions import Now

from visavis.measures.rules import Event as Vocabulary

ONE_EVENT_PER_KEY = "measures_one_event_per_key"
ONE_EVENT_PER_NUMBER = "measures_one_event_per_number"


class Event(models.Model):
    """One thing that happened; rows are only ever added, the database refuses the rest."""

    source = models.CharField(max_length=64)  # code of a device, or one process of the web door
    number = models.PositiveBigIntegerField()  # counts in each source from 1, without gaps
    event = models.CharField(max_length=40)
    session = models.UUIDField(null=True)  # random; the link to a visit is not kept with its person
    values = models.JSONField()  # closed codes and numbers only
    happened_at = models.DateTimeField()  # by the clock of whoever saw it
    recorded_at = models.DateTimeField(db_default=Now())
    key = models.CharField(max_length=80)  # the same key again is the same event
    schema_version = models.PositiveSmallIntegerField()
    world = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(name=ONE_EVENT_PER_NUMBER, fields=["source", "number"]),
            models.UniqueConstraint(name=ONE_EVENT_PER_KEY, fields=["key"]),
            models.CheckConstraint(
                name="measures_event_is_in_the_vocabulary",
                condition=models.Q(event__in=[event.value for event in Vocabulary]),
            ),
        ]
        indexes = [
            models.Index(name="measures_events_by_session", fields=["session", "happened_at"]),
            models.Index(name="measures_events_by_moment", fields=["happened_at"]),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset(
            {
                "id",
                "source",
                "number",
                "event",
                "session",
                "values",
                "happened_at",
                "recorded_at",
                "key",
                "schema_version",
                "world",
            }
        )


class Counter(models.Model):
    """The last number that a source has used."""

    source = models.CharField(max_length=64, primary_key=True)
    last = models.PositiveBigIntegerField()

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"source", "last"})
