"""Three independent judges of PDF/UA-1 and PDF/A-3a. Not checked with veraPDF, which is not to be had here.

They disagree, so all three must be content: page-validation (the rules of both standards),
outloud (the structure as it is read aloud), pdfua (sixteen rules of PDF/UA-1).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Container
from pathlib import Path

import page

PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)


def judged(pdf: bytes, *, forgiving: Container[str] = ()) -> list[str]:
    """Return what the judges find wrong; `forgiving` names rules of outloud that do not apply."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "paper.pdf"
        file.write_bytes(pdf)
        return [*judged_by_rules(pdf), *_by_outloud(file, forgiving), *_by_pdfua(file)]


def judged_by_rules(pdf: bytes) -> list[str]:
    """Return what the first judge alone finds wrong; it takes milliseconds."""
    reports = [(profile, page.validate_pdf_bytes(pdf, profile=profile)) for profile in PROFILES]
    return [
        f"page-validation {profile.value}: {failure.rule_id} {failure.message}"
        for profile, report in reports
        for failure in report.failures
    ]


def _by_outloud(file: Path, forgiving: Container[str]) -> list[str]:
    said = _run("outloud", str(file), "--json", "-", "-q", "--no-info", "--fail-on", "never")
    findings = [finding for report in json.loads(said)["results"] for finding in report["findings"]]
    return [
        f"outloud: {finding['rule_id']} {finding['message']}"
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
