"""The places of an office's calendars, and the day sheet of one of them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from visavis.appointments import office_queries
from visavis.appointments.books import Book
from visavis.appointments.queries import NoSuchRight
from visavis.appointments.rules import State
from visavis.doors.entrance import language_of, request_now
from visavis.doors.office import agenda_access as access
from visavis.doors.office import agenda_rows as rows
from visavis.doors.staff_gate import require_role
from visavis.foundation import codes
from visavis.foundation.text import said_in

FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, slots=True)
class Numbers:
    """How one place stands today."""

    code: str
    name: str
    expected: int
    here: int
    finished: int
    missed: int


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def agendas(request: HttpRequest) -> HttpResponse:
    """List the places of the officer's calendars with today's numbers, and what is not in order."""
    now = request_now(request)
    found = [
        {
            "code": book.code,
            "name": said_in(book.entry.name, language_of(request)),
            "places": _numbers(request, book),
            "unmarked": office_queries.unmarked(book, now=now).count(),
            "misplaced": len(office_queries.misplaced(book, now=now)),
        }
        for book in access.books_of(request)
    ]
    # Of a calendar that the pack has no longer, only what is still to be done is shown.
    calendars = [one for one in found if one["places"] or one["unmarked"] or one["misplaced"]]
    return _page(request, "agendas", calendars=calendars, day=localtime(now), **_searched(request))


@never_cache
@require_safe
@require_role("officer")
def today(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the sheet of today, or of the day that was asked for."""
    place = access.place_of(request, code)
    day = _day(request.GET.get("day", "")) or place.today
    return redirect("office:day_sheet", code, day)


@never_cache
@require_safe
@require_role("officer")
def day_sheet(request: HttpRequest, code: str, day: date) -> HttpResponse:
    """Show who comes to which lane on a day, on the screen and on paper."""
    place = access.place_of(request, code)
    found = rows.sheets(place, day)
    asked = request.GET.get("lane", "")
    lanes = [lane for lane in found if lane.rows or lane.hours]
    shown = [lane for lane in lanes if lane.code == asked] or lanes
    everyone = [row for lane in shown for row in lane.rows]
    return _page(
        request, "day_sheet",
        place=place, tabs=access.tabs_of(place, "day"), day=day, shown=shown,
        only=asked if len(shown) < len(lanes) else "", lane_tabs=_lane_tabs(lanes, shown),
        closed=[lane.name for lane in found if lane not in lanes],
        is_today=day == place.today, before=day - timedelta(days=1), after=day + timedelta(days=1),
        misplaced=sum(row.is_misplaced for row in everyone),
        unmarked=sum(row.is_unmarked for row in everyone),
    )  # fmt: skip


def _lane_tabs(lanes: list[rows.LaneSheet], shown: list[rows.LaneSheet]) -> list[dict[str, object]]:
    """Return the ways to one lane alone, where there are several."""
    if len(lanes) < 2:
        return []
    alone = shown[0].code if len(shown) == 1 else ""
    return [
        {"code": lane.code, "name": lane.name, "count": lane.count, "is_only": lane.code == alone}
        for lane in lanes
    ]


def _numbers(request: HttpRequest, book: Book) -> list[Numbers]:
    counts = office_queries.counts_of_day(book, book.today(request_now(request)))
    found = []
    for agenda in book.agendas.values():
        states = counts.get(agenda.id, Counter[str]())
        found.append(
            Numbers(
                code=agenda.code,
                name=said_in(agenda.entry.name, language_of(request)),
                expected=states.get(State.BOOKED, 0),
                here=states.get(State.ARRIVED, 0),
                finished=states.get(State.DONE, 0) + states.get(State.FAILED, 0),
                missed=states.get(State.MISSED, 0),
            )
        )
    return found


def _searched(request: HttpRequest) -> dict[str, object]:
    """Look for an appointment by its number, if one was typed."""
    typed = request.POST.get("number", "").strip()
    if not typed:
        return {"number": "", "answer": ""}
    try:
        right, booking = office_queries.by_number(
            codes.canonical(typed)[:18], actor=access.officer(request)
        )
    except NoSuchRight:
        return {"number": typed, "answer": _("No appointment of yours has this number.")}
    if booking is None:
        number = codes.spoken(right.number)
        return {"number": number, "answer": _("No time is booked yet."), "right": right}
    return {"number": codes.spoken(right.number), "answer": "", "found": booking.pk}


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _page(request: HttpRequest, name: str, **context: object) -> HttpResponse:
    return render(request, f"office/agenda/{name}.html", {"read_aloud": False, **context})
