"""Telling people how far a long task is."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def track(
    items: Iterable[Item],
    *,
    total: int,
    report: Callable[[str], object],
    every_s: float = 1.0,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Item]:
    """Yield the items unchanged, reporting at most once in `every_s` seconds.

    A line reads "120/480 25% 40/s, 9 s left"; the last item is always reported.
    """
    started = last = clock()
    for done, item in enumerate(items, start=1):
        yield item
        moment = clock()
        if moment - last >= every_s or done == total:
            rate = done / max(moment - started, 1e-9)
            left_s = (total - done) / rate
            report(f"{done}/{total} {done / total:.0%} {rate:.0f}/s, {left_s:.0f} s left")
            last = moment
