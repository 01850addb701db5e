"""The agent of a kiosk: it holds the device's key and asks the counter for tickets.

It imports nothing from the counter; the two share only what goes over the wire.
"""

__version__ = "0.1.0"
