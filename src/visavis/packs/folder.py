"""Reads a whole pack: every file, every item by itself, so that one fault does not hide another."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from visavis.appointments.schema import CalendarEntry, DemonstrationRight
from visavis.catalog.schema import ServiceEntry, ThemeEntry
from visavis.packs.explaining import faults_of
from visavis.packs.reading import Document, Fault, Trail, read_csv, read_yaml
from visavis.packs.schema import Overlay
from visavis.people.provider_schema import IdentityProviderEntry
from visavis.people.schema import DemonstrationPerson
from visavis.places.schema import (
    CantonEntry,
    CommuneRow,
    HolidaysEntry,
    LocalityRow,
    OrganisationEntry,
    PartnershipEntry,
    SiteEntry,
    SourceEntry,
)

COMMUNES_HEADER = ("fso", "name", "district", "valid_from", "valid_until", "merged_into", "source")
LOCALITIES_HEADER = ("postal_code", "locality", "commune_fso", "source")
FOLDERS = ("appointments", "brand", "demo", "services", "texts")
UNREAD = frozenset({"README.md", ".gitkeep"})

Entry = TypeVar("Entry", bound=BaseModel)
EntryCo = TypeVar("EntryCo", bound=BaseModel, covariant=True)


@dataclass(frozen=True, slots=True)
class Item(Generic[EntryCo]):
    """One thing that was read, and where it stands."""

    entry: EntryCo
    document: Document
    trail: Trail

    def fault(self, *trail: str | int, what: str, how: str) -> Fault:
        return self.document.fault((*self.trail, *trail), what, how)


@dataclass(slots=True)
class Pack:
    """A canton's folder as it was read. Items with faults are not among the lists."""

    path: Path
    faults: list[Fault] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    canton: Item[CantonEntry] | None = None
    sources: dict[str, Item[SourceEntry]] = field(default_factory=dict)
    organisations: list[Item[OrganisationEntry]] = field(default_factory=list)
    sites: list[Item[SiteEntry]] = field(default_factory=list)
    communes: list[Item[CommuneRow]] = field(default_factory=list)
    localities: list[Item[LocalityRow]] = field(default_factory=list)
    holidays: Item[HolidaysEntry] | None = None
    partnerships: list[Item[PartnershipEntry]] = field(default_factory=list)
    identity: list[Item[IdentityProviderEntry]] = field(default_factory=list)
    themes: list[Item[ThemeEntry]] = field(default_factory=list)
    services: list[Item[ServiceEntry]] = field(default_factory=list)
    calendars: list[Item[CalendarEntry]] = field(default_factory=list)
    overlay: Item[Overlay] | None = None
    people: list[Item[DemonstrationPerson]] = field(default_factory=list)
    rights: list[Item[DemonstrationRight]] = field(default_factory=list)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def codes(self, file: str) -> set[str]:
        """Return the codes of a list file as written, those of faulty items too.

        So a fault inside an item is said once, not again at everything that refers to it.
        """
        return {str(row["code"]) for row in self._written(file) if "code" in row}

    def device_codes(self) -> set[str]:
        """Return the codes of all devices as written, those of faulty sites too."""
        written = [site.get("devices") for site in self._written("sites.yaml")]
        devices = [device for row in written if isinstance(row, list) for device in row]
        return {str(d["code"]) for d in devices if isinstance(d, dict) and "code" in d}

    def _written(self, file: str) -> list[dict[str, object]]:
        document = self.documents.get(file)
        rows = document.data if document and isinstance(document.data, list) else []
        return [row for row in rows if isinstance(row, dict)]

    def calendar_codes(self) -> set[str]:
        """Return the codes of all calendars by their files' names."""
        return {path.stem for path in (self.path / "appointments").glob("*.yaml")}

    def service_codes(self) -> set[str]:
        """Return the codes of all services by their files' names."""
        return {path.stem for path in (self.path / "services").glob("*.yaml")}


def read(path: Path) -> Pack:
    """Read a pack's folder; what is wrong with single files stands in its faults."""
    pack = Pack(path)
    if not path.is_dir():
        pack.faults.append(
            Fault(
                ".",
                1,
                f"there is no folder {path.name}",
                "name the folder of a pack, such as cantons/exemple",
            )
        )
        return pack
    pack.canton = _whole(pack, "pack.yaml", CantonEntry)
    pack.sources = _mapping(pack, "sources.yaml", SourceEntry)
    pack.organisations = _list(pack, "organisations.yaml", OrganisationEntry)
    pack.sites = _list(pack, "sites.yaml", SiteEntry)
    pack.communes = _rows(pack, "communes.csv", COMMUNES_HEADER, CommuneRow)
    pack.localities = _rows(pack, "localities.csv", LOCALITIES_HEADER, LocalityRow)
    pack.holidays = _whole(pack, "holidays.yaml", HolidaysEntry)
    pack.partnerships = _list(pack, "partnership.yaml", PartnershipEntry)
    if (path / "identity.yaml").exists():
        pack.identity = _list(pack, "identity.yaml", IdentityProviderEntry)
    pack.themes = _list(pack, "themes.yaml", ThemeEntry)
    pack.services = [
        item for file in _service_files(pack) if (item := _whole(pack, file, ServiceEntry))
    ]
    pack.calendars = [
        calendar
        for file in sorted((path / "appointments").glob("*.yaml"))
        if (calendar := _whole(pack, f"appointments/{file.name}", CalendarEntry))
    ]
    if (path / "demo/overlay.yaml").exists():
        pack.overlay = _whole(pack, "demo/overlay.yaml", Overlay)
    if (path / "demo/people.yaml").exists():
        pack.people = _list(pack, "demo/people.yaml", DemonstrationPerson)
    if (path / "demo/appointments.yaml").exists():
        pack.rights = _list(pack, "demo/appointments.yaml", DemonstrationRight)
    return pack


def version_of(path: Path) -> str:
    """Return a digest of all files: it changes when any of them does."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.name not in UNREAD:
            digest.update(str(file.relative_to(path)).encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _service_files(pack: Pack) -> Iterator[str]:
    found = sorted((pack.path / "services").glob("*.yaml"))
    if not found:
        pack.faults.append(
            Fault(
                "services",
                1,
                "there is no service",
                "write services/<code>.yaml, one file a service",
            )
        )
    for path in found:
        yield f"services/{path.name}"


def _document(pack: Pack, document: Document) -> Document:
    pack.documents[document.file] = document
    pack.faults.extend(document.faults)
    return document


def _item(
    pack: Pack, document: Document, trail: Trail, value: object, model: type[Entry]
) -> Item[Entry] | None:
    try:
        return Item(model.model_validate(value), document, trail)
    except ValidationError as error:
        pack.faults.extend(faults_of(error, document, trail, model))
        return None


def _whole(pack: Pack, file: str, model: type[Entry]) -> Item[Entry] | None:
    document = _document(pack, read_yaml(pack.path, file))
    return None if document.data is None else _item(pack, document, (), document.data, model)


def _list(pack: Pack, file: str, model: type[Entry]) -> list[Item[Entry]]:
    document = _document(pack, read_yaml(pack.path, file))
    if document.data is None:
        return []
    if not isinstance(document.data, list):
        pack.faults.append(
            document.fault(
                (), "this file is not a list", "begin every item with a hyphen in the first column"
            )
        )
        return []
    return _items(pack, document, document.data, model)


def _rows(pack: Pack, file: str, header: tuple[str, ...], model: type[Entry]) -> list[Item[Entry]]:
    document = _document(pack, read_csv(pack.path, file, header))
    assert isinstance(document.data, list)
    return _items(pack, document, document.data, model)


def _items(
    pack: Pack, document: Document, values: Sequence[object], model: type[Entry]
) -> list[Item[Entry]]:
    read_one = (_item(pack, document, (index,), value, model) for index, value in enumerate(values))
    return [item for item in read_one if item is not None]


def _mapping(pack: Pack, file: str, model: type[Entry]) -> dict[str, Item[Entry]]:
    document = _document(pack, read_yaml(pack.path, file))
    if document.data is None:
        return {}
    if not isinstance(document.data, dict):
        pack.faults.append(
            document.fault((), "this file is not a mapping", "write KEY: {title: …}")
        )
        return {}
    items = {
        key: _item(pack, document, (key,), value, model) for key, value in document.data.items()
    }
    return {key: item for key, item in items.items() if item is not None}
