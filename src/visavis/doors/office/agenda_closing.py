"""Closing a lane or a place: what it would do to whom, doing it, what became of it, reopening."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateformat import format as date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from visavis.appointments import office_queries, queries
from visavis.appointments.models import Booking, Closure
from visavis.appointments.operations import closing
from visavis.appointments.operations.closing import Stretch
from visavis.doors.office import agenda_access as access
from visavis.doors.office import agenda_rows as rows
from visavis.doors.office.agenda_access import Place
from visavis.doors.office.agenda_forms import Closing
from visavis.doors.office.agenda_rows import Row
from visavis.doors.staff_gate import require_role
from visavis.foundation.text import said_in

DAY = "D d.m.Y"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one appointment: another time, another lane at the same time, or none."""

    row: Row
    to: datetime | None
    lane: str = ""
    is_reached: bool = True
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Fates:
    """What becomes of everybody, by what it means for them."""

    moved: list[Fate]
    lane_only: list[Fate]
    given_back: list[Fate]
    waiting: list[Fate]

    @property
    def unreached(self) -> int:
        """Count those who are told nothing, because nobody knows how."""
        return sum(not fate.is_reached for fate in (*self.moved, *self.given_back))

    @property
    def count(self) -> int:
        return sum(map(len, (self.moved, self.lane_only, self.given_back, self.waiting)))


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def closing_page(request: HttpRequest, code: str) -> HttpResponse:
    """Ask what is to be closed, show what that would do, and do it on confirmation."""
    place = access.place_of(request, code)
    lanes = [
        (one.entry.code, said_in(one.entry.name, place.language)) for one in place.agenda.lanes
    ]
    said = request.POST or (request.GET if "first_on" in request.GET else None)
    form = Closing(said, lanes=lanes, today=place.today)
    if not form.is_valid():
        return _page(request, "closing", place, form=form, standing=_standing(place))
    stretch = _stretch(place, form)
    if request.method == "POST":
        made = closing.close(book=place.book, stretch=stretch, actor=place.actor, now=place.now)
        messages.success(request, _("Closed. Nobody can book there any more."))
        return redirect("office:closure", code, made.pk)
    found = closing.preview(book=place.book, stretch=stretch, now=place.now)
    fates = [_planned(place, move) for move in found]
    return _page(
        request, "closing_preview", place,
        form=form, fates=_sorted_out(fates), what=_lane(place, stretch),
        when=_when(place, stretch.starts_at, stretch.ends_at),
    )  # fmt: skip


@never_cache
@require_safe
@require_role("officer")
def closure(request: HttpRequest, code: str, closure_id: int) -> HttpResponse:
    """Show what has become of everybody who stood in closed time."""
    place = access.place_of(request, code)
    found = _closure(place, closure_id)
    lane = next((one for one in place.agenda.lanes if one.id == found.lane_id), None)
    stretch = Stretch(place.agenda, lane, found.starts_at, found.ends_at)
    became = office_queries.became_of(found, stretch.lanes)
    return _page(
        request, "closure", place,
        closure=found, fates=_sorted_out([_happened(place, one) for one in became]),
        what=_lane(place, stretch), when=_when(place, found.starts_at, found.ends_at),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def reopen(request: HttpRequest, code: str, closure_id: int) -> HttpResponse:
    """Ask whether it is meant, then open again what was closed."""
    place = access.place_of(request, code)
    found = _closure(place, closure_id)
    if request.method == "POST":
        closing.reopen(closure_id=found.pk, actor=place.actor, now=place.now)
        messages.success(request, _("Open again. Who was moved stays moved."))
        return redirect("office:closing", code)
    return _page(request, "reopen", place, closure=_line(place, found))


def _closure(place: Place, closure_id: int) -> Closure:
    found = Closure.objects.select_related("agenda", "lane").filter(pk=closure_id)
    closure = found.filter(agenda=place.agenda.id).first()
    if closure is None:
        raise Http404
    return closure


def _stretch(place: Place, form: Closing) -> Stretch:
    wished = form.cleaned_data["lane"]
    lane = next((one for one in place.agenda.lanes if one.entry.code == wished), None)
    return Stretch(place.agenda, lane, *form.stretch(place.book.zone))


def _lane(place: Place, stretch: Stretch) -> str:
    return said_in(stretch.lane.entry.name, place.language) if stretch.lane else _("All lanes")


def _when(place: Place, starts_at: datetime, ends_at: datetime) -> str:
    """Say from when to when, as short as it can be: whole days have no hours."""
    begins, ends = (localtime(one, place.book.zone) for one in (starts_at, ends_at))
    if begins.time() == ends.time() == time():
        last = ends.date() - timedelta(days=1)
        days = (begins.date(), last) if last > begins.date() else (begins.date(),)
        return " – ".join(date_format(day, DAY) for day in days)
    if begins.date() == ends.date():
        return f"{date_format(begins, DAY)}, {begins:%H:%M}–{ends:%H:%M}"
    return f"{date_format(begins, DAY)} {begins:%H:%M} – {date_format(ends, DAY)} {ends:%H:%M}"


def _planned(place: Place, move: closing.Move) -> Fate:
    row = rows.row_of(place.book, move.booking, place.language, now=place.now, closed=())
    assert move.booking.right is not None
    to = localtime(move.time.starts_at, place.book.zone) if move.time else None
    return Fate(row, to, is_reached=queries.reach_of(move.booking.right) is not None)


def _happened(place: Place, booking: Booking) -> Fate:
    row = rows.row_of(place.book, booking, place.language, now=place.now, closed=())
    assert booking.right is not None
    is_reached = queries.reach_of(booking.right) is not None
    following = next(iter(booking.moved_to.all()), None)
    if following is None:
        return Fate(row, None, is_reached=is_reached, is_waiting=row.is_standing)
    to = localtime(following.starts_at, place.book.zone)
    return Fate(row, to, rows.place_name(following, place.language), is_reached)


def _sorted_out(fates: list[Fate]) -> Fates:
    waiting = [fate for fate in fates if fate.is_waiting]
    return Fates(
        moved=[fate for fate in fates if fate.to and fate.to != fate.row.starts_at],
        lane_only=[fate for fate in fates if fate.to and fate.to == fate.row.starts_at],
        given_back=[fate for fate in fates if fate.to is None and fate not in waiting],
        waiting=waiting,
    )


def _standing(place: Place) -> list[dict[str, object]]:
    found = closing.standing_closures(place.agenda.id, now=place.now)
    return [_line(place, one) for one in found]


def _line(place: Place, found: Closure) -> dict[str, object]:
    return {
        "id": found.pk,
        "lane": said_in(found.lane.names, place.language) if found.lane else _("All lanes"),
        "when": _when(place, found.starts_at, found.ends_at),
    }


def _page(request: HttpRequest, name: str, place: Place, **context: object) -> HttpResponse:
    shown = {
        "place": place,
        "tabs": access.tabs_of(place, "closing"),
        "read_aloud": False,
        **context,
    }
    return render(request, f"office/agenda/{name}.html", shown)
