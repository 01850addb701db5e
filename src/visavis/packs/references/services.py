"""Services, and what a demonstration says of them."""

from collections.abc import Iterator

from visavis.catalog.rules import Access
from visavis.catalog.schema import ServiceEntry, VersionEntry
from visavis.packs.folder import Item, Pack
from visavis.packs.reading import Fault
from visavis.packs.references.codes import unknown
from visavis.places.rules import OrganisationKind


def faults(pack: Pack) -> Iterator[Fault]:
    """Yield what does not fit together among services, the overlay and invented people."""
    for item in pack.services:
        yield from _of_service(pack, item)
    yield from _of_overlay(pack)
    yield from _of_people(pack)


def _of_service(pack: Pack, item: Item[ServiceEntry]) -> Iterator[Fault]:
    name = item.document.file.removeprefix("services/").removesuffix(".yaml")
    if item.entry.code != name:
        yield item.fault(
            "code",
            what=f"the code is “{item.entry.code}”, the file “{name}”",
            how="give both the same name",
        )
    if item.entry.code in pack.codes("sites.yaml"):
        yield item.fault(
            "code",
            what=f"“{item.entry.code}” is also a site, and both have short links",
            how="give the service another code",
        )
    kinds = {other.entry.code: other.entry.kind for other in pack.organisations}
    for index, version in enumerate(item.entry.versions):
        here = ("versions", index)
        yield from unknown(
            item, *here, "office",
            code=version.office, known=pack.codes("organisations.yaml"), of="organisations.yaml",
        )  # fmt: skip
        for nth, theme in enumerate(version.themes):
            yield from unknown(
                item,
                *here,
                "themes",
                nth,
                code=theme,
                known=pack.codes("themes.yaml"),
                of="themes.yaml",
            )
        yield from _of_provider(item, index, version, kinds.get(version.office))


def _of_provider(
    item: Item[ServiceEntry], index: int, version: VersionEntry, kind: OrganisationKind | None
) -> Iterator[Fault]:
    if kind is OrganisationKind.PROVIDER and version.access is not Access.LINK:
        yield item.fault(
            "versions", index, "access",
            what=f"a private provider’s service is a {version.access}",
            how="write access: link; private services are only linked to",
        )  # fmt: skip


def _of_overlay(pack: Pack) -> Iterator[Fault]:
    item = pack.overlay
    if item is None:
        return
    if item.entry.kiosk:
        known = pack.device_codes()
        yield from unknown(
            item, "kiosk", code=item.entry.kiosk, known=known, of="the devices of sites.yaml"
        )
    for code in item.entry.sites:
        yield from unknown(
            item, "sites", code, code=code, known=pack.codes("sites.yaml"), of="sites.yaml"
        )
    for code in item.entry.partnerships:
        yield from unknown(
            item,
            "partnerships",
            code,
            code=code,
            known=pack.codes("partnership.yaml"),
            of="partnership.yaml",
        )
    days = {
        service.entry.code: [str(version.valid_from) for version in service.entry.versions]
        for service in pack.services
    }
    for index, service in enumerate(item.entry.services):
        if service.code not in pack.service_codes():
            yield from unknown(
                item,
                "services",
                index,
                "code",
                code=service.code,
                known=pack.service_codes(),
                of="services/",
            )
        elif service.code in days:
            yield from unknown(
                item, "services", index, "version",
                code=service.version, known=days[service.code], of=f"services/{service.code}.yaml",
            )  # fmt: skip


def _of_people(pack: Pack) -> Iterator[Fault]:
    for item in pack.people:
        for index, role in enumerate(item.entry.roles):
            organisation, _, site = role.partition("@")[2].partition("/")
            yield from unknown(
                item,
                "roles",
                index,
                code=organisation,
                known=pack.codes("organisations.yaml"),
                of="organisations.yaml",
            )
            if site:
                yield from unknown(
                    item, "roles", index, code=site, known=pack.codes("sites.yaml"), of="sites.yaml"
                )
