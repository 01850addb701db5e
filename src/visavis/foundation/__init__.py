"""Small helpers that every room may use; it knows no room.

Owns: Actor, texts in four languages, money, numbers read aloud, limits, jobs by name, encryption.
"""
