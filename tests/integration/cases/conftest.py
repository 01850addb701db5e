"""Fixtures of requests."""

from tests.requesting import (
    citizen,
    colleague,
    elodie,
    fill,
    neighbour,
    nobody,
    officer,
    season,
    service,
    waiting,
    week,
)

__all__ = [
    *("citizen", "colleague", "elodie", "fill", "neighbour", "nobody", "officer"),
    *("season", "service", "waiting", "week"),
]
