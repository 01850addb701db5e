"""The devices of the fleet and the nonces that their requests used."""

from typing import Self

from django.db import models

from visavis.devices.rules import Kind
from visavis.places.models import Site

ONE_USE_PER_NONCE = "devices_one_use_per_nonce"
ONE_DEVICE_PER_KEY = "devices_one_device_per_key"


class DeviceQuerySet(models.QuerySet["Device"]):
    """Devices, in words."""

    def in_service(self) -> Self:
        return self.filter(in_service=True, withdrawn_at=None)

    def enrolled(self) -> Self:
        return self.exclude(public_key="")


class Device(models.Model):
    """A kiosk or tablet that stands at a site."""

    code = models.CharField(max_length=64, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="devices")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    label = models.JSONField()  # in four languages
    public_key = models.CharField(
        max_length=44, blank=True, default=""
    )  # base64; "" until enrolled
    in_service = models.BooleanField(default=True)  # what the operator says
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # what the pack says

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="devices_kind_is_known",
                condition=models.Q(kind__in=[kind.value for kind in Kind]),
            ),
            models.UniqueConstraint(
                name=ONE_DEVICE_PER_KEY,
                fields=["public_key"],
                condition=~models.Q(public_key=""),
            ),
        ]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset(
            {"id", "code", "site", "kind", "label", "public_key", "in_service", "withdrawn_at"}
        )

    def __str__(self) -> str:
        return self.code

    @property
    def is_in_service(self) -> bool:
        return self.in_service and self.withdrawn_at is None


class Nonce(models.Model):
    """A signed request's mark, kept for as long as the request could be sent again."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="nonces")
    value = models.CharField(max_length=32)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name=ONE_USE_PER_NONCE, fields=["device", "value"]),
        ]
        indexes = [models.Index(name="devices_nonces_by_age", fields=["device", "used_at"])]

    class Privacy:
        personal = frozenset[str]()
        plain = frozenset({"id", "device", "value", "used_at"})
