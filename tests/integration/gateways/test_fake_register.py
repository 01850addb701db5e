"""The fake register as a process of its own: over HTTP, misbehaving, refusing the live world."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from visavis.gateways.laboratory_register.client import HttpRegister
from visavis.gateways.laboratory_register.errors import DemonstrationOnly, Rejected, Unreachable
from visavis.gateways.laboratory_register.fake.__main__ import ZONE
from visavis.gateways.laboratory_register.fake.people import Fault
from visavis.gateways.laboratory_register.types import Wanted

TOKEN = "between the two of us"
SOURCE = str(Path(__file__).resolve().parents[3] / "src")
COMMAND = [sys.executable, "-m", "visavis.gateways.laboratory_register.fake", "--port", "0"]


def started(*options: str, world: str = "demonstration") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, *options],
        env={"PYTHONPATH": SOURCE, "VISAVIS_WORLD": world, "PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture
def url() -> Iterator[str]:
    process = started("--token", TOKEN)
    assert process.stdout is not None
    yield process.stdout.readline().rpartition(" ")[2].strip()
    process.terminate()
    process.communicate(timeout=60)


@pytest.fixture
def register(url) -> HttpRegister:
    return HttpRegister(url, TOKEN, timeout_s=2.0, is_live=False)


@pytest.fixture
def elodie() -> Wanted:
    today = datetime.now(tz=ZONE).date()
    return Wanted("Exemple", "Élodie", "1984-04-12", today - timedelta(days=20), "pcr")


def misbehave(url: str, fault: Fault) -> None:
    asked = urllib.request.Request(
        f"{url}/v1/faults", json.dumps({"fault": fault}).encode(),
        {"Authorization": f"Bearer {TOKEN}"},
    )  # fmt: skip
    urllib.request.urlopen(asked, timeout=60).close()


def test_it_knows_the_demonstrations_citizen(register, elodie):
    (found,) = register.results_for(elodie)

    assert (found.given_name, found.status) == ("Élodie", "positive")


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.DOWN, Fault.GARBLED])
def test_no_usable_answer_is_no_answer(url, register, elodie, fault):
    misbehave(url, fault)

    with pytest.raises(Unreachable):
        register.results_for(elodie)


def test_it_is_good_again_when_told(url, register, elodie):
    misbehave(url, Fault.SEVERAL)
    assert len(register.results_for(elodie)) == 2

    misbehave(url, Fault.GOOD)
    assert len(register.results_for(elodie)) == 1


def test_another_token_is_refused(register, elodie):
    with pytest.raises(Rejected):
        replace(register, token="guessed").results_for(elodie)


def test_a_question_that_is_none_is_refused(register, elodie):
    with pytest.raises(Rejected):
        register.results_for(replace(elodie, given_name=""))


def test_the_live_world_does_not_believe_it(register, elodie):
    with pytest.raises(DemonstrationOnly):
        replace(register, is_live=True).results_for(elodie)


def test_nobody_there_is_no_answer(elodie):
    with pytest.raises(Unreachable):
        HttpRegister("http://127.0.0.1:9", TOKEN).results_for(elodie)


def test_its_page_shows_whom_it_knows_and_takes_a_fault(url, register, elodie):
    with urllib.request.urlopen(url, timeout=60) as page:
        assert "Élodie" in page.read().decode()

    urllib.request.urlopen(f"{url}/", b"fault=pending", timeout=60).close()

    assert register.results_for(elodie)[0].status == "pending"


@pytest.mark.parametrize(
    ("options", "world", "says"),
    [
        (("--token", TOKEN), "live", "never runs in the live world"),
        ((), "demonstration", "No token"),
    ],
)
def test_it_refuses_to_start(options, world, says):
    process = started(*options, world=world)

    _out, err = process.communicate(timeout=60)

    assert process.returncode == 2
    assert says in err
