"""What every change of a booking does: one step, the journal, the notices, the fee, the next in line."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from visavis.appointments import fees, rules
from visavis.appointments.books import Book
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Closure, Right, Wish
from visavis.appointments.refusals import ChangeRefused, NotPossible
from visavis.appointments.rules import Outcome, State, Verdict
from visavis.foundation.actor import Actor, Channel
from visavis.foundation.database import change, insert_unless_excluded
from visavis.foundation.jobs import announce
from visavis.foundation.pack import plain
from visavis.journal import operations as journal
from visavis.notices import operations as notices
from visavis.payments import operations as payments
from visavis.payments import queries as payment_queries
from visavis.payments.refusals import AlreadySettled

FEE_LABELS = {
    "late": {
        "fr": "Rendez-vous changé trop tard",
        "de": "Termin zu spät geändert",
        "it": "Appuntamento cambiato troppo tardi",
        "en": "Appointment changed too late",
    },
    "missed": {
        "fr": "Rendez-vous manqué",
        "de": "Termin verpasst",
        "it": "Appuntamento mancato",
        "en": "Appointment missed",
    },
}


def locked(right_id: UUID) -> Right:
    """Return a right that nobody else changes until this transaction ends."""
    return Right.objects.select_for_update().get(pk=right_id)


def require(verdict: Verdict) -> None:
    """Let only an allowed change go on.

    Raises:
        ChangeRefused: it is not allowed.
    """
    if not verdict.is_allowed:
        raise ChangeRefused(verdict)


def step(booking: Booking, to: State, *, actor: Actor, now: datetime, **values: object) -> bool:
    """Bring a booking to its next state, if it is still where we saw it; say whether it was.

    What is given back while its lane is closed stays blocked: the closure takes its time over.
    """
    assert rules.may_step(booking.state, to), f"{booking.state} to {to}"
    changed = {"state": to.value, "changed_at": now, "changed_by": actor.name, **values}
    if not change(booking, changed, still={"id": booking.pk, "state": booking.state}):
        return False
    if to in rules.GONE and booking.right_id is not None:
        _stay_closed(booking, now=now)
    return True


def block(
    closure: Closure, lane_id: int, starts_at: datetime, ends_at: datetime, *, now: datetime
) -> bool:
    """Block a stretch of a lane for a closure, unless something stands there; say whether it was."""
    return (
        insert_unless_excluded(
            Booking(
                lane_id=lane_id, closure=closure, state=State.BLOCK, starts_at=starts_at,
                ends_at=ends_at, busy_until=ends_at, channel=Channel.API, made_at=now,
            )
        )
        is not None
    )  # fmt: skip


def _stay_closed(booking: Booking, *, now: datetime) -> None:
    closures = Closure.objects.filter(
        Q(lane=None) | Q(lane=booking.lane_id),
        agenda=booking.lane.agenda_id, reopened_at=None,
        starts_at__lt=booking.busy_until, ends_at__gt=booking.starts_at,
    )  # fmt: skip
    for closure in closures:
        begins = max(closure.starts_at, booking.starts_at)
        block(closure, booking.lane_id, begins, min(closure.ends_at, booking.busy_until), now=now)


def note_first(right: Right, booking: Booking, book: Book) -> None:
    """Remember the day given first, from which the longest postponement counts, and the change."""
    values = {
        "first_on": right.first_on or book.today(booking.starts_at),
        "sequence": right.sequence + 1,
        "moves": right.moves,
        "contact_channel": right.contact_channel,
        "contact_address": right.contact_address,
        "language": right.language,
    }
    change(right, values, still={"id": right.pk})


def close(right: Right, outcome: Outcome, *, now: datetime) -> None:
    """End a right, and its place on the waiting list."""
    right.closed_at, right.outcome = now, outcome.value
    right.save(update_fields=["closed_at", "outcome"])
    end_wish(right, "over", now=now)
    holds = Booking.objects.filter(right=right, state=State.HOLD)
    holds.update(state=State.RELEASED, changed_at=now, changed_by="appointments")


def end_wish(right: Right, why: str, *, now: datetime) -> int:
    """Take a right off the waiting list, and release what was offered."""
    ended = Wish.objects.filter(right=right, ended_at=None).update(ended_at=now, ended_why=why)
    if ended:
        offered = Booking.objects.filter(right=right, state=State.HOLD, wish__isnull=False)
        offered.update(state=State.RELEASED, changed_at=now, changed_by="appointments")
    return ended


def tell(right: Right, booking: Booking, what: str, *, actor: Actor, now: datetime) -> None:
    """Write a change into the journal, and have whoever follows it told after commit."""
    journal.record(
        what=f"appointments.{what}", subject=right.subject, actor=actor, now=now,
        details={"booking": str(booking.pk), "agenda": booking.lane.agenda.code},
    )  # fmt: skip
    if booking.moved_from_id or booking.state in rules.GONE:
        old = booking.moved_from_id or booking.pk
        notices.withdraw(once_keys_of=f"appointment-reminder:{old}:")
    announce(f"appointment.{what}", subject=f"booking:{booking.pk}")


def charge(
    booking: Booking, verdict: Verdict, book: Book, *, code: str, actor: Actor, now: datetime
) -> None:
    """Ask for what a late change or a missed appointment costs, once for a booking."""
    if not verdict.fee_cents:
        return
    payments.request(
        subject=_free_subject(booking),
        office=book.office,
        purpose=plain(book.entry.name),
        lines=[payments.Line(code, FEE_LABELS[code], verdict.fee_cents)],
        actor=actor,
        now=now,
    )


def take_fee_back(booking: Booking, *, actor: Actor, now: datetime) -> None:
    """Ask no longer for what a booking cost.

    Raises:
        NotPossible: it is paid already.
    """
    asked = fees.fee_of(booking)
    if asked is None:
        return
    try:
        payments.cancel(payment=asked, actor=actor, now=now)
    except AlreadySettled as paid:
        raise NotPossible from paid


def _free_subject(booking: Booking) -> str:
    return next(
        subject
        for subject in fees.subjects(booking)
        if (asked := payment_queries.for_subject(subject)) is None or not asked.is_cancelled
    )


def lock_days(book: Book, booking: Booking, time: Time) -> None:
    """Let movers of the same days of the same places wait for each other, in one order."""
    days = {
        (booking.lane.agenda_id, book.today(booking.starts_at).toordinal()),
        (book.agendas[time.agenda].id, book.today(time.starts_at).toordinal()),
    }
    with connection.cursor() as cursor:
        for agenda, day in sorted(days):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [agenda, day])


def freed(booking: Booking, book: Book) -> None:
    """Let the waiting list know that time became free; nobody waits, nobody is told."""
    if Wish.objects.filter(right__calendar=book.id, ended_at=None).exists():
        announce("appointment.freed", subject=f"calendar:{book.code}")
