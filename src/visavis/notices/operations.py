"""Asking for a notice, and delivering it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.foundation.jobs import announce
from visavis.gateways.messages import routes as gateways
from visavis.gateways.messages.errors import NotDelivered, Refused
from visavis.gateways.messages.types import Message
from visavis.journal import operations as journal
from visavis.notices import enclosures, rules, texts
from visavis.notices.models import Notice
from visavis.notices.rules import Channel, State


@transaction.atomic
def send(
    *,
    channel: Channel | str,
    address: str,
    language: str,
    template: str,
    values: Mapping[str, str],
    subject: str,
    actor: Actor,
    now: datetime,
    once_key: str | None = None,
    useless_at: datetime | None = None,
    enclosure: str = "",
) -> Notice | None:
    """Ask for a message; a job delivers it after commit and tries again while it fails.

    Args:
        template: code of a text, `texts/notices/<template>.<channel>.<language>.md` or without the
            channel, in the pack or beside the room that sends it.
        values: what the text's `{names}` stand for; mail and SMS get no personal content.
        once_key: where a repeated call must not send twice, what makes it the same message.
        useless_at: from this moment on it is not sent any more, however late the worker is.
        enclosure: for a letter, the name of a PDF that goes with it, see `enclosures`.

    Returns:
        The notice, or None if this very message was asked for before.

    Raises:
        UnknownTemplate: no text of that code in any language.
    """
    title, body = texts.compose(
        template, channel=Channel(channel), language=language, values=values
    )
    notice = insert_unless_excluded(
        Notice(
            channel=Channel(channel),
            address=address,
            language=language,
            template=template,
            title=title,
            body=body,
            subject=subject,
            asked_at=now,
            once_key=once_key,
            useless_at=useless_at,
            enclosure=enclosure,
        )
    )
    if notice is None:
        return None
    journal.record(
        what="notices.asked", subject=subject, actor=actor, now=now,
        details={"channel": str(channel), "template": template},
    )  # fmt: skip
    announce("notice.asked", subject=f"notice:{notice.pk}")
    return notice


def deliver(*, notice_id: int, now: datetime) -> None:
    """Hand a waiting notice to a gateway, and write down what came of it.

    Raises:
        NotDelivered: none could; the job tries again. After the last try, or where trying again is
            in vain, nothing is raised: the notice has failed.
    """
    try:
        _hand_over(notice_id, now=now)
    except NotDelivered as fault:
        if not _failed(notice_id, fault, now=now):
            raise


@transaction.atomic
def _hand_over(notice_id: int, *, now: datetime) -> None:
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.state != State.WAITING:
        return
    if notice.useless_at is not None and now >= notice.useless_at:
        _withdraw(Notice.objects.filter(pk=notice.pk))
        return
    notice.via = gateways.deliver(_message(notice, now=now), tries=notice.tries)
    notice.state, notice.sent_at = State.SENT, now
    notice.save(update_fields=["state", "sent_at", "via"])


def _message(notice: Notice, *, now: datetime) -> Message:
    """Return a notice as a gateway takes it, with what goes into its envelope.

    Raises:
        Refused: what it was to bring is no longer there.
    """
    try:
        enclosure = enclosures.fetched(notice.enclosure, now=now) if notice.enclosure else b""
    except enclosures.NothingToEnclose:
        raise Refused("what was to be enclosed is no longer there") from None
    return Message(
        channel=notice.channel,
        address=notice.address,
        title=notice.title,
        body=notice.body,
        key=f"notice-{notice.pk}",
        enclosure=enclosure,
    )


@transaction.atomic
def _failed(notice_id: int, fault: NotDelivered, *, now: datetime) -> bool:
    """Count a try in vain, and tell whether it was the last."""
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.state != State.WAITING:
        return True
    notice.tries, notice.reason = notice.tries + 1, str(fault)[:120]
    is_last = isinstance(fault, Refused) or notice.tries >= rules.MOST_TRIES
    if is_last:
        notice.state = State.FAILED
        journal.record(
            what="notices.failed", subject=notice.subject, actor=Actor.system("notices"), now=now,
            details={"channel": notice.channel, "template": notice.template},
        )  # fmt: skip
    notice.save(update_fields=["tries", "reason", "state"])
    return is_last


@transaction.atomic
def try_again(*, actor: Actor, now: datetime) -> int:
    """Send again what has failed and is not too late, and return how much. Repeatable."""
    failed = Notice.objects.select_for_update().filter(state=State.FAILED).exclude(body="")
    again = [row for row in failed if row.useless_at is None or now < row.useless_at]
    for notice in again:
        notice.state, notice.tries, notice.reason = State.WAITING, 0, ""
        notice.save(update_fields=["state", "tries", "reason"])
        journal.record(what="notices.again", subject=notice.subject, actor=actor, now=now)
        announce("notice.asked", subject=f"notice:{notice.pk}")
    return len(again)


def withdraw(*, once_keys_of: str) -> int:
    """Keep what still waits from being sent, because it is no longer true; return how much.

    Args:
        once_keys_of: how the `once_key` of these messages begins.
    """
    waiting = Notice.objects.filter(once_key__startswith=once_keys_of, state=State.WAITING)
    return _withdraw(waiting)


def _withdraw(waiting: "QuerySet[Notice]") -> int:
    return waiting.update(state=State.WITHDRAWN)


def empty_old(*, now: datetime) -> int:
    """Empty the content of notices that are older than a month, and return how many."""
    return (
        Notice.objects.filter(asked_at__lt=now - rules.CONTENT_KEPT)
        .exclude(body="")
        .update(title="", body="", address="")
    )
