"""Checking and loading a canton's folder.

Owns: pack (all files read), document (one file, each value with its line), fault (file, line, what
is wrong, how to mend it), overlay (re-dating for demonstrations). Each room below brings its own
schema and load operation.
"""
