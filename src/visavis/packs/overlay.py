"""Re-dates a pack for a demonstration: the pilot begins a few days before today, not in 2022. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from visavis.foundation.pack import plain
from visavis.packs.folder import Pack
from visavis.packs.schema import OverlaidPeriod, OverlaidState, Overlay
from visavis.places.schema import (
    PartnershipEntry,
    SettingsEntry,
    SiteEntry,
    StateEntry,
    WeekEntry,
)

ANCHOR_KEPT = timedelta(days=28)  # then the demonstrated pilot would visibly have run away


@dataclass(frozen=True, slots=True)
class Dated:
    """What is loaded: the pack's own dates, or those of its overlay."""

    sites: Sequence[SiteEntry]
    partnerships: Sequence[PartnershipEntry]
    settings: Sequence[SettingsEntry]
    services: dict[tuple[str, date], tuple[date, date | None]]
    explanation: dict[str, str]
    anchor: date | None


def anchor_for(standing: date | None, *, today: date) -> date:
    """Return day 0 of the demonstration: the one in use, or today when there is none or it is old."""
    if standing is None or not standing <= today <= standing + ANCHOR_KEPT:
        return today
    return standing


def as_written(pack: Pack) -> Dated:
    """Return the pack's own dates."""
    assert pack.canton is not None
    return Dated(
        sites=[item.entry for item in pack.sites],
        partnerships=[item.entry for item in pack.partnerships],
        settings=pack.canton.entry.settings,
        services={},
        explanation={},
        anchor=None,
    )


def redated(pack: Pack, *, anchor: date) -> Dated:
    """Return the dates of the pack's overlay; without one, its own."""
    written = as_written(pack)
    if pack.overlay is None:
        return written
    overlay = pack.overlay.entry
    return Dated(
        sites=[_site(site, overlay.sites.get(site.code), anchor) for site in written.sites],
        partnerships=[
            _partnership(partnership, overlay.partnerships.get(partnership.code), anchor)
            for partnership in written.partnerships
        ],
        settings=_settings(written.settings, overlay, anchor),
        services={
            (service.code, service.version): _period(service, anchor)
            for service in overlay.services
        },
        explanation=plain(overlay.explanation),
        anchor=anchor,
    )


def _day(anchor: date, days: int) -> date:
    return anchor + timedelta(days=days)


def _period(period: OverlaidPeriod, anchor: date) -> tuple[date, date | None]:
    until = None if period.until is None else _day(anchor, period.until)
    return _day(anchor, period.from_), until


def _site(site: SiteEntry, states: Sequence[OverlaidState] | None, anchor: date) -> SiteEntry:
    if states is None:
        return site
    stages = [
        StateEntry.model_validate(
            {"state": state.state, "from": _day(anchor, state.day), "assumption": True}
        )
        for state in states
    ]
    hours: list[WeekEntry] = list(site.hours)
    if hours and hours[0].valid_from > stages[0].from_:
        hours[0] = hours[0].model_copy(update={"valid_from": stages[0].from_})
    return site.model_copy(update={"states": stages, "hours": hours})


def _partnership(
    partnership: PartnershipEntry, period: OverlaidPeriod | None, anchor: date
) -> PartnershipEntry:
    if period is None:
        return partnership
    valid_from, valid_until = _period(period, anchor)
    return partnership.model_copy(update={"valid_from": valid_from, "valid_until": valid_until})


def _settings(
    settings: Sequence[SettingsEntry], overlay: Overlay, anchor: date
) -> Sequence[SettingsEntry]:
    if overlay.settings is None:
        return settings
    first = settings[0].model_copy(update={"valid_from": _day(anchor, overlay.settings)})
    return [first, *(later for later in settings[1:] if later.valid_from > first.valid_from)]
