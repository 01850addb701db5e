"""OpenID Connect: somebody else's login, and what it vouches for, checked claim by claim.

Key words: client (we, at one provider), request (what we send somebody's browser with), code (what
it brings back, good once), ID token (who it was, signed), acr (how well the provider knows them).
"""
