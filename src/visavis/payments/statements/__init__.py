"""What a bank says came in: statements camt.053 and notices camt.054, read strictly.

Words: booking (one payment in a statement), identity (what makes it the same booking in another
file), fate (settled, or why a person must look).
"""
