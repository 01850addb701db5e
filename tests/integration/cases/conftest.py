"""Fixtures of requests."""

# ruff: noqa: F401 - pytest finds them here

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
