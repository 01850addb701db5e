"""Starts the fake identity providers: `python -m visavis.gateways.openid.fake --help`."""

import argparse
import os
import signal
import sys
import threading
import time
from pathlib import Path

from visavis.gateways.openid.fake.desk import Desk, people_of, shapes_of
from visavis.gateways.openid.fake.server import serve


def main() -> int:
    """Serve until told to stop; return the exit code."""
    chosen = _arguments()
    if os.environ.get("VISAVIS_WORLD") == "live":
        print("These providers are fakes. They never run in the live world.", file=sys.stderr)
        return 2
    secret = chosen.secret or os.environ.get("VISAVIS_OPENID_SECRET", "")
    if not secret:
        print("No secret: give --secret or set VISAVIS_OPENID_SECRET.", file=sys.stderr)
        return 2
    url = f"http://{chosen.host}:{chosen.port}"
    desk = Desk(url, secret, people_of(chosen.pack), shapes_of(chosen.pack), time.time)
    try:
        server = serve(desk, host=chosen.host, port=chosen.port)
    except OSError as error:
        print(f"The fake providers cannot use port {chosen.port}: {error}", file=sys.stderr)
        return 1

    def stop(*_: object) -> None:
        # shutdown() waits for the loop that this very thread runs, so another one calls it.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"fake identity providers at {url}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Identity providers of invented people.")
    parser.add_argument("--host", default=os.environ.get("VISAVIS_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=8004)
    parser.add_argument("--secret", default="", help="else VISAVIS_OPENID_SECRET")
    parser.add_argument("--pack", type=Path, required=True, help="folder of the canton's pack")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
