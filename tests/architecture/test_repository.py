"""What must not be in the repository."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
CANTONAL = re.compile(
    r"\b(jura|jurassi|saignel|porrentruy|del[eé]mont|noirmont|breuleux)", re.IGNORECASE
)
ALLOWED = {"config/instance.py"}  # the default of VISAVIS_CANTON names the pack that is shown first


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines()]


def test_no_code_knows_which_canton_it_serves():
    code = [
        p
        for p in tracked("src/**/*.py", "src/**/*.html", "src/**/*.js")
        if p.suffix in (".py", ".html", ".js")
    ]
    named = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in code
        if str(path.relative_to(ROOT / "src" / "visavis")) not in ALLOWED and path.exists()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if CANTONAL.search(line)
    ]

    assert named == []


def test_no_inline_script_or_style_would_break_the_content_security_policy():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|\sstyle=\"|\son\w+=\"",
        re.IGNORECASE,
    )
    found = [
        str(p.relative_to(ROOT))
        for p in tracked("src/**/*.html")
        if p.exists() and inline.search(p.read_text())
    ]

    assert found == []


def test_every_sentence_is_asked_for_by_a_name_that_the_catalogues_know():
    """Under another name a sentence is never gathered, and stays English for everybody."""
    renamed = re.compile(r"import \w*gettext\w* as (?!_\b)\w+")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("src/**/*.py")
        if path.exists() and renamed.search(path.read_text())
    ]

    assert found == []
