"""The door of devices: signed requests in, JSON out. What goes over the wire: `agent/README.md`."""
