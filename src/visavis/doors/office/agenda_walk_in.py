"""Somebody who is here without an appointment."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.appointments.books import NoSuchKind
from visavis.appointments.operations import marking
from visavis.appointments.refusals import SlotTaken
from visavis.appointments.rules import Purpose
from visavis.doors.office import agenda_access as access
from visavis.doors.office import agenda_rows as rows
from visavis.doors.office.agenda_access import Place
from visavis.doors.office.agenda_forms import WalkIn
from visavis.doors.staff_gate import require_role
from visavis.foundation.text import said_in


@never_cache
@require_http_methods(["GET", "POST"])
@require_role("officer")
def walk_in(request: HttpRequest, code: str) -> HttpResponse:
    """Take somebody into the next gap of a lane."""
    place = access.place_of(request, code)
    first = {"language": place.language}
    form = WalkIn(request.POST or None, kinds=_kinds(place), initial=first)
    if form.is_valid():
        try:
            taken = marking.walk_in(
                book=place.book, agenda=code, kind=form.cleaned_data["kind"],
                language=form.cleaned_data["language"], actor=place.actor, now=place.now,
            )  # fmt: skip
        except (SlotTaken, NoSuchKind):
            form.add_error(None, _("No lane for walk-ins has a gap in the next hours."))
        else:
            begins = localtime(taken.starts_at, place.book.zone)
            said = {"lane": rows.place_name(taken, place.language), "time": f"{begins:%H:%M}"}
            messages.success(request, _("Taken in: %(lane)s, %(time)s.") % said)
            sheet = reverse("office:day_sheet", args=[code, begins.date()])
            return redirect(f"{sheet}#b-{taken.pk}")
    context = {
        "place": place,
        "tabs": access.tabs_of(place, "walk_in"),
        "form": form,
        "read_aloud": False,
    }
    return render(request, "office/agenda/walk_in.html", context)


def _kinds(place: Place) -> list[tuple[str, str]]:
    return [
        (kind.code, said_in(kind.name, place.language))
        for kind in place.book.entry.kinds
        if kind.minutes.of(Purpose.WALK_IN) and place.agenda.lanes_for(kind.code, None)
    ]
