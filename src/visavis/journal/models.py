"""The journal's two tables. Neither has foreign keys: erasing a person never touches them."""

from django.db import models


class Entry(models.Model):
    """One thing that somebody did or read."""

    # Assigned by a trigger under a lock that the sealer also takes: an entry that comes after a
    # seal always has a higher id than every sealed one.
    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField()
    what = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    actor_kind = models.CharField(max_length=10)
    actor = models.CharField(max_length=80)
    on_behalf_of = models.CharField(max_length=80, blank=True)
    visit = models.UUIDField(null=True, blank=True)
    device = models.CharField(max_length=40, blank=True)
    site = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=10)
    assurance = models.PositiveSmallIntegerField()
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(name="journal_entry_by_subject", fields=["subject", "id"])]

    class Privacy:
        personal = frozenset({"actor", "on_behalf_of", "subject"})
        plain = frozenset(
            {
                "id", "recorded_at", "what", "actor_kind", "visit", "device", "site", "channel",
                "assurance", "details",
            }
        )  # fmt: skip


class Seal(models.Model):
    """The signed hash of a batch of entries and of the seal before it."""

    number = models.BigIntegerField(primary_key=True)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    count = models.PositiveIntegerField()
    batch_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="journal_seal_covers_entries",
                condition=models.Q(last_entry__gte=models.F("first_entry"), count__gte=1),
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset(
            {
                "number", "first_entry", "last_entry", "count", "batch_hash", "previous_hash",
                "sealed_at", "key_id", "signature",
            }
        )  # fmt: skip
