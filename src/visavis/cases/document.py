"""The answers of one case with who wrote them when, as they lie encrypted. Pure.

A page says on which revision it was shown. An answer that another browser has changed since is not
overwritten: the newer one stays and the citizen is told. The same browser may always change its
mind, so going back and choosing otherwise just works.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from visavis.catalog.definition.fields import Answer

LONGEST_RAW = 4000


@dataclass(frozen=True, slots=True)
class Writing:
    """When a field was last written, and by which browser."""

    revision: int
    client: str


@dataclass(frozen=True, slots=True)
class Document:
    """Everything typed in one case.

    Attributes:
        answers: what was read and accepted, by field.
        raw: what was typed and could not be accepted, or was kept before it was checked.
    """

    revision: int = 0
    answers: Mapping[str, Answer] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)
    writings: Mapping[str, Writing] = field(default_factory=dict)

    def stale(self, posted: Mapping[str, object], *, based_on: int, client: str) -> list[str]:
        """Return the fields that another browser changed after the page was shown."""
        return [
            name
            for name, value in posted.items()
            if (written := self.writings.get(name))
            and written.revision > based_on
            and written.client != client
            and value != self.answers.get(name)
        ]

    def saved(
        self,
        accepted: Mapping[str, Answer | None],
        refused: Mapping[str, str],
        *,
        client: str,
    ) -> "Document":
        """Return the document with a page's answers; None takes an answer away."""
        changed = {
            name
            for name, value in accepted.items()
            if value != self.answers.get(name) or name in self.raw
        } | {name for name, value in refused.items() if value != self.raw.get(name)}
        if not changed:
            return self
        revision = self.revision + 1
        merged = {**self.answers, **accepted}
        answers = {name: value for name, value in merged.items() if value is not None}
        for name in refused:
            answers.pop(name, None)
        raw = {name: value for name, value in self.raw.items() if name not in accepted}
        return Document(
            revision=revision,
            answers=answers,
            raw=raw | {name: value[:LONGEST_RAW] for name, value in refused.items()},
            writings={**self.writings, **dict.fromkeys(changed, Writing(revision, client))},
        )

    def kept(self, typed: Mapping[str, str], *, based_on: int) -> "Document":
        """Return the document with what was typed but not sent; answers stay as they are.

        What arrives late, after the page itself was saved, is not taken.
        """
        fresh = {
            name: value[:LONGEST_RAW]
            for name, value in typed.items()
            if name not in self.writings or self.writings[name].revision <= based_on
        }
        if all(self.raw.get(name) == value for name, value in fresh.items()):
            return self
        return replace(self, revision=self.revision + 1, raw={**self.raw, **fresh})

    def packed(self) -> bytes:
        """Return the document as bytes, to be encrypted."""
        writings = {name: [w.revision, w.client] for name, w in self.writings.items()}
        whole = {
            "revision": self.revision,
            "answers": dict(self.answers),
            "raw": dict(self.raw),
            "writings": writings,
        }
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(packed: bytes) -> Document:
    """Return the document of `Document.packed`."""
    whole = json.loads(packed)
    return Document(
        revision=whole["revision"],
        answers=whole["answers"],
        raw=whole["raw"],
        writings={name: Writing(*written) for name, written in whole["writings"].items()},
    )
