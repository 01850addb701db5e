"""An authority that says when something was signed (RFC 3161).

Words: request (the hash of a signature, nothing of the paper), reply (the same hash with a moment,
signed by the authority). Outside the live world a fake answers, whose moments nobody vouches for.
"""
