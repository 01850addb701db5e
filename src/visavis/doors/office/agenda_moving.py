"""The free times to which an appointment may be moved, from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django import forms
from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from visavis.appointments import books, listing
from visavis.appointments.books import Book, NoSuchKind
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Right
from visavis.doors.entrance import language_of, request_now
from visavis.doors.office import agenda_rows as rows
from visavis.doors.office.agenda_forms import day_field
from visavis.foundation.text import said_in

MOST_TIMES = 72


class Wanted(forms.Form):
    """From which day, and where."""

    from_ = day_field(label=_("From which day?"), required=False)
    place = forms.ChoiceField(label=_("Where?"), required=False)

    def __init__(self, *args: object, places: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        asked = self.fields["place"]
        assert isinstance(asked, forms.ChoiceField)
        asked.choices = [("", _("All places")), *places]


@dataclass(frozen=True, slots=True)
class Group:
    """The free times of one place on one day."""

    day: datetime
    place: str
    times: Sequence[tuple[str, datetime]]  # what is sent, and what is read


def offered(request: HttpRequest, booking: Booking) -> dict[str, object]:
    """Return somebody's present time, and the free times that suit what was asked for."""
    assert booking.right is not None
    book, now = books.by_id(booking.right.calendar_id), request_now(request)
    return {
        **free_times(request, booking.right, place=booking.lane.agenda.code),
        "row": rows.row_of(book, booking, language_of(request), now=now, closed=()),
    }


def free_times(request: HttpRequest, right: Right, *, place: str) -> dict[str, object]:
    """Return the free times that suit what was asked for, by day and place."""
    book, language = books.by_id(right.calendar_id), language_of(request)
    now = request_now(request)
    places = [(one.code, said_in(one.entry.name, language)) for one in book.agendas.values()]
    form = Wanted(request.GET or {"place": place}, places=places)
    form.is_valid()
    wanted = listing.Wanted(
        agendas=[form.cleaned_data["place"]] if form.cleaned_data.get("place") else [],
        from_=form.cleaned_data.get("from_"),
    )
    found = _times(book, right, wanted, now=now)
    last = book.today(found[-1].starts_at) if len(found) == MOST_TIMES else None
    return {
        "form": form,
        "groups": _grouped(found, book, dict(places)),
        "later": (last + timedelta(days=1)).isoformat() if last else "",
        "place": form.cleaned_data.get("place", ""),
        "read_aloud": False,
    }


def _times(book: Book, right: Right, wanted: listing.Wanted, *, now: datetime) -> list[Time]:
    try:
        need = listing.need_of(right, book, now=now)
    except NoSuchKind:
        return []
    return listing.first_times(book, need, count=MOST_TIMES, now=now, wanted=wanted)


def _grouped(found: list[Time], book: Book, places: dict[str, str]) -> list[Group]:
    def day_and_place(time: Time) -> tuple[str, str]:
        return book.today(time.starts_at).isoformat(), places[time.agenda]

    groups = []
    for (_day, place), of_day in groupby(sorted(found, key=day_and_place), key=day_and_place):
        times = [(str(time), localtime(time.starts_at, book.zone)) for time in of_day]
        groups.append(Group(times[0][1], place, times))
    return groups
