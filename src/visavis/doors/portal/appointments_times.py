"""Choosing a time, looking at it once more, booking it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from visavis.appointments import listing, queries
from visavis.appointments.books import Book
from visavis.appointments.listing import Need, Time, Wanted
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import booking as operations
from visavis.appointments.refusals import AppointmentRefused, ChangeRefused, SlotTaken
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    kept,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import measuring
from visavis.doors.portal.appointments import sentence_for
from visavis.doors.portal.appointments_access import (
    common,
    is_as_shown,
    masked,
    right_of,
    said_date,
    shown,
    shown_time,
)
from visavis.doors.portal.appointments_forms import ReachForm, TimeForm, WantedForm
from visavis.doors.portal.appointments_words import ADDRESS_TOO_OFTEN, HAS_CHANGED, SLOT_TAKEN
from visavis.foundation import days
from visavis.foundation.text import said_in
from visavis.foundation.throttles import TooMany

PAGES = ["GET", "POST"]
NEXT_ONES = 3
DAYS_SHOWN = 3
LOOK = timedelta(days=28)  # in which the days to show are looked for at a time


@dataclass(frozen=True, slots=True)
class Choice:
    """One time that can be chosen."""

    value: str
    clock: str
    when: str
    place: str


@dataclass(frozen=True, slots=True)
class Group:
    """The times of one day at one place."""

    day: str
    place: str
    choices: tuple[Choice, ...]


@never_cache
@require_http_methods(PAGES)
def times(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """The next times that suit, and all others by day; choosing one keeps it for some minutes."""
    right = right_of(request, right_id)
    now = request_now(request)
    if not right.is_open:
        return redirect("portal:appointment", right_id)
    measuring.at(request, service=right.calendar.code, step="times", n=3)
    form = TimeForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, right, form)
    time = form.cleaned_data["time"]
    try:
        operations.hold(right=right, time=time, actor=actor_of(request), now=now)
    except SlotTaken:
        form.add_error("time", str(SLOT_TAKEN))
        return _page(request, right, form, missed=time, status=409)
    except AppointmentRefused as refusal:
        form.add_error(None, sentence_for(refusal))
        return _page(request, right, form, status=409)
    return redirect("portal:appointment_check", right_id)


@never_cache
@require_http_methods(PAGES)
def check(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """The chosen time once more, what it costs, and how to be told; then it is booked."""
    right = right_of(request, right_id)
    now = request_now(request)
    held = _held(right, now)
    if held is None:
        return redirect(f"portal:appointment_{_next(request, right)}", right_id)
    if wants_another_language(request):
        return keep_and_switch(request)
    form = ReachForm(request.POST or None, initial=kept(request))
    if request.method == "POST" and form.is_valid():
        return _book(request, right, held, form)
    measuring.at(request, service=right.calendar.code, step="check", n=4)
    return _check(request, right, held, form)


def _next(request: HttpRequest, right: Right) -> str:
    """Return the page for whoever looks again at what is held no longer: they may have tapped twice."""
    standing = queries.standing_of(right)
    return "booked" if standing and request.POST.get("shown") == str(standing.pk) else "times"


def _held(right: Right, now: datetime) -> Booking | None:
    """Return what is held, even when its minutes are over but nobody has taken it yet."""
    living = queries.hold_of(right, now=now)
    if living is not None:
        return None if living.wish_id is not None else living
    return (
        Booking.objects.filter(right=right, state="hold", wish=None)
        .select_related("lane__agenda")
        .first()
    )


def _book(request: HttpRequest, right: Right, held: Booking, form: ReachForm) -> HttpResponse:
    if not is_as_shown(request, held, fee_cents=_price(right, now=request_now(request))):
        return _check(request, right, held, form, refusal=str(HAS_CHANGED), status=409)
    channel, address = form.cleaned_data["contact"]
    told_by = queries.Reach(channel, address, language_of(request)) if address else None
    try:
        operations.confirm(
            hold_id=held.pk, actor=actor_of(request), now=request_now(request), told_by=told_by
        )
    except SlotTaken:
        times_form = TimeForm({"time": ""})
        times_form.is_valid()
        times_form.errors["time"] = times_form.error_class([str(SLOT_TAKEN)])
        lost = Time(held.starts_at, held.lane.agenda.code)
        return _page(request, right, times_form, missed=lost, status=409)
    except TooMany:
        form.add_error("contact", str(ADDRESS_TOO_OFTEN))
        return _check(request, right, held, form, status=429)
    except AppointmentRefused as refusal:
        return _check(request, right, held, form, refusal=sentence_for(refusal), status=409)
    measuring.reached(request)
    return redirect("portal:appointment_booked", right.pk)


def _price(right: Right, *, now: datetime) -> int:
    """Return what it costs to choose a time now, in cents."""
    standing, book = queries.standing_of(right), queries.book_of(right)
    return queries.verdict_on_choosing(right, standing, book, now=now).fee_cents


def _check(
    request: HttpRequest, right: Right, held: Booking, form: ReachForm, *,
    refusal: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    book, now, language = queries.book_of(right), request_now(request), language_of(request)
    standing = queries.standing_of(right)
    verdict = queries.verdict_on_choosing(right, standing, book, now=now)
    reach = queries.reach_of(right)
    context = {
        **common(request, right, book),
        "form": form,
        "form_id": "check",
        "booking": shown(held, book, language),
        "before": shown(standing, book, language) if standing else None,
        "hold_until": held.hold_until if held.hold_until and held.hold_until > now else None,
        "fee_cents": verdict.fee_cents,
        "costs_later": queries.verdict_on_time(held, book, now=now).fee_cents,
        "asks_contact": reach is None or bool(right.contact_address),
        "told_by": masked(right.contact_address),
        "refusal": refusal,
    }
    return render(request, "portal/appointments/check.html", context, status=status)


def _page(
    request: HttpRequest, right: Right, form: TimeForm, *,
    missed: Time | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    book, now, language = queries.book_of(right), request_now(request), language_of(request)
    standing = queries.standing_of(right)
    context = common(request, right, book)
    verdict = queries.verdict_on_choosing(right, standing, book, now=now)
    if not verdict.is_allowed:
        context |= {"not_allowed": sentence_for(ChangeRefused(verdict)), "form": form}
        return render(request, "portal/appointments/times.html", context, status=status)
    need = listing.need_of(right, book, now=now, standing=standing)
    wanted_form = WantedForm(request.GET, book=book, places=_places(book, need), language=language)
    wanted = wanted_form.wanted(_from(request))
    first = (
        listing.nearest_times(book, need, to=missed.starts_at, count=NEXT_ONES, now=now)
        if missed
        else listing.first_times(book, need, count=NEXT_ONES, now=now, wanted=wanted)
    )
    groups, later = _days(book, need, wanted, now=now, language=language)
    context |= {
        "form": form,
        "wanted_form": wanted_form,
        "has_places": len(_places(book, need)) > 1,
        "first": [_choice(time, book, language) for time in first],
        "groups": groups,
        "later": later,
        "earlier": bool(wanted.from_),
        "query": _query(request),
        "before": shown(standing, book, language) if standing else None,
        "fee_cents": verdict.fee_cents,
        "latest": said_date(need.not_after.astimezone(book.zone).date(), book, language),
        "not_allowed": "",
    }
    return render(request, "portal/appointments/times.html", context, status=status)


def _places(book: Book, need: Need) -> list[str]:
    """Return the places with a lane for this kind."""
    return [
        code
        for code in need.agendas
        if code in book.agendas and book.agendas[code].lanes_for(need.kind, need.weight_kg)
    ]


def _days(
    book: Book, need: Need, wanted: Wanted, *, now: datetime, language: str
) -> tuple[Sequence[Group], date | None]:
    """Return the times of the first days that have any, and from which day there may be more."""
    day = max(book.today(need.not_before), wanted.from_ or date.min)
    end = book.today(need.not_after)
    found: dict[date, list[Time]] = {}
    while day <= end and len(found) <= DAYS_SHOWN:
        last = min(end, day + LOOK - timedelta(days=1))
        for time in listing.times_between(book, need, first=day, last=last, now=now, wanted=wanted):
            found.setdefault(book.today(time.starts_at), []).append(time)
        day = last + timedelta(days=1)
    in_order = sorted(found)
    groups = [
        group for one in in_order[:DAYS_SHOWN] for group in _groups(one, found[one], book, language)
    ]
    return groups, in_order[DAYS_SHOWN] if len(in_order) > DAYS_SHOWN else None


def _groups(day: date, found: list[Time], book: Book, language: str) -> list[Group]:
    by_place = sorted(found, key=lambda time: (list(book.agendas).index(time.agenda), time))
    return [
        Group(
            day=days.in_words(day, language, weekday=True),
            place=said_in(book.agendas[code].entry.name, language),
            choices=tuple(_choice(time, book, language) for time in times_there),
        )
        for code, times_there in groupby(by_place, key=lambda time: time.agenda)
    ]


def _choice(time: Time, book: Book, language: str) -> Choice:
    said = shown_time(time, book, language)
    return Choice(
        value=str(time),
        clock=said.when.rpartition(", ")[2],
        when=said.when,
        place=said.place.name,
    )


def _from(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return None


def _query(request: HttpRequest) -> str:
    """Return what is filtered for, for the links to later days."""
    kept_ones = request.GET.copy()
    kept_ones.pop("from", None)
    return kept_ones.urlencode()
