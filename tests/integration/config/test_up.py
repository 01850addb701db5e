"""Starting, stopping and crashing a whole instance."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import Running, environment, free_ports, start, stop
from visavis.config import embedded

pytestmark = pytest.mark.xdist_group("instances")


def run_up(var: Path, port: int, **extra: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "visavis.config", "up"],
        env=environment("exemple", port, var) | extra, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def processes_of(var: Path) -> list[str]:
    """Return the command lines of living processes that know this instance's folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                surroundings = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except (OSError, IndexError):
                continue
            if str(var).encode() in surroundings and state != "Z":
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def wait_for(condition, within_s: float = 60.0) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


class TestRefusalsToStart:
    def test_names_a_taken_port_and_another_place(self, tmp_path):
        port = free_ports()
        with socket.socket() as other:
            other.bind(("127.0.0.1", port))
            other.listen()

            refused = run_up(tmp_path, port)

        assert refused.returncode == 2
        assert f"Port {port}" in refused.stderr
        assert "VISAVIS_PORT=" in refused.stderr

    def test_names_a_damaged_data_folder_and_what_to_do(self, tmp_path):
        folder = embedded.data_folder(tmp_path)
        folder.mkdir(parents=True)
        (folder / "half-a-file").write_text("?")

        refused = run_up(tmp_path, free_ports())

        assert refused.returncode == 2
        assert "damaged" in refused.stderr
        assert "Move it away" in refused.stderr

    def test_names_a_full_disk(self, tmp_path, monkeypatch):
        monkeypatch.setattr(embedded, "LEAST_FREE_BYTES", 2**60)

        with pytest.raises(embedded.DatabaseTrouble, match="Make room"):
            embedded.start(tmp_path)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("VISAVIS_WORLD", "production"),
            ("VISAVIS_PORT", "http"),
            ("VISAVIS_DATABASE_ROLE", "root"),
        ],
    )
    def test_names_a_wrong_setting(self, tmp_path, name, value):
        refused = run_up(tmp_path, free_ports(), **{name: value})

        assert refused.returncode == 2
        assert name in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1


@pytest.fixture(scope="module")
def instance() -> Iterator[Running]:
    started = start("exemple")
    yield started
    stop(started)


@pytest.fixture
def running(instance: Running) -> Running:
    """The instance, started again on its folder if the test before ended it."""
    if instance.process.poll() is not None:
        start_again(instance)
    return instance


def start_again(running: Running) -> None:
    running.process = subprocess.Popen(
        [sys.executable, "-m", "visavis.config", "up"],
        env=running.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    running.wait_until_well()


class TestCrashes:
    def test_the_counter_comes_back_after_a_kill(self, running: Running):
        running.kill_the_counter()

        assert wait_for(running.is_well)

    def test_the_database_comes_back_after_a_kill(self, running: Running):
        pid = int((embedded.data_folder(running.var) / "postmaster.pid").read_text().split()[0])

        os.kill(pid, signal.SIGKILL)

        assert wait_for(lambda: not Path(f"/proc/{pid}").exists() or not running.is_well(), 20)
        assert wait_for(running.is_well)

    def test_the_doctor_finds_nothing_to_do(self, running: Running):
        found = running.command("doctor")

        assert "All is well." in found

    def test_a_kill_of_the_starter_leaves_no_process_and_it_starts_again(self, running: Running):
        running.process.kill()
        running.process.wait()

        assert wait_for(lambda: not processes_of(running.var)), processes_of(running.var)
        start_again(running)

    def test_ctrl_c_leaves_no_process(self, running: Running):
        running.process.send_signal(signal.SIGINT)
        running.process.wait(60)

        assert wait_for(lambda: not processes_of(running.var)), processes_of(running.var)
