"""Everything that may change the fleet, and the check of what a device sends."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from visavis.devices import queries, rules
from visavis.devices.models import Device, Nonce
from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.foundation.reconciling import Changes, reconcile
from visavis.journal import operations as journal
from visavis.places.models import Site
from visavis.places.schema import SiteEntry


class DeviceRefused(Exception):
    """The counter did not accept what came from a device, or a change to one."""


class Malformed(DeviceRefused):
    """A part of the signed request is missing or not in shape."""


class UnknownDevice(DeviceRefused):
    """No such device, or the counter has no key of it yet."""


class BadSignature(DeviceRefused):
    """The request is not signed by this device's key: another device, or altered on the way."""


class ClockSkewed(DeviceRefused):
    """The request was signed too long ago or ahead of the counter's clock."""


class Replayed(DeviceRefused):
    """The counter has seen this very request before."""


class OutOfService(DeviceRefused):
    """The device was taken out of service."""


class KeyTaken(DeviceRefused):
    """Another device holds this key, or this device holds another one already."""


class NotAKey(DeviceRefused):
    """What was given is not an Ed25519 public key in base64."""


def accept(request: rules.SignedRequest, *, now: datetime) -> Device:
    """Return the device that truly sent this request, and spend its nonce.

    What costs the counter storage comes last, so that only the holder of a key can cause it.

    Raises:
        Malformed, UnknownDevice, BadSignature, OutOfService, ClockSkewed, Replayed: in this order.
    """
    if not rules.is_nonce(request.nonce):
        raise Malformed
    try:
        device = queries.device(request.device)
    except queries.NoSuchDevice:
        raise UnknownDevice from None
    if not device.public_key:
        raise UnknownDevice
    if not rules.is_signed_by(device.public_key, request):
        raise BadSignature
    if not device.is_in_service:
        raise OutOfService
    if not rules.is_timely(request.timestamp, now=now):
        raise ClockSkewed
    _spend_nonce(device, request.nonce, now=now)
    return device


@transaction.atomic
def enrol(
    *, device: Device, public_key: str, actor: Actor, now: datetime, replace: bool = False
) -> Device:
    """Store the public half of a device's key; the same key again changes nothing.

    Raises:
        NotAKey: not an Ed25519 public key.
        KeyTaken: it has another key and `replace` was not said, or another device has this one.
    """
    if not rules.is_public_key(public_key):
        raise NotAKey
    device = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if device.public_key == public_key:
        return device
    if device.public_key and not replace:
        raise KeyTaken
    if Device.objects.filter(public_key=public_key).exclude(pk=device.pk).exists():
        raise KeyTaken
    device.public_key = public_key
    device.save(update_fields=["public_key"])
    _record("devices.enrolled", device, actor=actor, now=now)
    return device


@transaction.atomic
def retire(*, device: Device, actor: Actor, now: datetime) -> None:
    """Take a device out of service; its visits are over with it. Retiring twice changes nothing."""
    if Device.objects.filter(pk=device.pk, in_service=True).update(in_service=False):
        _record("devices.retired", device, actor=actor, now=now)


@transaction.atomic
def load_devices(entries: Sequence[SiteEntry], *, now: datetime) -> Changes:
    """Bring the fleet to what the pack's sites say.

    Keys stay, and so does an operator's word that a device is out of service; a device that the
    pack no longer names is withdrawn, not deleted.
    """
    sites = dict(Site.objects.values_list("code", "pk"))
    wanted = [
        {
            "code": device.code,
            "site_id": sites[entry.code],
            "kind": device.kind,
            "label": dict(device.label),
            "withdrawn_at": None,
        }
        for entry in entries
        for device in entry.devices
    ]
    return reconcile(Device.objects.all(), wanted, key=("code",), close=partial(_withdraw, now=now))


def _withdraw(device: Device, *, now: datetime) -> bool:
    if device.withdrawn_at is not None:
        return False
    device.withdrawn_at = now
    device.save(update_fields=["withdrawn_at"])
    return True


def _spend_nonce(device: Device, value: str, *, now: datetime) -> None:
    Nonce.objects.filter(device=device, used_at__lt=now - rules.NONCES_KEPT).delete()
    if insert_unless_excluded(Nonce(device=device, value=value, used_at=now)) is None:
        raise Replayed


def _record(what: str, device: Device, *, actor: Actor, now: datetime) -> None:
    journal.record(what=what, subject=f"device:{device.code}", actor=actor, now=now)
