"""The command line of the agent."""

import argparse
import sys
from pathlib import Path

from visavis_agent import demonstration, keys
from visavis_agent.signing import Signer
from visavis_agent.tickets import Counter


def main(arguments: list[str] | None = None) -> int:
    """Run one of the two commands; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        key = keys.ensure(options.key)
        if options.command == "public-key":
            print(keys.public_text(key))
            return 0
        signer = Signer(options.device, key)
        counter = Counter(options.server, signer)
        launcher = demonstration.Launcher(options.port, device=options.device, counter=counter)
    except keys.KeyTrouble as trouble:
        print(f"visavis-agent: {trouble}", file=sys.stderr)
        return 1
    except OSError as trouble:
        print(f"visavis-agent: cannot start: {trouble.strerror}", file=sys.stderr)
        return 1
    demonstration.serve(launcher)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="visavis-agent", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    public = commands.add_parser("public-key", help="print the public key, made if there is none")
    public.add_argument("--key", type=Path, required=True)
    demo = commands.add_parser("demonstration", help="stand for a kiosk's browser launcher")
    demo.add_argument("--server", required=True, help="address of the counter")
    demo.add_argument("--device", required=True, help="code of this device")
    demo.add_argument("--key", type=Path, required=True, help="file of the device's key")
    demo.add_argument("--port", type=int, default=8002)
    return parser


if __name__ == "__main__":
    sys.exit(main())
