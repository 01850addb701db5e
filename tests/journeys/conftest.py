"""A whole instance, started as an operator does, and a browser that walks through it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from visavis.config import embedded

SIZES = {
    "kiosk": {"width": 1080, "height": 1920},
    "kiosk_wide": {"width": 1920, "height": 1080},
    "tablet": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}
STARTS_WITHIN_S = 180
PATIENCE_MS = 30_000  # a machine of two cores that also does something else
expect.set_options(timeout=PATIENCE_MS)


@dataclass(slots=True)
class Running:
    """An instance under test, one canton's, with its addresses and its folder."""

    canton: str
    port: int
    var: Path
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def kiosk_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 2}/"

    def login(self, name: str) -> dict[str, str]:
        logins: list[dict[str, str]] = json.loads((self.var / "demo-logins.json").read_text())
        return next(login for login in logins if login["login"] == name)

    def command(self, *words: str, stdin: str = "") -> str:
        """Run the visavis command on this instance and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "visavis.config", *words],
            env=self.environment(), capture_output=True, text=True, input=stdin, timeout=120,
        )  # fmt: skip
        return done.stdout + done.stderr

    def environment(self) -> dict[str, str]:
        return environment(self.canton, self.port, self.var)

    def is_well(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_until_well(self, within_s: float = STARTS_WITHIN_S) -> None:
        deadline = time.monotonic() + within_s
        while not self.is_well():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the instance does not answer; see {self.var / 'logs'}")
            time.sleep(0.1)

    def kill_the_counter(self) -> None:
        """Kill the web server with force, as a crash would; it is started again by itself."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                command = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"granian" in command and str(self.port).encode() in command:
                os.kill(int(entry.name), signal.SIGKILL)


def environment(canton: str, port: int, var: Path) -> dict[str, str]:
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("VISAVIS_", "DJANGO_"))},
        "VISAVIS_CANTON": canton,
        "VISAVIS_PORT": str(port),
        "VISAVIS_VAR": str(var),
        "VISAVIS_WORLD": "demonstration",
        "PYTHONUNBUFFERED": "1",
    }


def free_ports(count: int = 5) -> int:
    """Return the first of some consecutive free ports."""
    for first in range(18000 + os.getpid() % 2000 * 5, 60000, count):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no free ports")


def start(canton: str) -> Running:
    port, var = free_ports(), Path(tempfile.mkdtemp(prefix=f"visavis-{canton}-"))
    with (var / "up.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "visavis.config", "up"],
            env=environment(canton, port, var), stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    running = Running(canton, port, var, process)
    running.wait_until_well()
    return running


def stop(running: Running) -> None:
    running.process.send_signal(signal.SIGINT)
    try:
        running.process.wait(30)
    except subprocess.TimeoutExpired:
        running.process.kill()
    for log in sorted((running.var / "logs").glob("*.log")):  # shown with a failure
        print(f"--- {log.name}", log.read_text(errors="replace")[-4000:], sep="\n")
    shutil.rmtree(running.var, ignore_errors=True)
    shutil.rmtree(embedded.socket_folder(running.var), ignore_errors=True)


@pytest.fixture(scope="session")
def jura() -> Iterator[Running]:
    running = start("jura")
    yield running
    stop(running)


@pytest.fixture(scope="session")
def exemple() -> Iterator[Running]:
    running = start("exemple")
    yield running
    stop(running)


@pytest.fixture
def open_browser(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a fresh browser of a size and language."""
    contexts: list[BrowserContext] = []

    def open_(size: str = "phone", language: str = "fr", **options: Any) -> Page:
        context = chromium.new_context(
            viewport=SIZES[size], locale=f"{language}-CH", has_touch=size != "kiosk_wide",
            reduced_motion="reduce", **options,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()
