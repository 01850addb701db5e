"""Starts the fake register: `python -m visavis.gateways.laboratory_register.fake --help`."""

import argparse
import os
import signal
import sys
import threading
import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

from visavis.gateways.laboratory_register.fake.server import Laboratory, serve

ZONE = ZoneInfo("Europe/Zurich")


def main() -> int:
    """Serve until told to stop; return the exit code."""
    chosen = _arguments()
    if os.environ.get("VISAVIS_WORLD") == "live":
        print("This register is a fake. It never runs in the live world.", file=sys.stderr)
        return 2
    token = chosen.token or os.environ.get("VISAVIS_LABORATORY_REGISTER_TOKEN", "")
    if not token:
        print("No token: give --token or set VISAVIS_LABORATORY_REGISTER_TOKEN.", file=sys.stderr)
        return 2
    try:
        server = serve(Laboratory(token, _today), host=chosen.host, port=chosen.port)
    except OSError as error:
        print(f"The fake register cannot use port {chosen.port}: {error}", file=sys.stderr)
        return 1

    def stop(*_: object) -> None:
        # shutdown() waits for the loop that this very thread runs, so another one calls it.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"fake laboratory register at http://{chosen.host}:{server.server_port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


def _today() -> date:
    return datetime.fromtimestamp(time.time(), tz=ZONE).date()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A register of invented people.")
    parser.add_argument("--host", default=os.environ.get("VISAVIS_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=8003)
    parser.add_argument("--token", default="", help="else VISAVIS_LABORATORY_REGISTER_TOKEN")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
