"""A real virus scanner for tests: ClamAV's daemon with one signature of our own."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from visavis.gateways.virus_scanner.client import Clamd
from visavis.gateways.virus_scanner.errors import VirusScannerError

VIRUS = b"VISAVIS-SIGNATURE-OF-OUR-OWN"
NAME = "Visavis.Own.UNOFFICIAL"  # the daemon adds the last word to signatures that are not ClamAV's
MOST = 12_000_000
STARTS_WITHIN_S = 120


@dataclass(frozen=True, slots=True)
class Daemon:
    """Where the daemon of this test run listens."""

    tcp: str
    unix: str


@pytest.fixture(scope="session")
def clamd() -> Iterator[Daemon]:
    program = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    assert program, "The tests need clamd: tools/chromium installs it."
    folder = Path(tempfile.mkdtemp(prefix="visavis-clamd-"))
    (folder / "own.ndb").write_text(f"Visavis.Own:0:*:{VIRUS.hex()}\n")
    daemon = Daemon(f"127.0.0.1:{_free_port()}", f"unix:{folder}/socket")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, "--config-file", str(_configured(folder, daemon))], stdout=log, stderr=log
        )
    try:
        _await(daemon, process, folder / "log")
        yield daemon
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def _configured(folder: Path, daemon: Daemon) -> Path:
    path = folder / "clamd.conf"
    path.write_text(
        f"Foreground yes\nDatabaseDirectory {folder}\nTemporaryDirectory {folder}\n"
        f"LocalSocket {daemon.unix.removeprefix('unix:')}\n"
        f"TCPAddr 127.0.0.1\nTCPSocket {daemon.tcp.rpartition(':')[2]}\n"
        f"StreamMaxLength {MOST}\nSelfCheck 0\nMaxThreads 4\n"
    )
    return path


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _await(daemon: Daemon, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            Clamd(daemon.tcp, patience_s=5).ping()
            Clamd(daemon.unix, patience_s=5).ping()
        except VirusScannerError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        else:
            return
