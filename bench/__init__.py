"""Measurements on a real instance: `make bench` prints one JSON line a figure."""
