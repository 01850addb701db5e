"""What machines do around visits: tickets for devices, ends that nobody saw, forgetting."""

from datetime import datetime, timedelta

from visavis.devices.models import Device
from visavis.foundation.actor import Actor
from visavis.measures import operations as measures
from visavis.visits import handing_off, operations, queries, rules
from visavis.visits.models import Ticket, Visit

MEASURES_KNOWN = timedelta(hours=1)  # then nothing leads from a visit to its measures any more


class NotAHome(operations.VisitRefused):
    """What the device called its own address does not lie on its loopback."""


def issue_ticket(*, device: Device, home: str, now: datetime) -> str:
    """Give a device its ticket; the one it had before is worth nothing any more.

    Args:
        home: the device's own address, to which the browser returns after the visit.

    Returns:
        The ticket, which is stored nowhere.

    Raises:
        NotAHome: see `rules.is_home_of_device`.
        DeviceOutOfService: it was retired or withdrawn.
    """
    if not rules.is_home_of_device(home):
        raise NotAHome
    if not device.is_in_service:
        raise operations.DeviceOutOfService
    ticket = rules.new_secret()
    wanted = {
        "hashed": rules.hashed(ticket),
        "issued_at": now,
        "expires_at": now + rules.TICKET_LIFE,
        "home": home,
    }
    Ticket.objects.update_or_create(device=device, defaults=wanted)
    return ticket


def expire(*, now: datetime) -> int:
    """Write the end of every visit whose time has run out, and return how many there were."""
    over = list(Visit.objects.over(now).select_related("device"))
    system = Actor.system("visits")
    return sum(
        operations.end(visit=visit, reason=rules.Reason.TECHNICAL, actor=system, now=now)
        for visit in over
    )


def forget(*, now: datetime) -> None:
    """Cut what leads from old visits to their measures, and remove tickets nobody used."""
    Visit.objects.filter(ended_at__lt=now - MEASURES_KNOWN, measured_as__isnull=False).update(
        measured_as=None
    )
    Ticket.objects.filter(expires_at__lt=now - rules.TICKET_LIFE).delete()
    handing_off.forget(now=now)


def note_wipe(*, device: Device, is_clean: bool, now: datetime) -> None:
    """Count whether a browser came back to the attract screen with nothing of the last visit."""
    last = queries.latest_of(device)
    if last is None or last.ended_at is None or last.measured_as is None:
        return
    measures.note(
        "wipe.done" if is_clean else "wipe.failed",
        source=device.code,
        session=last.measured_as,
        now=now,
        key=f"wipe:{last.measured_as}",
        duration_ms=min(86_400_000, max(0, int((now - last.ended_at).total_seconds() * 1000))),
    )
