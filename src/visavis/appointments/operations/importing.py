"""Summonses that the office's own system made: read from a CSV file, checked line by line, booked."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from visavis.appointments import listing
from visavis.appointments.books import Book
from visavis.appointments.lanes import Agenda
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Right
from visavis.appointments.operations import changing, entering, marking, summonses
from visavis.appointments.operations.summonses import BadLine, Report, Summons
from visavis.appointments.refusals import AlreadyOpen, AppointmentRefused, SlotTaken
from visavis.appointments.rules import Outcome, Purpose, State
from visavis.appointments.taking import take
from visavis.foundation.actor import Actor


def check(*, book: Book, text: str, actor: Actor, now: datetime) -> Report:
    """Say what importing a file would do, line by line; nothing is changed.

    Args:
        text: CSV with a header; separated by commas or semicolons.

    Raises:
        NotYours: no officer of this office.
    """
    marking.require_office(book, actor=actor)
    report = Report()
    read = list(summonses.read(text, book, report, now=now))
    numbers, subjects = _known(read, book)
    planned, seen = Counter[Time](), set[str]()
    for summons in read:
        names = {name for name in (summons.number, summons.subject) if name}
        if numbers.get(summons.number, summons.subject) != summons.subject:
            report.bad.append(BadLine(summons.line, "number", "known-already"))
        elif summons.number in numbers or summons.subject in subjects:
            report.known += 1
        elif names & seen:
            report.bad.append(BadLine(summons.line, "", "known-already"))
        elif why := _why_not_then(summons, book, planned, now=now):
            report.bad.append(BadLine(summons.line, "starts_at", why))
        else:
            report.good.append(summons)
            seen |= names
            planned.update([summons.time] if summons.time else [])
    report.bad.sort(key=lambda bad: bad.line)
    return report


def _known(read: list[Summons], book: Book) -> tuple[dict[str, str], set[str]]:
    """Return the numbers that are there already, with their subjects, and the open subjects."""
    numbers = Right.objects.filter(number__in=[summons.number for summons in read])
    subjects = Right.objects.open().filter(
        calendar=book.id,
        subject_digest__in=[summons.subject for summons in read if summons.subject],
    )
    return (
        dict(numbers.values_list("number", "subject_digest")),
        {*subjects.exclude(_unbooked_free()).values_list("subject_digest", flat=True)},
    )


def _unbooked_free() -> Q:
    """Return the condition of what anybody may have asked for, and a summons takes the place of."""
    booked = Booking.objects.standing().filter(right=OuterRef("pk"))
    return Q(~Exists(booked), purpose=Purpose.FREE)


def run(*, book: Book, text: str, actor: Actor, now: datetime) -> Report:
    """Import the good lines of a file, each in a transaction of its own; say what became of all.

    Raises:
        NotYours: no officer of this office.
    """
    report = check(book=book, text=text, actor=actor, now=now)
    done = Report(bad=list(report.bad), known=report.known)
    for summons in report.good:
        try:
            _import(summons, book, actor=actor, now=now)
        except AlreadyOpen:
            done.bad.append(BadLine(summons.line, "", "known-already"))
        except AppointmentRefused:
            done.bad.append(BadLine(summons.line, "starts_at", "taken"))
        else:
            done.good.append(summons)
    done.bad.sort(key=lambda bad: bad.line)
    return done


@transaction.atomic
def _import(summons: Summons, book: Book, *, actor: Actor, now: datetime) -> None:
    superseded = Right.objects.open().filter(
        _unbooked_free(), calendar=book.id, subject_digest=summons.subject
    )
    for right in superseded.exclude(subject_digest="").select_for_update():
        changing.close(right, Outcome.LAPSED, now=now)
    right = entering.make(
        book=book, purpose=Purpose.SUMMONS, kind=summons.kind, given=summons.facts,
        language=summons.language, actor=actor, now=now, number=summons.number,
        weight_kg=summons.weight_kg, latest_on=summons.latest_on,
        contact_channel=summons.channel, contact_address=summons.address,
    )  # fmt: skip
    if summons.time is None:
        return
    need = _need(summons, book, now=now)
    booking = Booking(
        id=uuid4(), right=right, state=State.BOOKED, starts_at=summons.time.starts_at,
        ends_at=summons.time.starts_at + timedelta(minutes=need.minutes),
        busy_until=summons.time.starts_at + timedelta(minutes=need.busy_minutes),
        channel=actor.channel, made_at=now,
    )  # fmt: skip
    lanes = listing.lanes_at(book, need, summons.time, now=now)
    if lanes is None or take(booking, lanes=lanes, now=now) is None:
        raise SlotTaken
    booking.lane.agenda = Agenda.objects.get(code=summons.time.agenda)
    changing.note_first(right, booking, book)
    changing.tell(right, booking, "summoned", actor=actor, now=now)


def _why_not_then(summons: Summons, book: Book, planned: Counter[Time], *, now: datetime) -> str:
    """Return why somebody cannot come at the time of a line, or nothing if they can."""
    if summons.time is None:
        return ""
    need = _need(summons, book, now=now)
    if listing.lanes_at(book, need, summons.time, now=now) is None:
        return "not-offered"
    free = listing.lanes_free_at(book, need, summons.time, now=now)
    return "" if len(free) > planned[summons.time] else "taken"


def _need(summons: Summons, book: Book, *, now: datetime) -> listing.Need:
    minutes = book.minutes(summons.kind, Purpose.SUMMONS)
    assert summons.time is not None
    return listing.Need(
        kind=summons.kind, weight_kg=summons.weight_kg, purpose=Purpose.SUMMONS,
        minutes=minutes, busy_minutes=minutes + book.kind(summons.kind).buffer_minutes,
        not_before=now, not_after=summons.time.starts_at, agendas=(summons.time.agenda,),
    )  # fmt: skip
