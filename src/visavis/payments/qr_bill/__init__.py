"""The Swiss QR-bill: what a payer's bank reads from the code, checked before it is written.

Words: bill (account, creditor, amount, reference), party (a structured address), reference (how we
find the payment again), payload (the text in the code). Only structured addresses are written.
"""
