"""Where facts come from."""

from collections.abc import Iterator

from pydantic import BaseModel

from visavis.foundation.pack import Stated
from visavis.packs.folder import Item, Pack
from visavis.packs.reading import Fault
from visavis.packs.references.codes import unknown

Placed = tuple[Item[BaseModel], tuple[str | int, ...], Stated]


def faults(pack: Pack) -> Iterator[Fault]:
    """Yield keys of sources that are not in sources.yaml."""
    for item, trail, fact in _stated(pack):
        for key in fact.source_keys:
            yield from unknown(
                item, *trail, "source", code=key, known=pack.sources, of="sources.yaml"
            )
    rows: list[tuple[Item[BaseModel], str]] = [(row, row.entry.source) for row in pack.communes]
    rows += [(row, row.entry.source) for row in pack.localities]
    for row, key in rows:
        if " " not in key and key != "assumption" and key not in pack.sources:
            yield row.fault(
                what=f"“{key}” is not in sources.yaml", how="add it there, or write assumption"
            )


def _stated(pack: Pack) -> Iterator[Placed]:
    if pack.canton:
        yield pack.canton, ("contact",), pack.canton.entry.contact
        for index, settings in enumerate(pack.canton.entry.settings):
            yield pack.canton, ("settings", index), settings
    if pack.holidays:
        yield pack.holidays, (), pack.holidays.entry
    for simple in (*pack.organisations, *pack.partnerships, *pack.identity):
        yield simple, (), simple.entry
    for site in pack.sites:
        yield site, (), site.entry
        for field in ("states", "hours", "exceptions"):
            for index, fact in enumerate(getattr(site.entry, field)):
                yield site, (field, index), fact
    yield from _of_calendars(pack)
    for service in pack.services:
        for index, version in enumerate(service.entry.versions):
            yield service, ("versions", index), version


def _of_calendars(pack: Pack) -> Iterator[Placed]:
    for calendar in pack.calendars:
        for field in ("kinds", "rules", "agendas"):
            for index, fact in enumerate(getattr(calendar.entry, field)):
                yield calendar, (field, index), fact
        for index, agenda in enumerate(calendar.entry.agendas):
            for field in ("openings", "exceptions"):
                for nth, fact in enumerate(getattr(agenda, field)):
                    yield calendar, ("agendas", index, field, nth), fact
