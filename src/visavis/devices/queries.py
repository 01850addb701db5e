"""Questions about the fleet."""

from visavis.devices.models import Device, DeviceQuerySet


class NoSuchDevice(LookupError):
    """No device has this code."""


def device(code: str) -> Device:
    """Return a device with its site.

    Raises:
        NoSuchDevice: no device has this code.
    """
    try:
        return Device.objects.select_related("site__organisation").get(code=code)
    except Device.DoesNotExist:
        raise NoSuchDevice from None


def devices() -> DeviceQuerySet:
    """Return all devices with their sites, by code."""
    return Device.objects.select_related("site__organisation").order_by("code")
