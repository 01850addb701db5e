"""Where things are and who answers for them.

Owns: the canton and its dated settings, organisations, sites with their hours, communes and postal
codes, days off, the partnership. Asks others for nothing.
"""
