"""The ways to an appointment: two facts from the paper, a free choice, a link, the little calculator."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from visavis.appointments import books, facts, periodicity, queries
from visavis.appointments.books import Book
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import entering
from visavis.appointments.refusals import AlreadyOpen, NoMatch
from visavis.doors.entrance import (
    actor_of,
    keep_and_switch,
    kept,
    language_of,
    request_now,
    wants_another_language,
)
from visavis.doors.portal import measuring
from visavis.doors.portal.appointments_access import book_of, known_facts, said_date, shown, url
from visavis.doors.portal.appointments_forms import DueForm, FactsForm, FreeForm
from visavis.doors.portal.appointments_words import REFUSALS, TOO_MANY
from visavis.foundation import codes
from visavis.foundation.text import said_in
from visavis.foundation.throttles import TooMany
from visavis.people.models import User

PAGES = ["GET", "POST"]


@never_cache
@require_http_methods(PAGES)
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Open an appointment with two facts; the other pair is one link away.

    A calendar that the pack has no longer is opened too, for whoever still has a time there.
    """
    book = books.books().get(code)
    if book is None or not book.entry.opens_with:
        raise Http404
    pairs = book.entry.opens_with
    if wants_another_language(request):
        return keep_and_switch(request)
    chosen = _pair(request, len(pairs))
    form = FactsForm(
        request.POST or None, book=book, codes=pairs[chosen], language=language_of(request),
        initial=kept(request) or _prefilled(request),
    )  # fmt: skip
    status = 200
    if form.is_valid():
        try:
            right = entering.open_with(
                book=book, given=form.given(), actor=actor_of(request), now=request_now(request)
            )
        except NoMatch as refusal:
            form.add_error(None, str(REFUSALS[type(refusal)]))
        except TooMany:
            form.add_error(None, str(TOO_MANY))
            status = 429
        else:
            return redirect(url("appointment", right))
    measuring.at(request, service=book.code, step="open", n=1)
    context = {
        **_frame(book, request),
        "owned": _owned(request, book),
        "form": form,
        "form_id": "open",
        "pair": chosen,
        "other_pair": (chosen + 1) % len(pairs) if len(pairs) > 1 else None,
    }
    return render(request, "portal/appointments/open.html", context, status=status)


@never_cache
@require_http_methods(PAGES)
def free(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for an appointment without being summoned."""
    book = book_of(code)
    if not book.entry.free_kinds:
        raise Http404
    if wants_another_language(request):
        return keep_and_switch(request)
    language = language_of(request)
    form = FreeForm(
        request.POST or None, book=book, language=language,
        initial=kept(request) or _of_account(request, book),
    )  # fmt: skip
    status = 200
    if form.is_valid():
        try:
            right = entering.ask_freely(
                book=book, kind=form.cleaned_data["kind"], given=form.given(), language=language,
                actor=actor_of(request), now=request_now(request),
            )  # fmt: skip
        except AlreadyOpen as refusal:
            form.add_error(None, str(REFUSALS[type(refusal)]))
            status = 409
        except TooMany:
            form.add_error(None, str(TOO_MANY))
            status = 429
        else:
            return redirect(url("appointment_times", right))
    measuring.at(request, service=book.code, step="free", n=1)
    context = {**_frame(book, request), "form": form, "form_id": "free"}
    return render(request, "portal/appointments/free.html", context, status=status)


@never_cache
@require_http_methods(PAGES)
def due(request: HttpRequest) -> HttpResponse:
    """When a vehicle must be inspected next; nothing of it is kept."""
    calendars = [book for book in _offered() if _has_rhythm(book)]
    if not calendars:
        raise Http404
    if wants_another_language(request):
        return keep_and_switch(request)
    form = DueForm(request.POST or None, initial=_days(kept(request)))
    context: dict[str, object] = {"form": form, "form_id": "due", "calendar": calendars[0].code}
    if form.is_valid():
        context |= _answer(form, calendars[0], request)
    return render(request, "portal/appointments/due.html", context)


@require_safe
def by_link(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Lead from the address in a message to the appointment, in its own language."""
    return redirect("portal:appointment", right_id)


@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The appointments of this account, and those opened in this browser or visit."""
    language = language_of(request)
    listed = []
    for right in queries.rights_of(actor_of(request)):
        book = books.by_id(right.calendar_id)
        booking = queries.standing_of(right) if right.is_open else queries.latest_of(right)
        listed.append(_listed(right, book, booking, language))
    context = {
        "open": [one for one in listed if one["is_open"]],
        "over": [one for one in listed if not one["is_open"]],
        "calendars": [(book.code, said_in(book.entry.name, language)) for book in _offered()],
        "read_aloud": False,
    }
    return render(request, "portal/appointments/mine.html", context)


def to_open(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """Lead whoever has not opened this appointment to the page that asks for the two facts.

    Raises:
        Http404: there is no such appointment.
    """
    right = Right.objects.select_related("calendar").filter(pk=right_id, erased_at=None).first()
    if right is None:
        raise Http404
    return redirect(
        f"{reverse('portal:appointment_open', args=[right.calendar.code])}?to={right_id}"
    )


def _offered() -> list[Book]:
    return [book for book in books.books().values() if not book.is_withdrawn]


def _frame(book: Book, request: HttpRequest) -> dict[str, object]:
    return {
        "calendar": book.code,
        "what": said_in(book.entry.name, language_of(request)),
        "has_free": bool(book.entry.free_kinds) and not book.is_withdrawn,
        "has_summons": any(kind.minutes.summons for kind in book.entry.kinds),
        "has_rhythm": _has_rhythm(book),
        "read_aloud": False,
    }


def _pair(request: HttpRequest, count: int) -> int:
    written = request.POST.get("pair") or request.GET.get("with") or ""
    return int(written) if written in [str(number) for number in range(count)] else 0


def _prefilled(request: HttpRequest) -> dict[str, str]:
    """Fill in the number for whoever followed the link of a message: it stands there too."""
    try:
        right = Right.objects.filter(pk=UUID(request.GET.get("to", "")), erased_at=None).first()
    except ValueError:
        return {}
    return {"appointment-number": codes.spoken(right.number)} if right else {}


def _of_account(request: HttpRequest, book: Book) -> dict[str, str]:
    """Fill in what an account has told us before: the facts of its last appointment, the name."""
    if not isinstance(request.user, User):
        return {}
    mine = Right.objects.of(request.user.name).filter(calendar=book.id)
    last = mine.filter(made_by=request.user.name).order_by("-made_at").first()
    known = dict(last.facts) if last else {}
    shown_facts = {
        fact.code: facts.shown(fact.shape, known[fact.code])
        for fact in book.entry.facts
        if fact.code in known
    }
    names = {
        fact.code: request.user.full_name
        for fact in book.entry.facts
        if fact.shape is facts.Shape.NAME
    }
    return {**names, **shown_facts, **({"kind": last.kind} if last else {})}


def _owned(request: HttpRequest, book: Book) -> list[dict[str, object]]:
    """Return the open appointments that this account, browser or visit has here already."""
    language = language_of(request)
    return [
        _listed(right, book, queries.standing_of(right), language)
        for right in queries.rights_of(actor_of(request))
        if right.calendar_id == book.id and right.is_open
    ]


def _has_rhythm(book: Book) -> bool:
    return any(kind.group for kind in book.entry.kinds)


def _days(values: dict[str, str]) -> dict[str, object]:
    days = {
        name: [values.get(f"{name}_{part}", "") for part in range(3)]
        for name in ("registered", "last")
    }
    return {**values, **{name: parts for name, parts in days.items() if any(parts)}}


def _answer(form: DueForm, book: Book, request: HttpRequest) -> dict[str, object]:
    language, typed = language_of(request), form.cleaned_data
    try:
        found = periodicity.next_due(
            periodicity.Group(typed["group"]),
            registered_on=typed["registered"],
            inspections=int(typed["inspections"]),
            last_on=typed["last"],
        )
    except periodicity.ImpossibleDates:
        return {"impossible": True}
    if found is None:
        return {"never": True}
    return {
        "due_from": said_date(found.from_, book, language),
        "due_at_the_latest": said_date(found.at_the_latest, book, language),
        "is_past": found.from_ <= book.today(request_now(request)),
    }


def _listed(right: Right, book: Book, booking: Booking | None, language: str) -> dict[str, object]:
    known = known_facts(right, book, language)
    return {
        "url": url("appointment", right),
        "title": said_in(book.entry.name, language),
        "detail": known[0][1] if known else "",
        "number": codes.spoken(right.number),
        "booking": shown(booking, book, language) if booking else None,
        "is_open": right.is_open,
    }
