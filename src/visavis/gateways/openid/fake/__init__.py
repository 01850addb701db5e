"""Identity providers that know only invented people: for demonstration and practice, never live.

A program of its own on its own port, so that redirects, cookies and content policies are real:

    python -m visavis.gateways.openid.fake --port 8004 --secret … --pack cantons/exemple

Every provider of the pack's `identity.yaml` answers below its code. On its page one picks an
invented person and how well the provider knows them, and lets it misbehave. It keeps nothing:
keys, codes and tokens are gone with the process.
"""
