"""How full the next weeks are: a picture, and the same in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from visavis.appointments import office_queries
from visavis.appointments.office_queries import Fill
from visavis.doors.office import agenda_access as access
from visavis.doors.office.agenda_access import Place
from visavis.doors.staff_gate import require_role
from visavis.foundation.text import said_in

DAYS = 28
# The picture's own measures; the page scales it.
LABELS, HEAD = 132, 52
COLUMN, BAR = 36, 26
ROW, HIGH = 92, 52
FULL = 95  # percent from which a day counts as full


@dataclass(frozen=True, slots=True)
class Bar:
    """One lane on one day, where it stands in the picture."""

    fill: Fill
    x: int
    y: int
    filled_y: int
    filled_height: int

    @property
    def is_open(self) -> bool:
        return self.fill.open_minutes > 0

    @property
    def is_full(self) -> bool:
        return self.is_open and self.fill.percent >= FULL


@dataclass(frozen=True, slots=True)
class LaneBars:
    """One lane in the picture."""

    name: str
    y: int
    bars: Sequence[Bar]


@never_cache
@require_safe
@require_role("officer")
def occupancy(request: HttpRequest, code: str) -> HttpResponse:
    """Show how full each lane is on each day of the next four weeks."""
    place = access.place_of(request, code)
    first = place.today
    last = first + timedelta(days=DAYS - 1)
    fills = office_queries.occupancy(place.book, place.agenda, first=first, last=last)
    lanes = [_lane(place, number, of_lane) for number, of_lane in enumerate(fills)]
    days = [_day(number, first) for number in range(DAYS)]
    context = {
        "place": place,
        "tabs": access.tabs_of(place, "occupancy"),
        "lanes": lanes,
        "days": days,
        "table": [
            (day["day"], of_day)
            for day, of_day in zip(days, zip(*fills, strict=True), strict=True)
            if any(fill.open_minutes or fill.count for fill in of_day)
        ],
        "width": LABELS + DAYS * COLUMN,
        "height": HEAD + len(lanes) * ROW,
        "bar": {"width": BAR, "height": HIGH},
        "first": first,
        "last": last,
        "read_aloud": False,
    }
    return render(request, "office/agenda/occupancy.html", context)


def _day(number: int, first: date) -> dict[str, object]:
    day = first + timedelta(days=number)
    x = LABELS + number * COLUMN
    return {"day": day, "x": x + BAR // 2, "edge": x - (COLUMN - BAR) // 2,
            "begins_week": day.weekday() == 0 and number > 0}  # fmt: skip


def _lane(place: Place, number: int, fills: Sequence[Fill]) -> LaneBars:
    y = HEAD + number * ROW
    bars = []
    for column, fill in enumerate(fills):
        height = round(HIGH * fill.percent / 100) if fill.open_minutes else 0
        x = LABELS + column * COLUMN
        bars.append(Bar(fill, x, y, y + HIGH - height, height))
    return LaneBars(said_in(fills[0].lane.entry.name, place.language), y, bars)
