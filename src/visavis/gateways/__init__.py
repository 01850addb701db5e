"""The outside world: one folder a partner, each with a client, its errors and a fake that misbehaves.

Owns: client, fake, fault, partner, contract. Asks nothing of the rooms.
"""
