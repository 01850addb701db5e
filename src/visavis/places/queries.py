"""Questions about places: whose counter this is, what is open, in which commune one lives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from visavis.foundation.text import folded, said_in
from visavis.places import rules, schema
from visavis.places.models import (
    Canton,
    CantonSettings,
    Commune,
    Holiday,
    Locality,
    Organisation,
    Partnership,
    Site,
    on_day,
)

MERGERS_FOLLOWED = 5  # more in a row would be a circle


class NoPack(Exception):
    """No pack was ever loaded into this instance."""


class NoSuchSite(Exception):
    """No site has this code."""


@dataclass(frozen=True, slots=True)
class HelpHere:
    """Whom to ask here and now; honest about closed counters.

    Attributes:
        counter: whom to ask at this site, empty away from one.
        hours_today: stretches such as "08:00-12:00" of today, empty when closed all day.
        opening: None away from a site.
    """

    site_name: str
    counter: str
    hours_today: tuple[str, ...]
    opening: rules.Opening | None
    hotline: str
    hotline_hours: str


def canton() -> Canton:
    """Return the canton of this instance.

    Raises:
        NoPack: `visavis pack load` was never run.
    """
    found = Canton.objects.first()
    if found is None:
        raise NoPack
    return found


VERSION = "SELECT version FROM places_canton ORDER BY id LIMIT 1"
"""For whoever asks the database something else and wants to know the version in the same turn."""


def version() -> str:
    """Return the version of the loaded pack, or an empty text; one small query."""
    with connection.cursor() as cursor:
        cursor.execute(VERSION)
        row = cursor.fetchone()
    return row[0] if row else ""


def settings_on(day: date) -> schema.SettingsEntry:
    """Return the canton's figures of a day; before the first ones, the first ones."""
    rows = CantonSettings.objects.order_by("valid_from")
    row = rows.filter(valid_from__lte=day).last() or rows.first()
    values = row.values if row else {}
    known = {
        name: value for name, value in values.items() if name in schema.SettingsEntry.model_fields
    }
    return schema.SettingsEntry(valid_from=row.valid_from if row else day, assumption=True, **known)


def zone() -> ZoneInfo:
    """Return the canton's time zone."""
    return ZoneInfo(Canton.objects.values_list("timezone", flat=True).first() or "Europe/Zurich")


def site(code: str) -> Site:
    """Return a site, withdrawn ones too.

    Raises:
        NoSuchSite: no site has this code.
    """
    try:
        return Site.objects.select_related("organisation").prefetch_related("stages").get(code=code)
    except Site.DoesNotExist as missing:
        raise NoSuchSite(code) from missing


def names() -> Mapping[str, Mapping[str, str]]:
    """Return what organisations and sites are called, by their codes; withdrawn ones too."""
    organisations = Organisation.objects.values_list("code", "names")
    return {**dict(Site.objects.values_list("code", "names")), **dict(organisations)}


def creditors() -> Mapping[str, schema.CreditorEntry]:
    """Return who gets the money of an organisation's bills: itself, or what it is part of."""
    rows = Organisation.objects.standing().values_list("code", "part_of", "creditor")
    standing = {code: (part_of, creditor) for code, part_of, creditor in rows}
    found = {code: _creditor(code, standing) for code in standing}
    return {code: creditor for code, creditor in found.items() if creditor}


def creditor_of(organisation: str) -> schema.CreditorEntry | None:
    """Return the creditor of one organisation, or None when nothing can be paid by bill there."""
    return creditors().get(organisation)


def holder_of(account: str) -> str:
    """Return the organisation whose own account this is, or an empty text."""
    rows = Organisation.objects.standing().exclude(creditor={}).order_by("code")
    for code, creditor in rows.values_list("code", "creditor"):
        entry = schema.CreditorEntry.model_validate(creditor)
        if account in (entry.account, entry.statement_account):
            return code
    return ""


def _creditor(
    code: str, standing: Mapping[str, tuple[str, dict[str, object]]]
) -> schema.CreditorEntry | None:
    seen: set[str] = set()  # a pack that goes round in circles must not hang us
    while code in standing and code not in seen:
        seen.add(code)
        part_of, creditor = standing[code]
        if creditor:
            return schema.CreditorEntry.model_validate(creditor)
        code = part_of
    return None


def holidays_between(first: date, last: date) -> frozenset[date]:
    """Return the days off from the first to the last day, both included."""
    return frozenset(Holiday.objects.filter(day__range=(first, last)).values_list("day", flat=True))


def weeks_of(site: Site) -> Sequence[rules.Week]:
    """Return the opening hours of a site, in order of time."""
    return [
        rules.Week(
            valid_from=date.fromisoformat(week["valid_from"]),
            days={
                day: [rules.stretch(text) for text in texts] for day, texts in week["week"].items()
            },
            open_on_holidays=week["holidays"] == "open",
        )
        for week in site.weeks
    ]


def exceptions_of(site: Site) -> Mapping[date, Sequence[rules.Stretch]]:
    """Return the days on which a site has other hours."""
    return {
        date.fromisoformat(exception["on"]): [rules.stretch(text) for text in exception["hours"]]
        for exception in site.exceptions
    }


def opening(
    site: Site, *, now: datetime, zone: ZoneInfo, holidays: frozenset[date]
) -> rules.Opening:
    """Tell whether a site is open now, and when that changes; no query."""
    return rules.opening(
        now, zone=zone, weeks=weeks_of(site), exceptions=exceptions_of(site), holidays=holidays
    )


def help_here(site_code: str | None, *, language: str, now: datetime) -> HelpHere:
    """Return whom to ask at a site, or, away from one, whom to call."""
    here = canton()
    contact = here.contact
    hotline_hours = said_in(contact["hotline_hours"], language)
    if site_code is None:
        return HelpHere("", "", (), None, contact["hotline"], hotline_hours)
    place = site(site_code)
    local = ZoneInfo(here.timezone)
    today = now.astimezone(local).date()
    holidays = holidays_between(today, today + timedelta(days=rules.LOOK_AHEAD_DAYS + 1))
    stretches = rules.hours_on(
        today, weeks=weeks_of(place), exceptions=exceptions_of(place), holidays=holidays
    )
    return HelpHere(
        site_name=said_in(place.names, language),
        counter=said_in(place.counter, language),
        hours_today=tuple(f"{part.opens:%H:%M}-{part.closes:%H:%M}" for part in stretches),
        opening=opening(place, now=now, zone=local, holidays=holidays),
        hotline=place.hotline or contact["hotline"],
        hotline_hours=hotline_hours,
    )


def communes_on(day: date) -> Sequence[Commune]:
    """Return the communes of a day by name."""
    return list(Commune.objects.on(day).order_by("name"))


def commune(fso: int, *, on: date) -> Commune | None:
    """Return the commune that a number means on a day, following mergers; None if not ours."""
    for _ in range(MERGERS_FOLLOWED):
        rows = Commune.objects.filter(fso=fso).order_by("valid_from")
        found = rows.filter(on_day(on)).first()
        if found is not None:
            return found
        ended = rows.filter(valid_until__lte=on, merged_into__isnull=False).last()
        if ended is None or ended.merged_into is None:
            return None
        fso = ended.merged_into
    return None


def localities_of(postal_code: str) -> Sequence[str]:
    """Return the names of the localities that share a postal code."""
    names = Locality.objects.filter(postal_code=postal_code).values_list("name", flat=True)
    return sorted(set(names))


def communes_for(postal_code: str, locality: str = "", *, on: date) -> Sequence[Commune]:
    """Return the communes in which an address may lie on a day.

    None: not in this canton. One: that is it. Several: ask which one.

    Args:
        locality: as typed; accents and capitals do not matter. Empty, or one that the postal code
            does not know: all communes of the postal code.
    """
    rows = list(Locality.objects.filter(postal_code=postal_code))
    named = [row for row in rows if folded(row.name) == folded(locality)]
    numbers = {row.commune for row in named or rows}
    found = {entry.fso: entry for number in numbers if (entry := commune(number, on=on))}
    return sorted(found.values(), key=lambda entry: entry.name)


def working_day_after(day: date, count: int) -> date:
    """Return the day a number of working days after a day."""
    ahead = day + timedelta(days=count * 2 + 30)
    return rules.working_days_after(day, count, holidays=holidays_between(day, ahead))


def partnership_at(site_code: str, *, on: date) -> Partnership | None:
    """Return the partnership under which a site runs on a day."""
    return (
        Partnership.objects.on(on).filter(sites__contains=[site_code]).order_by("valid_from").last()
    )
