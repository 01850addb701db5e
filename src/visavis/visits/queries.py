"""Questions about visits and tickets."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from visavis.devices.models import Device
from visavis.places import queries as places
from visavis.visits import rules
from visavis.visits.models import Ticket, Visit, VisitQuerySet

WITH_PLACE = "device__site__organisation"


class NoSuchVisit(LookupError):
    """There is no such visit, or the actor may not know of it."""


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What the attract screen may know of its ticket."""

    device: Device
    home: str
    expires_at: datetime


def visit_of(secret: str) -> Visit | None:
    """Return the visit whose browser holds this secret, ended ones too."""
    return Visit.objects.select_related(WITH_PLACE).filter(secret_hash=rules.hashed(secret)).first()


def visit(visit_id: UUID | str) -> Visit:
    """Return a visit with its device and site.

    Raises:
        NoSuchVisit: there is none.
    """
    found = Visit.objects.select_related(WITH_PLACE).filter(pk=visit_id).first()
    if found is None:
        raise NoSuchVisit
    return found


def ticket(text: str, *, now: datetime) -> TicketFacts | None:
    """Return what a ticket is for, if a visit can be begun with it at this moment."""
    row = (
        Ticket.objects.select_related("device__site__organisation")
        .filter(hashed=rules.hashed(text), expires_at__gt=now)
        .first()
    )
    if row is None or not row.device.is_in_service:
        return None
    return TicketFacts(device=row.device, home=row.home, expires_at=row.expires_at)


def open_visits(*, now: datetime, organisation: str = "", site: str = "") -> VisitQuerySet:
    """Return the visits that live now, everywhere or of one organisation or site, oldest first."""
    found = Visit.objects.open(now).select_related(WITH_PLACE).order_by("started_at")
    if organisation:
        found = found.filter(device__site__organisation__code=organisation)
    return found.filter(device__site__code=site) if site else found


def latest_of(device: Device) -> Visit | None:
    """Return the visit that a device had last, ended or not."""
    return Visit.objects.filter(device=device).order_by("-started_at").first()


def is_alive(visit_id: UUID | str, *, now: datetime) -> bool:
    """Tell whether a visit lives; rooms above derive holds and locks from this."""
    return Visit.objects.open(now).filter(pk=visit_id).exists()


def limits_on(day: date) -> rules.Limits:
    """Return how patient the canton's counter is on a day."""
    figures = places.settings_on(day)
    return rules.Limits(
        idle=timedelta(seconds=figures.visit_idle_s),
        warning=timedelta(seconds=figures.visit_warning_s),
        extensions=figures.visit_extensions,
        longest=timedelta(seconds=figures.visit_longest_s),
    )
