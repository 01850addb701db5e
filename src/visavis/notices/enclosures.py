"""What goes into the envelope of a letter, named by reference and fetched when it leaves.

A sealed paper so never lies in the outbox in clear: only its name does. Upper rooms say how what
they keep is fetched, by the first word of its name.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar


class Source(Protocol):
    """What fetches a PDF, and writes down that it was handed out."""

    def __call__(self, which: str, /, *, now: datetime) -> bytes: ...


AnySource = TypeVar("AnySource", bound=Source)

_sources: dict[str, Source] = {}


class NothingToEnclose(Exception):
    """It is no longer there, or must not go out any more."""


def encloses(kind: str) -> Callable[[AnySource], AnySource]:
    """Make a function fetch what is named `<kind>:…`; it gets what stands behind the colon.

    The function returns a PDF, or raises `NothingToEnclose`.
    """

    def register(function: AnySource) -> AnySource:
        _sources[kind] = function
        return function

    return register


def fetched(name: str, *, now: datetime) -> bytes:
    """Return the PDF of a name.

    Raises:
        NothingToEnclose: it is gone, or nobody keeps such things.
    """
    kind, _, which = name.partition(":")
    if kind not in _sources:
        raise NothingToEnclose(kind)
    return _sources[kind](which, now=now)
