"""People: who somebody is to the counter.

Owns accounts, the ways to reach somebody, the agreement accepted, the proofs of identity, and the
roles of staff. Five words: *account* (somebody known to the counter), *number* (what an account is
called aloud and signs in with), *agreement* (the dated terms of use, accepted once a version),
*proof* (how an identity was established, and to which level), *role* (what a member of staff may
do, where, and until when).

Asks of others: notices to send codes, journal to remember, the pack for the agreement's text.
"""
