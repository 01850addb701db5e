"""A process on a short lead: little memory, little time, no files, no environment, no children.

At most two run at once in each of our processes, behind everything else, and two more files wait for
their turn: judging is heavy, who waits holds a thread, and pages must stay quick.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from visavis.foundation.files.judging import describe
from visavis.foundation.files.refusals import TooBusy, TookTooLong
from visavis.foundation.files.types import Limits

AT_ONCE = 2
WAITING = 2  # of the threads that pages are made in, half stay free whatever is sent
SOURCE = Path(__file__).parents[3]
START = (
    f"import sys; sys.path.insert(0, {str(SOURCE)!r}); "
    "from visavis.foundation.files.judging import main; main(*sys.argv[1:])"
)
ENVIRONMENT = {"LANG": "C.UTF-8", "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"}

_turns, _places = BoundedSemaphore(AT_ONCE), BoundedSemaphore(AT_ONCE + WAITING)


@contextlib.contextmanager
def turn(limits: Limits) -> Iterator[None]:
    """Wait for one of the two turns and hold it.

    Raises:
        TooBusy: none became free in time, or two files wait already.
    """
    if not _places.acquire(blocking=False):
        raise TooBusy
    try:
        if not _turns.acquire(timeout=limits.wait_s):
            raise TooBusy
        try:
            yield
        finally:
            _turns.release()
    finally:
        _places.release()


def run(
    asked: str, content: bytes, *, limits: Limits, arguments: Sequence[str] = ()
) -> tuple[int, bytes]:
    """Give the content to a limited process; return its exit code and what it wrote.

    Content and answer lie in memory that only the two processes see, never on a disk; the limit on
    files bounds the answer.

    Args:
        asked: `judge`, or the absolute path of a program that is to run as limited as that.

    Raises:
        TookTooLong: it was ended, by the clock or by its limit of processor time.
    """
    with _memory(content) as given, _memory() as answer:
        process = subprocess.Popen(  # noqa: S603  # our own interpreter, no shell
            [sys.executable, "-I", "-B", "-c", START, asked, describe(limits, list(arguments))],
            stdin=given,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        try:
            code = process.wait(limits.wall_s)
        except subprocess.TimeoutExpired:
            raise TookTooLong from None
        finally:
            _end(process)
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            raise TookTooLong
        answer.seek(0)
        return code, answer.read()


def _memory(content: bytes = b"") -> BinaryIO:
    if sys.platform == "linux":
        file: BinaryIO = os.fdopen(os.memfd_create("examined"), "w+b")
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    file.write(content)
    file.flush()
    file.seek(0)
    return file


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
