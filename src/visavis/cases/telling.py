"""What is written down of a case and told to its citizen."""

from datetime import datetime

from visavis.cases import queries, vault
from visavis.cases.models import Case, Event
from visavis.foundation import codes
from visavis.foundation.actor import Actor
from visavis.foundation.text import said_in
from visavis.journal import operations as journal
from visavis.notices import operations as notices
from visavis.notices.rules import Channel
from visavis.people import queries as people
from visavis.people.rules import NotifyBy


def happens(case: Case, what: str, *, actor: Actor, now: datetime, words: str = "") -> None:
    """Write an event into the case's story and into the journal.

    Args:
        words: what the office writes to the citizen; sealed, and never in the journal.
    """
    context = f"{queries.WORDS}:{what}"
    Event.objects.create(
        case=case,
        what=what,
        happened_at=now,
        actor_kind=actor.kind,
        channel=actor.channel,
        words=vault.seal(case.pk, words.encode(), context=context) if words else b"",
    )
    journal.record(what=f"cases.{what}", subject=case.subject, actor=actor, now=now)


def tell(case: Case, template: str, *, actor: Actor, now: datetime, once: str = "") -> None:
    """Send a notice to the case's owner, if there is a channel; nothing personal stands in it.

    Args:
        once: names the occasion, of which is told once; without it the case's revision does.
    """
    reach = people.reach_of(case.owner) if case.owner else None
    if reach is None or reach.channel is NotifyBy.COUNTER:
        return
    notices.send(
        channel=Channel(reach.channel.value),
        address=reach.address,
        language=case.language,
        template=template,
        values={
            "service": said_in(case.version.names, case.language),
            "reference": codes.spoken(case.reference or ""),
        },
        subject=case.subject,
        actor=actor,
        now=now,
        once_key=f"{template}:{case.pk}:{once or case.revision}",
    )
