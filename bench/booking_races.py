"""Many at once for the same time: who gets it, who is refused, how long it takes."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from statistics import median, quantiles

from bench import booking_world as world
from bench.booking_clients import Wait, together
from bench.booking_floor import Floor
from bench.booking_pairs import Wish
from bench.booking_world import EMPTY_DAY, FIRST, LANES, NOW, SLOTS, Visitor, office
from bench.figures import say
from visavis.appointments.listing import Time
from visavis.appointments.operations import booking
from visavis.appointments.refusals import SlotTaken

CLIENTS = 16
ROUNDS = 400


@dataclass(slots=True)
class Seen:
    """What came of some attempts, and how long each took to be held or refused."""

    outcomes: Counter[str] = field(default_factory=Counter)
    ms: list[float] = field(default_factory=list)


def races(visitors: Sequence[Visitor]) -> None:
    """Let many want the same, in three ways."""
    one_place(visitors)
    a_day(visitors)
    dead_holds(visitors)


def one_place(visitors: Sequence[Visitor]) -> None:
    """Let 16 want the last lane of a time, at the same instant, 400 times."""
    floor = Floor()
    last = FIRST + timedelta(weeks=world.WEEKS)
    moments = [moment for moment, lanes in floor.list(FIRST, last) if lanes == 1][:ROUNDS]
    times = [Time(moment, office(1).code) for moment in moments]
    floor.close()

    def wishes(number: int) -> list[Wish]:
        mine = visitors[number * ROUNDS : (number + 1) * ROUNDS]
        return list(zip(mine, times, strict=True))

    seen = _race(visitors, wishes, together_each_time=True)
    _say(f"{CLIENTS} clients for one place, {ROUNDS} times", seen, sold=ROUNDS)


def a_day(visitors: Sequence[Visitor]) -> None:
    """Let 16 want every time of an empty day, at the same instant."""
    times = world.of_day(EMPTY_DAY)

    def wishes(number: int) -> list[Wish]:
        return list(zip(visitors[number * SLOTS : (number + 1) * SLOTS], times, strict=True))

    seen = _race(visitors, wishes, together_each_time=True)
    _say(f"{CLIENTS} clients for {SLOTS} times of {LANES} places", seen, sold=SLOTS * LANES)


def dead_holds(visitors: Sequence[Visitor]) -> None:
    """Take a day over that is held throughout, by holds whose minutes are over."""
    times = world.of_day(EMPTY_DAY) * LANES
    before = NOW - timedelta(hours=1)
    for visitor, wished in zip(visitors, times, strict=False):
        booking.hold(right=visitor.right, time=wished, actor=visitor.actor, now=before)
    others, each = visitors[len(times) :], len(times) // CLIENTS

    def wishes(number: int) -> list[Wish]:
        mine = slice(number * each, (number + 1) * each)
        return list(zip(others[mine], times[mine], strict=True))

    seen = _race(visitors, wishes, together_each_time=False)
    _say(f"take-over of {len(times)} dead holds", seen, sold=len(times))


def _race(
    visitors: Sequence[Visitor], wishes: Callable[[int], list[Wish]], *, together_each_time: bool
) -> Seen:
    def client(number: int, wait: Wait) -> Seen:
        for visitor, wished in world.warm_up(visitors, number):
            _try(visitor, wished, Seen(), now=NOW)
        seen = Seen()
        wait()
        for visitor, wished in wishes(number):
            if together_each_time:
                wait()
            _try(visitor, wished, seen, now=NOW)
        return seen

    runs = together(CLIENTS, client)
    outcomes: Counter[str] = sum((run.outcomes for run in runs), Counter())
    return Seen(outcomes, list(chain.from_iterable(run.ms for run in runs)))


def _try(visitor: Visitor, wished: Time, seen: Seen, *, now: datetime) -> None:
    began = time.perf_counter()
    try:
        held = booking.hold(right=visitor.right, time=wished, actor=visitor.actor, now=now)
        seen.ms.append((time.perf_counter() - began) * 1000)
        booking.confirm(hold_id=held.pk, actor=visitor.actor, now=now)
    except SlotTaken:
        seen.ms.append((time.perf_counter() - began) * 1000)
        seen.outcomes["refused"] += 1
    except Exception as error:
        seen.outcomes["errors"] += 1
        seen.outcomes[type(error).__name__] += 1
    else:
        seen.outcomes["sold"] += 1


def _say(figure: str, seen: Seen, *, sold: int) -> None:
    book = office(1)
    lanes = [lane.id for lane in book.agendas[book.code].lanes]
    counts = {name: seen.outcomes[name] for name in ("sold", "refused", "errors")}
    say(
        figure, **{**counts, **seen.outcomes}, double_bookings=world.double_bookings(lanes),
        p50_ms=median(seen.ms), p95_ms=quantiles(seen.ms, n=100)[94], max_ms=max(seen.ms),
        target=f"{sold} sold, no error, no double booking, p95 under 45 ms, max under 500 ms",
    )  # fmt: skip
    world.clear()
