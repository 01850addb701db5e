"""The waiting list for an earlier date: one offer at a time, held for a while, then the next."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F

from visavis.appointments import listing, queries
from visavis.appointments.books import Book
from visavis.appointments.listing import Time
from visavis.appointments.models import Booking, Right, Wish
from visavis.appointments.operations import changing
from visavis.appointments.operations.booking import entered
from visavis.appointments.refusals import CannotBeReached, OfferGone
from visavis.appointments.rules import State
from visavis.appointments.taking import take
from visavis.foundation.actor import Actor
from visavis.foundation.actor import Channel as Way
from visavis.foundation.jobs import announce
from visavis.journal import operations as journal
from visavis.notices.rules import Channel

AWAKE = time(8), time(20)  # local; nobody is woken by an offer that is over in the morning
LOOKED_AT = 8  # times tried for one wish; the others are for the next turn


@transaction.atomic
def join(*, right_id: UUID, agendas: Sequence[str], actor: Actor, now: datetime) -> Wish:
    """Put a right on the waiting list; being there already only changes the places.

    Raises:
        NotYours, NotOpen: as they say.
        CannotBeReached: there is no way to tell this person within the hour that a time is free.
    """
    right = Right.objects.select_for_update().get(pk=right_id)
    book = entered(right, actor=actor)
    reach = queries.reach_of(right)
    if reach is None or reach.channel == Channel.LETTER:
        raise CannotBeReached
    wished = [code for code in agendas if code in book.agendas]
    wish = queries.wish_of(right) or Wish(right=right, made_at=now)
    wish.agendas = wished
    wish.save()
    journal.record(what="appointments.waits", subject=right.subject, actor=actor, now=now)
    announce("appointment.freed", subject=f"calendar:{book.code}")
    return wish


@transaction.atomic
def leave(*, right_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a right off the waiting list; what was offered goes to the next."""
    right = Right.objects.select_for_update().get(pk=right_id)
    book = entered(right, actor=actor)
    if changing.end_wish(right, "left", now=now):
        journal.record(what="appointments.waits_no_longer", subject=right.subject, actor=actor, now=now)  # fmt: skip
        announce("appointment.freed", subject=f"calendar:{book.code}")


@transaction.atomic
def decline(*, right_id: UUID, actor: Actor, now: datetime) -> None:
    """Let an offered time go to the next; one stays on the list.

    Raises:
        OfferGone: there is none any more.
    """
    right = Right.objects.select_for_update().get(pk=right_id)
    book = entered(right, actor=actor)
    offered = queries.offer_to(right, now=now)
    if offered is None or not changing.step(offered, State.RELEASED, actor=actor, now=now):
        raise OfferGone
    announce("appointment.freed", subject=f"calendar:{book.code}")


def offer(*, book: Book, now: datetime) -> int:
    """Offer what is free to whoever has waited longest, each time to one person; return how many.

    Repeatable, and it does not matter how late it runs: an offer whose time is over is free again
    by itself. Who was offered a time and let it pass is not offered the same again.
    """
    local = now.astimezone(book.zone).time()
    if not AWAKE[0] <= local < AWAKE[1]:
        return 0
    waiting = Wish.objects.filter(right__calendar=book.id, ended_at=None).select_related("right")
    return sum(_offer_to(wish, book, now=now) for wish in waiting.order_by("made_at", "pk"))


def _offer_to(wish: Wish, book: Book, *, now: datetime) -> bool:
    right, entry = wish.right, book.rules_now(now)
    standing = queries.standing_of(right)
    if queries.hold_of(right, now=now) is not None:
        return False
    if standing is not None and standing.starts_at <= now:
        return False
    minutes = timedelta(minutes=entry.offer_minutes)
    need = listing.need_of(right, book, now=now + minutes, standing=standing)
    wanted = listing.Wanted(agendas=wish.agendas)
    times = listing.first_times(book, need, count=LOOKED_AT, now=now, wanted=wanted)
    past = set(Booking.objects.filter(wish=wish).values_list("starts_at", "lane__agenda__code"))
    for free in times:
        if standing is not None and book.today(free.starts_at) >= book.today(standing.starts_at):
            return False
        if (free.starts_at, free.agenda) in past:
            continue
        if _hold(wish, right, book, free, need, until=now + minutes, now=now):
            return True
    return False


@transaction.atomic
def _hold(
    wish: Wish, right: Right, book: Book, free: Time, need: listing.Need, *,
    until: datetime, now: datetime,
) -> bool:  # fmt: skip
    lanes = listing.lanes_at(book, need, free, now=now)
    wanted = Booking(
        id=uuid4(), right=right, wish=wish, state=State.HOLD, starts_at=free.starts_at,
        ends_at=free.starts_at + timedelta(minutes=need.minutes),
        busy_until=free.starts_at + timedelta(minutes=need.busy_minutes),
        hold_until=until, held_by=f"wish:{wish.pk}", channel=Way.API, made_at=now,
    )  # fmt: skip
    if lanes is None or take(wanted, lanes=lanes, now=now) is None:
        return False
    count = Wish.objects.filter(pk=wish.pk, ended_at=None).update(offers=F("offers") + 1)
    if not count:
        transaction.set_rollback(True)
        return False
    if wish.offers + 1 >= book.rules_now(now).most_offers:
        # The last one still stands; after it no more messages come.
        Wish.objects.filter(pk=wish.pk).update(ended_at=now, ended_why="exhausted")
    changing.tell(right, wanted, "offered", actor=Actor.system("appointments.waiting"), now=now)
    return True
