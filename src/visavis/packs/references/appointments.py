"""Calendars: whose they are, where they are, and which services lead to them."""

from collections.abc import Iterator

from visavis.appointments.facts import Shape, Unreadable, canonical
from visavis.appointments.schema import CalendarEntry, DemonstrationRight
from visavis.foundation import codes
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
    for right in pack.rights:
        yield from _of_right(pack, right)
    for service in pack.services:
        for index, version in enumerate(service.entry.versions):
            if version.calendar is not None:
                yield from unknown(
                    service, "versions", index, "calendar",
                    code=version.calendar, known=pack.calendar_codes(), of="appointments/",
                )  # fmt: skip


def _of_right(pack: Pack, item: Item[DemonstrationRight]) -> Iterator[Fault]:
    calendar = next((c.entry for c in pack.calendars if c.entry.code == item.entry.calendar), None)
    known = pack.calendar_codes()
    yield from unknown(item, "calendar", code=item.entry.calendar, known=known, of="appointments/")
    if calendar is None:
        return
    file = f"appointments/{calendar.code}.yaml"
    kinds = [kind.code for kind in calendar.kinds]
    yield from unknown(item, "kind", code=item.entry.kind, known=kinds, of=file)
    if item.entry.agenda is not None:
        agendas = [agenda.code for agenda in calendar.agendas]
        yield from unknown(item, "agenda", code=item.entry.agenda, known=agendas, of=file)
    shapes = {fact.code: fact.shape for fact in calendar.facts}
    for code, value in item.entry.facts.items():
        yield from unknown(item, "facts", code, code=code, known=shapes, of=file)
        try:
            canonical(shapes.get(code, Shape.NAME), value)
        except Unreadable:
            yield item.fault(
                "facts", code, what=f"“{value}” cannot be a {shapes[code]}", how="correct it"
            )
    if not codes.is_number(item.entry.number):
        yield item.fault(
            "number",
            what=f"{item.entry.number} has a wrong check digit",
            how="write another number",
        )


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
