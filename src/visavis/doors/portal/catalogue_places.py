"""Where kiosks and tablets stand, when these places are open, and who runs them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from visavis.devices.models import Device
from visavis.doors.portal import catalogue_map
from visavis.doors.portal.catalogue_pieces import Here, here, page, piece
from visavis.foundation.text import folded, said_in
from visavis.places import queries as places
from visavis.places import rules
from visavis.places.models import Organisation, Partnership, Site

STATES = {
    rules.SiteState.ANNOUNCED: (_("Opens soon"), "info"),
    rules.SiteState.LIVE: (_("In service"), "good"),
    rules.SiteState.REDUCED: (_("Reduced service"), "waiting"),
    rules.SiteState.CLOSED: (_("Closed for good"), "bad"),
}
DEVICES = {"kiosk": _("Kiosk"), "tablet": _("Tablet with help from the staff")}
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One day of the week, or several alike."""

    days: str
    times: str  # empty when closed


@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """All places with a kiosk or tablet, with a schematic map."""
    place = here(request)
    # Whether a place is open changes by the minute, so the page is kept that long.
    minute = place.now.replace(second=0, microsecond=0)
    content = piece(place, "_sites.html", minute, place.site, fill=lambda: _sites(place))
    return page(place, "portal/catalogue/sites.html", {"piece": content}, minute)


@require_safe
def site(request: HttpRequest, code: str) -> HttpResponse:
    """One place: address, hours, devices, whom to ask."""
    place = here(request)
    try:
        found = places.site(code)
    except places.NoSuchSite:
        raise Http404 from None
    if found.withdrawn_at is not None or found.state_on(place.day) is None:
        raise Http404
    minute = place.now.replace(second=0, microsecond=0)
    content = piece(place, "_site.html", code, minute, fill=lambda: _site(found, place))
    title = said_in(found.names, place.language)
    return page(place, "portal/catalogue/site.html", {"piece": content, "title": title}, minute)


def _sites(place: Here) -> dict[str, object]:
    rows = list(Site.objects.standing().select_related("organisation").prefetch_related("stages"))
    known = [row for row in rows if row.state_on(place.day) is not None]
    devices = _devices(known)
    around = _Around(place)
    cards = [_card(row, place, devices, around) for row in known]
    order = [state.value for state in (rules.SiteState.LIVE, rules.SiteState.REDUCED, rules.SiteState.ANNOUNCED, rules.SiteState.CLOSED)]  # fmt: skip
    cards.sort(
        key=lambda card: (
            not card["is_here"],
            order.index(str(card["state_code"])),
            folded(str(card["name"])),
        )
    )
    coming = [card for card in cards if card["state_code"] == rules.SiteState.ANNOUNCED]
    placed = [card for card in coming if card["address"]]
    return {
        "serving": [card for card in cards if card["is_serving"]],
        "coming": coming,
        "coming_placed": placed,
        "unplaced": len(coming) - len(placed),
        "closed": [card for card in cards if card["state_code"] == rules.SiteState.CLOSED],
        "map": catalogue_map.draw(_points(known, place)),
        "partnerships": _partnerships(place.day),
    }


class _Around:
    """What all sites of a page share: zone and days off."""

    def __init__(self, place: Here) -> None:
        self.zone = ZoneInfo(places.canton().timezone)
        self.holidays = places.holidays_between(
            place.day, place.day + timedelta(days=rules.LOOK_AHEAD_DAYS + 1)
        )


def _card(
    row: Site, place: Here, devices: Mapping[int, Sequence[Device]], around: _Around
) -> dict[str, object]:
    state = row.state_on(place.day)
    assert state is not None
    label, kind = STATES[state]
    is_serving = state in rules.SERVING
    return {
        "code": row.code,
        "name": said_in(row.names, place.language),
        "organisation": said_in(row.organisation.names, place.language),
        "address": _address(row),
        "state_code": state.value,
        "state": label,
        "state_kind": kind,
        "is_serving": is_serving,
        "is_here": row.code == place.site,
        "devices": [DEVICES[kind] for kind in sorted({d.kind for d in devices.get(row.pk, ())})],
        "opening": _opening(row, place, around) if is_serving and row.weeks else "",
    }


def _opening(row: Site, place: Here, around: _Around) -> str:
    found = places.opening(row, now=place.now, zone=around.zone, holidays=around.holidays)
    if found.is_open and found.closes_at:
        return _("Open now, until %(time)s") % {"time": f"{found.closes_at:%H:%M}"}
    if found.opens_at is None:
        return str(_("Closed now"))
    ahead = (found.opens_at.date() - place.day).days
    time = f"{found.opens_at:%H:%M}"
    if ahead == 0:
        return _("Closed now, opens today at %(time)s") % {"time": time}
    if ahead == 1:
        return _("Closed now, opens tomorrow at %(time)s") % {"time": time}
    day = date_format(found.opens_at.date(), "l j F")
    return _("Closed now, opens %(day)s at %(time)s") % {"day": day, "time": time}


def _site(row: Site, place: Here) -> dict[str, object]:
    around = _Around(place)
    devices = _devices([row])
    week = places.weeks_of(row)
    current = next((one for one in reversed(week) if one.valid_from <= place.day), None) or (
        week[0] if week else None
    )
    partnership = places.partnership_at(row.code, on=place.day)
    return {
        "site": row,
        "card": _card(row, place, devices, around),
        "counter": said_in(row.counter, place.language),
        "hours": hours_rows(current) if current else [],
        "hours_from": current.valid_from if current and current.valid_from > place.day else None,
        "exceptions": [
            {**exception, "day": date.fromisoformat(exception["on"])}
            for exception in row.exceptions
            if exception["on"] >= place.day.isoformat()
        ],
        "hotline": row.hotline,
        "devices": devices.get(row.pk, ()),
        "partnership": partnership,
        "stages": [(STATES[rules.SiteState(s.state)][0], s.starts_on) for s in row.stages_in_order],
    }


def hours_rows(week: rules.Week) -> list[HoursRow]:
    """Return opening hours with days alike in one row: "Monday to Friday"."""
    times = [", ".join(_time(part) for part in week.days.get(day, ())) for day in rules.WEEKDAYS]
    rows: list[HoursRow] = []
    first = 0
    for index in range(1, len(times) + 1):
        if index == len(times) or times[index] != times[first]:
            last = index - 1
            if last == first:
                days = str(WEEKDAYS[first])
            else:
                between = (
                    _("%(first)s and %(last)s") if last == first + 1 else _("%(first)s to %(last)s")
                )
                days = between % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}
            rows.append(HoursRow(days, times[first]))
            first = index
    return rows


def _time(part: rules.Stretch) -> str:
    return mark_safe(f"{part.opens:%H:%M}–{part.closes:%H:%M}")


def _address(row: Site) -> str:
    street = " ".join(
        word for word in (row.address.get("street"), row.address.get("house_number")) if word
    )
    town = " ".join(
        word for word in (row.address.get("postal_code"), row.address.get("locality")) if word
    )
    return ", ".join(part for part in (row.address.get("extra"), street, town) if part)


def _devices(rows: Sequence[Site]) -> dict[int, list[Device]]:
    found: dict[int, list[Device]] = {}
    for device in Device.objects.filter(site__in=rows, withdrawn_at=None).order_by("code"):
        found.setdefault(device.site_id, []).append(device)
    return found


def _points(rows: Sequence[Site], place: Here) -> list[catalogue_map.Place]:
    return [
        catalogue_map.Place(
            row.code,
            str(row.address.get("locality") or said_in(row.names, place.language)),
            row.latitude,
            row.longitude,
            "serving" if row.state_on(place.day) in rules.SERVING else "other",
        )
        for row in rows
        if row.latitude is not None and row.longitude is not None
    ]


def _partnerships(day: date) -> list[dict[str, object]]:
    found = list(Partnership.objects.on(day).order_by("valid_from"))
    names = dict(Organisation.objects.values_list("code", "names"))
    return [
        {"partnership": one, "parties": [names[code] for code in one.parties if code in names]}
        for one in found
    ]
