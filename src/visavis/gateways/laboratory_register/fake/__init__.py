"""A register of invented people: for demonstration, practice and tests, never live.

A program of its own on its own port:

    python -m visavis.gateways.laboratory_register.fake --port 8003 --token …

It answers as `wire.py` says, shows whom it knows, and misbehaves on request (its page, or
`POST /v1/faults`). It needs the standard library only, and no Django.
"""
