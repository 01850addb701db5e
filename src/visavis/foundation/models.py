"""Counters of what may be done only so often."""

from django.db import models


class Tally(models.Model):
    """How often one key was spent in one window of time."""

    key = models.CharField(max_length=64)  # hash of what is counted: a visit, device or account
    window_started_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="foundation_one_tally_per_key_and_window", fields=["key", "window_started_at"]
            ),
        ]
        indexes = [models.Index(name="foundation_tally_by_age", fields=["window_started_at"])]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "key", "window_started_at", "count"})
