"""One JSON line a figure."""

import json
import sys


def say(figure: str, **values: float | int | str) -> None:
    """Print a figure, what was seen and what it is held to."""
    rounded = {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in values.items()
    }
    sys.stdout.write(json.dumps({"figure": figure, **rounded}) + "\n")
    sys.stdout.flush()
