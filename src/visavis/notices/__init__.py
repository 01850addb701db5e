"""What we tell people, by which channel, and whether it arrived.

Owns: notice, channel, template, outbox, delivery. Addresses come in as values; it asks the gateways.
"""
