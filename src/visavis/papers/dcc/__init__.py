"""The EU's digital COVID certificates of any country: reads and verifies them, and issues none.

Words: certificate (the text of a QR code, beginning with HC1:), envelope (COSE_Sign1), claims (who
issued, from when until when), entry (the one vaccination, test or recovery), signer (a country's
certificate that signs others), refusal (the first reason why a certificate is not valid).

Pure: trust list, revocation list and moment come in as arguments. Knows nothing of the papers that
we issue ourselves; those have a stricter form. `verifying.verify` is the way in.
"""
