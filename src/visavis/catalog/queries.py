"""Questions about the catalogue. Lists are answered from memory, read anew when the pack changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum

from visavis.catalog import rules
from visavis.catalog.models import Arrival, Service, ServiceVersion, ServiceVersionQuerySet, Theme
from visavis.catalog.schema import VersionEntry
from visavis.foundation.text import folded, said_in
from visavis.places.models import Canton, Organisation

DAYS_KEPT = 16  # more different days are only asked for in tests


class NoSuchService(Exception):
    """No service has this code, or none is valid on the day asked about."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A theme of the catalogue."""

    code: str
    names: Mapping[str, str]
    summaries: Mapping[str, str]
    icon: str


@dataclass(frozen=True, slots=True)
class Office:
    """Who answers for a service."""

    code: str
    kind: str
    names: Mapping[str, str]
    phone: str
    email: str
    web: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One version of a service, as pages show it."""

    code: str
    valid_from: date
    valid_until: date | None
    office: Office
    entry: VersionEntry

    def name_in(self, language: str) -> str:
        return said_in(self.entry.name, language)

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of one pack's services in memory; never changes."""

    version: str
    shelves: tuple[Shelf, ...]
    offers: Mapping[str, tuple[Offer, ...]]  # by code, in order of time
    asked_most: tuple[str, ...]
    _by_day: dict[date, dict[str, Offer]] = field(default_factory=dict)

    def on(self, day: date) -> Mapping[str, Offer]:
        """Return the offers of a day by code."""
        found = self._by_day.get(day)
        if found is None:
            if len(self._by_day) >= DAYS_KEPT:
                self._by_day.clear()
            valid = (offer for offers in self.offers.values() for offer in offers)
            found = {offer.code: offer for offer in valid if offer.holds_on(day)}
            self._by_day[day] = found
        return found

    def nearest(self, code: str, day: date) -> Offer:
        """Return the offer of a day, or else the next one, or else the last one.

        Raises:
            NoSuchService: the code was never in the catalogue.
        """
        offers = self.offers.get(code)
        if not offers:
            raise NoSuchService(code)
        later = [offer for offer in offers if offer.valid_from > day]
        return self.on(day).get(code) or (later[0] if later else offers[-1])

    def availability(self, code: str, day: date) -> tuple[rules.Availability, date | None]:
        """Tell whether a service is offered on a day, and from or until when."""
        offers = self.offers.get(code, ())
        return rules.availability(day, [(offer.valid_from, offer.valid_until) for offer in offers])

    def in_theme(self, theme: str, day: date, *, language: str) -> Sequence[Offer]:
        """Return the offers of a theme by name; those whose main theme it is come first."""
        found = [offer for offer in self.on(day).values() if theme in offer.entry.themes]
        return sorted(
            found,
            key=lambda offer: (offer.entry.themes[0] != theme, folded(offer.name_in(language))),
        )

    def most_asked(self, day: date) -> Sequence[Offer]:
        offers = self.on(day)
        return [offers[code] for code in self.asked_most if code in offers]

    def by_letter(self, day: date, *, language: str) -> Mapping[str, Sequence[Offer]]:
        """Return the offers under the first letters of their names, without accents."""
        letters: dict[str, list[Offer]] = {}
        for offer in sorted(self.on(day).values(), key=lambda o: folded(o.name_in(language))):
            letters.setdefault(folded(offer.name_in(language))[:1].upper(), []).append(offer)
        return letters

    def shelf(self, code: str) -> Shelf | None:
        return next((shelf for shelf in self.shelves if shelf.code == code), None)


_catalogues: dict[str, Catalogue] = {}


def catalogue(version: str) -> Catalogue:
    """Return the catalogue of a version of the pack; three queries the first time, then none.

    Args:
        version: what `places.queries.version()` says now.
    """
    found = _catalogues.get(version)
    if found is None:
        # One at a time is used; a process that sees a new version drops the old one.
        found = _read(version)
        _catalogues.clear()
        _catalogues[version] = found
    return found


def forget() -> None:
    """Drop what is kept in memory; for tests, where two packs may have one version."""
    _catalogues.clear()


def _read(version: str) -> Catalogue:
    offices = {
        row.code: Office(row.code, row.kind, row.names, row.phone, row.email, row.web)
        for row in Organisation.objects.all()
    }
    offers: dict[str, list[Offer]] = {}
    for row in ServiceVersion.objects.standing().order_by("code", "valid_from"):
        offer = Offer(row.code, row.valid_from, row.valid_until, offices[row.office], row.entry)
        offers.setdefault(row.code, []).append(offer)
    shelves = [
        Shelf(row.code, row.names, row.summaries, row.icon)
        for row in Theme.objects.filter(withdrawn_at=None).order_by("position")
    ]
    asked = Canton.objects.values_list("most_asked", flat=True).first() or []
    return Catalogue(
        version=version,
        shelves=tuple(shelves),
        offers={code: tuple(versions) for code, versions in offers.items()},
        asked_most=tuple(asked),
    )


def services_on(day: date) -> ServiceVersionQuerySet:
    """Return the versions of all services that are valid on a day."""
    return ServiceVersion.objects.on(day).order_by("code")


def service(code: str, *, on: date) -> ServiceVersion:
    """Return the version of a service that is valid on a day.

    Raises:
        NoSuchService: none is.
    """
    found = ServiceVersion.objects.on(on).filter(code=code).first()
    if found is None:
        raise NoSuchService(code)
    return found


def is_service(code: str) -> bool:
    """Tell whether a service of this code was ever in the catalogue."""
    return Service.objects.filter(code=code).exists()


def arrivals(*, first: date, last: date) -> Sequence[Mapping[str, object]]:
    """Return how many came by which short link from the first to the last day, both included."""
    rows = Arrival.objects.filter(day__range=(first, last))
    return list(
        rows.values("service_code", "site_code", "source")
        .annotate(arrivals=Sum("count"))
        .order_by("-arrivals", "service_code", "site_code", "source")
    )
