"""What runs inside the limited process: content in, a verdict out, nothing else touched.

The parent puts this into a fresh interpreter with an empty environment; see `limited`. Limits are
set before a byte of the content is looked at.
"""

import json
import os
import resource
import sys
from dataclasses import asdict

from visavis.foundation.files.recognising import Format, format_of
from visavis.foundation.files.refusals import Damaged, FileRefused, TooManyPixels, TooMuchInside
from visavis.foundation.files.types import Limits

READY = b"visavis 1\n"
NICENESS = 10  # pages come first


def main(asked: str, described: str) -> None:
    """Judge what stands on standard input and write the verdict to standard output.

    Args:
        asked: `judge`, or the absolute path of a program that replaces this one, limited alike.
        described: the limits, and the program's arguments, as JSON.
    """
    given = json.loads(described)
    limits = Limits(**given["limits"])
    if asked != "judge":
        _limit(limits)
        os.execv(asked, [asked, *given["arguments"]])  # noqa: S606  # no shell; path and arguments are ours
    # Loaded before the limits are set, so that only the content can exceed them.
    from visavis.foundation.files import documents, pictures  # noqa: F401

    _limit(limits)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    verdict, parts = _verdict(sys.stdin.buffer.read(), limits)
    verdict["sizes"] = [len(part) for part in parts]
    sys.stdout.buffer.write(json.dumps(verdict).encode() + b"\n" + b"".join(parts))
    sys.stdout.buffer.flush()
    os._exit(0)  # no destructor of a library may still change our mind


def _verdict(content: bytes, limits: Limits) -> tuple[dict[str, object], list[bytes]]:
    try:
        return _judged(content, limits)
    except FileRefused as refusal:
        return {"refused": type(refusal).__name__}, []
    except MemoryError:
        too_much = TooMuchInside if content.startswith(b"%PDF-") else TooManyPixels
        return {"refused": too_much.__name__}, []
    except Exception as fault:  # a parser met what nobody thought of: the file is at fault
        return {"refused": Damaged.__name__, "fault": type(fault).__name__}, []


def _judged(content: bytes, limits: Limits) -> tuple[dict[str, object], list[bytes]]:
    from visavis.foundation.files import documents, pictures

    form = format_of(content)
    if form is Format.PDF:
        return {"kind": "pdf", "pages": documents.judge(content, limits=limits)}, []
    kind, drawn, preview = pictures.draw_anew(content, form, limits=limits)
    return {"kind": kind.value, "pages": 1}, [drawn, preview]


def _limit(limits: Limits) -> None:
    """Put this process on its short lead, behind all others; what it starts inherits it."""
    os.nice(NICENESS)
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, 8 * limits.size),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def describe(limits: Limits, arguments: list[str]) -> str:
    """Return what `main` reads, as the parent writes it."""
    return json.dumps({"limits": asdict(limits), "arguments": arguments})
