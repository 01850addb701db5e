"""Fixtures of the checks."""

from tests.checking import agreed, at_home, begin, citizen, device, here, site, visit  # noqa: F401
