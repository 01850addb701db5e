"""Child processes that die with their parent and are started again when they die alone."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

PR_SET_PDEATHSIG = 1
CALM_AFTER_S = 10.0
LONGEST_PAUSE_S = 30.0


@dataclass(slots=True)
class Child:
    """One part of the instance: its command, and the process that runs it now.

    Attributes:
        environment: added to ours.
    """

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    log: Path | None = None
    dies_by: signal.Signals = signal.SIGTERM  # what the kernel sends when our own process is killed
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    pause_s: float = 0.5
    resume_at: float = 0.0

    def start(self) -> None:
        output = self.log.open("ab") if self.log else None
        self.process = subprocess.Popen(
            list(self.command),
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=partial(_die_with_parent, self.dies_by),
        )
        self.started_at = time.monotonic()

    def keep_alive(self) -> bool:
        """Start again what ended by itself, each time after a longer pause; tell whether it had."""
        if self.process is None or self.process.poll() is None:
            return False
        moment = time.monotonic()
        if not self.resume_at:
            calm = moment - self.started_at > CALM_AFTER_S
            self.pause_s = 0.5 if calm else min(self.pause_s * 2, LONGEST_PAUSE_S)
            self.resume_at = moment + self.pause_s
            return False
        if moment < self.resume_at:
            return False
        self.resume_at = 0.0
        self.start()
        return True

    def stop(self, *, within_s: float = 8.0) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _die_with_parent(by: signal.Signals) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by)
