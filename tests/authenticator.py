"""A device with passkeys, in software, and the browser before it: honest unless told otherwise."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG
ORIGIN = "http://localhost:8000"


@dataclass(slots=True)
class Authenticator:
    """One device with one passkey.

    Attributes:
        verifies: checks who holds it.
        origin: of the page that the browser says it is on.
        host: to which the browser says the passkey is bound.
        attachment: "platform" in the device itself, "cross-platform" a phone or security key.
    """

    verifies: bool = True
    origin: str = ORIGIN
    host: str = "localhost"
    attachment: str = "platform"
    counts: bool = True
    backed_up: bool = False
    cross_origin: bool = False
    credential_id: bytes = b"one-credential-id"
    count: int = 0
    owner: bytes = b""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: dict[str, Any]) -> str:
        """Return what `navigator.credentials.create` answers, as JSON."""
        self.owner = websafe_decode(options["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        auth_data = self._auth_data(FLAG.AT, credential)
        return self._answer(
            attestationObject=websafe_encode(AttestationObject.create("none", auth_data, {})),
            clientDataJSON=websafe_encode(self._client_data("webauthn.create", options)),
        )

    def use(self, options: dict[str, Any]) -> str:
        """Return what `navigator.credentials.get` answers, as JSON."""
        client_data = self._client_data("webauthn.get", options)
        auth_data = self._auth_data(FLAG(0), b"")
        signed = self.key.sign(auth_data + client_data.hash, ec.ECDSA(SHA256()))
        return self._answer(
            authenticatorData=websafe_encode(auth_data),
            clientDataJSON=websafe_encode(client_data),
            signature=websafe_encode(signed),
            userHandle=websafe_encode(self.owner),
        )

    def _auth_data(self, more: FLAG, credential: bytes) -> AuthenticatorData:
        self.count += self.counts
        flags = FLAG.UP | more
        flags |= FLAG.UV if self.verifies else FLAG(0)
        flags |= FLAG.BE | FLAG.BS if self.backed_up else FLAG(0)
        return AuthenticatorData.create(
            sha256(self.host.encode()).digest(), flags, self.count, credential
        )

    def _client_data(self, kind: str, options: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(
            kind, websafe_decode(options["challenge"]), self.origin, self.cross_origin
        )

    def _answer(self, **response: str) -> str:
        credential = websafe_encode(self.credential_id)
        return json.dumps(
            {
                "id": credential,
                "rawId": credential,
                "type": "public-key",
                "authenticatorAttachment": self.attachment,
                "clientExtensionResults": {},
                "response": response,
            }
        )
