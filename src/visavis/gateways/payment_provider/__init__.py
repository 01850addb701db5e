"""The payment provider: it holds the hosted page and the truth about money paid online.

Key words: order (what we ask it to collect), key (ours, one order per key), report (what it
says now), event (its call to us: "look again"), fake (a provider that moves no money).
"""
