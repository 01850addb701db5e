"""Clients that work at the same time, each a process with connections of its own."""

import gc
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from threading import BrokenBarrierError
from typing import TypeVar

from django.db import connections

Result = TypeVar("Result")
Wait = Callable[[], object]
LONGEST_S = 120


def together(count: int, work: Callable[[int, Wait], Result]) -> list[Result]:
    """Let clients work at the same time, and return what each found.

    Args:
        work: takes the client's number and a function that waits until all clients have called it.
    """
    connections.close_all()
    gc.collect()
    gc.freeze()  # or each client would copy all memory when it looks for garbage
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(count, timeout=LONGEST_S)
    ends = []
    for number in range(count):
        ours, theirs = fork.Pipe(duplex=False)
        process = fork.Process(target=_client, args=(number, barrier.wait, work, theirs))
        process.start()
        theirs.close()
        ends.append((process, ours))
    found = [ours.recv() for _, ours in ends]
    for process, _ in ends:
        process.join()
    return found


def _client(
    number: int, wait: Wait, work: Callable[[int, Wait], Result], answer: Connection
) -> None:
    try:
        answer.send(work(number, wait))
    except BrokenBarrierError:
        pass
    finally:
        connections.close_all()
