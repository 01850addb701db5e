"""Somebody at a device, now: how a visit begins, stays alive and is over for good.

Five words: *ticket* (a device's single-use permission to begin one visit), *visit* (one citizen at
one device, from first touch to the end), *touch* (a sign of life), *extension* ("I need more
time"), *end* (final, whatever comes after).

Asks `devices` for the device; writes `journal` and `measures`. Calls nobody upwards: rooms above
ask whether a visit still lives. It knows the service and step as two codes, never an answer.
"""
