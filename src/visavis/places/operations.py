"""Loading what a pack says about places: repeatable, and only what differs is written."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial

import holidays
from django.db import transaction

from visavis.foundation.pack import Stated, plain
from visavis.foundation.reconciling import Changes, delete, reconcile
from visavis.places import schema
from visavis.places.models import (
    Canton,
    CantonSettings,
    Commune,
    Holiday,
    Locality,
    Organisation,
    Partnership,
    Site,
    SiteStage,
)

HOLIDAY_YEARS = range(2018, 2041)  # the pilot's past, and far enough ahead for any deadline
ASSUMPTION = "assumption"


def provenance(fact: Stated) -> str:
    """Return where a fact comes from, as the tables keep it."""
    if fact.assumption:
        return f"{ASSUMPTION}: {fact.because}" if fact.because else ASSUMPTION
    return fact.source if isinstance(fact.source, str) else ", ".join(fact.source or [])


@transaction.atomic
def load_organisations(entries: Sequence[schema.OrganisationEntry], *, now: datetime) -> Changes:
    """Bring the organisations to what the pack says; one that is gone is withdrawn, not deleted."""
    wanted = [
        {
            "code": entry.code,
            "kind": entry.kind.value,
            "names": plain(entry.name),
            "part_of": entry.part_of or "",
            "commune": entry.commune,
            "phone": entry.phone or "",
            "email": entry.email or "",
            "web": entry.web or "",
            "creditor": entry.creditor.model_dump() if entry.creditor else {},
            "source": provenance(entry),
            "withdrawn_at": None,
        }
        for entry in entries
    ]
    return reconcile(
        Organisation.objects.all(), wanted, key=("code",), close=partial(_withdraw, now=now)
    )


@transaction.atomic
def load_sites(entries: Sequence[schema.SiteEntry], *, now: datetime) -> Changes:
    """Bring the sites and their stages to what the pack says."""
    organisations = dict(Organisation.objects.values_list("code", "pk"))
    wanted = [_site_values(entry, organisations) for entry in entries]
    changes = reconcile(
        Site.objects.all(), wanted, key=("code",), close=partial(_withdraw, now=now)
    )
    keys = dict(Site.objects.values_list("code", "pk"))
    stages = [
        {
            "site_id": keys[entry.code],
            "starts_on": stage.from_,
            "state": stage.state.value,
            "source": provenance(stage),
        }
        for entry in entries
        for stage in entry.states
    ]
    mine = SiteStage.objects.filter(site__code__in=[entry.code for entry in entries])
    return changes + reconcile(mine, stages, key=("site_id", "starts_on"), close=delete)


def _site_values(entry: schema.SiteEntry, organisations: Mapping[str, int]) -> dict[str, object]:
    return {
        "code": entry.code,
        "organisation_id": organisations[entry.organisation],
        "kind": entry.kind.value,
        "names": plain(entry.name),
        "commune": entry.commune,
        "address": entry.address.model_dump(mode="json") if entry.address else {},
        "latitude": entry.coordinates.latitude if entry.coordinates else None,
        "longitude": entry.coordinates.longitude if entry.coordinates else None,
        "is_point_assumed": entry.coordinates_assumption,
        "counter": plain(entry.counter or {}),
        "hotline": entry.hotline or "",
        "weeks": [week.model_dump(mode="json") for week in entry.hours],
        "exceptions": [exception.model_dump(mode="json") for exception in entry.exceptions],
        "source": provenance(entry),
        "withdrawn_at": None,
    }


@transaction.atomic
def load_communes(
    communes: Sequence[schema.CommuneRow], localities: Sequence[schema.LocalityRow]
) -> Changes:
    """Bring communes and localities to what the pack says; old ones go, nothing points to them."""
    changes = reconcile(
        Commune.objects.all(),
        [row.model_dump() for row in communes],
        key=("fso", "valid_from"),
        close=delete,
    )
    wanted = [
        {
            "postal_code": row.postal_code,
            "name": row.locality,
            "commune": row.commune_fso,
            "source": row.source,
        }
        for row in localities
    ]
    key = ("postal_code", "name", "commune")
    return changes + reconcile(Locality.objects.all(), wanted, key=key, close=delete)


@transaction.atomic
def load_holidays(entry: schema.HolidaysEntry, *, languages: Sequence[str]) -> Changes:
    """Bring the days off of the years 2018 to 2040 to what the pack says."""
    wanted = [
        {"day": day, "names": names, "is_like_sunday": is_like_sunday}
        for day, (names, is_like_sunday) in _days_off(entry, languages).items()
    ]
    return reconcile(Holiday.objects.all(), wanted, key=("day",), close=delete)


LIBRARY_LANGUAGES = {"fr": "fr", "de": "de", "it": "it", "en": "en_US"}


def _days_off(
    entry: schema.HolidaysEntry, languages: Sequence[str]
) -> dict[date, tuple[dict[str, str], bool]]:
    library = entry.library
    named = {
        language: holidays.country_holidays(
            library.country,
            subdiv=library.subdivision,
            language=LIBRARY_LANGUAGES[language],
            years=HOLIDAY_YEARS,
        )
        for language in languages
    }
    written = holidays.country_holidays(
        library.country, subdiv=library.subdivision, language=library.language, years=HOLIDAY_YEARS
    )
    days = {
        day: (
            {language: calendar[day] for language, calendar in named.items()},
            name in entry.treated_as_sunday,
        )
        for day, name in written.items()
        if name not in entry.working
    }
    for extra in entry.also:
        for year in HOLIDAY_YEARS:
            if (extra.month, extra.day) != (2, 29) or year % 4 == 0:
                days[date(year, extra.month, extra.day)] = (plain(extra.name), False)
    return days


@transaction.atomic
def load_partnerships(entries: Sequence[schema.PartnershipEntry], *, now: datetime) -> Changes:
    """Bring the partnerships to what the pack says."""
    wanted = [
        {
            "code": entry.code,
            "names": plain(entry.name),
            "parties": list(entry.parties),
            "sites": list(entry.sites),
            "services": [] if entry.services == "all" else list(entry.services),
            "covers_all_services": entry.services == "all",
            "valid_from": entry.valid_from,
            "valid_until": entry.valid_until,
            "purpose": plain(entry.purpose),
            "staff_may_see": plain(entry.staff_may_see),
            "source": provenance(entry),
            "withdrawn_at": None,
        }
        for entry in entries
    ]
    return reconcile(
        Partnership.objects.all(), wanted, key=("code",), close=partial(_withdraw, now=now)
    )


@transaction.atomic
def load_settings(entries: Sequence[schema.SettingsEntry]) -> Changes:
    """Bring the dated settings to what the pack says."""
    provenance_fields = {"source", "assumption", "because", "valid_from"}
    wanted = [
        {"valid_from": entry.valid_from, "values": entry.model_dump(exclude=provenance_fields)}
        for entry in entries
    ]
    return reconcile(CantonSettings.objects.all(), wanted, key=("valid_from",), close=delete)


@transaction.atomic
def load_canton(
    entry: schema.CantonEntry,
    *,
    looks: Mapping[str, object],
    version: str,
    now: datetime,
) -> Changes:
    """Write the canton's own row last: its version tells every process that the pack has changed.

    Args:
        looks: the columns that come from other files (texts, brand, demonstration, anchor).
    """
    values: dict[str, object] = {
        "code": entry.code,
        "name": plain(entry.name),
        "counter_name": plain(entry.counter_name),
        "claim": plain(entry.claim),
        "languages": list(entry.languages),
        "default_language": entry.default_language,
        "timezone": entry.timezone,
        "contact": entry.contact.model_dump(mode="json"),
        "issuer": entry.issuer.model_dump(mode="json"),
        "most_asked": list(entry.most_asked),
        "assumptions": list(entry.assumptions),
        **looks,
        "version": version,
    }
    standing = Canton.objects.first()
    if standing is None:
        Canton.objects.create(**values, loaded_at=now)
        return Changes(added=1)
    different = [name for name, value in values.items() if getattr(standing, name) != value]
    if not different:
        return Changes()
    for name in different:
        setattr(standing, name, values[name])
    standing.loaded_at = now
    standing.save(update_fields=[*different, "loaded_at"])
    return Changes(changed=1)


def _withdraw(row: Organisation | Site | Partnership, *, now: datetime) -> bool:
    if row.withdrawn_at is not None:
        return False
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    return True
