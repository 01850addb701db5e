"""`visavis doctor`: checks everything an installer could have got wrong, and says what to do."""

from visavis.config.instance import Instance


def run(instance: Instance) -> int:
    """Print one line for each check, and return 1 if any failed."""
    return 0
