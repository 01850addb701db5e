"""`visavis up`: starts every part on one machine, keeps them running, stops them in order."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import psycopg
from django.core.management.base import CommandError

from visavis.config import embedded
from visavis.config.instance import Instance, secrets_of
from visavis.config.processes import Child

LOOK_EVERY_S = 0.2
POLLING = ["--fetch-job-polling-interval", "1"]  # seconds
ANSWERS_WITHIN_S = 30.0


class CannotStart(Exception):
    """The instance cannot start; the message says why and what to do."""


def run(instance: Instance) -> int:
    """Start, say where everything is, and stay until Ctrl-C."""
    began = time.monotonic()
    try:
        _refuse_taken_ports(instance)
        with _database(instance) as database:
            _prepare(instance)
            return _serve(instance, database, began)
    except (CannotStart, embedded.DatabaseTrouble) as fault:
        sys.stderr.write(f"\n{fault}\n")
        return 2


def is_database_up(instance: Instance) -> bool:
    """Tell whether the embedded server already answers, started by another process."""
    try:
        embedded.superuser(instance.var).close()
    except psycopg.OperationalError:
        return False
    return True


@dataclass(slots=True)
class Database:
    """The embedded server while it is ours; nothing where the instance has a database elsewhere."""

    instance: Instance
    server: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.server = embedded.start(self.instance.var)

    def keep_alive(self) -> bool:
        """Start the server again if it was killed; what was acknowledged is still there."""
        if self.server is None or self.server.poll() is None:
            return False
        self.start()
        return True

    def stop(self) -> None:
        if self.server is not None:
            embedded.stop(self.server)


@contextmanager
def _database(instance: Instance) -> Iterator[Database]:
    database = Database(instance)
    if instance.database_url:
        yield database
        return
    _say("Starting the database …")
    database.start()
    try:
        embedded.ensure_database(instance.var, "visavis")
        embedded.ensure_database(instance.var, "visavis_keys")
        yield database
    finally:
        database.stop()


def _prepare(instance: Instance) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.config.settings")
    import django

    from visavis.config import prepare

    _say("Preparing tables, texts and the pack …")
    prepare.translations()
    django.setup()
    prepare.tables(instance)
    prepare.static_files()
    try:
        prepare.pack_and_people(instance)
    except CommandError as fault:
        raise CannotStart(f"The pack of {instance.canton} was not loaded: {fault}") from fault


def _serve(instance: Instance, database: Database, began: float) -> int:
    children = _children(instance)
    stopping = _Stop()
    try:
        for child in children:
            child.start()
        _wait_for_first_page(instance, children[0])
        _welcome(instance, time.monotonic() - began)
        while not stopping.asked:
            if database.keep_alive():
                _say("The database had stopped and was started again.")
            for child in children:
                if child.keep_alive():
                    _say(f"{child.name} had stopped and was started again.")
            time.sleep(LOOK_EVERY_S)
    finally:
        _say("Stopping …")
        for child in reversed(children):
            child.stop()
    return 0


def _children(instance: Instance) -> list[Child]:
    python = sys.executable
    manage = [python, "-m", "visavis.config"]
    logs = instance.var / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    web = [
        python, "-m", "granian", "--interface", "asgi", "--host", instance.host, "--port", str(instance.port),
        # A worker stopped while it starts does not hear it, and would be waited for without end.
        "--workers", "2", "--respawn-failed-workers", "--workers-kill-timeout", "5",
        "--log-level", "warning", "visavis.config.asgi:application",
    ]  # fmt: skip
    children = [
        Child("The counter", web, log=logs / "web.log"),
        Child(
            "The worker",
            # Somebody at a kiosk waits for their permit: a missed notification may cost one second only.
            [*manage, "procrastinate", "worker", "--concurrency", "4", *POLLING],
            log=logs / "worker.log",
            # It would wait for the database, which goes at the same moment; its jobs are taken up again.
            dies_by=signal.SIGKILL,
        ),
        Child(
            "The sealer",
            [*manage, "journal", "seal", "--every", "60"],
            {"VISAVIS_DATABASE_ROLE": "visavis_sealer"},
            logs / "sealer.log",
        ),
    ]
    if instance.world != "live":
        children += _demonstration_children(instance)
    return children


def _demonstration_children(instance: Instance) -> list[Child]:
    from visavis.config import prepare

    python, logs = sys.executable, instance.var / "logs"
    children = [
        Child(
            "The payment provider (fake)",
            [
                python,
                "-m",
                "visavis.gateways.payment_provider.fake",
                "--port",
                str(instance.provider_port),
                "--state",
                str(instance.var / "provider.jsonl"),
            ],
            {"VISAVIS_PROVIDER_SECRET": secrets_of(instance.var)["payment_provider"]},
            logs / "provider.log",
        ),
    ]
    children.append(
        Child(
            "The laboratory register (fake)",
            [
                python, "-m", "visavis.gateways.laboratory_register.fake",
                "--host", instance.host, "--port", str(instance.register_port),
            ],
            {"VISAVIS_LABORATORY_REGISTER_TOKEN": instance.register_token},
            logs / "register.log",
        )
    )  # fmt: skip
    children.append(
        Child(
            "The identity providers (fake)",
            [
                *[python, "-m", "visavis.gateways.openid.fake"],
                *["--port", str(instance.openid_port), "--pack", str(instance.pack)],
            ],
            {"VISAVIS_OPENID_SECRET": secrets_of(instance.var)["openid"]},
            logs / "openid.log",
        )
    )
    kiosk = prepare.demonstration_kiosk(instance)
    if kiosk:
        agent = [
            python, "-m", "visavis_agent", "demonstration", "--server", instance.base_url, "--device", kiosk,
            "--key", str(prepare.kiosk_key(instance)), "--port", str(instance.agent_port),
        ]  # fmt: skip
        children.append(Child("The kiosk's agent (demonstration)", agent, log=logs / "agent.log"))
    return children


class _Stop:
    """Remembers that Ctrl-C or a stop of the system was asked for."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGINT, self._ask)
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def _refuse_taken_ports(instance: Instance) -> None:
    ports = (
        [instance.port]
        if instance.world == "live"
        else [
            *(instance.port, instance.provider_port),
            *(instance.agent_port, instance.register_port, instance.openid_port),
        ]
    )
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((instance.host, port))
            except OSError as fault:
                raise CannotStart(
                    f"Port {port} on {instance.host} is already in use ({fault.strerror}). Stop the other program, "
                    f"or choose another place: VISAVIS_PORT={instance.port + 100} make run"
                ) from fault


def _wait_for_first_page(instance: Instance, web: Child) -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(
                f"http://{instance.host}:{instance.port}/health", timeout=2
            ) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
        if web.process is not None and web.process.poll() is not None:
            break
    tail = web.log.read_text(errors="replace").strip().splitlines()[-3:] if web.log else []
    raise CannotStart("The counter does not answer. Last lines of its log: " + " / ".join(tail))


def _welcome(instance: Instance, seconds: float) -> None:
    from visavis.config import welcome

    _say(welcome.text(instance, seconds=seconds))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
