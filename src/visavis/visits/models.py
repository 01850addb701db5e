"""Tickets that devices hold, and the visits that were begun with them."""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from visavis.devices.models import Device
from visavis.visits import rules
from visavis.visits.handoff_models import Handoff  # noqa: F401 - a table of this room

ONE_OPEN_VISIT_PER_DEVICE = "visits_one_open_visit_per_device"
ONE_VISIT_PER_TICKET = "visits_one_visit_per_ticket"
CHANNELS = ("kiosk", "tablet")


class Ticket(models.Model):
    """A device's permission to begin one visit; a newer one replaces it, using it removes it."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="ticket")
    hashed = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    home = models.CharField(max_length=120)  # the device's own address, on its loopback

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "device", "hashed", "issued_at", "expires_at", "home"})


class VisitQuerySet(models.QuerySet["Visit"]):
    """Visits, in words."""

    def open(self, now: datetime) -> Self:
        """Those that live at this moment, whatever was written of their end."""
        return self.unended().filter(
            expires_at__gt=now, device__in_service=True, device__withdrawn_at=None
        )

    def unended(self) -> Self:
        return self.filter(ended_at=None)

    def over(self, now: datetime) -> Self:
        """Those whose time has run out but whose end nobody has written yet."""
        return self.unended().exclude(
            expires_at__gt=now, device__in_service=True, device__withdrawn_at=None
        )


class Visit(models.Model):
    """One citizen at one device. Its limits are fixed when it begins."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="visits")
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    longest_until = models.DateTimeField()
    extensions = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=30, blank=True, default="")
    ended_by = models.CharField(max_length=80, blank=True, default="")  # an Actor name
    outcome = models.CharField(max_length=30, blank=True, default="")  # reached before the end
    measured_as = models.UUIDField(null=True, default=uuid4)  # forgotten some time after the end

    opened_with = models.CharField(max_length=64)  # hash of the ticket
    secret_hash = models.CharField(max_length=64, unique=True)
    browser_session = models.CharField(max_length=40, blank=True, default="")
    home = models.CharField(max_length=120)

    at_service = models.CharField(max_length=64, blank=True, default="")
    at_step = models.CharField(max_length=64, blank=True, default="")

    text_size = models.PositiveSmallIntegerField(default=1)
    contrast = models.CharField(max_length=10, default=rules.Contrast.NORMAL.value)

    idle_s = models.PositiveIntegerField()
    warning_s = models.PositiveIntegerField()
    extension_s = models.PositiveIntegerField()
    most_extensions = models.PositiveIntegerField()
    longest_s = models.PositiveIntegerField()
    away_s = models.PositiveIntegerField()

    objects = VisitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name=ONE_OPEN_VISIT_PER_DEVICE, fields=["device"], condition=Q(ended_at=None)
            ),
            models.UniqueConstraint(name=ONE_VISIT_PER_TICKET, fields=["opened_with"]),
            models.CheckConstraint(
                name="visits_ended_at_comes_with_reason_and_who",
                condition=Q(ended_at=None, end_reason="", ended_by="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="") & ~Q(ended_by="")),
            ),
            models.CheckConstraint(
                name="visits_reason_is_known",
                condition=Q(end_reason__in=["", *[reason.value for reason in rules.Reason]]),
            ),
            models.CheckConstraint(
                name="visits_outcome_is_known",
                condition=Q(outcome__in=["", *sorted(reason.value for reason in rules.OUTCOMES)]),
            ),
            models.CheckConstraint(
                name="visits_channel_is_known", condition=Q(channel__in=CHANNELS)
            ),
            models.CheckConstraint(
                name="visits_end_is_not_before_the_start",
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")),
            ),
            models.CheckConstraint(
                name="visits_text_size_is_known", condition=Q(text_size__in=rules.TEXT_SIZES)
            ),
            models.CheckConstraint(
                name="visits_contrast_is_known",
                condition=Q(contrast__in=[contrast.value for contrast in rules.Contrast]),
            ),
        ]
        indexes = [
            models.Index(
                name="visits_unended_by_expiry", fields=["expires_at"], condition=Q(ended_at=None)
            ),
            models.Index(name="visits_by_device", fields=["device", "-started_at"]),
        ]

    class Privacy:
        personal = frozenset({"secret_hash", "browser_session", "ended_by"})
        plain = frozenset(
            {
                *("id", "device", "channel", "language", "started_at", "expires_at"),
                *("longest_until", "extensions", "ended_at", "end_reason", "outcome"),
                *("measured_as", "opened_with", "home", "at_service", "at_step", "text_size"),
                *("contrast", "idle_s", "warning_s", "extension_s", "most_extensions"),
                *("longest_s", "away_s"),
            }
        )

    def __str__(self) -> str:
        return f"visit {self.pk}"

    @property
    def limits(self) -> rules.Limits:
        return rules.Limits(
            idle=timedelta(seconds=self.idle_s),
            warning=timedelta(seconds=self.warning_s),
            extension=timedelta(seconds=self.extension_s),
            extensions=self.most_extensions,
            longest=timedelta(seconds=self.longest_s),
            away=timedelta(seconds=self.away_s),
        )

    @property
    def term(self) -> rules.Term:
        return rules.Term(self.expires_at, self.longest_until, self.extensions)

    def is_open(self, now: datetime) -> bool:
        """Tell whether the visit lives at this moment."""
        return self.device.is_in_service and self.state(now) is not rules.State.ENDED

    def state(self, now: datetime) -> rules.State:
        """Return what the visit is at this moment."""
        return self.ladder(now).state

    def ladder(self, now: datetime) -> rules.Ladder:
        """Return state and seconds left at this moment."""
        return rules.ladder(
            expires_at=self.expires_at,
            ended_at=self.ended_at,
            warning=timedelta(seconds=self.warning_s),
            now=now,
        )
