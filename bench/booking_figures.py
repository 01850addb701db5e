"""What is measured of booking, in which order, and what it is held to."""

import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from statistics import median, quantiles

from bench import booking_races
from bench import booking_world as world
from bench.booking_clients import Wait, together
from bench.booking_floor import Floor
from bench.booking_holds import holds_that_pass
from bench.booking_pairs import Pairs, by_engine, by_floor
from bench.booking_world import FIRST, NOW, Visitor
from bench.figures import say
from visavis.appointments.listing import times_between

DAY = FIRST + timedelta(days=9)
SPANS = {"day": (DAY, 0, 5.0, 300), "week": (DAY, 6, 5.0, 200), "90 days": (FIRST, 89, 3.0, 40)}
ROUNDS = 5
PAIRS = {1: 240, 16: 80}  # a client and round
GROWTH = 2.0


def measure(offices: list[int], *, holds: int) -> None:
    """Print every figure; those of more offices as a ratio to those of one."""
    world.prepare_tables()
    world.add_offices(1, 1)
    visitors = world.visitors()
    before = 1
    alone: dict[str, float] = {}
    for count in offices:
        if count > before:
            world.add_offices(before + 1, count)
            before = count
        seen = {**lists(visitors[0], count), **pairs(visitors, count)}
        if count == 1:
            alone = seen
            booking_races.races(visitors)
            holds_that_pass(visitors, count=holds)
            continue
        ratios = {f"{name}_to_one_office": seen[name] / alone[name] for name in seen}
        say(f"growth, {count} offices", **ratios, target=f"at most {GROWTH:.0f}")


def lists(visitor: Visitor, offices: int) -> dict[str, float]:
    """Measure the lists of free times, and that they are the same as bare SQL finds."""
    floor, seen = Floor(), dict[str, float]()
    for name, (first, more, limit, runs) in SPANS.items():
        last = first + timedelta(days=more)
        book, need = world.office(1), world.need(visitor)
        ours = partial(times_between, book, need, first=first, last=last, now=NOW)
        bare = partial(floor.list, first, last)
        assert [found.starts_at for found in ours()] == [moment for moment, _ in bare()]
        engine, least = _alternating(ours, bare, runs=runs)
        seen[f"list_{name.replace(' ', '_')}"] = median(engine)
        say(
            f"free times of {name}, {_count(offices, 'office')}",
            p50_ms=median(engine), p95_ms=quantiles(engine, n=100)[94], floor_p50_ms=median(least),
            ratio_to_floor=median(engine) / median(least), target=f"ratio at most {limit:.0f}",
        )  # fmt: skip
    floor.close()
    return seen


def pairs(visitors: list[Visitor], offices: int) -> dict[str, float]:
    """Measure holding and confirming, each time somewhere else, so that nobody is refused."""
    seen = {}
    times = world.free_times(visitors[0])
    random.Random(7).shuffle(times)
    for clients, each in PAIRS.items():
        rounds: dict[str, list[Pairs]] = {"floor": [], "engine": []}
        for _ in range(ROUNDS):
            for name, work in (("floor", by_floor), ("engine", by_engine)):

                def one(number: int, wait: Wait) -> Pairs:
                    mine = slice(number * each, (number + 1) * each)  # noqa: B023
                    wishes = list(zip(visitors[mine], times[mine], strict=True))
                    return work(wishes, wait, first=world.warm_up(visitors, number))  # noqa: B023

                rounds[name].append(Pairs.of(together(clients, one)))
                world.clear()
        engine, floor = (median(run.per_second for run in rounds[n]) for n in ("engine", "floor"))
        hold = median(ms for run in rounds["engine"] for ms in run.holds_ms)
        seen[f"hold_of_{clients}"] = hold
        say(
            f"hold and confirm, {_count(clients, 'client')}, {_count(offices, 'office')}",
            per_second=engine, floor_per_second=floor, ratio_to_floor=engine / floor,
            hold_p50_ms=hold,
            confirm_p50_ms=median(ms for run in rounds["engine"] for ms in run.confirms_ms),
            failures=sum(run.failures for run in rounds["engine"]),
            load=os.getloadavg()[0], target="ratio at least 0.5, no failures",
        )  # fmt: skip
    return seen


def _alternating(
    ours: Callable[[], object], bare: Callable[[], object], *, runs: int
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of both, run by run after one another."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for one, found in zip((ours, bare), taken, strict=True):
            began = time.perf_counter()
            one()
            found.append((time.perf_counter() - began) * 1000)
    return taken


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
