"""Worldline Saferpay behind our neutral protocol: Payment Page, captured by ourselves.

Written against the documented JSON API (SpecVersion 1.45) and proven against a strict loopback
server only; it never met the real service. See docs/how-to/connect-saferpay.md.
"""
