"""Writing entries, and sealing them."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from visavis.foundation.actor import Actor
from visavis.foundation.database import insert
from visavis.journal import queries, rules
from visavis.journal.models import Entry, Seal

LONGEST_WAIT_MS = 500  # writers queue behind a waiting sealer, so it gives up early and tries again


class ChainBroken(Exception):
    """The database has lost entries or seals that were sealed."""


def record(
    *,
    what: str,
    subject: str,
    actor: Actor,
    now: datetime,
    details: Mapping[str, str | int | bool | None] | None = None,
) -> None:
    """Write down who did what to which subject, in the current transaction.

    Args:
        what: `room.verb` in the past tense, such as `cases.submitted`, `cases.read`.
        subject: `kind:id`, such as `case:<uuid>`; at most 120 characters.
        details: codes and counts only; never names, addresses or answers.
    """
    entry = Entry(
        recorded_at=now,
        what=what,
        subject=subject,
        actor_kind=actor.kind,
        actor=actor.name,
        on_behalf_of=actor.on_behalf_of or "",
        visit=actor.visit,
        device=actor.device or "",
        site=actor.site or "",
        channel=actor.channel,
        assurance=actor.assurance,
        details=dict(details or {}),
    )
    insert(entry)


@transaction.atomic
def seal(*, key: Ed25519PrivateKey, outside: Path, now: datetime) -> rules.SealFacts | None:
    """Seal every entry that came since the last seal, in the database and in a file outside it.

    Args:
        outside: file of one JSON seal a line, only ever appended to.

    Returns:
        The new seal, or None when nothing has happened since the last.

    Raises:
        OperationalError: writers were busy for half a second; try again in the next minute.
        ChainBroken: entries or seals are gone that the file outside knows of. Nothing is sealed
            over such a hole; `visavis journal verify` tells where it is.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {LONGEST_WAIT_MS}")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [rules.LOCK])
    last = Seal.objects.order_by("number").last()
    uncommitted = _uncommitted(outside, last=last)
    if uncommitted:
        Seal.objects.create(**asdict(uncommitted))
        return uncommitted
    entries = list(queries.hashed_entries(after=last.last_entry if last else 0))
    if not entries:
        return None
    seal_ = _next_seal(entries, last=last, key=key, now=now)
    Seal.objects.create(**asdict(seal_))
    # The file comes before the commit: a seal that a crash left only outside is taken from there
    # at the next turn; one that was only inside could be cut off unseen.
    _append(outside, seal_)
    return seal_


def _uncommitted(outside: Path, *, last: Seal | None) -> rules.SealFacts | None:
    """Return the seal that a crash left in the file but not in the database, if its entries are
    all still there."""
    copies = [
        copy for copy in queries.copies(outside) if copy.number > (last.number if last else 0)
    ]
    if not copies:
        return None
    copy = copies[0]
    after = last.last_entry if last else 0
    entries = queries.hashed_entries(after=after, up_to=copy.last_entry)
    if len(copies) > 1 or rules.batch_hash(entries) != copy.batch_hash:
        raise ChainBroken(f"seal {copy.number} is outside the database, but not what it sealed")
    return copy


def _next_seal(
    entries: list[dict[str, object]], *, last: Seal | None, key: Ed25519PrivateKey, now: datetime
) -> rules.SealFacts:
    unsigned = rules.SealFacts(
        number=last.number + 1 if last else 1,
        first_entry=int(str(entries[0]["id"])),
        last_entry=int(str(entries[-1]["id"])),
        count=len(entries),
        batch_hash=rules.batch_hash(entries),
        previous_hash=rules.seal_hash(queries.facts_of(last)) if last else rules.BEGINNING,
        sealed_at=now.astimezone(UTC).isoformat(),
        key_id=rules.key_id_of(key.public_key()),
    )
    return replace(unsigned, signature=rules.sign(unsigned, key))


def _append(outside: Path, seal_: rules.SealFacts) -> None:
    outside.parent.mkdir(parents=True, exist_ok=True)
    with outside.open("a") as file:
        file.write(json.dumps(asdict(seal_), sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())
