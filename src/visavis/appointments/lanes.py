"""Tables of what a pack defines: calendars, their places, their lanes; and who may read a lane."""

from django.db import models

from visavis.places.models import text


class Calendar(models.Model):
    """What appointments are given for, under one set of dated rules."""

    code = models.CharField(max_length=40, unique=True)
    office = models.CharField(max_length=40)  # code of an organisation
    definition = models.JSONField()  # of schema.CalendarEntry
    digest = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # no longer in the pack

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "code", "office", "definition", "digest", "withdrawn_at"})

    def __str__(self) -> str:
        return self.code


class Agenda(models.Model):
    """One place of a calendar."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="agendas")
    code = models.CharField(max_length=40, unique=True)
    names = text()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "calendar", "code", "names", "withdrawn_at"})

    def __str__(self) -> str:
        return self.code


class Lane(models.Model):
    """What takes one at a time."""

    agenda = models.ForeignKey(Agenda, on_delete=models.PROTECT, related_name="lanes")
    code = models.CharField(max_length=40)
    names = text()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="appointments_one_lane_a_code_and_agenda", fields=["agenda", "code"]
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "agenda", "code", "names", "withdrawn_at"})

    def __str__(self) -> str:
        return f"{self.agenda}/{self.code}"


class LaneFeed(models.Model):
    """A secret address under which a calendar program reads a lane."""

    lane = models.ForeignKey(Lane, on_delete=models.CASCADE, related_name="feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Privacy:
        personal = frozenset({"token_hash", "made_by"})
        plain = frozenset({"id", "lane", "made_at", "revoked_at"})
