"""The canton, its organisations, sites, communes and partnerships."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from visavis.packs.folder import Item, Pack
from visavis.packs.reading import Fault
from visavis.packs.references.codes import unknown
from visavis.places.schema import CommuneRow, SiteEntry


def faults(pack: Pack) -> Iterator[Fault]:
    """Yield what does not fit together among places."""
    yield from _of_canton(pack)
    yield from _of_organisations(pack)
    yield from _of_sites(pack)
    yield from _of_communes(pack)
    yield from _of_localities(pack)
    yield from _of_partnerships(pack)


def _of_canton(pack: Pack) -> Iterator[Fault]:
    if pack.canton is None:
        return
    entry = pack.canton.entry
    if entry.code != pack.path.resolve().name:
        yield pack.canton.fault(
            "code",
            what=f"the code is “{entry.code}”, the folder “{pack.path.resolve().name}”",
            how="give both the same name",
        )
    yield from unknown(
        pack.canton, "issuer", "organisation",
        code=entry.issuer.organisation, known=pack.codes("organisations.yaml"), of="organisations.yaml",
    )  # fmt: skip
    for index, code in enumerate(entry.most_asked):
        yield from unknown(
            pack.canton, "most_asked", index, code=code, known=pack.service_codes(), of="services/"
        )


def _of_organisations(pack: Pack) -> Iterator[Fault]:
    known = pack.codes("organisations.yaml")
    numbers = {item.entry.fso for item in pack.communes}
    for item in pack.organisations:
        if item.entry.part_of:
            yield from unknown(
                item, "part_of", code=item.entry.part_of, known=known, of="organisations.yaml"
            )
        if item.entry.commune:
            yield from unknown(
                item, "commune", code=item.entry.commune, known=numbers, of="communes.csv"
            )


def _of_sites(pack: Pack) -> Iterator[Fault]:
    devices: dict[str, str] = {}
    for item in pack.sites:
        yield from unknown(
            item, "organisation",
            code=item.entry.organisation, known=pack.codes("organisations.yaml"), of="organisations.yaml",
        )  # fmt: skip
        yield from _commune_of_site(pack, item)
        for index, device in enumerate(item.entry.devices):
            other = devices.setdefault(device.code, item.entry.code)
            if (
                other != item.entry.code
                or [d.code for d in item.entry.devices].index(device.code) != index
            ):
                yield item.fault(
                    "devices", index, "code",
                    what=f"the device “{device.code}” stands twice, first at {other}",
                    how="give each device a code of its own",
                )  # fmt: skip


def _commune_of_site(pack: Pack, item: Item[SiteEntry]) -> Iterator[Fault]:
    if item.entry.commune is None:
        return
    rows = [row.entry for row in pack.communes if row.entry.fso == item.entry.commune]
    first = item.entry.states[0].from_
    if not rows:
        yield from unknown(item, "commune", code=item.entry.commune, known=[], of="communes.csv")
    elif not any(_holds(row, first) for row in rows):
        yield item.fault(
            "commune",
            what=f"commune {item.entry.commune} did not exist on {first}",
            how="write the number that was valid when the site began",
        )


def _holds(row: CommuneRow, day: date) -> bool:
    return row.valid_from <= day and (row.valid_until is None or day < row.valid_until)


def _of_communes(pack: Pack) -> Iterator[Fault]:
    by_number: dict[int, list[CommuneRow]] = {}
    for item in pack.communes:
        row = item.entry
        if any(row.overlaps(other) for other in by_number.get(row.fso, [])):
            yield item.fault(
                what=f"commune {row.fso} stands twice for the same days",
                how="end one before the other begins",
            )
        by_number.setdefault(row.fso, []).append(row)
    for item in pack.communes:
        row = item.entry
        if row.merged_into and row.merged_into not in by_number:
            yield item.fault(
                what=f"{row.merged_into}, which {row.name} merged into, is not in communes.csv",
                how="add a line for it",
            )
        if row.merged_into and row.valid_until is None:
            yield item.fault(
                what=f"{row.name} merged, but has no valid_until", how="write the day of the merger"
            )


def _of_localities(pack: Pack) -> Iterator[Fault]:
    by_number = {item.entry.fso for item in pack.communes}
    seen: set[tuple[str, str, int]] = set()
    for locality in pack.localities:
        entry = locality.entry
        if entry.commune_fso not in by_number:
            yield locality.fault(
                what=f"commune {entry.commune_fso} is not in communes.csv",
                how="correct the number, or add the commune",
            )
        key = (entry.postal_code, entry.locality, entry.commune_fso)
        if key in seen:
            yield locality.fault(
                what=f"{entry.postal_code} {entry.locality} stands twice",
                how="keep one of the lines",
            )
        seen.add(key)


def _of_partnerships(pack: Pack) -> Iterator[Fault]:
    for item in pack.partnerships:
        lists: tuple[tuple[str, Sequence[str], Iterable[str], str], ...] = (
            ("parties", item.entry.parties, pack.codes("organisations.yaml"), "organisations.yaml"),
            ("sites", item.entry.sites, pack.codes("sites.yaml"), "sites.yaml"),
            (
                "services",
                [] if item.entry.services == "all" else item.entry.services,
                pack.service_codes(),
                "services/",
            ),
        )
        for field, codes, known, file in lists:
            for index, code in enumerate(codes):
                yield from unknown(item, field, index, code=code, known=known, of=file)
