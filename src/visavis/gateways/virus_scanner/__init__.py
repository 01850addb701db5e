"""The virus scanner: ClamAV's daemon, asked about each file before anybody opens it.

Key words: scanner (where the daemon listens), verdict (clean, or the name of what was found),
signatures (what it knows, and of which day), fake (a scanner that knows two strings).
"""
