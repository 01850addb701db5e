"""What the one command says before anything is started."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from visavis.config import command

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("word", ["up", "doctor"])
@pytest.mark.parametrize("question", ["--help", "-h"])
def test_who_asks_what_a_command_does_is_told_and_nothing_starts(
    capsys: pytest.CaptureFixture[str], word: str, question: str
):
    # When somebody asks about a command
    code = command.main([word, question])

    # Then they read what it does
    assert code == 0
    assert f"visavis {word} " in capsys.readouterr().out


def test_another_python_is_told_which_one_is_needed(monkeypatch, capsys):
    monkeypatch.setattr(command, "sys", SimpleNamespace(**vars(sys) | {"version_info": (3, 12, 1)}))

    assert command.main(["up"]) == 2
    assert capsys.readouterr().err.startswith("Visavis needs Python 3.11")


def test_make_run_tells_it_too_before_anything_is_installed(tmp_path):
    other = tmp_path / "python3.12"
    other.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "import sys; sys.version_info = (3, 12, 1); exec(sys.argv[1])" "$2"\n'
    )
    other.chmod(0o755)
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "requirements").mkdir()
    shutil.copy(ROOT / "requirements" / "run.txt", tmp_path / "requirements")

    refused = subprocess.run(
        ["make", "run", f"PYTHON={other}"], cwd=tmp_path, capture_output=True, text=True
    )

    assert refused.returncode != 0
    assert "Visavis needs Python 3.11" in refused.stderr
    assert not (tmp_path / ".venv").exists()
