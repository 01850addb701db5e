"""Calendars: whose they are, where they are, and which services lead to them."""

from collections.abc import Iterator

from visavis.appointments.schema import CalendarEntry
from visavis.packs.folder import Item, Pack
from visavis.packs.reading import Fault
from visavis.packs.references.codes import unknown


def faults(pack: Pack) -> Iterator[Fault]:
    """Yield what does not fit together among calendars, organisations, sites and services."""
    places: dict[str, str] = {}
    for item in pack.calendars:
        yield from _of_calendar(pack, item)
        for index, agenda in enumerate(item.entry.agendas):
            if agenda.code in places:
                yield item.fault(
                    "agendas", index, "code",
                    what=f"“{agenda.code}” is also an agenda of {places[agenda.code]}",
                    how="give one of them another code",
                )  # fmt: skip
            places[agenda.code] = item.entry.code
    for service in pack.services:
        for index, version in enumerate(service.entry.versions):
            if version.calendar is not None:
                yield from unknown(
                    service, "versions", index, "calendar",
                    code=version.calendar, known=pack.calendar_codes(), of="appointments/",
                )  # fmt: skip


def _of_calendar(pack: Pack, item: Item[CalendarEntry]) -> Iterator[Fault]:
    name = item.document.file.removeprefix("appointments/").removesuffix(".yaml")
    if item.entry.code != name:
        yield item.fault(
            "code",
            what=f"the code is “{item.entry.code}”, the file “{name}”",
            how="give both the same name",
        )
    yield from unknown(
        item, "office",
        code=item.entry.office, known=pack.codes("organisations.yaml"), of="organisations.yaml",
    )  # fmt: skip
    for index, agenda in enumerate(item.entry.agendas):
        if agenda.site is not None:
            yield from unknown(
                item, "agendas", index, "site",
                code=agenda.site, known=pack.codes("sites.yaml"), of="sites.yaml",
            )  # fmt: skip
