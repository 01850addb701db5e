"""Starts the fake payment provider: `python -m visavis.gateways.payment_provider.fake --help`."""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from visavis.gateways.payment_provider.fake.events import Postman
from visavis.gateways.payment_provider.fake.ledger import Ledger
from visavis.gateways.payment_provider.fake.server import Shop, serve


def main() -> int:
    """Serve until told to stop; return the exit code."""
    chosen = _arguments()
    if os.environ.get("VISAVIS_WORLD") == "live":
        print("This provider is a fake. It never runs in the live world.", file=sys.stderr)
        return 2
    secret = chosen.secret or os.environ.get("VISAVIS_PROVIDER_SECRET", "")
    if not secret:
        print("No secret: give --secret or set VISAVIS_PROVIDER_SECRET.", file=sys.stderr)
        return 2
    public_url = chosen.public_url or f"http://{chosen.host}:{chosen.port}"
    ledger = Ledger(chosen.state, clock=time.time)
    try:
        server = serve(Shop(ledger, secret, public_url), host=chosen.host, port=chosen.port)
    except OSError as error:
        print(f"The fake provider cannot use port {chosen.port}: {error}", file=sys.stderr)
        return 1

    def stop(*_: object) -> None:
        # shutdown() waits for the loop that this very thread runs, so another one calls it.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if chosen.until_stdin_closes:
        threading.Thread(target=_when_stdin_closes, args=(stop,), daemon=True).start()
    postman = Postman(ledger, secret, time.time)
    postman.start()
    print(f"fake payment provider at {public_url}", flush=True)
    server.serve_forever(poll_interval=0.1)
    postman.stop()
    server.server_close()
    return 0


def _when_stdin_closes(stop: Callable[[], None]) -> None:
    sys.stdin.read()
    stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A payment provider that moves no money.")
    parser.add_argument("--host", default=os.environ.get("VISAVIS_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=8091)
    parser.add_argument(
        "--public-url",
        default=os.environ.get("VISAVIS_PAYMENT_URL", ""),
        help="the address that browsers reach it by",
    )
    parser.add_argument("--secret", default="", help="else VISAVIS_PROVIDER_SECRET")
    parser.add_argument("--state", type=Path, help="JSON lines file; without it, memory only")
    parser.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="stop when the parent's end of standard input is gone, even by kill -9",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
