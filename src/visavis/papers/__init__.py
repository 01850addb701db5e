"""Issued papers: permits, certificates, receipts, each of which anybody can check.

Owns: paper (what was issued, under a number), document (one PDF of it), barcode text (what the QR
code carries: a signed payload that can be checked without network), verdict (what a check found),
trust list (the keys whose signature counts), revocation list (the numbers that no longer do).

Asks `cases` for the answers and the vault of a granted case, `places` for the name of the issuing
office, `typesetting` for the PDF, which is signed as a file before it is kept.
Follows `case.granted`. Personal data lie only in documents,
encrypted under the case's key: who destroys that key erases them, and only number, kind and dates
of the paper remain.
"""
