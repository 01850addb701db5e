"""Makes a PDF out of a template and data."""

import json
import logging
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from visavis.typesetting import rules

PRESS = Path(__file__).with_name("press.py")
TIME_LIMIT_S = 20
TEMPLATE_FAULT = 3
QUOTED = re.compile(r'`[^`]*`|"[^"\n]*"')
SOURCE_LINE = re.compile(r"^\s*\d*\s*│.*$", re.MULTILINE)
# A paper made again from the same data must be the same to the byte, so no clock may be read here.
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)

log = logging.getLogger(__name__)


class TypesettingFailed(Exception):
    """No PDF was made."""


class TemplateAtFault(TypesettingFailed):
    """typst refused the template; the message says where, without a word of the data."""


class TookTooLong(TypesettingFailed):
    """The page was not ready within the time limit, and the press was stopped."""


class PressBroke(TypesettingFailed):
    """typst itself ended without an answer: out of memory, or not installed."""


def pdf(
    template: Path,
    *,
    data: Mapping[str, object],
    language: str,
    title: str,
    made_at: datetime = NO_DATE,
    time_limit_s: int = TIME_LIMIT_S,
) -> bytes:
    """Return a PDF that is both PDF/UA-1 and PDF/A-3a; the same input gives the same bytes.

    Args:
        template: a typst file; it is trusted, and sees no other file than the shared library.
        data: texts, numbers, lists and mappings; texts are data, whatever markup they look like.
        language: "fr", "de", "it" or "en"; what a screen reader will speak.
        title: shown by PDF readers and print queues, so never anything personal.
        made_at: written into the file as its date.

    Raises:
        NotPrintable: `data` holds something that JSON cannot say.
        TypesettingFailed: see its descendants.
    """
    order = {
        "template": template.read_text(encoding="utf-8"),
        "data": json.dumps(rules.cleaned(data), ensure_ascii=False),
        "language": language,
        "title": rules.printable(title),
        "made_at": int(made_at.timestamp()),
        "seconds": time_limit_s,
    }
    try:
        press = subprocess.run(  # noqa: S603 - our own file, no shell
            [sys.executable, "-I", str(PRESS)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=time_limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        # Without its cause: that holds the whole order, and the order holds a person's data.
        raise TookTooLong(f"{template.name}: more than {time_limit_s} s") from None
    said = without_data(press.stderr.decode(errors="replace"))
    if press.returncode == TEMPLATE_FAULT:
        raise TemplateAtFault(f"{template.name}: {said}")
    if press.returncode in (-signal.SIGXCPU, -signal.SIGKILL):  # the soft and the hard limit
        raise TookTooLong(f"{template.name}: more than {time_limit_s} s of computing")
    if press.returncode != 0:
        raise PressBroke(f"{template.name}: exit code {press.returncode}")
    if said:
        log.warning("%s: %s", template.name, said)
    return press.stdout


def without_data(diagnostic: str) -> str:
    """Return what typst said without anything quoted: a quotation may be somebody's name.

    >>> without_data('error: the text `"中"` could not be displayed')
    'error: the text … could not be displayed'
    """
    return SOURCE_LINE.sub("", QUOTED.sub("…", diagnostic)).strip()
