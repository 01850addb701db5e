"""A real instance for measuring: started as an operator does, in a folder of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path

STARTS_WITHIN_S = 90.0


@dataclass(slots=True)
class Instance:
    """One running instance, and how long it took from the command to the first page."""

    port: int
    var: Path
    started_in_s: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def logins(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads((self.var / "demo-logins.json").read_text())
        return found


@contextmanager
def running(var: Path | None = None) -> Iterator[Instance]:
    """Start an instance, and stop it in order; a folder of its own unless one is given."""
    folder = var or Path(tempfile.mkdtemp(prefix="visavis-bench-"))
    instance = Instance(_free_port(), folder)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("VISAVIS_")},
        "VISAVIS_VAR": str(folder),
        "VISAVIS_PORT": str(instance.port),
        "VISAVIS_WORLD": "demonstration",
    }
    began = time.perf_counter()
    with (folder / "up.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "visavis.config", "up"], env=environment, stdout=log, stderr=log
        )
    try:
        _wait(instance, process)
        instance.started_in_s = time.perf_counter() - began
        yield instance
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        if var is None:
            shutil.rmtree(folder, ignore_errors=True)


class Visitor:
    """A browser without script: it keeps cookies, follows redirects and fills in forms."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.at = ""
        self.page = ""

    def get(self, path: str) -> str:
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.instance.url, path)))

    def post(self, path: str, **values: str) -> str:
        target = urllib.parse.urljoin(self.at, path)
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token(), **values}).encode()
        request = urllib.request.Request(target, data=body, headers={"Referer": self.at})
        return self._open(request)

    def token(self) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
        return found[1] if found else ""

    def cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)

    def _open(self, request: urllib.request.Request) -> str:
        with self._opener.open(request, timeout=30) as answer:
            self.at = answer.geturl()
            self.page = answer.read().decode()
        return self.page


def _free_port() -> int:
    """Return the first of three free ports: the counter's, the fake provider's, the agent's."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first: int = probe.getsockname()[1]
        if first < 65_000 and all(_is_free(first + step) for step in range(3)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _wait(instance: Instance, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.perf_counter() + STARTS_WITHIN_S
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{instance.url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"the instance does not answer; see {instance.var / 'up.log'}")
