"""Booking: lists of free times, holding and confirming, races; each beside bare SQL in the same run.

`python -m bench.booking` measures only this. With `VISAVIS_BENCH_OFFICES=100` it goes on with a hundred
offices and a million bookings in the tables; making them takes some minutes more. With
`VISAVIS_BENCH_HOLDS=1000000` so many holds begin and end.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from visavis.config import embedded

OFFICES = (1, 10, 100)


def run() -> None:
    """Measure in a process of its own, because clients are forked from it."""
    subprocess.run([sys.executable, "-W", "ignore", "-m", "bench.booking"], check=True)


def main() -> None:
    var = Path(tempfile.mkdtemp(prefix="visavis-bench-"))
    environment = {name: text for name, text in os.environ.items() if name.startswith("VISAVIS_")}
    most = int(environment.get("VISAVIS_BENCH_OFFICES", "10"))
    holds = int(environment.get("VISAVIS_BENCH_HOLDS", "10000"))
    for name in environment:
        del os.environ[name]
    os.environ["VISAVIS_VAR"] = str(var)
    os.environ["DJANGO_SETTINGS_MODULE"] = "visavis.config.settings"
    server = embedded.start(var)
    try:
        for name in ("visavis", "visavis_keys"):
            embedded.ensure_database(var, name)
        _measure([offices for offices in OFFICES if offices <= most], holds=holds)
    finally:
        embedded.stop(server)
        shutil.rmtree(var, ignore_errors=True)
        shutil.rmtree(embedded.socket_folder(var), ignore_errors=True)


def _measure(offices: list[int], *, holds: int) -> None:
    import django

    django.setup()
    # Models can only be imported now.
    from bench.booking_figures import measure

    measure(offices, holds=holds)


if __name__ == "__main__":
    main()
