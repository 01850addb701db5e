"""The one way in: `examine` judges a file and returns what of it may be kept."""

import json
import logging
import shutil

from visavis.foundation.files import limited
from visavis.foundation.files.judging import READY
from visavis.foundation.files.pictures import PREVIEW_SIDE
from visavis.foundation.files.recognising import Format, format_of
from visavis.foundation.files.refusals import BY_NAME, Damaged, Empty, FileRefused, TooLarge
from visavis.foundation.files.types import STANDARD, Examined, FileKind, Limits

logger = logging.getLogger(__name__)


class ExaminerBroken(RuntimeError):
    """The limited process could not even begin: this machine is at fault, not the file."""


def examine(content: bytes, *, limits: Limits = STANDARD) -> Examined:
    """Judge a file by its content alone, in a limited process, and return what may be kept.

    May be called from several threads; it takes from a tenth of a second to some seconds.

    Raises:
        FileRefused: by one of its kinds; see `refusals`.
        ExaminerBroken: this machine cannot judge files.
    """
    if not content:
        raise Empty
    if len(content) > limits.size:
        raise TooLarge
    form = format_of(content)
    with limited.turn(limits):
        if form is Format.PDF:
            return _document(content, limits)
        return _picture(content, limits)


def _picture(content: bytes, limits: Limits) -> Examined:
    verdict, (drawn, preview) = _verdict_on(content, limits, parts=2)
    return Examined(FileKind(str(verdict["kind"])), drawn, preview, 1)


def _document(content: bytes, limits: Limits) -> Examined:
    verdict, _ = _verdict_on(content, limits, parts=0)
    return Examined(FileKind.PDF, content, _first_page(content, limits), int(str(verdict["pages"])))


def _verdict_on(
    content: bytes, limits: Limits, *, parts: int
) -> tuple[dict[str, object], list[bytes]]:
    code, answer = limited.run("judge", content, limits=limits)
    if not answer.startswith(READY):
        raise ExaminerBroken(f"the limited process ended with {code} before it began")
    try:
        line, _, rest = answer.removeprefix(READY).partition(b"\n")
        verdict = json.loads(line)
        pieces = _cut(rest, [int(size) for size in verdict.get("sizes", ())])
    except (ValueError, TypeError, AttributeError) as garbled:
        logger.warning("a file ended the process that judged it (%s)", code)
        raise Damaged from garbled
    if "fault" in verdict:
        logger.warning("a file was judged damaged after %s", verdict["fault"])
    if "refused" in verdict:
        raise BY_NAME.get(str(verdict["refused"]), Damaged)
    if len(pieces) != parts:
        raise Damaged
    return verdict, pieces


def _cut(rest: bytes, sizes: list[int]) -> list[bytes]:
    """Return the parts that follow the verdict.

    Raises:
        ValueError: their sizes are not the announced ones.
    """
    if sum(sizes) != len(rest) or any(size < 0 for size in sizes):
        raise ValueError("parts do not fill the answer")
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    return [rest[start : start + size] for start, size in zip(starts, sizes, strict=True)]


def _first_page(content: bytes, limits: Limits) -> bytes:
    """Return a picture of a document's first page, drawn by poppler and then anew by us; else nothing."""
    poppler = shutil.which("pdftoppm")
    if poppler is None:
        return b""
    asked = ["-f", "1", "-l", "1", "-singlefile", "-scale-to", str(PREVIEW_SIDE), "-png", "-"]
    try:
        code, drawn = limited.run(poppler, content, limits=limits, arguments=asked)
        if code or not drawn:
            return b""
        _, (_, preview) = _verdict_on(drawn, limits, parts=2)
    except FileRefused:
        return b""
    return preview
