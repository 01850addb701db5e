"""Three independent judges of PDF/UA-1 and PDF/A-3a. Not checked with veraPDF, which is not to be had here.

They disagree, so all three must be content: page-validation (the rules of both standards),
outloud (the structure as it is read aloud), pdfua (sixteen rules of PDF/UA-1).
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Container
from pathlib import Path

import page

# The first takes a stream's own last byte \r with the \n after it for one line end, in one of some
# hundred files. Its word on lengths is left aside, and they are measured here, to the byte.
MISREADS = "STREAM-LENGTH"
STREAM = re.compile(rb"stream\r?\n")
LENGTH = re.compile(rb"/Length (\d+)(?! \d+ R)")
PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)


def judged(pdf: bytes, *, forgiving: Container[str] = ()) -> list[str]:
    """Return what the judges find wrong; `forgiving` names rules of outloud that do not apply."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "paper.pdf"
        file.write_bytes(pdf)
        return [*judged_by_rules(pdf), *_by_outloud(file, forgiving), *_by_pdfua(file)]


def judged_by_rules(pdf: bytes) -> list[str]:
    """Return what the first judge alone finds wrong, and our own measure; it takes milliseconds."""
    reports = [(profile, page.validate_pdf_bytes(pdf, profile=profile)) for profile in PROFILES]
    return [
        *wrong_lengths(pdf),
        *(
            f"page-validation {profile.value}: {failure.rule_id} {failure.message}"
            for profile, report in reports
            for failure in report.failures
            if MISREADS not in failure.rule_id
        ),
    ]


def wrong_lengths(pdf: bytes) -> list[str]:
    """Return which streams are not as long as they say they are."""
    found, at = 0, 0
    while stream := STREAM.search(pdf, at):
        found += 1
        told = LENGTH.search(pdf, pdf.rindex(b" obj", 0, stream.start()), stream.start())
        end = stream.end() + int(told[1]) if told else -1
        if not re.match(rb"\r?\nendstream\b", pdf[end : end + 12]):
            return [f"stream {found} is not as long as it says"]
        at = pdf.index(b"endstream", end) + len(b"endstream")
    return [] if found else ["no streams at all"]


def _by_outloud(file: Path, forgiving: Container[str]) -> list[str]:
    said = _run("outloud", str(file), "--json", "-", "-q", "--no-info", "--fail-on", "never")
    findings = [finding for report in json.loads(said)["results"] for finding in report["findings"]]
    return [
        f"outloud: {finding['rule']} {finding['message']}"
        for finding in findings
        if finding["severity"] in ("error", "warning") and finding["rule"] not in forgiving
    ]


def _by_pdfua(file: Path) -> list[str]:
    said = _run("pdfua", "check", str(file), "--format", "json")
    return [f"pdfua: {finding}" for finding in json.loads(said)["findings"]]


def _run(*command: str) -> str:
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run(
        [str(program), *command[1:]], capture_output=True, text=True, check=False
    ).stdout
