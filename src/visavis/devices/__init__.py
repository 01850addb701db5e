"""The fleet: which devices the counter has, where they stand, and how it knows them again.

Five words: *device* (a kiosk or a tablet at a site), *key* (Ed25519, made on the device and
never leaving it), *enrolment* (the counter learns the public half), *signed request* (what a
device sends), *nonce* (what makes a signed request good for one time only).

Asks `places` for the site, writes `journal`. Knows nothing of who stands before the device.
"""
