"""Secret addresses under which calendar programs read a lane."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from visavis.appointments import books
from visavis.appointments.lanes import Lane, LaneFeed
from visavis.appointments.operations.marking import require_office
from visavis.appointments.refusals import FeedUnknown
from visavis.foundation.actor import Actor
from visavis.journal import operations as journal


@transaction.atomic
def make(*, lane_id: int, actor: Actor, now: datetime) -> str:
    """Make an address for a lane and return its secret part, shown only this once.

    Raises:
        NotYours: no officer of this office.
    """
    lane = Lane.objects.select_related("agenda").get(pk=lane_id)
    require_office(books.by_id(lane.agenda.calendar_id), actor=actor)
    token = secrets.token_urlsafe(24)
    LaneFeed.objects.create(lane=lane, token_hash=hashed(token), made_at=now, made_by=actor.name)
    journal.record(what="appointments.feed_made", subject=f"lane:{lane.pk}", actor=actor, now=now)
    return token


@transaction.atomic
def revoke(*, feed_id: int, actor: Actor, now: datetime) -> None:
    """Let nobody in by this address any more.

    Raises:
        NotYours: no officer of this office.
        FeedUnknown: there is none.
    """
    feed = LaneFeed.objects.select_related("lane__agenda").filter(pk=feed_id).first()
    if feed is None:
        raise FeedUnknown
    require_office(books.by_id(feed.lane.agenda.calendar_id), actor=actor)
    if feed.revoked_at is None:
        feed.revoked_at = now
        feed.save(update_fields=["revoked_at"])
        journal.record(
            what="appointments.feed_revoked", subject=f"lane:{feed.lane_id}", actor=actor, now=now
        )


def lane_of(token: str) -> Lane:
    """Return the lane that an address lets read.

    Raises:
        FeedUnknown: never made, or revoked.
    """
    feed = LaneFeed.objects.filter(token_hash=hashed(token), revoked_at=None).first()
    if feed is None:
        raise FeedUnknown
    return Lane.objects.select_related("agenda").get(pk=feed.lane_id)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
