"""Asking for a notice, and delivering it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from visavis.foundation.actor import Actor
from visavis.foundation.database import insert_unless_excluded
from visavis.foundation.jobs import announce
from visavis.gateways.messages import deliver as gateway
from visavis.journal import operations as journal
from visavis.notices import rules, texts
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
) -> Notice | None:
    """Ask for a message; a job delivers it after commit and tries again while it fails.

    Args:
        template: code of a text, `texts/notices/<template>.<channel>.<language>.md` or without the
            channel, in the pack or beside the room that sends it.
        values: what the text's `{names}` stand for; mail and SMS get no personal content.
        once_key: where a repeated call must not send twice, what makes it the same message.
        useless_at: from this moment on it is not sent any more, however late the worker is.

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


@transaction.atomic
def deliver(*, notice_id: int, now: datetime) -> None:
    """Hand a waiting notice to its gateway, and write down what came of it.

    Raises:
        NotDelivered: the gateway could not; the job tries again.
    """
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.state != State.WAITING:
        return
    if notice.useless_at is not None and now >= notice.useless_at:
        _withdraw(Notice.objects.filter(pk=notice.pk))
        return
    gateway.deliver(
        channel=notice.channel,
        address=notice.address,
        title=notice.title,
        body=notice.body,
        key=f"notice-{notice.pk}",
    )
    notice.state, notice.sent_at = State.SENT, now
    notice.save(update_fields=["state", "sent_at"])


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
