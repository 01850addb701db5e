"""Reading the journal, and finding out whether anybody tampered with it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import QuerySet

from visavis.journal import rules
from visavis.journal.models import Entry, Seal

HASHED = (
    "id", "recorded_at", "what", "subject", "actor_kind", "actor", "on_behalf_of", "visit",
    "device", "site", "channel", "assurance", "details",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was sealed; `what` is a sentence for an operator."""

    seal: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of a walk along the chain."""

    seals: int
    entries_sealed: int
    entries_waiting: int
    faults: tuple[Fault, ...]


def entries_about(subject: str) -> QuerySet[Entry]:
    """Return what happened to a subject, oldest first."""
    return Entry.objects.filter(subject=subject).order_by("id")


def hashed_entries(*, after: int, up_to: int | None = None) -> Iterator[dict[str, object]]:
    """Yield the content of entries as it is hashed, in the order of their ids."""
    chosen = Entry.objects.filter(id__gt=after).order_by("id")
    if up_to is not None:
        chosen = chosen.filter(id__lte=up_to)
    for row in chosen.values(*HASHED).iterator(chunk_size=2000):
        yield {**row, "recorded_at": row["recorded_at"].astimezone(UTC).isoformat()}


def facts_of(seal: Seal) -> rules.SealFacts:
    values = {
        name: getattr(seal, name) for name in rules.SealFacts.__slots__ if name != "sealed_at"
    }
    return rules.SealFacts(**values, sealed_at=seal.sealed_at.astimezone(UTC).isoformat())


def verify(*, keys: Mapping[str, Ed25519PublicKey], outside: Path) -> Verification:
    """Walk the chain of seals, compare it with the copy outside and with every sealed entry.

    Args:
        keys: every public key that ever sealed, by its id.
        outside: the file that the sealer appends to.

    Finds any entry changed, removed or inserted after its seal by whomever, any seal changed or
    removed, and the newest entries cut off together with their seals.
    """
    seals = [facts_of(seal) for seal in Seal.objects.order_by("number")]
    faults = [*_chain_faults(seals, keys), *_outside_faults(seals, outside, keys)]
    before, sealed = 0, 0
    for seal in seals:
        entries = list(hashed_entries(after=before, up_to=seal.last_entry))
        sealed += len(entries)
        if rules.batch_hash(entries) != seal.batch_hash:
            faults.append(Fault(seal.number, _describe(entries, seal)))
        before = max(before, seal.last_entry)
    waiting = Entry.objects.filter(id__gt=before).count()
    return Verification(len(seals), sealed, waiting, tuple(faults))


def _chain_faults(
    seals: list[rules.SealFacts], keys: Mapping[str, Ed25519PublicKey]
) -> Iterator[Fault]:
    previous = rules.BEGINNING
    for expected, seal in enumerate(seals, start=1):
        if seal.number != expected:
            yield Fault(seal.number, f"seal {expected} is missing")
        if seal.previous_hash != previous:
            yield Fault(seal.number, "does not continue the seal before it")
        key = keys.get(seal.key_id)
        if key is None:
            yield Fault(seal.number, f"signed with the unknown key {seal.key_id}")
        elif not rules.is_signed_by(seal, key):
            yield Fault(seal.number, "its signature is wrong: the seal itself was changed")
        previous = rules.seal_hash(seal)


def _outside_faults(
    seals: list[rules.SealFacts], outside: Path, keys: Mapping[str, Ed25519PublicKey]
) -> Iterator[Fault]:
    kept = list(copies(outside))
    inside = {seal.number: seal for seal in seals}
    for copy in kept:
        number = copy.number
        key = keys.get(copy.key_id)
        if key is None or not rules.is_signed_by(copy, key):
            yield Fault(number, "the copy outside the database was changed")
        elif number not in inside:
            yield Fault(
                number,
                "is in the copy outside but no longer in the database: newest rows were cut off",
            )
        elif inside[number] != copy:
            yield Fault(number, "differs from the copy outside the database")
    for number in sorted(inside.keys() - {copy.number for copy in kept}):
        yield Fault(number, "is missing from the copy outside the database")


def copies(outside: Path) -> Iterator[rules.SealFacts]:
    """Yield the seals in the file outside the database, in its order."""
    if outside.exists():
        for line in outside.read_text().splitlines():
            try:
                yield rules.SealFacts(**json.loads(line))
            except (ValueError, TypeError):
                continue  # a torn last line of a crash; a seal missing for it is reported as such


def _describe(entries: list[dict[str, object]], seal: rules.SealFacts) -> str:
    span = f"entries {seal.first_entry} to {seal.last_entry}"
    if len(entries) < seal.count:
        return f"{span}: {seal.count - len(entries)} removed after sealing"
    if len(entries) > seal.count:
        return f"{span}: {len(entries) - seal.count} inserted after sealing"
    return f"{span}: at least one was changed after sealing"
