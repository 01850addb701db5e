"""Who did what, when, for whom: written once, sealed every minute, never rewritten.

Owns: entry, seal, batch, chain, the copy of the seals outside the database. Asks nothing of others.
"""
