"""Everything that may change a visit. What is over stays over: each change wants a living one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import import_module
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from visavis.devices.models import Device
from visavis.foundation.actor import Actor, Channel, Kind
from visavis.journal import operations as journal
from visavis.measures import operations as measures
from visavis.visits import queries, rules
from visavis.visits.models import Ticket, Visit

TRIES = 5  # of a change that another tab of the same visit overtakes


class NotYours(PermissionDenied):
    """The actor may not end this visit. Doors need not catch it: it answers 403."""


class VisitRefused(Exception):
    """The visit was not begun or changed."""


class TicketUnknown(VisitRefused):
    """No such ticket: never issued, or a newer one of the same device took its place."""


class TicketExpired(VisitRefused):
    """The ticket was issued too long ago."""


class TicketUsed(VisitRefused):
    """A visit was begun with this ticket already, by another browser or one that is over."""


class DeviceOutOfService(VisitRefused):
    """The device was taken out of service."""


class VisitEnded(VisitRefused):
    """The visit is over; nothing makes it live again."""


class LongestReached(VisitRefused):
    """The visit cannot be made longer any more."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit, and the secret that its browser keeps from now on."""

    visit: Visit
    secret: str


@transaction.atomic
def open(*, ticket: str, browser: str, language: str, now: datetime) -> Opened:  # noqa: A001 - read as visits.open
    """Begin a visit with a ticket, or return the one that this browser has just begun with it.

    Whoever touches the screen first is the citizen of the visit, so there is no actor before it.
    A visit that the device still had is ended: at the attract screen nobody is before it.

    Args:
        browser: the random mark that the attract screen gave this browser.

    Raises:
        TicketUnknown, TicketExpired, TicketUsed, DeviceOutOfService: as they say.
    """
    hashed = rules.hashed(ticket)
    # The lock makes a second tap wait until the first visit is there to be found.
    held = Ticket.objects.select_for_update().filter(hashed=hashed).first()
    if held is None:
        return _opened_before(hashed, ticket=ticket, browser=browser, now=now)
    if held.expires_at <= now:
        raise TicketExpired
    device = Device.objects.select_related("site__organisation").get(pk=held.device_id)
    if not device.is_in_service:
        raise DeviceOutOfService
    held.delete()
    for standing in Visit.objects.unended().filter(device=device):
        end(visit=standing, reason=rules.Reason.TECHNICAL, actor=Actor.system("visits"), now=now)
    secret = rules.visit_secret(ticket=ticket, browser=browser)
    visit = _begin(device, secret=secret, hashed=hashed, home=held.home, language=language, now=now)
    return Opened(visit, secret)


def touch(*, visit: Visit, now: datetime) -> None:
    """Note a sign of life, at most once in five seconds; an ended visit stays ended."""
    if not visit.is_open(now):
        return
    term = rules.touched(visit.term, limits=visit.limits, now=now)
    if abs(term.expires_at - visit.expires_at) >= rules.TOUCHES_APART:
        _set_term(visit, term)  # overtaken by another tab is as good


def extend(*, visit: Visit, now: datetime) -> None:
    """Give the citizen more time.

    Raises:
        VisitEnded: too late.
        LongestReached: the extensions granted to all are used, and the longest duration too.
    """
    _change_term(
        visit, lambda current: rules.extended(current.term, limits=current.limits, now=now), now=now
    )


def leave(*, visit: Visit, now: datetime) -> None:
    """Wait longer for a citizen who goes to somebody else's page, as to pay, or to ask for help.

    Raises:
        VisitEnded: too late.
    """
    _change_term(
        visit, lambda current: rules.away(current.term, limits=current.limits, now=now), now=now
    )


def tell(*, visit: Visit, service: str = "", step: str = "", now: datetime) -> None:
    """Say where the citizen is, as two codes; empty when nowhere in particular."""
    assert all(code == "" or rules.is_code(code) for code in (service, step)), "codes only"
    if (visit.at_service, visit.at_step) != (service, step):
        _set(visit, at_service=service, at_step=step, now=now)


def reach(*, visit: Visit, outcome: rules.Reason, now: datetime) -> None:
    """Say what the citizen has reached, which is why the visit will have ended if they finish."""
    assert outcome in rules.OUTCOMES
    if visit.outcome != outcome:
        _set(visit, outcome=outcome.value, now=now)


def speak(*, visit: Visit, language: str, now: datetime) -> bool:
    """Remember the language of the visit, and return whether it is another one than before."""
    if visit.language == language:
        return False
    _set(visit, language=language, now=now)
    return True


def prefer(*, visit: Visit, text_size: int, contrast: rules.Contrast, now: datetime) -> None:
    """Remember how the citizen wants to see the pages of this visit."""
    assert text_size in rules.TEXT_SIZES
    _set(visit, text_size=text_size, contrast=contrast.value, now=now)


def hold_session(*, visit: Visit, session_key: str, now: datetime) -> None:
    """Remember which session of the browser belongs to the visit and dies with it."""
    if visit.browser_session != session_key:
        before = visit.browser_session
        _set(visit, browser_session=session_key, now=now)
        _forget_session(before)


def finish(*, visit: Visit, actor: Actor, now: datetime) -> bool:
    """End a visit as its citizen says; the reason is what was reached before."""
    if actor.visit != visit.pk:
        raise NotYours
    return end(visit=visit, reason=rules.reason_of_citizen(visit.outcome), actor=actor, now=now)


def stop(*, visit: Visit, reason: rules.Reason, actor: Actor, now: datetime) -> bool:
    """End a visit as a member of staff says.

    Raises:
        NotYours: no operator nor clerk of this site, or a reason that is not theirs to give.
    """
    site = visit.device.site
    if not rules.may_stop(actor=actor, organisation=site.organisation.code, site=site.code):
        raise NotYours
    if reason not in rules.STAFF_REASONS:
        raise NotYours
    return end(visit=visit, reason=reason, actor=actor, now=now)


@transaction.atomic
def end(*, visit: Visit, reason: rules.Reason, actor: Actor, now: datetime) -> bool:
    """End a visit for good, kill its browser's session, and count it; drafts stay as they are.

    A visit whose time had run out before ended then, idle, whoever comes with another reason now.

    Returns:
        Whether it was this call that ended it.
    """
    current = Visit.objects.select_for_update().filter(pk=visit.pk, ended_at=None).first()
    if current is None:
        return False
    if now >= current.expires_at:
        moment, reason, actor = current.expires_at, rules.Reason.IDLE, Actor.system("visits")
    else:
        moment = max(now, current.started_at)
    current.ended_at, current.end_reason, current.ended_by = moment, reason.value, actor.name
    current.at_service = current.at_step = ""
    session, current.browser_session = current.browser_session, ""
    current.save(
        update_fields=[
            "ended_at", "end_reason", "ended_by", "at_service", "at_step", "browser_session",
        ]
    )  # fmt: skip
    visit.ended_at, visit.end_reason, visit.ended_by = moment, reason.value, actor.name
    _forget_session(session)
    _count_end(current)
    journal.record(
        what="visits.ended",
        subject=f"visit:{visit.pk}",
        actor=actor,
        now=now,
        details={"reason": reason.value},
    )
    return True


def _begin(
    device: Device, *, secret: str, hashed: str, home: str, language: str, now: datetime
) -> Visit:
    limits = queries.limits_on(now.date())
    term = rules.first_term(limits=limits, now=now)
    visit = Visit.objects.create(
        id=uuid4(),
        device=device,
        channel=device.kind,
        language=language,
        started_at=now,
        expires_at=term.expires_at,
        longest_until=term.longest_until,
        opened_with=hashed,
        secret_hash=rules.hashed(secret),
        home=home,
        idle_s=int(limits.idle.total_seconds()),
        warning_s=int(limits.warning.total_seconds()),
        extension_s=int(limits.extension.total_seconds()),
        most_extensions=limits.extensions,
        longest_s=int(limits.longest.total_seconds()),
        away_s=int(limits.away.total_seconds()),
    )
    note = partial(measures.note, source=device.code, session=visit.measured_as, now=now)
    note("session.started", channel=device.kind)
    note("language.set", language=language)
    journal.record(
        what="visits.opened", subject=f"visit:{visit.pk}", actor=citizen_of(visit), now=now
    )
    return visit


def citizen_of(visit: Visit) -> Actor:
    """Return the unknown person of a visit as an actor."""
    return Actor(
        kind=Kind.CITIZEN,
        name=f"visit:{visit.pk}",
        channel=Channel(visit.channel),
        visit=visit.pk,
        device=visit.device.code,
        site=visit.device.site.code,
    )


def _opened_before(hashed: str, *, ticket: str, browser: str, now: datetime) -> Opened:
    visit = Visit.objects.select_related(queries.WITH_PLACE).filter(opened_with=hashed).first()
    if visit is None:
        raise TicketUnknown
    secret = rules.visit_secret(ticket=ticket, browser=browser)
    if visit.secret_hash != rules.hashed(secret) or not visit.is_open(now):
        raise TicketUsed
    return Opened(visit, secret)


def _change_term(
    visit: Visit, change: Callable[[Visit], rules.Term | None], *, now: datetime
) -> None:
    for _ in range(TRIES):
        if not visit.is_open(now):
            raise VisitEnded
        term = change(visit)
        if term is None:
            raise LongestReached
        if term == visit.term or _set_term(visit, term):
            return
        visit.refresh_from_db(fields=["expires_at", "longest_until", "extensions", "ended_at"])
    raise VisitEnded


def _set_term(visit: Visit, term: rules.Term) -> bool:
    """Write a term over the one that was read, unless somebody else was faster or it is over."""
    written = Visit.objects.filter(
        pk=visit.pk, ended_at=None, expires_at=visit.expires_at, extensions=visit.extensions
    ).update(
        expires_at=term.expires_at, longest_until=term.longest_until, extensions=term.extensions
    )
    if written:
        visit.expires_at, visit.longest_until = term.expires_at, term.longest_until
        visit.extensions = term.extensions
    return bool(written)


def _set(visit: Visit, *, now: datetime, **values: str | int) -> None:
    if Visit.objects.filter(pk=visit.pk, ended_at=None, expires_at__gt=now).update(**values):
        for name, value in values.items():
            setattr(visit, name, value)


def _count_end(visit: Visit) -> None:
    outcome = {"outcome": visit.outcome} if visit.outcome else {}
    assert visit.ended_at is not None
    measures.note(
        "session.ended",
        source=visit.device.code,
        session=visit.measured_as,
        now=visit.ended_at,
        key=f"end:{visit.measured_as}",
        reason=visit.end_reason,
        **outcome,
    )


def _forget_session(session_key: str) -> None:
    if session_key:
        import_module(settings.SESSION_ENGINE).SessionStore(session_key).delete()
