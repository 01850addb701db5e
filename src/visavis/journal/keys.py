"""The sealing key and the public keys that ever sealed: files, never the database."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from visavis.journal import rules


def sealing_key(folder: Path) -> Ed25519PrivateKey:
    """Return the key that seals, made at the first call, readable by its owner only."""
    path = folder / "sealing.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        key = Ed25519PrivateKey.generate()
        content = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        public = key.public_key()
        (folder / f"sealing-{rules.key_id_of(public)}.pub").write_text(
            public.public_bytes_raw().hex()
        )
    loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(loaded, Ed25519PrivateKey)
    return loaded


def known_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    """Return every public key that lies in the folder, by its id."""
    keys = (
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(path.read_text().strip()))
        for path in folder.glob("sealing-*.pub")
    )
    return {rules.key_id_of(key): key for key in keys}
