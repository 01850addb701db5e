"""What the one command says before anything is started."""

import pytest

from visavis.config import command


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
