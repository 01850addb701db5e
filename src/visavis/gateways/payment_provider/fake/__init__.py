"""A payment provider that moves no money: for demonstration, practice and tests, never live.

A program of its own on its own port, so that redirects, cookies and content policies are real:

    python -m visavis.gateways.payment_provider.fake --port 8091 --secret … --state FILE

It speaks the protocol of `types.py`, shows a hosted page in four languages, signs its events,
misbehaves on request (`/faults`), and loses nothing that it acknowledged when it is killed.
It needs the standard library only, and no Django.
"""
