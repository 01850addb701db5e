"""Loading a pack: all rooms in one transaction, or nothing."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from visavis.appointments.operations import loading as appointments
from visavis.catalog import operations as catalog
from visavis.devices import operations as devices
from visavis.foundation.actor import Actor
from visavis.foundation.reconciling import Changes
from visavis.journal import operations as journal
from visavis.packs import check, folder, overlay
from visavis.packs.folder import Pack
from visavis.packs.overlay import Dated
from visavis.packs.reading import Fault
from visavis.people import provider_loading as identity_providers
from visavis.places import operations as places
from visavis.places.models import Canton

LOADED_BY = 1  # to be raised when the same files would fill the tables otherwise
LOAD_LOCK = 7_263_001  # one load at a time in a database; the number only has to be ours


class PackRefused(Exception):
    """Nothing was changed."""


class PackHasFaults(PackRefused):
    """The pack is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class AnotherCanton(PackRefused):
    """This instance serves another canton already: an instance serves one."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did."""

    code: str
    version: str
    changes: Changes
    services: int
    sites: int


def load(
    path: Path, *, world: str, actor: Actor, now: datetime, anchor: date | None = None
) -> Loaded:
    """Check a pack and write it into all rooms; loading it again changes nothing.

    Args:
        world: in "live" the pack's dates are loaded as written, elsewhere those of its overlay.
        anchor: day 0 of the overlay; the one in use or today if not given.

    Raises:
        PackHasFaults: with every fault that was found.
        AnotherCanton: a pack of another canton is loaded here.
    """
    pack = check.check(path)
    if pack.faults or pack.canton is None or pack.holidays is None:
        raise PackHasFaults(pack.faults)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
        standing = Canton.objects.first()
        if standing is not None and standing.code != pack.canton.entry.code:
            raise AnotherCanton(standing.code)
        today = now.astimezone(ZoneInfo(pack.canton.entry.timezone)).date()
        before = standing.anchored_on if standing else None
        dated = _dates(pack, world, before, today, fixed=anchor)
        changes = _write(pack, dated, now=now)
        loaded = Loaded(
            code=pack.canton.entry.code,
            version=_version(pack.path, dated.anchor),
            changes=changes,
            services=len(pack.services),
            sites=len(pack.sites),
        )
        if changes:
            _journal(loaded, actor=actor, now=now)
    return loaded


def _dates(
    pack: Pack, world: str, anchor: date | None, today: date, *, fixed: date | None
) -> Dated:
    if world == "live":
        return overlay.as_written(pack)
    dated = overlay.redated(pack, anchor=fixed or overlay.anchor_for(anchor, today=today))
    _refuse_overlaps(pack, dated)
    return dated


def _refuse_overlaps(pack: Pack, dated: Dated) -> None:
    """The overlay may move versions of one service onto each other, which no single file shows."""
    for item in pack.services:
        moved = [
            version.model_copy(
                update=dict(zip(("valid_from", "valid_until"), dated.services[key], strict=True))
            )
            if (key := (item.entry.code, version.valid_from)) in dated.services
            else version
            for version in item.entry.versions
        ]
        if any(one.overlaps(other) for one, other in combinations(moved, 2)):
            assert pack.overlay is not None
            raise PackHasFaults(
                [
                    pack.overlay.fault(
                        "services",
                        what=f"re-dated, two versions of {item.entry.code} overlap",
                        how="let one end before the other begins, or re-date both",
                    )
                ]
            )


def _write(pack: Pack, dated: Dated, *, now: datetime) -> Changes:
    assert pack.canton is not None
    assert pack.holidays is not None
    canton = pack.canton.entry
    changes = places.load_organisations([item.entry for item in pack.organisations], now=now)
    changes += places.load_sites(dated.sites, now=now)
    changes += places.load_communes(
        [item.entry for item in pack.communes], [item.entry for item in pack.localities]
    )
    changes += places.load_holidays(pack.holidays.entry, languages=canton.languages)
    changes += places.load_partnerships(dated.partnerships, now=now)
    changes += places.load_settings(dated.settings)
    changes += identity_providers.load([item.entry for item in pack.identity], now=now)
    changes += catalog.load_themes([item.entry for item in pack.themes], now=now)
    changes += catalog.load_services(
        [item.entry for item in pack.services], redated=dated.services, now=now
    )
    changes += devices.load_devices(dated.sites, now=now)
    changes += appointments.load([item.entry for item in pack.calendars], now=now)
    looks = {
        "texts": pack.texts,
        "demonstration": dated.explanation,
        "anchored_on": dated.anchor,
    }
    return changes + places.load_canton(
        canton, looks=looks, version=_version(pack.path, dated.anchor), now=now
    )


def is_loaded(path: Path, *, world: str, now: datetime) -> bool:
    """Tell whether exactly these files were loaded by this program, and their dates still hold."""
    standing = Canton.objects.first()
    if standing is None:
        return False
    anchor: date | None = None
    if world != "live" and (path / "demo/overlay.yaml").exists():
        today = now.astimezone(ZoneInfo(standing.timezone)).date()
        anchor = overlay.anchor_for(standing.anchored_on, today=today)
    return standing.version == _version(path, anchor)


def _version(path: Path, anchor: date | None) -> str:
    """Return what changes whenever a page could: any file, the day 0, what loading does."""
    files = folder.version_of(path)
    return hashlib.sha256(f"{LOADED_BY} {files} {anchor}".encode()).hexdigest()


def _journal(loaded: Loaded, *, actor: Actor, now: datetime) -> None:
    journal.record(
        what="packs.loaded",
        subject=f"pack:{loaded.code}",
        actor=actor,
        now=now,
        details={
            "version": loaded.version[:16],
            "added": loaded.changes.added,
            "changed": loaded.changes.changed,
            "closed": loaded.changes.closed,
        },
    )
