"""Holding a time and booking it, one after the other, by the room and by bare SQL."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self, TypeVar
from uuid import UUID

from bench.booking_clients import Wait
from bench.booking_floor import Floor
from bench.booking_world import NOW, Visitor, office
from visavis.appointments.listing import Time
from visavis.appointments.operations import booking

Held = TypeVar("Held")
Wish = tuple[Visitor, Time]


@dataclass(frozen=True, slots=True)
class Pairs:
    """How long holding and confirming took, and what failed."""

    began_s: float
    ended_s: float
    holds_ms: list[float]
    confirms_ms: list[float]
    failures: int

    @property
    def per_second(self) -> float:
        return len(self.confirms_ms) / (self.ended_s - self.began_s)

    @classmethod
    def of(cls, runs: Sequence[Self]) -> Self:
        """Put together what several clients did at the same time."""
        return cls(
            min(run.began_s for run in runs), max(run.ended_s for run in runs),
            list(chain.from_iterable(run.holds_ms for run in runs)),
            list(chain.from_iterable(run.confirms_ms for run in runs)),
            sum(run.failures for run in runs),
        )  # fmt: skip


def by_engine(wishes: Sequence[Wish], wait: Wait, *, first: Sequence[Wish]) -> Pairs:
    """Hold and confirm as the doors do."""
    office(1)  # reads the calendars, once a process

    def hold(visitor: Visitor, wished: Time) -> tuple[Visitor, UUID]:
        held = booking.hold(right=visitor.right, time=wished, actor=visitor.actor, now=NOW)
        return visitor, held.pk

    def confirm(held: tuple[Visitor, UUID]) -> None:
        booking.confirm(hold_id=held[1], actor=held[0].actor, now=NOW)

    _timed(first, hold, confirm, lambda: None)
    return _timed(wishes, hold, confirm, wait)


def by_floor(wishes: Sequence[Wish], wait: Wait, *, first: Sequence[Wish]) -> Pairs:
    """Hold and confirm with two statements."""
    floor = Floor()

    def hold(visitor: Visitor, wished: Time) -> UUID:
        held = floor.hold(visitor, wished)
        assert held
        return held

    def confirm(held: UUID) -> None:
        assert floor.confirm(held)

    _timed(first, hold, confirm, lambda: None)
    return _timed(wishes, hold, confirm, wait)


def _timed(
    wishes: Sequence[Wish], hold: Callable[[Visitor, Time], Held],
    confirm: Callable[[Held], None], wait: Wait,
) -> Pairs:  # fmt: skip
    holds, confirms, failures = list[float](), list[float](), 0
    wait()
    began = time.perf_counter()
    for visitor, wished in wishes:
        start = time.perf_counter()
        try:
            held = hold(visitor, wished)
            middle = time.perf_counter()
            confirm(held)
        except Exception:
            failures += 1
            continue
        holds.append((middle - start) * 1000)
        confirms.append((time.perf_counter() - middle) * 1000)
    return Pairs(began, time.perf_counter(), holds, confirms, failures)
