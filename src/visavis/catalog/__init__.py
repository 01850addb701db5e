"""What the public can ask for.

Owns: theme, service, service version (dated, whole definition as data), index (forgiving search),
arrival (a counted short link). Asks `places` who answers for a service; knows no request.
"""
